"""How two records are compared: by personal evidence, by their place in the family, and by the shared home.

Each gives a small integer, the level of agreement; -1 = nothing to compare. Distances are per character (one changed
Chinese character is one difference, whatever its bytes). Everything that a family shares (address, phone, 戶號) is ONE
comparison: who lives together agrees on all of it, so it counts once. Pairs with such evidence are scored by the model
`home` (relatives look alike), all others by the model `apart` (strangers do not).

A level is an expression over the columns of `packed`: the compiled engine and Splink read the same one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import RecordTable
from .engine.comparison import Comparison
from .engine.expressions import (
    Node,
    all_of,
    any_of,
    chosen,
    count_of,
    distance,
    known,
    left,
    right,
    same,
    smaller,
)
from .engine.kernels import compiled, interpreted, worth_compiling
from .engine.keys import Ints
from .engine.source import source_of
from .name_columns import GIVEN_WIDTH, HIDDEN
from .packed import ID_LENGTH, LAYOUT, PHONES

Levels = NDArray[np.int8]
MASK = ord("*")


ALWAYS = all_of()
NEVER = any_of()


def _either(column: str, value: int, other: str = "") -> Node:
    return left(column).equals(value) | right(other or column).equals(value)


def _name() -> tuple[Node, tuple[Node, ...]]:
    parts = range(1, GIVEN_WIDTH + 1)

    def is_hidden(column: str) -> Node:
        return _either(column, HIDDEN)

    long_l, long_r = left("length"), right("length")
    last_l, last_r = (
        chosen(
            side("length").less_than(2),
            side("given_1"),
            chosen(side("length").equals(2), side("given_2"), side("given_3")),
        )
        for side in (left, right)
    )
    sound = all_of(same("surname_sound"), *(same(f"sound_{k}") for k in parts))
    fits = any_of(same("surname"), is_hidden("surname"), sound)
    same_length = same("length")
    either_hidden = any_of(is_hidden("surname"), *(is_hidden(f"given_{k}") for k in parts))
    differing = count_of(*(~same(f"given_{k}") & ~is_hidden(f"given_{k}") for k in parts))
    swapped = all_of(same("given_1", "given_2"), same("given_2", "given_1"), same("given_3"))
    shorter = smaller(long_l, long_r)
    begins_alike = all_of(
        *(any_of(shorter.less_than(k), same(f"given_{k}"), is_hidden(f"given_{k}")) for k in parts)
    )
    lacks_one = all_of(
        distance(long_l, long_r).equals(1), shorter.more_than(0), begins_alike | last_l.equals(last_r)
    )
    return _either("surname", 0), (
        same("whole_name"),
        all_of(fits, same_length, differing.equals(0), either_hidden),
        fits & lacks_one,
        sound & same_length,
        all_of(fits, same_length, differing.equals(1) | swapped, long_l.more_than(1)),
        fits,
    )


def _identity() -> tuple[Node, tuple[Node, ...]]:
    places = range(1, ID_LENGTH + 1)
    star = [_either(f"id_{k}", MASK) for k in places]
    differs = [~same(f"id_{k}") & ~star[k - 1] for k in places]
    none, one = count_of(*differs).equals(0), count_of(*differs).equals(1)
    crossed = count_of(*differs).equals(2) & any_of(
        *(
            all_of(
                differs[k - 1], differs[k],
                left(f"id_{k}").equals(right(f"id_{k + 1}")), left(f"id_{k + 1}").equals(right(f"id_{k}")),
            )
            for k in places[:-1]
        )
    )  # fmt: skip
    masked = _either("id_state", 3)
    little = count_of(*(~each for each in star)).less_than(4)
    return (
        _either("id_state", 0) | all_of(masked, none, little),
        (~masked & none, masked & none, ~masked & (one | crossed), masked | _either("id_state", 2)),
    )


def _births() -> tuple[Node, tuple[Node, ...]]:
    # 1 January is what a form writes when only the year is known: it says no more than the year
    partial = any_of(
        *(
            side("month").equals(0) | (side("month").equals(1) & side("day").equals(1))
            for side in (left, right)
        )
    )
    gap = distance(left("year"), right("year"))
    same_day = same("month") & same("day")
    turned = left("month").equals(right("day")) & left("day").equals(right("month"))
    return (
        _either("year", 0),
        (
            gap.equals(0) & same_day & ~partial,
            partial & gap.equals(0),
            ~partial & ((same_day & gap.more_than(0)) | (gap.equals(0) & (turned | same("month") | same("day")))),
            partial & gap.equals(1),
        ),
    )  # fmt: skip


def _shared() -> tuple[Node, tuple[Node, ...]]:
    def phones(is_mobile: int) -> Node:
        """A number that both have, of the left record's kind."""
        return any_of(
            *(
                all_of(left(f"phone_{k}").equals(right(f"phone_{j}")), left(f"phone_{k}").more_than(0),
                       left(f"mobile_{k}").equals(is_mobile))
                for k in range(1, PHONES + 1)
                for j in range(1, PHONES + 1)
            )
        )  # fmt: skip

    place = same("place") & left("place").more_than(0)
    register = same("register") & left("register").more_than(0)
    other_register = known("register") & ~same("register")
    mobile, fixed = phones(1), phones(0)
    return (
        # two register households: not one home, whatever the door says
        other_register | ~any_of(mobile, register, place, fixed),
        (mobile, register, place & left("floor").more_than(0), place, ALWAYS),
    )


_NAME_NULL, _NAME_LEVELS = _name()
_ID_NULL, _ID_LEVELS = _identity()
_BIRTH_NULL, _BIRTH_LEVELS = _births()
_SHARED_NULL, _SHARED_LEVELS = _shared()

NAME = Comparison(
    "name",
    "姓名",
    ("姓名相同", "隱字處以外相同", "缺一字", "同音異字", "差一字", "同姓異名", "姓不同"),
    _NAME_NULL,
    _NAME_LEVELS,
    alias="alias_",
    term="whole_name",
)
IDENTITY = Comparison(
    "identity",
    "身分證號",
    ("證號相同", "隱碼處以外相同", "差一碼或兩碼對調", "證號不同（有一號檢核不符）", "兩個有效證號不同"),
    _ID_NULL,
    _ID_LEVELS,
)
BIRTH = Comparison(
    "birth",
    "出生日期",
    ("出生日期相同", "年相同（一方只有年）", "差一處或月日對調", "年相近（一方只有年）", "出生日期不同"),
    _BIRTH_NULL,
    _BIRTH_LEVELS,
)
SEX = Comparison("sex", "性別", ("性別相同", "性別不同"), ~known("sex"), (same("sex"),))
STAGE = Comparison(
    "stage",
    "年齡層",
    ("同為成人或同為兒少", "一為成人一為兒少"),
    ~known("stage") | known("year"),  # the births say it already
    (same("stage"),),
)
LISTING = Comparison(
    "listing",
    "名冊",
    ("同一名冊同一月份的兩列", "同一服務名冊的不同月份", "不同名冊"),
    NEVER,
    (same("listing"), same("roster") & left("is_register").equals(0)),
)
# Two rows whose relation is to one and the same person: the 戶長 of one 戶號, or one 案主 by name.
ROLE = Comparison(
    "role",
    "同戶稱謂",
    ("一戶僅一人的稱謂相同", "同輩稱謂且用字相同", "同輩稱謂而用字不同", "稱謂不同"),
    ~known("head") | ~same("head") | ~known("role"),
    (
        same("role") & left("is_single_role").equals(1),
        same("role") & same("role_word"),
        same("role"),
    ),
)
# A row of the register and one of a case: the 案主 often is the 戶長, and then their kin have the same relations.
CASE_ROLE = Comparison(
    "case_role",
    "戶籍與個案的稱謂",
    ("戶長與案主，或對其稱謂相符（僅一人）", "同為子女或孫輩等", "稱謂不符"),
    same("is_register") | ~known("role"),
    (same("role") & left("is_single_role").equals(1), same("role")),
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
    _SHARED_NULL,
    _SHARED_LEVELS,
)
PLACE = Comparison(
    "place",
    "地址",
    ("同一路段", "地址不同", "戶號不同"),
    ~known("road") & ~(known("register") & ~same("register")),
    (
        same("road") & ~known("place") & ~(known("register") & ~same("register")),
        ~(known("register") & ~same("register")),
    ),
)
REFERENCE = Comparison(
    "reference",
    "照顧者或案主",
    ("照顧者或案主同名", "照顧者或案主不同名"),
    ~known("reference"),
    (same("reference"),),
    term="reference",
)

PERSONAL = (NAME, IDENTITY, BIRTH, SEX, STAGE, LISTING)
ROLES = (
    ROLE,
    CASE_ROLE,
)  # within a home they tell its members apart; between strangers they say only "grown-up"
HOME = (*PERSONAL, *ROLES, SHARED)
APART = (*PERSONAL, PLACE, REFERENCE)
ALL = (*HOME, PLACE, REFERENCE)


@dataclass(frozen=True, slots=True)
class Gammas:
    """Levels of all comparisons for pairs of rows; `levels[name]` is int8 [pairs]. `is_home`: model `home` applies."""

    levels: dict[str, Levels]
    is_home: NDArray[np.bool_]


_SOURCES: list[tuple[tuple[Comparison, ...], str]] = []


def levels_source(comparisons: tuple[Comparison, ...]) -> str:
    """The source of the comparisons over the packed columns, made once for each list of them."""
    for known_ones, source in _SOURCES:
        if (
            known_ones is comparisons
        ):  # to hash some hundred expressions takes longer than to compare fifty records
            return source
    _SOURCES.append((comparisons, source_of(comparisons, LAYOUT)))
    return _SOURCES[-1][1]


def levels_of(
    comparisons: tuple[Comparison, ...], table: RecordTable, left: Ints, right: Ints
) -> dict[str, Levels]:
    """The level of each comparison for the row pairs (`left[k]`, `right[k]`)."""
    found = np.empty((len(comparisons), len(left)), np.int8)
    if worth_compiling(len(left)):
        compiled(levels_source(comparisons)).levels(table.packed, left, right, found)
    else:
        rows = {row: table.packed[row].tolist() for row in {*left.tolist(), *right.tolist()}}
        interpreted(levels_source(comparisons)).levels(rows, left.tolist(), right.tolist(), found)
    return {c.name: found[k] for k, c in enumerate(comparisons)}


def compare(table: RecordTable, left: Ints, right: Ints) -> Gammas:
    """All comparisons of the row pairs that ask whether two records are of one person."""
    levels = levels_of(ALL, table, left, right)
    return Gammas(levels, levels["shared"] >= 0)
