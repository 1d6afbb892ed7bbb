"""The rows of a recognised roster to standard records: a good row is accepted, whatever its neighbour is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from anwang.platform.files.refused import FileRefused
from anwang.platform.files.sheet import Cell, Table, cell_text
from anwang.standard.fields import FieldId
from anwang.standard.record import StandardRecord
from anwang.standard.text import fold_label, squeeze

from .cells import Columns, columns_of, filled_rows, text_at
from .reading import RowFault, RowNote, RowReading
from .recognition import Recognition, SheetRecognition
from .record import Refused, RowContext, standard_record
from .row_hash import row_hash
from .skipped import SkippedKind, skipped_kind

_F = FieldId
_PERSON = (FieldId.NAME, FieldId.ID_NUMBER, FieldId.BIRTH)


@dataclass(slots=True)
class _Gathered:
    """What the sheets have given so far. `seen`: record number → (hash, sheet, line)."""

    records: list[StandardRecord]
    hashes: list[str]
    faults: list[RowFault]
    notes: list[RowNote]
    repeated: list[int]
    skipped: dict[SkippedKind, list[int]]
    seen: dict[str, tuple[str, str, int]]


def read_rows(table: Table, recognition: Recognition, *, today: dt.date) -> RowReading:
    """Read every row of the sheets of `recognition`. `today` is the day of the load: no birth may lie after it.

    A row is refused when it has no record number, neither name nor identity number, an impossible birth date, or the
    record number of an earlier row with other content. Everything else that is odd is accepted with a note.
    Raises FileRefused(`truncated`) when the last row shows that the file was cut off.
    """
    gathered = _Gathered([], [], [], [], [], {}, {})
    for found in recognition.sheets:
        _read_sheet(table, recognition, found, today, gathered)
    return RowReading(
        recognition,
        tuple(gathered.records),
        tuple(gathered.hashes),
        tuple(gathered.faults),
        tuple(gathered.notes),
        tuple(gathered.repeated),
        {kind: tuple(lines) for kind, lines in gathered.skipped.items()},
    )


def _read_sheet(
    table: Table, recognition: Recognition, found: SheetRecognition, today: dt.date, gathered: _Gathered
) -> None:
    sheet = table.sheets[found.index]
    columns = columns_of(found)
    context = RowContext(recognition, columns, found.name, today, recognition.period.last_day)
    headers = frozenset(fold_label(column.header) for column in found.columns if column.header)
    titles = frozenset(squeeze(title) for title in found.titles)
    person = tuple(column.index for field in _PERSON for column in found.columns_of(field))
    last_record_line = 0
    for line, row in enumerate(filled_rows(sheet, found.first_line - 1), start=found.first_line):
        # The usual row has a coded number and a person: no total looks so, and the tests for those are slow.
        if sheet.merged or not _is_plainly_a_record(row, columns.number, person):
            texts = [cell_text(cell) for cell in row]
            kind = skipped_kind(texts, headers, titles, person)
            if kind is not None:
                gathered.skipped.setdefault(kind, []).append(line)
                continue
        last_record_line = line
        _read_row(row, line, context, gathered)
    if sheet.is_cut_off and last_record_line == len(sheet.rows):
        raise FileRefused(
            "truncated",
            f"最後一列（第 {last_record_line} 列）不完整，檔案可能只傳了一部分。請重新送出整個檔案。",
        )


def _is_plainly_a_record(row: Sequence[Cell], number: int, person: Sequence[int]) -> bool:
    if len(row) <= number:
        return False
    first = row[number]
    if type(first) is not str or not first.isascii() or first.isalpha() or not first:
        return False
    return sum(1 for index in person if index < len(row) and row[index]) >= 2


def _read_row(row: Sequence[Cell], line: int, context: RowContext, gathered: _Gathered) -> None:
    try:
        record, notes = standard_record(row, line, context)
    except Refused as refused:
        gathered.faults.append(_fault(refused, row, line, context))
        return
    content = row_hash(record)
    earlier = gathered.seen.get(record.record_number)
    if earlier is None:
        gathered.seen[record.record_number] = (content, context.sheet, line)
        gathered.records.append(record)
        gathered.hashes.append(content)
        gathered.notes.extend(notes)
        return
    earlier_hash, earlier_sheet, earlier_line = earlier
    place = (
        f"第 {earlier_line} 列"
        if earlier_sheet == context.sheet
        else f"工作表「{earlier_sheet}」第 {earlier_line} 列"
    )
    label = context.columns.label(_F.RECORD_NUMBER)
    if earlier_hash == content:
        gathered.repeated.append(line)
        gathered.notes.append(
            RowNote(
                context.sheet, line, label, "repeated", f"與{place}完全相同，只計一次。", record.record_number
            )
        )
        return
    duplicate = Refused(
        _F.RECORD_NUMBER, "duplicate_number", f"編號與{place}重複，但內容不同", record.record_number
    )
    gathered.faults.append(_fault(duplicate, row, line, context))


def _fault(refused: Refused, row: Sequence[Cell], line: int, context: RowContext) -> RowFault:
    columns: Columns = context.columns
    return RowFault(
        sheet=context.sheet,
        line=line,
        column=columns.label(refused.field),
        field=refused.field,
        code=refused.code,
        reason=refused.reason,
        value=refused.value,
        record_number=text_at(row, columns.number),
        cells=tuple(row),
    )
