"""A year of the office calendar as tables: each month with its working days, holidays, make-up days and closures."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from anwang.platform.due_rules import Calendar
from anwang.platform.models import Closure
from anwang.policy.holidays import CalendarDay, CalendarYear
from anwang.standard.dates import roc_date
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Cell, Column, Row, Table, tag

_WEEKDAYS = "一二三四五六日"
_MAKE_UP = "補行上班"
_MONTH_COLUMNS = (
    Column("月份", narrow=True),
    Column("工作天", numeric=True, narrow=True),
    Column("放假日"),
    Column(_MAKE_UP),
    Column("停班"),
)
_CLOSURE_COLUMNS = (
    Column("日期", narrow=True),
    Column("範圍"),
    Column("事由"),
    Column("登錄"),
    Column("移動期限", numeric=True, narrow=True),
)
FILE_COLUMNS = ("日期", "星期", "類別", "名稱", "範圍", "依據", "說明")


def months(
    year: int,
    office: Calendar,
    table: CalendarYear | None,
    closures: Sequence[Closure],
    townships: Mapping[str, str],
) -> Table:
    """Twelve rows. `office` has the county-wide closures: townships' own do not change the county's working days."""
    rows = []
    has_make_up = table is not None and bool(table.make_up_days)  # a column of dashes says nothing
    for month in range(1, 13):
        days = [dt.date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
        rows.append(
            Row(
                (
                    f"{month} 月",
                    str(sum(map(office.is_working, days))),
                    _days(day for day in (table.holidays if table else ()) if day.on.month == month),
                    *(
                        [_days(day for day in table.make_up_days if day.on.month == month)]
                        if table is not None and has_make_up
                        else []
                    ),
                    _closed([each for each in closures if each.on.month == month], townships),
                )
            )
        )
    columns = [column for column in _MONTH_COLUMNS if has_make_up or column.label != _MAKE_UP]
    return Table(f"{year - 1911}年各月", columns, rows, hide_caption=True)


def _days(days: Iterable[CalendarDay]) -> SafeString | str:
    lines = [
        format_html(
            "{}{}",
            f"{_short(day.on)} {day.name}",
            format_html(" {}", tag("推算", "amber")) if day.is_ours else "",
        )
        for day in days
    ]
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines)) or "—"


def _closed(closures: Sequence[Closure], townships: Mapping[str, str]) -> SafeString | str:
    lines = (f"{_short(each.on)} {scope(each, townships)}{part(each)}：{each.reason}" for each in closures)
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines)) or "—"


def _short(day: dt.date) -> str:
    return f"{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def scope(closure: Closure, townships: Mapping[str, str]) -> str:
    """Where: 全縣, or the names of the townships."""
    return "、".join(townships.get(code, code) for code in closure.township_codes) or "全縣"


def part(closure: Closure) -> str:
    return "" if closure.part == Closure.Part.WHOLE_DAY else closure.get_part_display()


def closure_title(closure: Closure, townships: Mapping[str, str]) -> str:
    """115年7月9日（四）全縣全日."""
    return f"{roc_date(closure.on, weekday=True)}{scope(closure, townships)}{closure.get_part_display()}"


def closure_table(
    closures: Iterable[Closure], townships: Mapping[str, str], moved: Mapping[int, int], *, may_manage: bool
) -> Table:
    """Every closure of the year, withdrawn ones too, the youngest day first."""
    return Table(
        "停班紀錄",
        _CLOSURE_COLUMNS,
        [
            Row(
                (
                    roc_date(each.on, weekday=True),
                    Cell(scope(each, townships), sub=each.get_part_display()),
                    Cell(_reason(each), sub=_withdrawn(each)),
                    Cell(each.entered_by_name, sub=moment_text(each.entered_at)),
                    f"{moved.get(each.pk, 0)} 件",
                ),
                action=_withdraw(each) if may_manage and each.withdrawn_at is None else "",
            )
            for each in closures
        ],
        hide_caption=True,
    )


def _reason(closure: Closure) -> SafeString | str:
    return (
        format_html("{} {}", closure.reason, tag("已撤回", "amber"))
        if closure.withdrawn_at
        else closure.reason
    )


def _withdrawn(closure: Closure) -> str:
    if closure.withdrawn_at is None:
        return ""
    return f"{moment_text(closure.withdrawn_at)} {closure.withdrawn_by_name}撤回：{closure.withdrawn_reason}"


def _withdraw(closure: Closure) -> SafeString:
    return format_html(
        '<a href="{}">撤回…<span class="hidden-text">{}停班</span></a>',
        reverse("closure-withdraw", args=[closure.pk]),
        roc_day(closure.on, "short"),
    )


def file_rows(
    table: CalendarYear | None, closures: Iterable[Closure], townships: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    """All days that are not like any other of their weekday, in order."""
    found: list[tuple[dt.date, tuple[str, ...]]] = []
    for kind, days in (("放假日", table.holidays), (_MAKE_UP, table.make_up_days)) if table else ():
        for day in days:
            note = day.origin.label if day.is_ours else ""
            found.append((day.on, (kind, day.name, "全國", str(day.citation), note)))
    for each in closures:
        kind = "停班" if each.part == Closure.Part.WHOLE_DAY else f"{each.get_part_display()}停班"
        note = "已撤回" if each.withdrawn_at else ""
        found.append((each.on, (kind, each.reason, scope(each, townships), "", note)))
    for on, rest in sorted(found, key=lambda pair: pair[0]):
        yield roc_day(on, "short"), _WEEKDAYS[on.weekday()], *rest
