"""How two records of different persons are compared, to tell whether they live together."""

from __future__ import annotations

from collections.abc import Callable

from .engine.comparison import Comparison
from .engine.expressions import Node, all_of, any_of, known, left, right, same
from .packed import PHONES

_DOOR = same("door") & left("door").more_than(0)
_PLACE = same("place") & _DOOR
_NO_DOOR = left("door").equals(0) | right("door").equals(0)
_FLOORS = [side("floor").more_than(0) for side in (left, right)]

ADDRESS = Comparison(
    "address",
    "住址",
    (
        "地址相同到樓層",
        "門牌相同（該門牌無樓層）",
        "門牌相同、皆無樓層，但該處另有樓層住戶",
        "門牌相同，一方無樓層",
        "同門牌異樓層",
        "同路段異號",
        "地址不同",
        "同路段（一方無門牌）",
    ),
    ~known("road"),
    (
        _PLACE & _FLOORS[0],
        _PLACE & left("has_flats").equals(0),
        _PLACE,
        _DOOR & any_of(_FLOORS[0] & ~_FLOORS[1], _FLOORS[1] & ~_FLOORS[0]),
        _DOOR,
        same("road") & ~_NO_DOOR,
        ~same("road"),
    ),
)


def _phone_pairs(condition: Callable[[str, str], Node]) -> Node:
    return any_of(*(condition(str(k), str(j)) for k in range(1, PHONES + 1) for j in range(1, PHONES + 1)))


_SAME_PHONE = _phone_pairs(lambda k, j: same(f"phone_{k}", f"phone_{j}") & left(f"phone_{k}").more_than(0))
_SAME_MOBILE = _phone_pairs(
    lambda k, j: all_of(
        same(f"phone_{k}", f"phone_{j}"), left(f"phone_{k}").more_than(0), left(f"mobile_{k}").equals(1)
    )
)
_BOTH_FIXED = _phone_pairs(
    lambda k, j: all_of(
        known(f"phone_{k}", f"phone_{j}"), left(f"mobile_{k}").equals(0), right(f"mobile_{j}").equals(0)
    )
)
PHONE = Comparison(
    "phone",
    "電話",
    ("手機相同", "市話相同", "市話不同"),
    ~(_SAME_PHONE | _BOTH_FIXED),
    (_SAME_MOBILE, _SAME_PHONE),
)
_IS_NAMED = any_of(
    *(
        one("reference").more_than(0) & one("reference").equals(other(column))
        for one, other in ((left, right), (right, left))
        for column in ("whole_name", "alias_whole_name")
    )
)
NAMED = Comparison(
    "named",
    "照顧者或案主",
    ("一方為另一方的照顧者或案主", "照顧者或案主同名", "照顧者或案主不同名"),
    ~_IS_NAMED & ~known("reference"),
    (_IS_NAMED, same("reference")),
)
SURNAME = Comparison(
    "surname",
    "姓氏",
    ("同姓", "異姓"),
    left("surname").less_than(2) | right("surname").less_than(2),  # none, or hidden
    (same("surname"),),
)
LIVING = (ADDRESS, PHONE, NAMED, SURNAME)
