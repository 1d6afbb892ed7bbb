"""Many rows in few statements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

BATCH = 4000


def insert_rows(
    table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], returning: str = ""
) -> list[Any]:
    """Insert many rows in few statements. COPY is not allowed under row security; a JSON recordset is nearly as fast.

    `columns`: column name to PostgreSQL type. Returns the rows of `returning` in order of insertion.
    """
    returned: list[Any] = []
    names = ", ".join(f'"{name}"' for name in columns)
    types = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    tail = f" returning {returning}" if returning else ""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.execute(
                # names and types are this module's own constants; values go as one parameter
                f'insert into "{table}" ({names}) select {names} from jsonb_to_recordset(%s::jsonb) as r({types}){tail}',  # noqa: S608
                [json.dumps(rows[start : start + BATCH], ensure_ascii=False, default=str)],
            )
            if returning:
                returned.extend(cursor.fetchall())
    return returned


def update_rows(statement: str, rows: Sequence[tuple[int, ...]]) -> int:
    """Run `statement` over `rows`, as the sub-select `{}` with columns a, b, c …; returns how many rows changed."""
    total = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 20_000):
            columns = list(zip(*rows[start : start + 20_000], strict=True))
            names = "abc"[: len(columns)]
            source = "select " + ", ".join(f"unnest(%s::bigint[]) as {name}" for name in names)
            cursor.execute(statement.format(source), [list(column) for column in columns])
            total += cursor.rowcount
    return total
