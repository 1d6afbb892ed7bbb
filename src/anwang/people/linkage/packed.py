"""The columns that are compared, side by side: one row of words for each record, as the compiled code reads it."""

from __future__ import annotations

from collections.abc import Iterator
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
# Beside these a Parquet file of packed records has each record's number, how common its name is and that of the person
# named, and the key of each blocking rule.
ID, TERMS, KEY = "unique_id", ("tf_whole_name", "tf_reference"), "key_"
_OF_TABLE = ("year", "month", "day", "sex", "stage", "id_state", "is_register", "is_single_role", "place", "road",
             "register", "reference", "listing", "roster", "door", "floor", "head", "role", "role_word")  # fmt: skip


def pack(table: RecordTable) -> Packed:
    """The compared columns of a table."""
    columns: dict[str, NDArray[np.generic]] = {name: getattr(table, name) for name in _OF_TABLE}
    columns["has_flats"] = flats_at(table)
    for prefix, names in (("", table.name), ("alias_", table.alias)):
        columns |= {prefix + name: values for name, values in _of_name(names)}
    columns |= {f"id_{k + 1}": table.identity[:, k] for k in range(ID_LENGTH)}
    for k in range(table.phones.shape[1]):
        columns |= {f"phone_{k + 1}": table.phones[:, k], f"mobile_{k + 1}": table.mobile[:, k]}
    return LAYOUT.filled(columns)


def _of_name(names: NameColumns) -> Iterator[tuple[str, NDArray[np.generic]]]:
    yield "surname", names.surname
    yield "surname_sound", names.surname_sound
    yield "length", names.length
    # A name that is not known in full is like no other, nor like another that is not.
    nobodys = -1 - np.arange(len(names.full))
    yield "whole_name", np.where(names.full > 0, names.full, nobodys)
    for k in range(GIVEN_WIDTH):
        yield f"given_{k + 1}", names.given[:, k]
        yield f"sound_{k + 1}", names.given_sound[:, k]


def flats_at(table: RecordTable) -> NDArray[np.bool_]:
    """For each row: does its door have homes on floors?"""
    with_floor = np.unique(table.door[(table.floor > 0) & (table.door > 0)])
    return np.isin(table.door, with_floor)
