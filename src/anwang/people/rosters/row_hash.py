"""The content of a record as one hash, to see what a corrected file changed."""

from __future__ import annotations

import hashlib
import json

from anwang.standard.record import StandardRecord


def row_hash(record: StandardRecord) -> str:
    """SHA-256 (hex) of what the sender wrote in the row: raw texts, whatever the order of columns and rows.

    The line, the month and how the standard understood the text are not part of it: the same row moved, or read by a
    newer reader, is not a changed row. The place of the month is in the key that the hash is kept under.
    """
    parts = [
        record.record_number,
        record.name.raw,
        record.id_number.raw if record.id_number else "",
        record.birth.raw if record.birth else "",
        record.sex or "",
        sorted([phone.raw for phone in record.phones]) if record.phones else [],
        record.address.raw if record.address else "",
        record.household_number,
        record.relation_raw,
        record.reference_name.raw if record.reference_name else "",
        record.carer_name.raw if record.carer_name else "",
        sorted([item for item in record.details.items() if item[1]]),
        sorted([item for item in record.unknown.items() if item[1]]),
    ]
    return hashlib.sha256(_encode(parts).encode()).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
