"""Tables of the 名冊 pages, made from receipts and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from anwang.people.rosters.mending import how_to_mend
from anwang.people.rosters.models import RosterReceipt, RosterRemark
from anwang.people.rosters.queries import MonthLine
from anwang.platform.files.sheet import Cell as FileCell
from anwang.standard.codes import RosterCode
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Cell, Column, Row, Table, tag


def state_of(receipt: RosterReceipt) -> str:
    if receipt.state == RosterReceipt.State.REFUSED:
        return tag("整檔退回", "red")
    return tag(f"退回 {receipt.refused} 列", "amber") if receipt.refused else tag("全部收下", "act")


def month_table(lines: Sequence[MonthLine], upload_url: str) -> Table:
    rows = []
    for line in lines:
        found = line.receipt
        name = Cell(line.roster.label, sub=line.roster.agency.label)
        if found is None:
            action = format_html(
                '<a class="button button--quiet button--small" href="{}?list={}">上傳<span class="hidden-text">{}</span></a>',
                upload_url,
                line.roster.value,
                line.roster.label,
            )
            rows.append(Row((name, Cell(tag("還沒有收到", "line")), "", "", ""), action))
            continue
        name = Cell(name.text, sub=name.sub, href=receipt_url(found))
        rows.append(
            Row(
                (
                    name,
                    Cell(state_of(found)),
                    Cell(f"{line.accepted:,}"),
                    Cell(change_words(found), sub=parts_words(line)),
                    Cell(moment_text(found.loaded_at), sub=found.loaded_by_name),
                )
            )
        )
    columns = (
        Column("名冊"),
        Column("狀態"),
        Column("收下", numeric=True),
        Column("與前次相比"),
        Column("載入"),
    )
    return Table("這個月的名冊", columns, rows, hide_caption=True)


def parts_words(line: MonthLine) -> str:
    """`共 2 個部分：R-000001、R-000002` where the month came in parts."""
    if len(line.parts) < 2:
        return ""
    return f"共 {len(line.parts)} 個部分：" + "、".join(part.number for part in line.parts)


def change_words(receipt: RosterReceipt) -> str:
    """`新增 3・變更 1・撤回 2`, or 第一次載入."""
    if receipt.replaces_id is None:
        return "第一次載入"
    counts = (("新增", receipt.added), ("變更", receipt.changed), ("撤回", receipt.withdrawn))
    return "・".join(f"{word} {count:,}" for word, count in counts if count) or "沒有變動"


def receipt_url(receipt: RosterReceipt) -> str:
    return reverse("roster-receipt", args=[receipt.pk])


def receipt_table(found: Iterable[RosterReceipt], caption: str) -> Table:
    rows = [
        Row(
            (
                Cell(each.number, sub=moment_text(each.loaded_at), href=receipt_url(each)),
                Cell(roster_words(each), sub=each.file_name),
                Cell(each.agency.name if each.agency else "—"),
                Cell(state_of(each)),
                Cell(f"{each.accepted:,}" if each.state == RosterReceipt.State.ACCEPTED else "—"),
                Cell(each.loaded_by_name),
            )
        )
        for each in found
    ]
    columns = (
        Column("收據", narrow=True),
        Column("名冊與檔案"),
        Column("局處", narrow=True),
        Column("狀態"),
        Column("收下", numeric=True),
        Column("載入的人", narrow=True),
    )
    return Table(caption, columns, rows, hide_caption=True)


def roster_words(receipt: RosterReceipt) -> str:
    if not receipt.roster or receipt.period is None:
        return "未能認出名冊"
    return f"{RosterCode(receipt.roster).label} {roc_day(receipt.period, 'month')}"


RECEIPT_FILE = (
    "收據",
    "載入時間",
    "載入的人",
    "局處",
    "名冊",
    "月份",
    "檔名",
    "狀態",
    "收下",
    "退回",
    "新增",
    "變更",
    "撤回",
    "未變",
    "SHA-256",
    "說明",
)


def receipt_file_row(each: RosterReceipt) -> tuple[FileCell, ...]:
    return (
        each.number,
        moment_text(each.loaded_at),
        each.loaded_by_name,
        each.agency.name if each.agency else "",
        RosterCode(each.roster).label if each.roster else "",
        roc_day(each.period, "month") if each.period else "",
        each.file_name,
        each.get_state_display(),
        each.accepted,
        each.refused,
        each.added,
        each.changed,
        each.withdrawn,
        each.unchanged,
        each.sha256,
        each.message,
    )


def refusal_table(rows: Sequence[RosterRemark]) -> Table:
    many = len({row.sheet for row in rows}) > 1
    made = [
        Row(
            (
                Cell(str(row.line), sub=row.sheet if many else ""),
                Cell(row.column or "—"),
                Cell(row.value or "（空白）"),
                Cell(row.reason, sub=how_to_mend(row.field, row.value)),
            )
        )
        for row in rows
    ]
    columns = (
        Column("列", numeric=True, narrow=True),
        Column("欄位"),
        Column("收到的值"),
        Column("原因與修正方式"),
    )
    return Table("退回的列", columns, made, hide_caption=True)


def change_table(rows: Iterable[RosterRemark], caption: str) -> Table:
    made = [
        Row((Cell(row.get_kind_display()), Cell(row.value), Cell(str(row.line)), Cell(row.reason or "—")))
        for row in rows
    ]
    columns = (
        Column("變動", narrow=True),
        Column("編號"),
        Column("檔案列號", numeric=True, narrow=True),
        Column("不同的欄位"),
    )
    return Table(caption, columns, made, hide_caption=True, css="table--stack table--tight")


def recognition_table(recognition: dict[str, Any]) -> Table:
    """How each column was understood, and why."""
    found = recognition.get("columns", [])
    many = len({each["sheet"] for each in found}) > 1
    rows = [
        Row(
            (
                Cell(each["column"], sub=each["sheet"] if many else ""),
                Cell(each["field"] or "不認得，原樣保留"),
                Cell(each["reason"]),
            )
        )
        for each in found
    ]
    columns = (Column("檔案的欄"), Column("當作"), Column("理由"))
    return Table("欄位", columns, rows, hide_caption=True, css="table--stack table--tight")
