"""The tables of the list pages, from what queries give."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from anwang.agencies.queries import county_name
from anwang.network.cocases.copy_states import state_of
from anwang.network.cocases.documents import MARKS, Sheet, month_text, record_text
from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.models import ListEntry, ListReturn, SendingEntry
from anwang.network.cocases.queries import SendingLine, SendingState
from anwang.network.cocases.rules import Standing
from anwang.platform.files.ods import ColumnOut
from anwang.standard.dates import roc_date
from anwang.standard.record import Period
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Basis, Cell, Column, Row, Table, tag

TONES = {
    Standing.NEW: "act",
    Standing.CONTINUING: "",
    Standing.PENDING: "amber",
    Standing.ENDED: "line",
    Standing.WITHDRAWN: "red",
}
LEFT_OUT = "left_out"  # as a filter of entries, beside the standings
RULES = {
    "cocase": "共案",
    "economic_suicide_watch": "幸扶守護",
    "high_risk_child": "兒少高危機",
    "missing_child": "行方不明兒少",
}
_MARK_TEXTS = {
    "joint_plan": "須共同處遇計畫",
    "same_bureau_units": "同一局處的單位",
    "relief_by_household": "同戶他人申請",
}


def clock(due_at: dt.datetime | None, now: dt.datetime) -> SafeString:
    if due_at is None:
        return SafeString("")
    return render_to_string("components/clock.html", {"clock": clock_text(due_at, timezone.localtime(now))})


def summary_table(
    period: Period, counts: Mapping[ListCode, Counter[Standing]], left_out: Mapping[ListCode, int]
) -> Table:
    """The four lists, each with how many are new, continue, wait for an answer, ended, and were left out."""
    rows = []
    for code in ListCode:
        found = counts[code]

        def number(standing: str, count: int, code: ListCode = code) -> Cell | str:
            if not count:
                return "0"
            address = reverse("list-entries", args=[period, code])
            return format_html('<a href="{}?standing={}">{}</a>', address, standing, count)

        rows.append(
            Row(
                [
                    Cell(code.label, href=reverse("list-entries", args=[period, code])),
                    str(found[Standing.NEW] + found[Standing.CONTINUING]),
                    *(number(standing.value, found[standing]) for standing in Standing),
                    number(LEFT_OUT, left_out.get(code, 0)),
                ]
            )
        )
    columns = [
        Column("名單"),
        Column("列入", numeric=True),
        *(Column(s.label, numeric=True) for s in Standing),
        Column("不送", numeric=True),
    ]
    return Table(f"{month_text(period.first_day)}的四份名單", columns, rows, hide_caption=True)


def sending_table(lines: Sequence[SendingLine], now: dt.datetime) -> Table:
    """Where each unit's list stands; what is due first on top."""
    return Table(
        "各單位的名單",
        [
            Column("期限", narrow=True),
            Column("送給"),
            Column("名單"),
            Column("筆數"),
            Column("狀態"),
            Column("簽收"),
        ],
        [_sending_row(line, now) for line in lines],
        hide_caption=True,
    )


def _sending_row(line: SendingLine, now: dt.datetime) -> Row:
    sending = line.sending
    at_once = sending.list_code == ListCode.MISSING_CHILD and line.waiting
    parts = [f"{line.waiting} 筆待送"] if line.waiting else []
    parts += [f"{line.left_out} 筆不送"] if line.left_out else []
    parts += [f"{line.sent} 筆已送"] if line.sent else []
    parts += [f"{line.returned} 筆退回待處理"] if line.returned else []
    parts += [f"{line.settled} 筆退回已處理"] if line.settled else []
    parts += [f"{line.withdrawn} 筆更正後不列"] if line.withdrawn else []
    receipt = ""
    if sending.receipted_at is not None:
        receipt = f"{sending.receipted_by_name} {moment_text(sending.receipted_at)}"
    elif sending.sent_at is not None:
        receipt = f"已送出 {moment_text(sending.sent_at)}"
    return Row(
        [
            clock(line.due_at, now) or "—",
            Cell(sending.unit.name, href=reverse("list-sending", args=[sending.pk])),
            format_html(
                "{} {}",
                sending.get_list_code_display(),
                tag("即時送出", "red") if at_once else SafeString(""),
            ),
            "、".join(parts),
            state_tag(line),
            receipt or "—",
        ],
        urgent=line.state.is_late,
    )


def state_tag(line: SendingLine) -> SafeString:
    tone = {
        SendingState.TO_SEND: "amber",
        SendingState.RETURNED: "amber",
        SendingState.RECEIPTED: "act",
        SendingState.SETTLED: "line",
        SendingState.LEFT_OUT: "line",
    }
    return tag(line.state.label, "red" if line.state.is_late else tone.get(line.state, ""))


def sending_sheet(period: Period, lines: Sequence[SendingLine], now: dt.datetime) -> Sheet:
    """The state of the month's sendings for a file."""
    columns = (
        ColumnOut("名單", 3.0), ColumnOut("單位", 5.5), ColumnOut("待送", 1.6), ColumnOut("已送", 1.6),
        ColumnOut("更正後不列", 2.4), ColumnOut("不送", 1.6), ColumnOut("退回", 1.6), ColumnOut("狀態", 2.6), ColumnOut("期限", 3.0), ColumnOut("送出", 4.0),
        ColumnOut("簽收", 5.0),
    )  # fmt: skip
    rows = tuple(
        (
            line.sending.get_list_code_display(),
            line.sending.unit.name,
            str(line.waiting),
            str(line.sent),
            str(line.withdrawn),
            str(line.left_out),
            str(line.returned + line.settled),
            line.state.label,
            roc_date(timezone.localdate(line.due_at)) if line.due_at else "",
            moment_text(line.sending.sent_at),
            f"{line.sending.receipted_by_name} {moment_text(line.sending.receipted_at)}".strip(),
        )
        for line in lines
    )
    title = f"{county_name()}政府社會處 {month_text(period.first_day)} 名單送出與簽收情形"
    return Sheet(title, (f"製表：{moment_text(now)}",), columns, rows)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as the page shows it."""

    entry: ListEntry
    who: str
    about: str
    tags: SafeString
    marks: SafeString
    bases: tuple[Basis, ...]
    records: tuple[str, ...]
    units: SafeString
    left_out: str
    may_leave_out: bool


def entry_rows(
    entries: Sequence[ListEntry],
    units: Mapping[int, Sequence[SendingEntry]],
    returns: Mapping[int, Sequence[ListReturn]],
) -> list[EntryRow]:
    """`units`: entry to its copies; `returns`: copy to its returns."""
    return [_entry_row(entry, units.get(entry.pk, ()), returns) for entry in entries]


def _entry_row(
    entry: ListEntry, copies: Sequence[SendingEntry], returns: Mapping[int, Sequence[ListReturn]]
) -> EntryRow:
    shown = entry.shown
    standing = Standing(entry.standing)
    who = shown.get("name", "") or "（姓名不詳）"
    about = "・".join(
        filter(
            None,
            (entry.household.number if entry.household_id else "", entry.township, shown.get("birth", "")),
        )
    )
    tags = [tag(standing.label, TONES[standing])]
    if entry.left_out is not None:
        tags.append(tag("不送", "amber"))
    if not entry.certain and standing is not Standing.PENDING:
        tags.append(tag("推定，請查證", "amber"))
    marks = [tag(MARKS.get(mark["rule"], mark["rule"]), "red") for mark in entry.priority]
    marks += [tag(_MARK_TEXTS[mark]) for mark in entry.marks if mark in _MARK_TEXTS]
    bases = [
        _basis(RULES[entry.rule_id], entry.reason, entry.citation, entry.policy_version, entry.flags, who)
    ]
    bases += [
        _basis(
            MARKS[mark["rule"]], mark["reason"], mark["citation"], entry.policy_version, mark["flags"], who
        )
        for mark in entry.priority
    ]
    return EntryRow(
        entry,
        who,
        about,
        SafeString(" ".join(tags)),
        SafeString(" ".join(marks)),
        tuple(bases),
        tuple(record_text(record) for record in entry.behind),
        _units(entry, copies, returns),
        left_out_text(entry),
        standing.is_listed
        and entry.left_out is None
        and not any(copy.sent_at is not None for copy in copies),
    )


def left_out_text(entry: ListEntry) -> str:
    """Why an entry is not sent, who decided it and when; "" when it is."""
    decision = entry.left_out
    if decision is None:
        return ""
    return f"{decision.reason}（{decision.facts.get('by_name', '')} {moment_text(decision.made_at)}）"


def _basis(rule: str, reason: str, citation: str, version: str, flags: Sequence[str], about: str) -> Basis:
    text = citation + ("".join(f"（{flag.rstrip('。')}）" for flag in flags))
    return Basis(f"{rule}（規定版本 {version}）", reason, text, about=f"{rule} {about}")


def _units(
    entry: ListEntry, copies: Sequence[SendingEntry], returns: Mapping[int, Sequence[ListReturn]]
) -> SafeString:
    def note(copy: SendingEntry) -> str:
        if copy.standing == Standing.WITHDRAWN:
            return "已撤"
        if copy.sent_at is None:
            return "待送" if entry.left_out is None else "不送"
        state = state_of(returns.get(copy.pk, ()))
        if state.label:
            return state.label
        receipted = copy.sending.receipted_at
        return "已簽收" if receipted and receipted >= copy.sent_at else "已送"

    items = [
        format_html(
            '<a href="{}">{}</a> <span class="small">{}</span>',
            reverse("list-sending", args=[copy.sending_id]),
            copy.unit.name,
            note(copy),
        )
        for copy in copies
    ]
    items += [format_html('<strong class="clock--overdue">{}</strong>', text) for text in entry.undelivered]
    return format_html_join(SafeString("<br>"), "{}", ((item,) for item in items))
