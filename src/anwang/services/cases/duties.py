"""The duties of a case: opened by a programme's clocks, met by the deed itself, owned by the worker.

Rounds of a repeating clock are told apart by their sequence. No label holds personal data: duties are read by
supervisors and head offices.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from anwang.platform.clock import (
    meet_deadline,
    next_sequence,
    open_deadline,
    reassign_deadline,
    withdraw_deadline,
)
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import Term, TermKind
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.loading import catalogue_in_force
from anwang.services.programs.programme import Programme
from anwang.standard.townships import code_of

from .clock_rules import Deed, Duty, is_met_by, started_by
from .frame import SUBJECT
from .models import Case, Visit
from .process import VisitState

PLAN_APPROVAL, PLAN_MENDING = "case.approval.plan", "case.mending.plan"
CLOSING_APPROVAL, TRANSFER, NEW_REPORT = "case.approval.closing", "case.transfer", "case.new_report"
# Met by whatever meets a first contact (`clock_rules.is_met_by`).
JOINED_CONTACT = f"case.{ClockKind.FIRST_CONTACT}.joined"
_APPROVALS = (PLAN_APPROVAL, CLOSING_APPROVAL)
_WORDS = {
    PLAN_APPROVAL: ("督導核定處遇計畫", "case.plan.approval_days"),
    PLAN_MENDING: ("依督導意見修改處遇計畫", "case.plan.mending_days"),
    CLOSING_APPROVAL: ("督導核定結案", "case.closing.approval_days"),
    TRANSFER: ("回復移轉的個案", "case.transfer.answer_days"),
    NEW_REPORT: ("看關於個案的新通報", "case.report.days"),
}


def programme_of(case: Case) -> Programme:
    """The programme as in force when the case was opened, else its newest version. Raises KeyError when there is none."""
    versions = catalogue_in_force()
    day = timezone.localdate(case.opened_at)
    return versions.on(day).get(case.programme) or versions.latest[case.programme]


def counting_places(at: dt.datetime) -> tuple[str, ...]:
    """Where somebody must be met for a visit to count for the frequency, on the day of `at`."""
    return tuple(policy_in_force().texts("case.visit.counting_places", on=timezone.localdate(at)))


def open_duties(case: Case) -> list[Deadline]:
    """What is still to do, the most pressing first. Row security shows the unit's own."""
    return list(
        Deadline.objects.filter(OPEN, subject_kind=SUBJECT, subject_id=str(case.pk)).order_by("due_at", "pk")
    )


def short_label(duty: Deadline, case: Case) -> str:
    """What is to do, for a reader who has the case before them."""
    return duty.label.removesuffix(f"（{case.number}）").removeprefix(f"{programme_of(case).label}：")


def repeats(duty: Deadline) -> bool:
    """Whether another round follows whenever it is met: then the next falls away with the case."""
    return duty.rule_id.startswith((f"case.{ClockKind.VISIT}.", f"case.{ClockKind.REVIEW}."))


def deed_done(case: Case, deed: Deed, at: dt.datetime, now: dt.datetime, by_member_id: int | None) -> None:
    """Meet what the deed meets, and open what it opens. `at`: when it was done; `now`: when it is written down."""
    programme = programme_of(case)
    with acting(SYSTEM):
        for duty in open_duties(case):
            if is_met_by(duty.rule_id, deed):
                meet_deadline(
                    subject_kind=SUBJECT,
                    subject_id=case.pk,
                    rule_id=duty.rule_id,
                    sequence=duty.sequence,
                    at=at,
                    by_member_id=by_member_id,
                )
        for each in started_by(deed, programme, case.risk_level):
            open_duty(case, each, _start(case, each.starts, deed, at), now)


def _start(case: Case, starts: ClockStart, deed: Deed, at: dt.datetime) -> dt.datetime:
    """The moment that a clock counts from. A visit that is written down late moves no later one back."""
    if deed is Deed.VISITED:
        last = Visit.objects.filter(
            case=case, state=VisitState.DONE, replaced_by__isnull=True, place__in=counting_places(at)
        ).aggregate(last=Max("visited_at"))["last"]
        return max(at, last) if last else at
    if deed is not Deed.OPENED:
        return at
    # A case that goes on after a closing begins anew: its clocks do not count from the first report.
    if case.reopenings.exists():
        return at
    if starts is ClockStart.REPORTED and case.report is not None:
        return case.report.received_at
    if starts is ClockStart.ACCEPTED and case.dispatch is not None and case.dispatch.answered_at is not None:
        return case.dispatch.answered_at
    return at


def open_duty(case: Case, duty: Duty, start: dt.datetime, now: dt.datetime) -> None:
    """Open a duty of the programme; one that is open stays as it is. Call it as the system."""
    if Deadline.objects.filter(
        OPEN, subject_kind=SUBJECT, subject_id=str(case.pk), rule_id=duty.rule
    ).exists():
        return
    open_deadline(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=duty.rule,
        label=f"{duty.label}（{case.number}）",
        rule_label=duty.rule_label[:80],
        subject_label=case.number,
        unit_id=case.unit_id,
        owner_member_id=case.worker_id,
        opened_at=now,
        started_at=start,
        term=duty.term,
        township_code=code_of(case.township),
        citation=duty.citation[:200],
        url=f"/cases/{case.pk}/",
        sequence=next_sequence(subject_kind=SUBJECT, subject_id=case.pk, rule_id=duty.rule),
    )


def regrade(case: Case, now: dt.datetime, by_member_id: int | None) -> None:
    """The level changed: the visit that is due is counted anew with the level's term, from the same start."""
    programme = programme_of(case)
    with acting(SYSTEM):
        due = [duty for duty in open_duties(case) if duty.rule_id.startswith(f"case.{ClockKind.VISIT}.")]
        for each in started_by(Deed.REACHED, programme, case.risk_level):
            for duty in due:
                if duty.rule_id == each.rule and (duty.term_kind, duty.term) != (
                    each.term.kind.value,
                    each.term.length,
                ):
                    withdraw_deadline(
                        subject_kind=SUBJECT,
                        subject_id=case.pk,
                        rule_id=each.rule,
                        at=now,
                        reason="風險等級改變，訪視期限重算",
                        by_member_id=by_member_id,
                    )
                    open_duty(case, each, duty.started_at or duty.opened_at, now)


def ask(
    case: Case, rule: str, now: dt.datetime, *, owner: int | None, unit_id: int | None = None, sequence: int = 1,
    url: str = "",
) -> None:  # fmt: skip
    """Open a duty whose term is policy and not a programme's clock: an answer that somebody waits for."""
    policy, (label, parameter) = policy_in_force(), _WORDS[rule]
    days = policy.number(parameter, on=timezone.localdate(now))
    ours = "（本系統預設，待縣府核定）" if policy.is_ours(parameter) else ""
    open_deadline(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=rule,
        label=f"{label}（{case.number}）",
        rule_label=f"{label}，{days} 日內",
        subject_label=case.number,
        unit_id=unit_id or case.unit_id,
        owner_member_id=owner,
        opened_at=now,
        term=Term(TermKind.DAYS, days),
        citation=f"{policy.citation(parameter)}{ours}",
        url=url or f"/cases/{case.pk}/",
        sequence=sequence,
    )


def contact_for_report(case: Case, due: Deadline, report_id: int, now: dt.datetime) -> None:
    """The family must be reached because of a report that was joined to the case: what its own duty was, due as before."""
    open_deadline(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=JOINED_CONTACT,
        sequence=report_id,
        label=f"併入通報 R-{report_id:07d} 後的首次聯繫（{case.number}）",
        rule_label="併入的通報：首次聯繫",
        subject_label=case.number,
        unit_id=case.unit_id,
        owner_member_id=case.worker_id,
        opened_at=now,
        started_at=due.started_at,
        due_at=due.due_at,
        citation=due.citation,
        url=f"/cases/{case.pk}/",
    )


def answered(
    case: Case, rule: str, now: dt.datetime, by_member_id: int | None, sequence: int | None = None
) -> None:
    meet_deadline(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=rule,
        at=now,
        sequence=sequence,
        by_member_id=by_member_id,
    )


def fall_away(
    case: Case, reason: str, now: dt.datetime, by_member_id: int | None, rule: str | None = None
) -> None:
    """Duties that nobody has to do any more; all of the case's without `rule`."""
    withdraw_deadline(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=rule,
        at=now,
        reason=reason,
        by_member_id=by_member_id,
    )


def hand_over(case: Case, now: dt.datetime, by_member_id: int | None) -> None:
    """The open duties go to the case's unit, its worker and its supervisor, with their due moments as they are."""
    with acting(SYSTEM):
        # Promises have owners of their own: `promising.keep_promises` hands them over.
        held = [duty for duty in open_duties(case) if not duty.is_promise]
    for duty in held:
        reassign_deadline(
            subject_kind=SUBJECT,
            subject_id=case.pk,
            rule_id=duty.rule_id,
            sequence=duty.sequence,
            at=now,
            reason="個案移轉",
            owner_member_id=case.supervisor_id if duty.rule_id in _APPROVALS else case.worker_id,
            unit_id=case.unit_id,
            by_member_id=by_member_id,
        )
