"""What a corrected row says otherwise than the row before: the names of the fields, never their values."""

from __future__ import annotations

from anwang.standard.fields import FIELDS, FieldId
from anwang.standard.record import StandardRecord

_F = FieldId


def differing_fields(old: StandardRecord, new: StandardRecord) -> tuple[str, ...]:
    """Labels (zh-TW) of the fields that differ as written, in the order of the standard; unknown columns by header.

    What counts is what `row_hash` counts: the raw texts of the sender.
    """
    before, after = _written(old), _written(new)
    labels = [FIELDS[field].label for field in FieldId if before.get(field, "") != after.get(field, "")]
    headers = sorted(old.unknown.keys() | new.unknown.keys())
    labels += [name for name in headers if old.unknown.get(name, "") != new.unknown.get(name, "")]
    return tuple(labels)


def _written(record: StandardRecord) -> dict[str, object]:
    return {
        **record.details,
        _F.NAME: record.name.raw,
        _F.ID_NUMBER: record.id_number.raw if record.id_number else "",
        _F.BIRTH: record.birth.raw if record.birth else "",
        _F.SEX: record.sex or "",
        _F.PHONE: "、".join(sorted(phone.raw for phone in record.phones)),
        _F.ADDRESS: record.address.raw if record.address else "",
        _F.HOUSEHOLD_NUMBER: record.household_number,
        _F.RELATION: record.relation_raw,
        _F.REFERENCE_NAME: record.reference_name.raw if record.reference_name else "",
        _F.CARER_NAME: record.carer_name.raw if record.carer_name else "",
    }
