"""The columns that are compared, side by side: one row of whole numbers for each record, as the compiled code reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .name_columns import GIVEN_WIDTH, NameColumns

if TYPE_CHECKING:
    from .columns import RecordTable

Packed = NDArray[np.int32]

PHONES = 3
ID_LENGTH = 10

_NAME = (
    "surname", "surname_sound", "whole_name",
    *(f"given_{k}" for k in range(1, GIVEN_WIDTH + 1)), *(f"sound_{k}" for k in range(1, GIVEN_WIDTH + 1)),
    "length",
)  # fmt: skip
_PLAIN = (
    "id_state", "year", "month", "day", "sex", "stage", "listing", "roster", "is_register", "head", "role", "role_word",
    "is_single_role", "place", "door", "floor", "register", "road", "reference",
)  # fmt: skip
_ORDER = (
    *_NAME, *_PLAIN, "has_flats",
    *(f"id_{k}" for k in range(1, ID_LENGTH + 1)),
    *(f"{kind}_{k}" for kind in ("phone", "mobile") for k in range(1, PHONES + 1)),
    *(f"alias_{column}" for column in _NAME),
)  # fmt: skip
COLUMNS = {name: place for place, name in enumerate(_ORDER)}


def pack(table: RecordTable) -> Packed:
    """The compared columns of a table, [records, `len(COLUMNS)`]."""
    packed = np.zeros((len(table), len(COLUMNS)), np.int32)

    def put(name: str, values: NDArray[np.generic]) -> None:
        packed[:, COLUMNS[name]] = values

    for prefix, names in (("", table.name), ("alias_", table.alias)):
        _put_names(packed, prefix, names)
    for name in _PLAIN:
        put(name, getattr(table, name))
    put("has_flats", flats_at(table))
    for k in range(ID_LENGTH):
        put(f"id_{k + 1}", table.identity[:, k])
    for k in range(table.phones.shape[1]):
        put(f"phone_{k + 1}", table.phones[:, k])
        put(f"mobile_{k + 1}", table.mobile[:, k])
    return packed


def _put_names(packed: Packed, prefix: str, names: NameColumns) -> None:
    packed[:, COLUMNS[f"{prefix}surname"]] = names.surname
    packed[:, COLUMNS[f"{prefix}surname_sound"]] = names.surname_sound
    packed[:, COLUMNS[f"{prefix}length"]] = names.length
    # A name that is not known in full is like no other, nor like another that is not.
    nobodys = -1 - np.arange(len(packed))
    packed[:, COLUMNS[f"{prefix}whole_name"]] = np.where(names.full > 0, names.full, nobodys)
    for k in range(GIVEN_WIDTH):
        packed[:, COLUMNS[f"{prefix}given_{k + 1}"]] = names.given[:, k]
        packed[:, COLUMNS[f"{prefix}sound_{k + 1}"]] = names.given_sound[:, k]


def flats_at(table: RecordTable) -> NDArray[np.bool_]:
    """For each row: does its door have homes on floors?"""
    with_floor = np.unique(table.door[(table.floor > 0) & (table.door > 0)])
    return np.isin(table.door, with_floor)
