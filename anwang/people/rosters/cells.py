"""The cells of one row by standard field: typed for the date reader, as text for all others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from anwang.platform.files.sheet import Cell, MergedRange, Sheet, cell_text
from anwang.standard.fields import FIELDS, FieldId, FieldType

from .recognition import ColumnChoice, SheetRecognition

_DATES = (FieldType.DATE, FieldType.BIRTH)
# Columns that say nothing about the person: the printed order, and the month that is the file's.
_LEFT_OUT = frozenset((FieldId.ROW_NUMBER,))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet, ready for its rows. `details` are the fields that go to `StandardRecord.details`."""

    by_field: dict[FieldId, tuple[ColumnChoice, ...]]
    details: tuple[ColumnChoice, ...]
    unknown: tuple[tuple[int, str], ...]

    def first(self, field: FieldId) -> ColumnChoice | None:
        choices = self.by_field.get(field)
        return choices[0] if choices else None

    def label(self, field: FieldId) -> str:
        choice = self.first(field)
        return choice.label if choice else FIELDS[field].label


_OF_RECORD = frozenset(
    (
        FieldId.RECORD_NUMBER, FieldId.NAME, FieldId.ID_NUMBER, FieldId.BIRTH, FieldId.SEX, FieldId.PHONE, FieldId.ADDRESS,
        FieldId.HOUSEHOLD_NUMBER, FieldId.RELATION, FieldId.REFERENCE_NAME, FieldId.CARER_NAME,
    )
)  # fmt: skip


def columns_of(sheet: SheetRecognition) -> Columns:
    by_field: dict[FieldId, tuple[ColumnChoice, ...]] = {}
    details: list[ColumnChoice] = []
    unknown: list[tuple[int, str]] = []
    names: set[str] = set()
    for choice in sheet.columns:
        if choice.field is None:
            # Two unknown columns may share a header, and some have none: the letter keeps them apart.
            name = choice.header if choice.header and choice.header not in names else choice.label
            names.add(name)
            unknown.append((choice.index, name))
            continue
        by_field[choice.field] = (*by_field.get(choice.field, ()), choice)
        if choice.field not in _OF_RECORD and choice.field not in _LEFT_OUT:
            details.append(choice)
    return Columns(by_field, tuple(details), tuple(unknown))


def text_at(row: Sequence[Cell], choice: ColumnChoice | None) -> str:
    if choice is None or choice.index >= len(row):
        return ""
    value = row[choice.index]
    return value.strip() if type(value) is str else cell_text(value)


def date_at(row: Sequence[Cell], choice: ColumnChoice | None) -> Cell:
    """The cell for `read_date`: a typed date stays one, a number a number (it may be a day number)."""
    if choice is None or choice.index >= len(row):
        return None
    value = row[choice.index]
    return value.date() if isinstance(value, dt.datetime) else value


def detail_text(row: Sequence[Cell], choice: ColumnChoice) -> str:
    if choice.field is not None and FIELDS[choice.field].type in _DATES:
        return cell_text(date_at(row, choice))
    return text_at(row, choice)


def filled_rows(sheet: Sheet, first_row: int) -> list[tuple[Cell, ...]]:
    """The rows from `first_row` on, with a value that is merged over several rows standing in each of them.

    Families are often written so: one address or case worker beside three names. A range merged over columns only
    (a title, a heading) keeps its value in the first cell.
    """
    rows = list(sheet.rows[first_row:])
    for merged in sheet.merged:
        if merged.first_row >= first_row and merged.last_row > merged.first_row:
            _fill(rows, merged, first_row)
    return rows


def _fill(rows: list[tuple[Cell, ...]], merged: MergedRange, first_row: int) -> None:
    top = merged.first_row - first_row
    column = merged.first_column
    if top >= len(rows) or column >= len(rows[top]):
        return
    value = rows[top][column]
    for index in range(top + 1, min(merged.last_row - first_row + 1, len(rows))):
        row = list(rows[index])
        if not any(cell not in (None, "") for cell in row):
            continue  # the merge runs on into blank rows: no record there
        row.extend(repeat(None, column + 1 - len(row)))
        if row[column] in (None, ""):
            row[column] = value
            rows[index] = tuple(row)
