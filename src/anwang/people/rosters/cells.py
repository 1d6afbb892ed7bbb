"""The cells of one row by standard field: typed for the date reader, as text for all others."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from anwang.platform.files.sheet import Cell, MergedRange, Sheet, cell_text
from anwang.standard.fields import FIELDS, FieldId, FieldType
from anwang.standard.vocabularies import VOCABULARIES

from .recognition import SheetRecognition

_NOWHERE = sys.maxsize  # the index of a column that the sheet does not have: beyond the end of every row
_OF_RECORD = frozenset(
    (
        FieldId.RECORD_NUMBER, FieldId.NAME, FieldId.ID_NUMBER, FieldId.BIRTH, FieldId.SEX, FieldId.PHONE, FieldId.ADDRESS,
        FieldId.HOUSEHOLD_NUMBER, FieldId.RELATION, FieldId.REFERENCE_NAME, FieldId.CARER_NAME,
        FieldId.ROW_NUMBER,  # the printed order says nothing about the person and changes with every print
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DetailColumn:
    """A column of the list's own; `is_date`, `is_code`, `is_amount` say which reader must know its values."""

    index: int
    field: FieldId
    is_date: bool
    is_code: bool
    is_amount: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet, ready for its rows: an index for each field, beyond every row when there is none.

    Plain numbers, because a register answer has 70,000 rows. `labels` name the columns as users find them.
    """

    number: int
    name: int
    id_number: int
    birth: int
    sex: int
    address: int
    household_number: int
    relation: int
    reference_name: int
    carer_name: int
    phones: tuple[int, ...]
    details: tuple[DetailColumn, ...]
    unknown: tuple[tuple[int, str], ...]
    labels: dict[FieldId, str]

    def label(self, field: FieldId) -> str:
        return self.labels.get(field) or FIELDS[field].label


def columns_of(sheet: SheetRecognition) -> Columns:
    first: dict[FieldId, int] = {}
    labels: dict[FieldId, str] = {}
    details: list[DetailColumn] = []
    unknown: list[tuple[int, str]] = []
    names: set[str] = set()
    for choice in sheet.columns:
        field = choice.field
        if field is None:
            # Two unknown columns may share a header, and some have none: the letter keeps them apart.
            name = choice.header if choice.header and choice.header not in names else choice.label
            names.add(name)
            unknown.append((choice.index, name))
            continue
        first.setdefault(field, choice.index)
        labels.setdefault(field, choice.label)
        if field not in _OF_RECORD:
            kind = FIELDS[field].type
            details.append(
                DetailColumn(
                    choice.index,
                    field,
                    kind is FieldType.DATE,
                    field in VOCABULARIES,
                    kind is FieldType.AMOUNT,
                )
            )
    return Columns(
        number=first.get(FieldId.RECORD_NUMBER, _NOWHERE),
        name=first.get(FieldId.NAME, _NOWHERE),
        id_number=first.get(FieldId.ID_NUMBER, _NOWHERE),
        birth=first.get(FieldId.BIRTH, _NOWHERE),
        sex=first.get(FieldId.SEX, _NOWHERE),
        address=first.get(FieldId.ADDRESS, _NOWHERE),
        household_number=first.get(FieldId.HOUSEHOLD_NUMBER, _NOWHERE),
        relation=first.get(FieldId.RELATION, _NOWHERE),
        reference_name=first.get(FieldId.REFERENCE_NAME, _NOWHERE),
        carer_name=first.get(FieldId.CARER_NAME, _NOWHERE),
        phones=tuple(choice.index for choice in sheet.columns_of(FieldId.PHONE)),
        details=tuple(details),
        unknown=tuple(unknown),
        labels=labels,
    )


def text_at(row: Sequence[Cell], index: int) -> str:
    if index >= len(row):
        return ""
    value = row[index]
    return value.strip() if type(value) is str else cell_text(value)


def date_at(row: Sequence[Cell], index: int) -> Cell:
    """The cell for `read_date`: a typed date stays one, a number a number (it may be a day number)."""
    if index >= len(row):
        return None
    value = row[index]
    return value.date() if isinstance(value, dt.datetime) else value


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
