"""The content of a record as one hash, to see what a corrected file changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from anwang.standard.record import StandardRecord


def row_hash(record: StandardRecord) -> str:
    """SHA-256 (hex) of what the sender wrote in the row: raw texts, whatever the order of columns and rows.

    The line, the month and how the standard understood the text are not part of it: the same row moved, or read by a
    newer reader, is not a changed row. The place of the month is in the key that the hash is kept under.
    """
    content: dict[str, Any] = {
        "record_number": record.record_number,
        "name": record.name.raw,
        "id_number": record.id_number.raw if record.id_number else "",
        "birth": record.birth.raw if record.birth else "",
        "sex": record.sex or "",
        "phones": sorted({phone.raw for phone in record.phones}),
        "address": record.address.raw if record.address else "",
        "household_number": record.household_number,
        "relation": record.relation_raw,
        "reference_name": record.reference_name.raw if record.reference_name else "",
        "carer_name": record.carer_name.raw if record.carer_name else "",
        "details": {name: value for name, value in record.details.items() if value},
        "unknown": {name: value for name, value in record.unknown.items() if value},
    }
    text = json.dumps(
        {name: value for name, value in content.items() if value}, sort_keys=True, ensure_ascii=True
    )
    return hashlib.sha256(text.encode()).hexdigest()
