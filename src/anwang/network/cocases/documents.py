"""A list as a table and as an official document: the same columns for the screen, the spreadsheet and the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils import timezone

from anwang.agencies.queries import county_name, office_of
from anwang.platform.county_policy import policy_in_force
from anwang.platform.files.ods import ColumnOut, SheetOut, write_csv, write_ods
from anwang.platform.files.odt import Block, Paragraph, TableBlock, write_odt
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.dates import roc_date
from anwang.standard.record import Period

from .facts import ListCode
from .models import ListEntry, ListSending, SendingEntry
from .receivers import ListField
from .rules import Standing

MARKS = {"priority_a": "優先討論 A", "priority_b": "優先討論 B"}
_WIDTHS = {
    ListField.NAME: 2.6, ListField.ID_NUMBER: 2.6, ListField.BIRTH: 2.0, ListField.SEX: 1.2, ListField.PHONE: 2.6,
    ListField.ADDRESS: 5.0, ListField.CARER: 2.2, ListField.REASON: 6.5, ListField.BRIEF: 5.5,
    ListField.OTHER_AGENCIES: 5.5, ListField.DUE_ON: 2.2,
}  # fmt: skip
# What each list rests on in 001 參三(六): who is listed, and who must act.
_CLAUSES = {
    ListCode.COCASE: ("參三(六)1(5)", "參三(六)2(5)"),
    ListCode.XINGFU: ("參三(六)1(2)", "參三(六)2(2)"),
    ListCode.HIGH_RISK_CHILD: ("參三(六)1(3)", "參三(六)2(3)"),
    ListCode.MISSING_CHILD: ("參三(六)1(4)", "參三(六)2(4)"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list ready to be written: its title, what stands above the table, columns and rows of text."""

    title: str
    above: tuple[str, ...]
    columns: tuple[ColumnOut, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...] = ()


def month_text(day: dt.date) -> str:
    return f"{day.year - 1911}年{day.month}月"


def basis_text(list_code: ListCode) -> str:
    """The clauses that a list rests on, with the plan's full title."""
    title = policy_in_force().documents["001"].title
    return f"{title} {'、'.join(_CLAUSES[list_code])}"


def sheet_of_sending(
    sending: ListSending,
    copies: Sequence[SendingEntry],
    fields: Sequence[ListField],
    notes: Mapping[int, str] | None = None,
) -> Sheet:
    """What one unit got, or will get, and nothing else. `notes`: copy to what is said of it besides."""
    list_code = ListCode(sending.list_code)
    office = office_of(AgencyCode.SOCIAL)
    wanted = [field for field in fields if field is not ListField.DUE_ON]
    columns = (
        ColumnOut("序號", 1.1),
        ColumnOut("情形", 1.8),
        *(ColumnOut(field.label, _WIDTHS[field]) for field in wanted),
        ColumnOut("期限", 2.2),
        ColumnOut("依據", 3.0),
        ColumnOut("備註", 3.0),
    )
    rows = tuple(
        (
            str(number),
            Standing(copy.standing).label,
            *(copy.shown.get(field.value, "") for field in wanted),
            roc_date(copy.due_on),
            copy.citation,
            "".join((copy.note, (notes or {}).get(copy.pk, ""))),
        )
        for number, copy in enumerate(copies, 1)
    )
    due = roc_date(min(copy.due_on for copy in copies)) if copies else ""
    above = [f"依據：{basis_text(list_code)}"]
    if due:
        above.append(f"辦理期限：{due}{f'（{sending.note}）' if sending.note else ''}")
    if sending.receipt_due_at is not None:
        above.append(f"簽收期限：{roc_date(timezone.localdate(sending.receipt_due_at))}")
    return Sheet(
        f"{county_name()}政府社會處 {month_text(sending.period)} {list_code.label}名單（{sending.unit.name}）",
        tuple(above),
        columns,
        rows,
        (
            f"聯絡人：{office.name} {office.contact}　電話：{office.phone}",
            "本名單含個人資料，限辦理本案業務使用，不得外流。",
        ),
    )


def sheet_of_list(
    period: Period,
    list_code: ListCode,
    entries: Sequence[ListEntry],
    units: Mapping[int, Sequence[SendingEntry]],
) -> Sheet:
    """The whole list as the office sees it, with reasons, what is missing, and the records behind each row."""
    columns = (
        ColumnOut("序號", 1.2), ColumnOut("情形", 1.8), ColumnOut("家戶", 2.2), ColumnOut("鄉鎮市", 2.0),
        ColumnOut("社福中心", 4.2), ColumnOut("姓名", 3.5), ColumnOut("統一編號", 3.0), ColumnOut("出生日期", 2.4),
        ColumnOut("電話", 3.0), ColumnOut("地址", 6.0), ColumnOut("主要照顧者", 2.6), ColumnOut("優先討論", 3.0),
        ColumnOut("列入原因", 8.0), ColumnOut("推定與缺漏", 6.0), ColumnOut("依據", 3.2), ColumnOut("規定版本", 2.6),
        ColumnOut("來源文件疑義", 4.5), ColumnOut("名冊紀錄", 7.0), ColumnOut("受案單位", 5.0),
    )  # fmt: skip
    rows = tuple(
        (
            str(number),
            Standing(entry.standing).label + (f"（不送：{entry.left_out.reason}）" if entry.left_out else ""),
            f"H-{entry.household_id:06d}",
            entry.township,
            entry.centre.name if entry.centre else "",
            *(
                entry.shown.get(name, "")
                for name in ("name", "id_number", "birth", "phone", "address", "carer")
            ),
            "、".join(MARKS.get(mark["rule"], mark["rule"]) for mark in entry.priority),
            entry.reason,
            "".join(entry.missing),
            entry.citation,
            entry.policy_version,
            "".join(entry.flags),
            "、".join(record_text(record) for record in entry.behind),
            "、".join([copy.unit.name for copy in units.get(entry.pk, ())] + list(entry.undelivered)),
        )
        for number, entry in enumerate(entries, 1)
    )
    return Sheet(
        f"{county_name()}政府社會處 {month_text(period.first_day)} {list_code.label}名單",
        (f"依據：{basis_text(list_code)}",),
        columns,
        rows,
        ("本名單含個人資料，限辦理本案業務使用，不得外流。",),
    )


def record_text(record: Mapping[str, object]) -> str:
    """A record behind an entry: 「脆弱家庭服務名冊 115-03 A0001」."""
    return f"{RosterCode(str(record['roster'])).label} {record['period']} {record['number']}"


def write_sheet(target: BinaryIO, sheet: Sheet, suffix: str) -> None:
    """Write a list as `ods`, `csv` or `odt` (an official document, landscape A4). Raises ValueError for another form."""
    match suffix:
        case "ods":
            titles = (sheet.title, *sheet.above, *sheet.below)
            write_ods(target, [SheetOut(sheet.title.split(" ")[-1], sheet.columns, sheet.rows, titles)])
        case "csv":
            write_csv(target, [column.header for column in sheet.columns], sheet.rows)
        case "odt":
            blocks: list[Block] = [Paragraph(text) for text in sheet.above]
            blocks.append(TableBlock(sheet.columns, sheet.rows))
            blocks += [Paragraph(text) for text in sheet.below]
            write_odt(target, sheet.title, blocks, footer=sheet.title, landscape=True)
        case _:
            raise ValueError(suffix)
