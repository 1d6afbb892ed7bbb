"""The columns that are compared, side by side: one row of words for each record, as the compiled code reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .engine.layout import Layout, Packed
from .name_columns import GIVEN_WIDTH, NameColumns

if TYPE_CHECKING:
    from .columns import RecordTable

PHONES = 3
ID_LENGTH = 10

_NAME = (
    "surname", "surname_sound", "whole_name",
    *(f"given_{k}" for k in range(1, GIVEN_WIDTH + 1)), *(f"sound_{k}" for k in range(1, GIVEN_WIDTH + 1)),
    "length",
)  # fmt: skip
_SMALL = (("year", 12), ("month", 4), ("day", 5), ("sex", 2), ("stage", 2), ("id_state", 2), ("is_register", 1),
          ("is_single_role", 1), ("has_flats", 1))  # fmt: skip
LAYOUT = Layout((
    # the first cache line: who somebody is and where
    *_NAME, _SMALL, *([(f"id_{k}", 7) for k in some] for some in (range(1, 5), range(5, 9), range(9, 11))), "place", "road",
    "register", "reference", "listing", "roster", "door", "floor", "head", "role", "role_word",
    *(f"phone_{k}" for k in range(1, PHONES + 1)), [(f"mobile_{k}", 1) for k in range(1, PHONES + 1)],
    *(f"alias_{column}" for column in _NAME),
))  # fmt: skip
COLUMNS = tuple(LAYOUT.places)
_OF_TABLE = ("year", "month", "day", "sex", "stage", "id_state", "is_register", "is_single_role", "place", "road",
             "register", "reference", "listing", "roster", "door", "floor", "head", "role", "role_word")  # fmt: skip


def pack(table: RecordTable) -> Packed:
    """The compared columns of a table."""
    rows = LAYOUT.empty(len(table))
    for prefix, names in (("", table.name), ("alias_", table.alias)):
        _put_names(rows, prefix, names)
    for name in _OF_TABLE:
        LAYOUT.put(rows, name, getattr(table, name))
    LAYOUT.put(rows, "has_flats", flats_at(table))
    for k in range(ID_LENGTH):
        LAYOUT.put(rows, f"id_{k + 1}", table.identity[:, k])
    for k in range(table.phones.shape[1]):
        LAYOUT.put(rows, f"phone_{k + 1}", table.phones[:, k])
        LAYOUT.put(rows, f"mobile_{k + 1}", table.mobile[:, k])
    return rows


def _put_names(rows: Packed, prefix: str, names: NameColumns) -> None:
    LAYOUT.put(rows, f"{prefix}surname", names.surname)
    LAYOUT.put(rows, f"{prefix}surname_sound", names.surname_sound)
    LAYOUT.put(rows, f"{prefix}length", names.length)
    # A name that is not known in full is like no other, nor like another that is not.
    nobodys = -1 - np.arange(len(rows))
    LAYOUT.put(rows, f"{prefix}whole_name", np.where(names.full > 0, names.full, nobodys))
    for k in range(GIVEN_WIDTH):
        LAYOUT.put(rows, f"{prefix}given_{k + 1}", names.given[:, k])
        LAYOUT.put(rows, f"{prefix}sound_{k + 1}", names.given_sound[:, k])


def flats_at(table: RecordTable) -> NDArray[np.bool_]:
    """For each row: does its door have homes on floors?"""
    with_floor = np.unique(table.door[(table.floor > 0) & (table.door > 0)])
    return np.isin(table.door, with_floor)
