"""Records as columns: every field that is compared becomes an integer array, one entry per record.

Whole-column arithmetic replaces string comparison per pair: a pair of records is a pair of row numbers, a comparison is
a few array look-ups. Rows are put in an order that depends on their content only, so that neither the order of the
input nor the record numbers can change a result.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
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


def _head(record: StandardRecord, code: Codes) -> int:
    """A code of the person that the row's relation is to; 0 when the row does not say."""
    if record.is_register:
        return code(("register", record.household_number))
    client = record.reference_name or (record.name if record.relation is Relation.SELF else None)
    return code(("client", client.key)) if client and client.key else 0


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
    identity = np.zeros((n, 10), np.uint8)
    width = min(max((len(r.phones) for r in rows), default=1) or 1, PHONES)
    phones = np.zeros((n, width), np.int64)
    mobile = np.zeros((n, width), np.bool_)
    characters, whole, sounds = Codes(2), Codes(), Codes()
    name, alias = (NameBuilder(characters, whole, sounds) for _ in range(2))
    towns = _township_of_roads(rows)
    coded = _Coded()
    numbers: list[tuple[int, ...]] = []
    for i, r in enumerate(rows):
        name.add(split_name(r.name))
        alias.add(alias_of(r))
        state = id_code = 0
        if r.id_number and _ID_STATE[r.id_number.state] and len(r.id_number.text) == 10:
            text = r.id_number.text.encode("ascii", "replace")[:10]
            identity[i] = np.frombuffer(text, np.uint8)
            state = _ID_STATE[r.id_number.state]
            if r.id_number.state is not IdState.MASKED:
                id_code = coded.ids(r.id_number.text)
        for k, phone in enumerate([p for p in r.phones if p.digits][:width]):
            phones[i, k], mobile[i, k] = coded.phones(phone.digits), phone.is_mobile
        other = r.carer_name or (r.reference_name if r.relation is not Relation.SELF else None)
        surname, given = split_name(other)
        numbers.append((
            id_code, state, *_day_of(r), _sex(r), stage(r), *coded.relation(r), *coded.address(r.address, towns),
            coded.registers(r.household_number) if r.household_number else 0,
            whole(surname + given) if surname and "○" not in surname + given else 0,
            coded.listings(r.listing),
            # Two reports of one person are no list that goes on from month to month: each is a source of its own.
            coded.rosters(r.listing if isinstance(r.roster, OwnSource) else r.roster),
        ))  # fmt: skip
    column = dict(zip(_NUMBERS, np.array(numbers, np.int64).reshape(-1, len(_NUMBERS)).T.copy(), strict=True))
    return RecordTable(
        rows,
        np.array(order, np.int64),
        name.done(),
        alias.done(),
        identity,
        phones=phones,
        mobile=mobile,
        **column,
        is_register=np.array([r.is_register for r in rows], np.bool_),
        is_lodger=np.array([r.is_register and r.relation in LODGERS for r in rows], np.bool_),
        is_single_role=np.array([r.relation in SINGLE_ROLES for r in rows], np.bool_),
        is_small=np.array([is_small(r) for r in rows], np.bool_),
        is_grown=np.array([is_grown(r) for r in rows], np.bool_),
        row_of={key: i for i, key in enumerate(order)},
        contents=[content[key] for key in order],
    )


_NUMBERS = ("id_code", "id_state", "year", "month", "day", "sex", "stage", "role", "role_word", "head", "road", "door",
            "place", "floor", "register", "reference", "listing", "roster")  # fmt: skip


def _day_of(record: StandardRecord) -> tuple[int, int, int]:
    """Year, month and day of birth; a month without its day is left out."""
    birth = record.birth
    if not birth or not birth.year:
        return 0, 0, 0
    return (birth.year, birth.month, birth.day) if birth.month and birth.day else (birth.year, 0, 0)


class _Coded:
    """The codes of values, a space for each kind."""

    def __init__(self) -> None:
        self.ids, self.phones, self.registers, self.listings, self.rosters = (Codes() for _ in range(5))
        self.roles, self.role_words, self.heads = (Codes() for _ in range(3))
        self.roads, self.doors, self.places, self.floors = (Codes() for _ in range(4))

    def relation(self, record: StandardRecord) -> tuple[int, int, int]:
        """`role`, `role_word` and `head`."""
        if not record.relation:
            return 0, 0, 0
        return (
            self.roles(record.relation),
            self.role_words(record.relation_raw),
            _head(record, self.heads),
        )

    def address(self, a: Address | None, towns: Mapping[tuple[str, str], str]) -> tuple[int, int, int, int]:
        """`road`, `door`, `place` and `floor`."""
        if not a or not a.road:
            return 0, 0, 0, 0
        town = a.township or towns.get((a.road, "/".join(a.door[2:])), "") or towns.get((a.road, ""), "")
        road = self.roads((town, a.road, a.section))
        if not a.number:
            return road, 0, 0, 0
        door, place = place_parts(a, town)
        return road, self.doors(door), self.places(place), self.floors(place[-2:]) if a.floor else 0


def content_hash(table: RecordTable) -> int:
    """A checksum of all rows, for the report: the same rows in any order give the same number."""
    return zlib.crc32("\n".join(map(repr, table.contents)).encode())
