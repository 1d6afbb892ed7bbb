"""How two records are compared: by personal evidence, by their place in the family, and by the shared home.

Each gives a small integer, the level of agreement; -1 = nothing to compare. Distances are per character (one changed
Chinese character is one difference, whatever its bytes). Everything that a family shares (address, phone, 戶號) is ONE
comparison: who lives together agrees on all of it, so it counts once. Pairs with such evidence are scored by the model
`home` (relatives look alike), all others by the model `apart` (strangers do not).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .codes import Ints
from .columns import RecordTable
from .name_columns import HIDDEN, NameColumns

Levels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison: its name in the model, its zh-TW label, and the zh-TW label of each level."""

    name: str
    label: str
    levels: tuple[str, ...]


NAME = Comparison(
    "name",
    "姓名",
    ("姓名相同", "隱字處以外相同", "缺一字", "同音異字", "差一字", "同姓異名", "姓不同"),
)
IDENTITY = Comparison(
    "identity",
    "身分證號",
    ("證號相同", "隱碼處以外相同", "差一碼或兩碼對調", "證號不同（有一號檢核不符）", "兩個有效證號不同"),
)
BIRTH = Comparison(
    "birth",
    "出生日期",
    ("出生日期相同", "年相同（一方只有年）", "差一處或月日對調", "年相近（一方只有年）", "出生日期不同"),
)
SEX = Comparison("sex", "性別", ("性別相同", "性別不同"))
STAGE = Comparison("stage", "年齡層", ("同為成人或同為兒少", "一為成人一為兒少"))
LISTING = Comparison("listing", "名冊", ("同一名冊同一月份的兩列", "同一服務名冊的不同月份", "不同名冊"))
ROLE = Comparison(
    "role",
    "同戶稱謂",
    ("一戶僅一人的稱謂相同", "同輩稱謂且用字相同", "同輩稱謂而用字不同", "稱謂不同"),
)
CASE_ROLE = Comparison(
    "case_role",
    "戶籍與個案的稱謂",
    ("戶長與案主，或對其稱謂相符（僅一人）", "同為子女或孫輩等", "稱謂不符"),
)
SHARED = Comparison(
    "shared",
    "同住證據",
    (
        "同手機號碼",
        "戶號相同",
        "地址相同（到樓層）",
        "地址相同（門牌無樓層）",
        "市話相同",
        "同戶（由家人推得）",
    ),
)
PLACE = Comparison("place", "地址", ("同一路段", "地址不同", "戶號不同"))
REFERENCE = Comparison("reference", "照顧者或案主", ("照顧者或案主同名", "照顧者或案主不同名"))

PERSONAL = (NAME, IDENTITY, BIRTH, SEX, STAGE, LISTING)
ROLES = (
    ROLE,
    CASE_ROLE,
)  # within a home they tell its members apart; between strangers they say only "grown-up"
HOME = (*PERSONAL, *ROLES, SHARED)
APART = (*PERSONAL, PLACE, REFERENCE)


@dataclass(frozen=True, slots=True)
class Gammas:
    """Levels of all comparisons for pairs of rows; `levels[name]` is int8 [pairs]. `is_home`: model `home` applies."""

    levels: dict[str, Levels]
    is_home: NDArray[np.bool_]


def compare(table: RecordTable, left: Ints, right: Ints) -> Gammas:
    """All comparisons of the row pairs (`left[k]`, `right[k]`)."""
    shared = _shared(table, left, right)
    levels = {
        "name": _names(table, left, right),
        "identity": _identities(table, left, right),
        "birth": _births(table, left, right),
        "sex": _equal(table.sex, left, right),
        "stage": _stages(table, left, right),
        "listing": _listings(table, left, right),
        "role": _roles(table, left, right),
        "case_role": _case_roles(table, left, right),
        "shared": shared,
        "place": _places(table, left, right),
        "reference": _equal(table.reference, left, right),
    }
    return Gammas(levels, shared >= 0)


def _equal(column: Ints, left: Ints, right: Ints) -> Levels:
    a, b = column[left], column[right]
    return np.where((a == 0) | (b == 0), -1, a != b).astype(np.int8)


def _name_level(a: NameColumns, b: NameColumns, left: Ints, right: Ints) -> Levels:
    surname_a, surname_b = a.surname[left], b.surname[right]
    given_a, given_b = a.given[left], b.given[right]
    length_a, length_b = a.length[left], b.length[right]
    same_surname = surname_a == surname_b
    hidden = (given_a == HIDDEN) | (given_b == HIDDEN)
    equal = given_a == given_b
    either_hidden = hidden.any(1) | (surname_a == HIDDEN) | (surname_b == HIDDEN)
    same_length = length_a == length_b
    surname_fits = same_surname | (surname_a == HIDDEN) | (surname_b == HIDDEN)
    sound = (a.given_sound[left] == b.given_sound[right]).all(1)
    sound &= a.surname_sound[left] == b.surname_sound[right]
    differing = (~equal & ~hidden).sum(1)
    swapped = (
        (given_a[:, 0] == given_b[:, 1]) & (given_a[:, 1] == given_b[:, 0]) & (given_a[:, 2] == given_b[:, 2])
    )
    shorter = np.minimum(length_a, length_b)
    prefix = np.ones(len(left), np.bool_)
    for k in range(given_a.shape[1]):
        prefix &= (k >= shorter) | equal[:, k] | hidden[:, k]
    last_a = given_a[np.arange(len(left)), np.maximum(length_a - 1, 0)]
    last_b = given_b[np.arange(len(left)), np.maximum(length_b - 1, 0)]
    cut = (np.abs(length_a - length_b) == 1) & (prefix | (last_a == last_b)) & (shorter > 0)
    one = same_length & ((differing == 1) | swapped) & (length_a > 1)
    level = np.select(
        [
            ~surname_fits & ~sound,
            same_length & (differing == 0) & ~either_hidden & same_surname,
            same_length & (differing == 0) & either_hidden,
            cut,
            sound & same_length,
            one,
        ],
        [6, 0, 1, 2, 3, 4],
        5,
    )
    level[(surname_a == 0) | (surname_b == 0)] = -1
    return level.astype(np.int8)


def _names(table: RecordTable, left: Ints, right: Ints) -> Levels:
    level = _name_level(table.name, table.name, left, right)
    for a, b, with_alias in (
        (table.alias, table.name, table.alias.surname[left] > 0),
        (table.name, table.alias, table.alias.surname[right] > 0),
    ):
        rows = np.flatnonzero(with_alias & (level > 0))
        if len(rows):
            other = _name_level(a, b, left[rows], right[rows])
            level[rows] = np.where(other >= 0, np.minimum(other, level[rows]), level[rows])
    return level


def _identities(table: RecordTable, left: Ints, right: Ints) -> Levels:
    level = np.full(len(left), -1, np.int8)
    rows = np.flatnonzero((table.id_state[left] > 0) & (table.id_state[right] > 0))
    a, b = table.identity[left[rows]], table.identity[right[rows]]
    state_a, state_b = table.id_state[left[rows]], table.id_state[right[rows]]
    star = (a == ord("*")) | (b == ord("*"))
    differs = (a != b) & ~star
    count = differs.sum(1)
    shown = (~star).sum(1)
    adjacent = differs[:, :-1] & differs[:, 1:]
    crossed = (adjacent & (a[:, :-1] == b[:, 1:]) & (a[:, 1:] == b[:, :-1])).any(1)
    masked = (state_a == 3) | (state_b == 3)
    level[rows] = np.select(
        [masked & (count == 0) & (shown >= 4), masked & (count == 0), masked, count == 0,
         (count == 1) | ((count == 2) & crossed), (state_a == 2) | (state_b == 2)],
        [1, -1, 3, 0, 2, 3],
        4,
    )  # fmt: skip
    return level


def _births(table: RecordTable, left: Ints, right: Ints) -> Levels:
    y1, m1, d1 = table.year[left], table.month[left], table.day[left]
    y2, m2, d2 = table.year[right], table.month[right], table.day[right]
    # 1 January is what a form writes when only the year is known: it says no more than the year
    partial1 = (m1 == 0) | ((m1 == 1) & (d1 == 1))
    partial2 = (m2 == 0) | ((m2 == 1) & (d2 == 1))
    same_day = (m1 == m2) & (d1 == d2)
    gap = np.abs(y1 - y2)
    partial = partial1 | partial2
    near = (same_day & (gap > 0)) | ((gap == 0) & (((m1 == d2) & (d1 == m2)) | (m1 == m2) | (d1 == d2)))
    level = np.select(
        [
            (gap == 0) & same_day & (m1 > 0) & ~partial,
            partial & (gap == 0),
            near & ~partial,
            partial & (gap == 1),
        ],
        [0, 1, 2, 3],
        4,
    )
    level[(y1 == 0) | (y2 == 0)] = -1
    return level.astype(np.int8)


def _stages(table: RecordTable, left: Ints, right: Ints) -> Levels:
    level = _equal(table.stage, left, right)
    level[(table.year[left] > 0) & (table.year[right] > 0)] = -1  # the births say it already
    return level


def _listings(table: RecordTable, left: Ints, right: Ints) -> Levels:
    same = table.listing[left] == table.listing[right]
    again = (table.roster[left] == table.roster[right]) & ~table.is_register[left]
    return np.select([same, again], [0, 1], 2).astype(np.int8)


def _roles(table: RecordTable, left: Ints, right: Ints) -> Levels:
    """Two rows whose relation is to one and the same person: the 戶長 of one 戶號, or one 案主 by name."""
    same = (table.head[left] == table.head[right]) & (table.head[left] > 0)
    role = table.role[left]
    word = table.role_word[left] == table.role_word[right]
    level = np.select([role != table.role[right], table.is_single_role[left], word], [3, 0, 1], 2)
    level[~same | (role == 0) | (table.role[right] == 0)] = -1
    return level.astype(np.int8)


def _case_roles(table: RecordTable, left: Ints, right: Ints) -> Levels:
    """A row of the register and one of a case: the 案主 often is the 戶長, and then their kin have the same relations."""
    role = table.role[left]
    level = np.select([role != table.role[right], table.is_single_role[left]], [2, 0], 1)
    other_kind = table.is_register[left] != table.is_register[right]
    level[~other_kind | (role == 0) | (table.role[right] == 0)] = -1
    return level.astype(np.int8)


def _shared(table: RecordTable, left: Ints, right: Ints) -> Levels:
    level = np.full(len(left), -1, np.int8)
    for k in range(table.phones.shape[1]):
        for j in range(table.phones.shape[1]):
            a, b = table.phones[left, k], table.phones[right, j]
            same = (a == b) & (a > 0)
            if same.any():
                level[same] = np.where(table.mobile[left[same], k], 0, np.where(level[same] == 0, 0, 4))
    place = (table.place[left] == table.place[right]) & (table.place[left] > 0)
    level[place & (level != 0)] = np.where(table.floor[left[place & (level != 0)]] > 0, 2, 3)
    r1, r2 = table.register[left], table.register[right]
    level[(r1 == r2) & (r1 > 0) & (level != 0)] = 1
    level[
        (r1 != r2) & (r1 > 0) & (r2 > 0)
    ] = -1  # two register households: not one home, whatever the door says
    return level


def _places(table: RecordTable, left: Ints, right: Ints) -> Levels:
    a, b = table.road[left], table.road[right]
    level = np.where((a == 0) | (b == 0), -1, (a != b) | ((table.place[left] > 0) & (table.place[right] > 0)))
    r1, r2 = table.register[left], table.register[right]
    level[(r1 != r2) & (r1 > 0) & (r2 > 0)] = 2
    return level.astype(np.int8)
