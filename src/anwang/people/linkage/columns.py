"""Records as columns: every field that is compared becomes an integer array, one entry per record.

Whole-column arithmetic replaces string comparison per pair: a pair of records is a pair of row numbers, a comparison is
a few array look-ups. Rows are put in an order that depends on their content only, so that neither the order of the
input nor the record numbers can change a result.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anwang.standard.codes import IdState, OwnSource, Relation, Sex
from anwang.standard.record import Address, StandardRecord

from .codes import Codes
from .engine.keys import Ints
from .engine.layout import Packed
from .life_stage import is_grown, is_small, stage
from .name_columns import NameBuilder, NameColumns, alias_of, split_name
from .packed import PHONES, pack

LODGERS = frozenset({Relation.OTHER_KIN, Relation.NOT_KIN})  # registered there, but perhaps living elsewhere
SINGLE_ROLES = frozenset({Relation.SELF, Relation.SPOUSE})  # that one person of a home has at a time


@dataclass(frozen=True)
class RecordTable:
    """All records as columns, in content order. `keys[i]` is the caller's key of row `i`; 0 in a column = not known.

    `place` is door + floor, `door` the door alone (both 0 without a door number), `road` township + road + section. `identity` is
    [n, 10] bytes of the ID; `id_state`: 0 none, 1 valid, 2 check digit fails, 3 masked. `stage`: 1 child, 2 adult.
    `listing` codes roster + month (or one report), `roster` the roster. `phones` [n, as many as a row has, 3 at most]; `mobile` marks the mobile numbers.
    `is_lodger` marks register rows of a 家屬 or 寄居, who may be registered in one home and live in another.
    `role` codes the relation, `role_word` the word that was written, `head` whom it is to (a 戶號, or a 案主 by name).
    `is_small`: on the list of children under six; `is_grown`: of age by the row's birth or on a list of grown-ups.
    `reference` is the code of the person named (carer or 案主) in the code space of `name.full`.
    """

    records: tuple[StandardRecord, ...]
    keys: Ints
    name: NameColumns
    alias: NameColumns
    identity: NDArray[np.uint8]
    id_code: Ints
    id_state: Ints
    year: Ints
    month: Ints
    day: Ints
    sex: Ints
    stage: Ints
    role: Ints
    role_word: Ints
    head: Ints
    phones: Ints
    mobile: NDArray[np.bool_]
    place: Ints
    door: Ints
    floor: Ints
    road: Ints
    register: Ints
    reference: Ints
    listing: Ints
    roster: Ints
    is_register: NDArray[np.bool_]
    is_lodger: NDArray[np.bool_]
    is_single_role: NDArray[np.bool_]
    is_small: NDArray[np.bool_]
    is_grown: NDArray[np.bool_]
    row_of: dict[int, int] = field(repr=False)
    contents: list[tuple[str, ...]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def packed(self) -> Packed:
        """The compared columns side by side, as the compiled comparisons read them."""
        return pack(self)


def content_of(record: StandardRecord) -> tuple[str, ...]:
    """What the row says, without the sender's record number and line: the order of all work."""
    birth = record.birth
    number, address = record.id_number, record.address
    return (
        record.period.roc,
        record.roster,
        record.name.key,
        number.text if number else "",
        f"{birth.year}.{birth.month}.{birth.day}" if birth else "",
        record.sex or "",
        "|".join(p.digits for p in record.phones),
        repr(
            (
                address.township,
                address.village,
                address.neighbourhood,
                address.door,
                address.floor,
                address.room,
            )
        )
        if address
        else "",
        record.household_number,
        record.relation_raw,
        record.reference_name.key if record.reference_name else "",
        record.carer_name.key if record.carer_name else "",
        repr(sorted(record.details.items())),
    )


def _township_of_roads(records: tuple[StandardRecord, ...]) -> dict[tuple[str, str], str]:
    """Road + number → township, where only one township has it: fills in a township that was left out."""
    seen: dict[tuple[str, str], set[str]] = {}
    for record in records:
        a = record.address
        if a and a.road and a.township:
            seen.setdefault((a.road, "/".join(a.door[2:])), set()).add(a.township)
            seen.setdefault((a.road, ""), set()).add(a.township)
    return {key: next(iter(towns)) for key, towns in seen.items() if len(towns) == 1}


def _sex(record: StandardRecord) -> int:
    number = record.id_number
    sex = record.sex
    if sex is None and number and number.state is IdState.VALID and number.text[1:2] in "12":
        sex = Sex.MALE if number.text[1] == "1" else Sex.FEMALE
    return {None: 0, Sex.MALE: 1, Sex.FEMALE: 2}[sex]


def _head(record: StandardRecord, code: Callable[[str, Hashable], int]) -> int:
    """A code of the person that the row's relation is to; 0 when the row does not say."""
    if record.is_register:
        return code("head", ("register", record.household_number))
    client = record.reference_name or (record.name if record.relation is Relation.SELF else None)
    return code("head", ("client", client.key)) if client and client.key else 0


_ID_STATE = {IdState.VALID: 1, IdState.CHECK_FAILED: 2, IdState.MASKED: 3, IdState.UNREADABLE: 0}


def place_parts(address: Address, township: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(door, door + floor) of an address, for comparison."""
    door = (township, *address.door[1:])
    return door, (*door, address.floor, address.room)


def tabulate(records: Mapping[int, StandardRecord]) -> RecordTable:
    """The records (by their key) as columns, in an order given by their content alone."""
    content = {key: content_of(record) for key, record in records.items()}
    order = sorted(records, key=content.__getitem__)
    rows = tuple(records[key] for key in order)
    n = len(rows)
    zero = {
        name: np.zeros(n, np.int64)
        for name in [
            "code",
            "state",
            "year",
            "month",
            "day",
            "sex",
            "stage",
            "role",
            "role_word",
            "head",
            "place",
            "door",
            "floor",
            "road",
            "register",
            "reference",
            "listing",
            "roster",
        ]
    }
    identity = np.zeros((n, 10), np.uint8)
    width = min(max((len(r.phones) for r in rows), default=1) or 1, PHONES)
    phones = np.zeros((n, width), np.int64)
    mobile = np.zeros((n, width), np.bool_)
    characters, whole, sounds = Codes(2), Codes(), Codes()
    name, alias = (NameBuilder(n, characters, whole, sounds) for _ in range(2))
    codes: dict[str, Codes] = {}

    def code(kind: str, value: Hashable) -> int:
        return codes.setdefault(kind, Codes())(value)

    towns = _township_of_roads(rows)
    for i, r in enumerate(rows):
        name.put(i, *split_name(r.name))
        alias.put(i, *alias_of(r))
        if r.id_number and _ID_STATE[r.id_number.state] and len(r.id_number.text) == 10:
            text = r.id_number.text.encode("ascii", "replace")[:10]
            identity[i] = np.frombuffer(text, np.uint8)
            zero["state"][i] = _ID_STATE[r.id_number.state]
            if r.id_number.state is not IdState.MASKED:
                zero["code"][i] = code("id", r.id_number.text)
        if r.birth and r.birth.year:
            zero["year"][i] = r.birth.year
            if r.birth.month and r.birth.day:
                zero["month"][i], zero["day"][i] = r.birth.month, r.birth.day
        zero["sex"][i], zero["stage"][i] = _sex(r), stage(r)
        if r.relation:
            zero["role"][i] = code("role", r.relation)
            zero["role_word"][i] = code("role_word", r.relation_raw)
            zero["head"][i] = _head(r, code)
        for k, phone in enumerate([p for p in r.phones if p.digits][:width]):
            phones[i, k], mobile[i, k] = code("phone", phone.digits), phone.is_mobile
        a = r.address
        if a and a.road:
            town = a.township or towns.get((a.road, "/".join(a.door[2:])), "") or towns.get((a.road, ""), "")
            zero["road"][i] = code("road", (town, a.road, a.section))
            if a.number:
                door, place = place_parts(a, town)
                zero["door"][i], zero["place"][i] = code("door", door), code("place", place)
                zero["floor"][i] = code("floor", place[-2:]) if a.floor else 0
        if r.household_number:
            zero["register"][i] = code("register", r.household_number)
        other = r.carer_name or (r.reference_name if r.relation is not Relation.SELF else None)
        surname, given = split_name(other)
        if surname and "○" not in surname + given:
            zero["reference"][i] = whole(surname + given)
        zero["listing"][i] = code("listing", r.listing)
        # Two reports of one person are no list that goes on from month to month: each is a source of its own.
        zero["roster"][i] = code("roster", r.listing if isinstance(r.roster, OwnSource) else r.roster)
    return RecordTable(
        rows, np.array(order, np.int64), name.done(), alias.done(), identity, zero["code"], zero["state"], zero["year"],
        zero["month"], zero["day"], zero["sex"], zero["stage"], zero["role"], zero["role_word"],
        zero["head"], phones, mobile, zero["place"], zero["door"],
        zero["floor"], zero["road"], zero["register"], zero["reference"], zero["listing"], zero["roster"],
        np.array([r.is_register for r in rows], np.bool_),
        np.array([r.is_register and r.relation in LODGERS for r in rows], np.bool_),
        np.array([r.relation in SINGLE_ROLES for r in rows], np.bool_),
        np.array([is_small(r) for r in rows], np.bool_),
        np.array([is_grown(r) for r in rows], np.bool_),
        {key: i for i, key in enumerate(order)},
        [content[key] for key in order],
    )  # fmt: skip


def content_hash(table: RecordTable) -> int:
    """A checksum of all rows, for the report: the same rows in any order give the same number."""
    return zlib.crc32("\n".join(map(repr, table.contents)).encode())
