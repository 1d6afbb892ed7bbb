"""Many rows into the database in few statements: as JSON recordsets, because COPY is not allowed under row security."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, models

Row = dict[str, Any]
BATCH = 3000


class Sheet:
    """Rows to be written into one table. A row is a dict by the model's columns, and may be changed until it is written.

    `numbered`: rows get their numbers before they are written, so that others can point to them.
    """

    def __init__(self, model: type[models.Model], *, numbered: bool = True) -> None:
        fields = [field for field in model._meta.concrete_fields if numbered or not field.primary_key]
        self.model, self.numbered = model, numbered
        self.rows: list[Row] = []
        self.written = 0
        self._types = {field.attname: (field.column, field.db_type(connection)) for field in fields}
        made = {field for field in fields if field.has_default() and callable(field.default)}
        self._plain: Row = {
            field.attname: field.get_default()
            for field in fields
            if field not in made and not field.primary_key
        }
        self._fresh: dict[str, Callable[[], Any]] = {field.attname: field.default for field in made}
        self._numbers: Iterator[int] = iter(())

    def add(self, **values: Any) -> Row:
        """A further row: what is not given is as the model has it."""
        row = {**self._plain, **{name: make() for name, make in self._fresh.items()}, **values}
        if self.numbered:
            row["id"] = self._next()
        self.rows.append(row)
        return row

    def _next(self) -> int:
        found = next(self._numbers, None)
        if found is None:
            self._numbers = iter(self._draw(BATCH))
            found = next(self._numbers)
        return found

    def _draw(self, count: int) -> list[int]:
        """Numbers that nobody else gets; those that are left over stay unused."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
                [self.model._meta.db_table, count],
            )
            return [number for (number,) in cursor.fetchall()]

    def write(self) -> int:
        """Write what there is; returns how many rows that were."""
        names = ", ".join(f'"{column}"' for column, _ in self._types.values())
        read = ", ".join(f'r."{name}"' for name in self._types)
        types = ", ".join(f'"{name}" {kind}' for name, (_, kind) in self._types.items())
        table = self.model._meta.db_table
        # Table, columns and types are the model's own; values go as one parameter.
        sql = (
            f'insert into "{table}" ({names}) select {read} from jsonb_to_recordset(%s::jsonb) as r({types})'  # noqa: S608
        )
        with connection.cursor() as cursor:
            for start in range(0, len(self.rows), BATCH):
                part = self.rows[start : start + BATCH]
                cursor.execute(sql, [json.dumps(part, ensure_ascii=False, default=str)])
        count = len(self.rows)
        self.written += count
        self.rows = []
        return count
