"""Clocks of a programme that nothing in the case starts by itself: a placement, a notice, a reply that somebody waits for.

The worker says when it happened and when it was done. Both stand in the timeline, and the duty is one like any other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.clock import meet_deadline
from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.transitions import NotPossible
from anwang.services.programs.codes import ClockKind
from anwang.services.programs.programme import Clock, Programme

from . import duties
from .clock_rules import Duty, duty_of, rule_id
from .frame import SUBJECT, NoSuchCase, NotAccepted, deed, note, worked_case
from .models import Case, ContactNote
from .rules import text_problem
from .vocabulary import ContactKind

_KINDS = (ClockKind.SERVICE, ClockKind.REPLY)


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """A clock with its words for the case's level, and the duty that runs by it (None: it does not run)."""

    clock: Clock
    words: Duty
    running: Deadline | None


def started_by_hand(programme: Programme) -> tuple[Clock, ...]:
    return tuple(clock for clock in programme.clocks if clock.kind in _KINDS)


def service_clocks(case: Case) -> list[ServiceClock]:
    """The case's clocks of this kind, in the programme's order. Row security shows the unit's own."""
    programme = duties.programme_of(case)
    running = {duty.rule_id: duty for duty in duties.open_duties(case)}
    return [
        ServiceClock(clock, duty_of(clock, programme, case.risk_level), running.get(rule_id(clock)))
        for clock in started_by_hand(programme)
    ]


def service_clock(case: Case, clock_id: str) -> ServiceClock:
    """Raises NoSuchCase for a clock that the programme does not have."""
    found = next((each for each in service_clocks(case) if each.clock.id == clock_id), None)
    if found is None:
        raise NoSuchCase(clock_id)
    return found


@deed(Permission.WORK_CASES)
def start_clock(
    *,
    case_id: int,
    clock_id: str,
    at: dt.datetime | None,
    text: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> None:
    """What the clock counts from happened `at`. Raises NotPossible when it runs already."""
    case = worked_case(case_id, "起算期限")
    found = service_clock(case, clock_id)
    if found.running is not None:
        raise NotPossible(f"「{found.clock.label}」已經在計時。")
    moment = _moment(at, text, None, now)
    with acting(SYSTEM):
        duties.open_duty(case, found.words, moment, now)
    _write(case, f"起算「{found.clock.label}」：{text.strip()}", moment, by, by_name, now)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "start_clock", clock=clock_id)


@deed(Permission.WORK_CASES)
def finish_clock(
    *,
    case_id: int,
    clock_id: str,
    sequence: int,
    at: dt.datetime | None,
    text: str,
    goes_on: bool = True,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> None:
    """Round `sequence` was done `at`; a repeating clock begins its next round then, if it `goes_on`. Raises NotPossible
    when that round does not run: pressed twice, the second press does not finish what the first began."""
    case = worked_case(case_id, "完成期限")
    found = service_clock(case, clock_id)
    duty = found.running
    if duty is None or duty.sequence != sequence:
        raise NotPossible(f"「{found.clock.label}」這一次沒有在計時，可能剛由別人完成。")
    moment = _moment(at, text, duty.started_at, now)
    meet_deadline(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=duty.rule_id,
        sequence=duty.sequence,
        at=moment,
        by_member_id=by.member_id,
    )
    if found.clock.repeats and goes_on:
        with acting(SYSTEM):
            duties.open_duty(case, found.words, moment, now)
    _write(case, f"完成「{found.clock.label}」：{text.strip()}", moment, by, by_name, now)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "finish_clock", clock=clock_id)


def _moment(at: dt.datetime | None, text: str, earliest: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    problems = {}
    if at is None:
        problems["at"] = "請寫時間，例如 115/3/1 14:30。"
    elif at > now:
        problems["at"] = "時間不能晚於現在。"
    elif earliest is not None and at < earliest:
        problems["at"] = "完成的時間不能早於起算的時間。"
    if problem := text_problem(text, "說明"):
        problems["text"] = problem
    if problems or at is None:
        raise NotAccepted(problems)
    return at


def _write(case: Case, text: str, at: dt.datetime, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    """The line in the case's timeline."""
    ContactNote.objects.create(
        case=case,
        unit_id=case.unit_id,
        kind=ContactKind.OTHER,
        contacted_at=at,
        text=text,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
