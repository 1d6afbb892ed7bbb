"""Re-reports (再通報): the same person or household was reported before, or is or was served. Pure.

Two windows come from the indicators of 004 附錄2: reported within six months after a case was closed (1-3), and reported
while in service for three months already (1-2). Whether it counts there is known later (成案, 保護); here it is marked.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from anwang.policy import Policy
from anwang.standard.dates import roc_date

RULE = "re_report"
AFTER_CLOSURE = "re_report.after_closure.months"
IN_SERVICE = "re_report.in_service.months"
FAMILY = "re_report.family_programmes"


class ReReportOutcome(StrEnum):
    """What the rule says; `FIRST` also where nobody in the report could be identified."""

    FIRST = "first"
    RE_REPORT = "re_report"

    @property
    def label(self) -> str:
        return "再通報" if self is ReReportOutcome.RE_REPORT else "未見先前通報"


class Window(StrEnum):
    """Which window a re-report falls in; 004 附錄2 counts the first two (1-3, 1-2)."""

    AFTER_CLOSURE = "after_closure"
    LONG_IN_SERVICE = "long_in_service"
    IN_SERVICE = "in_service"
    REPORTED_BEFORE = "reported_before"


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """An earlier report of the same person, or only of the same household."""

    report_id: int
    number: str
    received_at: dt.datetime
    state: str
    same_person: bool


@dataclass(frozen=True, slots=True)
class EarlierService:
    """A service of the same person or household, the reports themselves not among them. `closed_on` None: it goes on."""

    programme: str
    label: str
    opened_on: dt.date
    closed_on: dt.date | None
    same_person: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One window that a report falls in, with the sentence that says why."""

    window: Window
    reason: str
    same_person: bool


@dataclass(frozen=True, slots=True)
class ReReport:
    """The rule's result: the windows, the most telling first; `of` is the report before (None: only services were).
    `summary`: the windows counted, in one line; `reason`: every one of them in a sentence of its own."""

    outcome: ReReportOutcome
    found: tuple[Found, ...]
    of: EarlierReport | None
    reason: str
    citation: str
    policy_version: str
    summary: str = ""

    @property
    def is_re_report(self) -> bool:
        return self.outcome is ReReportOutcome.RE_REPORT


def carried_on(services: Sequence[EarlierService]) -> list[EarlierService]:
    """The services of one person, the youngest first; of one programme those of which one begins on the day on which
    another ends are one: a case that goes to another unit ends there and begins here, and that is no closure."""
    found: list[EarlierService] = []
    for service in sorted(services, key=lambda each: (each.opened_on, each.closed_on or dt.date.max)):
        for place, before in enumerate(found):
            if (before.programme, before.closed_on) == (service.programme, service.opened_on):
                found[place] = replace(service, opened_on=before.opened_on)
                break
        else:
            found.append(service)
    return sorted(found, key=lambda each: each.opened_on, reverse=True)


def last_day_of(start_after: dt.date, months: int) -> dt.date:
    """The last day of a period of so many months that begins on the day after `start_after` (民法第120條、第121條).

    It ends on the day before the one that corresponds to its first day; on the last of the month where there is none,
    and where it began with a month.
    """
    first = start_after + dt.timedelta(days=1)
    whole = first.month - 1 + months
    year, month = first.year + whole // 12, whole % 12 + 1
    if first.day <= calendar.monthrange(year, month)[1]:
        return dt.date(year, month, first.day) - dt.timedelta(days=1)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def re_report(
    received_on: dt.date,
    reports: Sequence[EarlierReport],
    services: Sequence[EarlierService],
    *,
    policy: Policy,
) -> ReReport:
    """Whether a report received on a day is a re-report, and in which window."""
    before = sorted(reports, key=lambda each: (each.same_person, each.received_at), reverse=True)
    found = [one for service in services if (one := _of_service(service, received_on, policy))]
    if before:
        last = max(before, key=lambda each: each.received_at)
        who = "同一人" if before[0].same_person else "同一戶"
        found.append(
            Found(
                Window.REPORTED_BEFORE,
                f"{who}先前被通報過 {len(before)} 次，最近一次是 {roc_date(last.received_at.date())}（{last.number}）。",
                before[0].same_person,
            )
        )
    found.sort(key=lambda one: (list(Window).index(one.window), not one.same_person))
    outcome = ReReportOutcome.RE_REPORT if found else ReReportOutcome.FIRST
    reason = "".join(one.reason for one in found) or "查無同一人或同一戶先前的通報與服務。"
    return ReReport(
        outcome,
        tuple(found),
        before[0] if before else None,
        reason,
        _citation(found, policy),
        policy.version,
        _summary(found, received_on, policy),
    )


def _summary(found: Sequence[Found], on: dt.date, policy: Policy) -> str:
    words = {
        Window.AFTER_CLOSURE: f"結案 {policy.number(AFTER_CLOSURE, on=on)} 個月內",
        Window.LONG_IN_SERVICE: f"服務滿 {policy.number(IN_SERVICE, on=on)} 個月",
        Window.IN_SERVICE: "服務中",
        Window.REPORTED_BEFORE: "曾被通報",
    }
    parts = []
    for window, text in words.items():
        own = [one.same_person for one in found if one.window is window]
        who = [f"本人 {sum(own)} 項"] if any(own) else []
        who += [f"家人 {len(own) - sum(own)} 項"] if not all(own) else []
        if own:
            parts.append(text if window is Window.REPORTED_BEFORE else f"{text}（{'、'.join(who)}）")
    return "、".join(parts)


def _of_service(service: EarlierService, received_on: dt.date, policy: Policy) -> Found | None:
    who = "本人" if service.same_person else "家人"
    family = service.programme in policy.texts(FAMILY, on=received_on)
    if service.opened_on > received_on:
        return None
    if service.closed_on is not None and service.closed_on < received_on:
        months = policy.number(AFTER_CLOSURE, on=received_on)
        last = last_day_of(service.closed_on, months)
        if received_on > last:
            return None
        counted = "若成案，計入指標 1-3。" if family else ""
        return Found(
            Window.AFTER_CLOSURE,
            f"{who}的{service.label}於 {roc_date(service.closed_on)} 結案，{months} 個月的期間到 {roc_date(last)}，"
            f"在期間內再被通報。{counted}",
            service.same_person,
        )
    since = f"{who}自 {roc_date(service.opened_on)} 起接受{service.label}"
    months = policy.number(IN_SERVICE, on=received_on)
    full = last_day_of(service.opened_on, months)
    if received_on <= full:
        return Found(Window.IN_SERVICE, f"{since}，服務未滿 {months} 個月。", service.same_person)
    counted = "若為保護案件，計入指標 1-2。" if family else ""
    return Found(
        Window.LONG_IN_SERVICE, f"{since}，服務已滿 {months} 個月仍被通報。{counted}", service.same_person
    )


def _citation(found: Sequence[Found], policy: Policy) -> str:
    names = []
    if not found or any(one.window is Window.AFTER_CLOSURE for one in found):
        names.append(str(policy.citation(AFTER_CLOSURE)))
    if not found or any(one.window in (Window.LONG_IN_SERVICE, Window.IN_SERVICE) for one in found):
        names.append(str(policy.citation(IN_SERVICE)))
    return "；".join(names) or str(policy.citation(AFTER_CLOSURE))
