"""Which records are compared where the map does not say it: by each number and date alone, by two of the rest together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from .kinds import Kind
from .link_map import Field, Key

ALONE = (Kind.ID, Kind.PHONE, Kind.DATE, Kind.CHINESE_NAME, Kind.NAME)
NAMES = (Kind.GIVEN_NAME, Kind.SURNAME, Kind.NAME, Kind.CHINESE_NAME)
_PLACES = (Kind.ADDRESS, Kind.TEXT, Kind.POSTCODE, Kind.NUMBER)


def default_blocking(fields: Sequence[Field]) -> tuple[tuple[Key, ...], ...]:
    """Rules that a pair escapes only when hardly anything agrees: every single slip, and most double ones, are met by
    another rule."""
    rules: list[tuple[Key, ...]] = [(Key((f.name,)),) for f in fields if f.kind in ALONE]
    names = [f for f in fields if f.kind in NAMES]
    dates = [f for f in fields if f.kind is Kind.DATE]
    places = [f for f in fields if f.kind in _PLACES]
    for one, other in combinations((f for f in names if f.swapped_with), 2):
        if one.swapped_with == other.name:
            rules.append((Key((one.name, other.name), "sound"),))
            rules.append((Key((one.name,), "first_2"), Key((other.name,), "first_2")))
    for name in names:
        for date in dates:
            rules += [(Key((name.name,), "sound"), Key((date.name,), use)) for use in ("year", "month_day")]
        rules += [(Key((name.name,), "sound"), Key((place.name,))) for place in places]
    rules += [(Key((one.name,)), Key((other.name,))) for one, other in combinations(places, 2)]
    for place in places:
        rules += [(Key((place.name,)), Key((date.name,), "year")) for date in dates]
    if not rules:
        rules = [(Key((f.name,)),) for f in fields]
    return tuple(dict.fromkeys(rules))
