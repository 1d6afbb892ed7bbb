"""Legal clocks in words: how long is left, or how long it is overdue. Pure; the time is an argument.

The level only chooses a colour; the words always say the same thing, so colour is never the only sign.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from anwang.standard.dates import roc_date, roc_short

URGENT_WITHIN = dt.timedelta(hours=1)
SOON_WITHIN = dt.timedelta(hours=8)
SOON_DAYS = 3
COUNTED_DAYS = 14


class ClockLevel(StrEnum):
    """How pressing a deadline is; also the end of the CSS class `clock--…`."""

    OVERDUE = "overdue"
    URGENT = "urgent"
    SOON = "soon"
    CALM = "calm"
    MET = "met"


@dataclass(frozen=True, slots=True)
class ClockText:
    """A deadline in words (`剩 3 小時`, `逾期 6 天`) with its level and the exact moment for `<time>` and tooltips."""

    text: str
    level: ClockLevel
    machine: str
    exact: str

    @property
    def needs_attention(self) -> bool:
        return self.level in {ClockLevel.OVERDUE, ClockLevel.URGENT}


def clock_text(due_at: dt.datetime | dt.date, now: dt.datetime, *, met: bool = False) -> ClockText:
    """`due_at` as the reader should see it at `now`.

    A datetime runs to the minute (24-hour duties do not stop at night); a date runs in whole days and is overdue
    on the day after. Both moments must carry a time zone, else ValueError; days are those of `now`'s zone.
    """
    if now.tzinfo is None or (isinstance(due_at, dt.datetime) and due_at.tzinfo is None):
        raise ValueError("a clock needs moments with a time zone")
    if isinstance(due_at, dt.datetime):
        local = due_at.astimezone(now.tzinfo)
        exact = f"{roc_date(local.date(), weekday=True)} {local:%H:%M}"
        text, level = _to_the_minute(due_at - now)
        machine = local.isoformat(timespec="minutes")
    else:
        exact = roc_date(due_at, weekday=True)
        text, level = _in_days(due_at, now.date())
        machine = due_at.isoformat()
    if met:
        return ClockText("已完成", ClockLevel.MET, machine, exact)
    return ClockText(text, level, machine, exact)


def _to_the_minute(left: dt.timedelta) -> tuple[str, ClockLevel]:
    if left < dt.timedelta(0):
        return f"逾期 {_span(-left)}", ClockLevel.OVERDUE
    level = ClockLevel.CALM
    if left <= URGENT_WITHIN:
        level = ClockLevel.URGENT
    elif left <= SOON_WITHIN:
        level = ClockLevel.SOON
    return f"剩 {_span(left)}", level


def _span(length: dt.timedelta) -> str:
    """Two days and more in days; ten hours and more in hours; else hours and minutes. Always rounded down."""
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} 天"
    if hours >= 10 or (hours and not rest):
        return f"{hours} 小時"
    if hours:
        return f"{hours} 時 {rest} 分"
    return f"{minutes} 分" if minutes else "不到 1 分"


def _in_days(due_on: dt.date, today: dt.date) -> tuple[str, ClockLevel]:
    days = (due_on - today).days
    if days < 0:
        return f"逾期 {-days} 天", ClockLevel.OVERDUE
    if days == 0:
        return "今天到期", ClockLevel.URGENT
    if days > COUNTED_DAYS:
        same_year = due_on.year == today.year
        text = f"{due_on.month}月{due_on.day}日" if same_year else roc_date(due_on)
        return text, ClockLevel.CALM
    return f"剩 {days} 天", ClockLevel.SOON if days <= SOON_DAYS else ClockLevel.CALM


def roc_day(day: dt.date, style: str = "long") -> str:
    """民國 date. Styles: `long` 115年4月25日, `week` 115年4月25日（六）, `short` 115/4/25, `month` 115年4月.

    Raises ValueError on an unknown style.
    """
    match style:
        case "long" | "week":
            return roc_date(day, weekday=style == "week")
        case "short":
            return roc_short(day)
        case "month":
            return f"{day.year - 1911}年{day.month}月"
    raise ValueError(f"unknown date style: {style}")


def moment_text(at: dt.datetime | None) -> str:
    """A moment in the short form of tables: 115/4/5 14:03; "" for none."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{roc_day(local.date(), 'short')} {local:%H:%M}"
