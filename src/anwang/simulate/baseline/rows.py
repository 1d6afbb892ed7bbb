"""The records as a table for Splink: what our own matching reads, so that only the matching differs.

A name is there by characters, each a number, because DuckDB's edit distances count bytes. What is not known is NULL.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from anwang.people.linkage.columns import PHONES, RecordTable
from anwang.people.linkage.engine.keys import Ints

ID_MASKED = 3


def splink_rows(table: RecordTable) -> Any:
    """A polars frame with a row for each record; `unique_id` is its number in `table`."""
    import polars

    columns: dict[str, Any] = {"unique_id": np.arange(len(table))}
    for prefix, names in (("name", table.name), ("alias", table.alias)):
        columns[f"{prefix}_full"] = _known(names.full)
        columns[f"{prefix}_sound"] = _known(names.sound)
        columns[f"{prefix}_surname"] = _known(names.surname)
        for k in range(names.given.shape[1]):
            columns[f"{prefix}_given_{k + 1}"] = _known(names.given[:, k], names.surname > 0)
    texts = [bytes(row).decode("ascii", "replace") for row in table.identity]
    columns["id"] = [
        t if state and state != ID_MASKED else None for t, state in zip(texts, table.id_state, strict=True)
    ]
    columns["id_shown"] = [t if state else None for t, state in zip(texts, table.id_state, strict=True)]
    columns["id_is_valid"] = table.id_state == 1
    columns["birth_year"] = _known(table.year)
    columns["birth_month"] = _known(table.month)
    columns["birth_day"] = _known(table.day)
    columns["birth"] = [
        f"{y:04d}{m:02d}{d:02d}" if y and m else None
        for y, m, d in zip(table.year.tolist(), table.month.tolist(), table.day.tolist(), strict=True)
    ]
    mobiles = table.mobile
    columns["mobile"] = [
        [int(p) for p in row[is_mobile] if p] or None
        for row, is_mobile in zip(table.phones, mobiles, strict=True)
    ]
    columns["landline"] = [
        [int(p) for p in row[~is_mobile] if p] or None
        for row, is_mobile in zip(table.phones, mobiles, strict=True)
    ]
    for k in range(PHONES):
        told = table.phones[:, k] if k < table.phones.shape[1] else np.zeros(len(table), np.int64)
        columns[f"phone_{k + 1}"] = _known(told)
    for name in ("sex", "stage", "place", "door", "floor", "road", "register", "reference"):
        columns[name] = _known(getattr(table, name))
    columns["role"] = [
        r.relation_raw if r.household_number and r.relation_raw else None for r in table.records
    ]
    columns["listing"] = table.listing
    columns["roster"] = table.roster
    frame = polars.DataFrame(columns)
    return frame.with_columns(polars.col("mobile", "landline").cast(polars.List(polars.Int64)))


def _known(column: Ints, where: Any = None) -> list[int | None]:
    there = column > 0 if where is None else where
    return [int(v) if t else None for v, t in zip(column.tolist(), there.tolist(), strict=True)]
