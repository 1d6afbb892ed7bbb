"""The standard record as JSON and back: how `people/registry` keeps a record.

Empty parts are left out, so a stored record is about half a kilobyte. `FORMAT` changes when the shape does.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from .codes import SOURCES, AgencyCode, IdKind, IdState, Relation, Sex, source_code
from .record import Address, IdNumber, PartialDate, Period, PersonName, Phone, StandardRecord

FORMAT = 1

_ADDRESS_PARTS = tuple(f.name for f in fields(Address))
_ADDRESS_REST = tuple((f.name, f.default) for f in fields(Address) if f.name != "raw")
_NAME_PARTS = ("raw", "text", "surname", "given", "key")


def _name_to_json(name: PersonName) -> dict[str, Any]:
    data: dict[str, Any] = {part: value for part in _NAME_PARTS if (value := getattr(name, part))}
    if name.remarks:
        data["remarks"] = list(name.remarks)
    if name.former:
        data["former"] = name.former
    return data


def _name_from_json(data: dict[str, Any]) -> PersonName:
    get = data.get
    return PersonName(
        get("raw", ""),
        get("text", ""),
        get("surname", ""),
        get("given", ""),
        tuple(get("remarks", ())),
        get("former"),
        get("key", ""),
    )


# Reading is the hot part of a look-up and of a matching: a code is found in a table, which says the same as calling its
# class and takes a fifth of the time.
_AGENCIES = {code.value: code for code in AgencyCode}
_SOURCES = {code.value: code for code in SOURCES}
_ID_KINDS = {code.value: code for code in IdKind}
_ID_STATES = {code.value: code for code in IdState}
_period = lru_cache(maxsize=1024)(Period.parse)


def _address_from_json(data: dict[str, Any]) -> Address:
    get = data.get
    return Address(get("raw", ""), *[get(part, default) for part, default in _ADDRESS_REST])


def to_json(record: StandardRecord) -> dict[str, Any]:
    """The record as a JSON object without empty parts."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "record_number": record.record_number,
        "agency": record.agency.value,
        "roster": record.roster.value,
        "period": record.period.roc,
        "line": record.line,
        "name": _name_to_json(record.name),
    }
    if record.id_number:
        number = record.id_number
        data["id_number"] = [number.raw, number.text, number.kind, number.state]
    if record.birth:
        data["birth"] = [record.birth.raw, record.birth.year, record.birth.month, record.birth.day]
    if record.sex:
        data["sex"] = record.sex.value
    if record.phones:
        data["phones"] = [[p.raw, p.digits, p.is_mobile, p.extension] for p in record.phones]
    if record.address:
        data["address"] = {part: value for part in _ADDRESS_PARTS if (value := getattr(record.address, part))}
    if record.household_number:
        data["household_number"] = record.household_number
    if record.relation:
        data["relation"] = record.relation.value
    if record.relation_raw:
        data["relation_raw"] = record.relation_raw
    if record.reference_name:
        data["reference_name"] = _name_to_json(record.reference_name)
    if record.carer_name:
        data["carer_name"] = _name_to_json(record.carer_name)
    if record.details:
        data["details"] = record.details
    if record.unknown:
        data["unknown"] = record.unknown
    return data


def from_json(data: dict[str, Any]) -> StandardRecord:
    """The record that `to_json` wrote. Raises ValueError for another format."""
    if data.get("format") != FORMAT:
        raise ValueError(f"unknown record format {data.get('format')!r}")
    number, birth, address = data.get("id_number"), data.get("birth"), data.get("address")
    reference, carer = data.get("reference_name"), data.get("carer_name")
    return StandardRecord(
        record_number=data["record_number"],
        agency=_AGENCIES.get(data["agency"]) or AgencyCode(data["agency"]),
        roster=_SOURCES.get(data["roster"]) or source_code(data["roster"]),
        period=_period(data["period"]),
        line=data["line"],
        name=_name_from_json(data["name"]),
        id_number=IdNumber(
            number[0],
            number[1],
            (_ID_KINDS.get(number[2]) or IdKind(number[2])) if number[2] else None,
            _ID_STATES.get(number[3]) or IdState(number[3]),
        )
        if number
        else None,
        birth=PartialDate(*birth) if birth else None,
        sex=Sex(data["sex"]) if "sex" in data else None,
        phones=tuple(Phone(*phone) for phone in data.get("phones", ())),
        address=_address_from_json(address) if address else None,
        household_number=data.get("household_number", ""),
        relation=Relation(data["relation"]) if "relation" in data else None,
        relation_raw=data.get("relation_raw", ""),
        reference_name=_name_from_json(reference) if reference else None,
        carer_name=_name_from_json(carer) if carer else None,
        details=data.get("details", {}),
        unknown=data.get("unknown", {}),
    )
