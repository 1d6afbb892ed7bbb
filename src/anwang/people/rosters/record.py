"""One row to one standard record, or the reason why it cannot be loaded; and what is odd about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from anwang.platform.files.sheet import Cell, cell_text
from anwang.standard.addresses import read_address
from anwang.standard.codes import IdState, Sex
from anwang.standard.dates import OLDEST_AGE, Unreadable, read_date
from anwang.standard.fields import FIELDS, FieldId
from anwang.standard.identity import read_id_number, sex_of
from anwang.standard.kinship import read_relation
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import Address, IdNumber, PartialDate, PersonName, Phone, StandardRecord
from anwang.standard.text import squeeze
from anwang.standard.vocabularies import read_amount, read_code, read_sex

from .cells import Columns, date_at, text_at
from .reading import RowNote
from .recognition import Recognition

_F = FieldId
_NO_NUMBER = frozenset(("", "-", "--", "無", "不詳", "null", "none", "n/a", "na"))
LONGEST_NUMBER = 64  # as much as the registry keeps of a sender's record number
_NO_NAME = PersonName(raw="", text="")


class Refused(Exception):
    """A row that cannot be loaded: the field to blame, a stable code, the reason (zh-TW) and the value received."""

    def __init__(self, field: FieldId, code: str, reason: str, value: str = "") -> None:
        super().__init__(code)
        self.field = field
        self.code = code
        self.reason = reason
        self.value = value


@dataclass(frozen=True, slots=True)
class RowContext:
    """What all rows of a sheet share."""

    recognition: Recognition
    columns: Columns
    sheet: str
    today: dt.date
    month_end: dt.date


class _Notes:
    """Collects the warnings of one row."""

    __slots__ = ("_context", "_line", "found")

    def __init__(self, context: RowContext, line: int) -> None:
        self.found: list[RowNote] = []
        self._context = context
        self._line = line

    def add(self, field: FieldId, code: str, message: str, value: str = "") -> None:
        context = self._context
        label = context.columns.label(field)
        self.found.append(RowNote(context.sheet, self._line, label, code, message, value))


def standard_record(
    row: Sequence[Cell], line: int, context: RowContext
) -> tuple[StandardRecord, list[RowNote]]:
    """The record of a row with its warnings. Raises Refused."""
    columns = context.columns
    notes = _Notes(context, line)
    number = text_at(row, columns.number)
    if len(number) <= 4 and squeeze(number).casefold() in _NO_NUMBER:
        raise Refused(_F.RECORD_NUMBER, "no_record_number", "沒有編號", number)
    if len(number) > LONGEST_NUMBER:
        raise Refused(
            _F.RECORD_NUMBER, "number_too_long", f"編號超過 {LONGEST_NUMBER} 字，可能不是編號", number
        )
    name = read_name(text_at(row, columns.name))
    id_number = read_id_number(text_at(row, columns.id_number))
    if name is not None and not name.text:
        name = None
    if name is None and (id_number is None or id_number.state is IdState.UNREADABLE):
        value = id_number.raw if id_number else ""
        raise Refused(_F.NAME, "no_person", "姓名與統一編號都沒有，無法知道是誰", value)
    birth = _birth(row, context, notes)
    _check_identity(id_number, notes)
    if name is None:
        notes.add(_F.NAME, "no_name", "沒有姓名，只能依統一編號辨識。")
    relation_raw = text_at(row, columns.relation)
    record = StandardRecord(
        record_number=number,
        agency=context.recognition.agency,
        roster=context.recognition.roster,
        period=context.recognition.period,
        line=line,
        name=name or _NO_NAME,
        id_number=id_number,
        birth=birth,
        sex=_sex(row, columns, id_number, notes),
        phones=_phones(row, columns, notes),
        address=_address(row, columns, notes),
        household_number=text_at(row, columns.household_number),
        relation=read_relation(relation_raw) if relation_raw else None,
        relation_raw=relation_raw,
        reference_name=read_name(text) if (text := text_at(row, columns.reference_name)) else None,
        carer_name=read_name(text) if (text := text_at(row, columns.carer_name)) else None,
        details=_details(row, columns, notes),
        unknown={
            name: text
            for index, name in columns.unknown
            if index < len(row) and (text := cell_text(row[index]))
        },
    )
    if relation_raw and record.relation is None:
        notes.add(_F.RELATION, "unknown_relation", "稱謂不在代碼表內，已保留原文。", relation_raw)
    return record, notes.found


def _birth(row: Sequence[Cell], context: RowContext, notes: _Notes) -> PartialDate | None:
    """A day that does not exist refuses the row (999/13/45). One that exists but cannot be a birth does not.

    A birth after the load or far too long ago is a slip in the year (124 for 114): the row is a real person's, so it is
    accepted with a note, and the year counts as unknown; month and day stay as evidence.
    """
    cell = date_at(row, context.columns.birth)
    if cell is None or cell == "":
        return None
    text = cell_text(cell)
    try:
        birth = read_date(cell)
    except Unreadable as unreadable:
        if not any(char.isdigit() for char in text) or "歲" in text:
            notes.add(_F.BIRTH, "unreadable_birth", "出生日期無法解讀，當作沒有填。", text)
            return PartialDate(raw=text)
        raise Refused(_F.BIRTH, "bad_birth", f"出生日期不可能：{unreadable}", text) from unreadable
    if birth is None or birth.year is None:
        return birth
    month_end = context.month_end
    written = (birth.year, birth.month or 1, birth.day or 1)
    latest = max(context.today, month_end)
    if written > (latest.year, latest.month, latest.day):
        notes.add(_F.BIRTH, "future_birth", "出生日期在未來，年份應有誤，當作年份不明。", birth.raw)
        return PartialDate(birth.raw, None, birth.month, birth.day)
    if latest.year - birth.year > OLDEST_AGE:
        notes.add(
            _F.BIRTH, "too_old", f"出生日期早於 {OLDEST_AGE} 年前，年份應有誤，當作年份不明。", birth.raw
        )
        return PartialDate(birth.raw, None, birth.month, birth.day)
    if written > (month_end.year, month_end.month, month_end.day):
        notes.add(_F.BIRTH, "birth_after_month", "出生日期晚於資料月份，請確認。", birth.raw)
    elif birth.date is None:
        notes.add(_F.BIRTH, "partial_birth", "出生日期只有年或年月，當作部分資料。", birth.raw)
    return birth


def _check_identity(number: IdNumber | None, notes: _Notes) -> None:
    if number is None or number.state is IdState.VALID:
        return
    code, message = {
        IdState.CHECK_FAILED: ("bad_check_digit", "統一編號的檢查碼不符，可能打錯，當作部分資料。"),
        IdState.MASKED: ("masked_id", "統一編號有遮罩，當作部分資料。"),
        IdState.UNREADABLE: ("unreadable_id", "統一編號的格式不符，已保留原文，不用於比對。"),
    }[number.state]
    notes.add(_F.ID_NUMBER, code, message, number.raw)


def _sex(row: Sequence[Cell], columns: Columns, number: IdNumber | None, notes: _Notes) -> Sex | None:
    """As written; else what a valid identity number says. A contradiction is a note, and what was written stands."""
    written = text_at(row, columns.sex)
    sex = read_sex(written) if written else None
    said = sex_of(number) if number is not None and number.state is IdState.VALID else None
    if written and sex is None:
        notes.add(_F.SEX, "unreadable_sex", "性別無法解讀。", written)
    if sex is not None and said is not None and sex is not said:
        notes.add(
            _F.SEX,
            "sex_contradicts_id",
            f"性別與統一編號不符（編號為{said.label}），以名冊所填為準。",
            written,
        )
    return sex or said


def _phones(row: Sequence[Cell], columns: Columns, notes: _Notes) -> tuple[Phone, ...]:
    """The numbers of all phone columns in order, without repeats."""
    found: list[Phone] = []
    for index in columns.phones:
        text = text_at(row, index)
        if not text:
            continue
        for phone in read_phones(text):
            if phone.digits and any(phone.digits == other.digits for other in found):
                continue
            found.append(phone)
            if not phone.digits:
                notes.add(_F.PHONE, "unreadable_phone", "電話無法解讀，已保留原文。", phone.raw)
    return tuple(found)


def _address(row: Sequence[Cell], columns: Columns, notes: _Notes) -> Address | None:
    text = text_at(row, columns.address)
    if not text:
        return None
    address = read_address(text)
    if address is not None and address.rest:
        notes.add(_F.ADDRESS, "partly_read_address", "地址有一部分無法解讀，已保留原文。", address.rest)
    return address


def _details(row: Sequence[Cell], columns: Columns, notes: _Notes) -> dict[str, str]:
    """The list's own fields as they were written, filled ones only; unreadable ones with a note."""
    details: dict[str, str] = {}
    for column in columns.details:
        cell = date_at(row, column.index) if column.is_date else None
        text = cell_text(cell) if column.is_date else text_at(row, column.index)
        if not text:
            continue
        field = column.field
        details[field.value] = text
        if column.is_date and not _is_date(cell):
            notes.add(field, "unreadable_date", f"{FIELDS[field].label}無法解讀，已保留原文。", text)
        elif column.is_code and read_code(field, text) is None:
            notes.add(field, "unknown_code", f"{FIELDS[field].label}的用語不在代碼表內，已保留原文。", text)
        elif column.is_amount and read_amount(text) is None:
            notes.add(field, "unreadable_amount", f"{FIELDS[field].label}不是金額，已保留原文。", text)
    return details


def _is_date(cell: Cell) -> bool:
    try:
        read_date(cell)
    except Unreadable:
        return False
    return True
