"""The duties with a time around a report on its way: to be handled, answered, settled, taken over, first contacted.

The desk's 24 hours run until a unit took the report or it was decided not to open it (003 貳二(2/2)); what a unit or its
supervisors must do meanwhile are duties of their own beside it.
"""

from __future__ import annotations

import datetime as dt

from anwang.agencies.models import Unit
from anwang.platform import clock
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import Term, TermKind
from anwang.services.intake.models import Report
from anwang.services.intake.rules import HANDLE_HOURS, HANDLE_RULE, handle_due_at
from anwang.services.intake.vocabulary import Urgency
from anwang.services.programs.codes import ClockKind, ClockStart
from anwang.services.programs.programme import Programme
from anwang.standard.townships import code_of

from .models import Dispatch, Dispute, NotOpened
from .rules import answer_rule

REPORT, DISPATCH, DISPUTE, REFERRAL = "report", "dispatch", "dispute", "not_opened"
ANSWER, NOBODY, SETTLE = "dispatch.answer", "dispatch.nobody_on_duty", "dispatch.settle"
TAKE_OVER, FIRST_CONTACT = "dispatch.referral", "dispatch.first_contact"
NAMES = {
    ANSWER: "派案：收案或退派",
    NOBODY: "派案：指派收案的人",
    SETTLE: "主責爭議：裁定主責",
    TAKE_OVER: "不開案轉介：確認接手",
    FIRST_CONTACT: "收案後首次聯繫",
}
"""What each rule is called where duties are counted by rule."""


def handled(report: Report, at: dt.datetime, by_member_id: int | None) -> None:
    """The 24 hours stop: a unit took it, or it was decided not to open."""
    clock.meet_deadline(
        subject_kind=REPORT, subject_id=report.pk, rule_id=HANDLE_RULE, at=at, by_member_id=by_member_id
    )


def handle_again(report: Report, now: dt.datetime) -> None:
    """The report is open again: 24 hours of their own begin, and `due_at` follows. The caller writes the report."""
    policy = policy_in_force()
    report.due_at, report.handled_at = handle_due_at(now, now, policy=policy), None
    clock.open_deadline(
        subject_kind=REPORT,
        subject_id=report.pk,
        rule_id=HANDLE_RULE,
        sequence=clock.next_sequence(subject_kind=REPORT, subject_id=report.pk, rule_id=HANDLE_RULE),
        label=f"通報 {report.number} 重新派案",
        rule_label=policy.parameter(HANDLE_HOURS).label_zh,
        unit_id=report.unit_id,
        opened_at=now,
        due_at=report.due_at,
        citation=str(policy.citation(HANDLE_HOURS)),
        url=f"/dispatch/{report.pk}/",
    )


def to_answer(dispatch: Dispatch, report: Report, office: Unit | None) -> None:
    """The unit must take or return it. With nobody on duty there, its bureau's head office must see to it."""
    policy = policy_in_force()
    citation = str(policy.citation(answer_rule(Urgency(report.urgency))))
    label = f"{dispatch.get_purpose_display()}派案 {report.number}：收案或退派"
    clock.open_deadline(
        subject_kind=DISPATCH,
        subject_id=dispatch.pk,
        rule_id=ANSWER,
        rule_label=NAMES[ANSWER],
        label=label,
        unit_id=dispatch.to_unit_id,
        opened_at=dispatch.sent_at,
        due_at=dispatch.answer_due_at,
        citation=citation,
        url=f"/dispatch/received/{dispatch.pk}/",
    )
    if office is not None:
        clock.open_deadline(
            subject_kind=DISPATCH,
            subject_id=dispatch.pk,
            rule_id=NOBODY,
            rule_label=NAMES[NOBODY],
            label=f"{dispatch.to_unit.name}今天沒有人可以收案（{report.number}），請指派人員",
            unit_id=office.pk,
            opened_at=dispatch.sent_at,
            due_at=dispatch.answer_due_at,
            citation=citation,
            url="",
        )


def answered(dispatch: Dispatch, at: dt.datetime, by_member_id: int | None) -> None:
    for rule in (ANSWER, NOBODY):
        clock.meet_deadline(
            subject_kind=DISPATCH, subject_id=dispatch.pk, rule_id=rule, at=at, by_member_id=by_member_id
        )


def called_back(dispatch: Dispatch, at: dt.datetime, by_member_id: int | None) -> None:
    clock.withdraw_deadline(
        subject_kind=DISPATCH,
        subject_id=dispatch.pk,
        at=at,
        reason="受理中心已收回改派",
        by_member_id=by_member_id,
    )


def to_settle(dispute: Dispute, units: tuple[int, ...]) -> None:
    """The supervisors of both units must say who leads."""
    policy = policy_in_force()
    for unit in units:
        clock.open_deadline(
            subject_kind=DISPUTE,
            subject_id=dispute.pk,
            rule_id=SETTLE,
            rule_label=NAMES[SETTLE],
            label=f"主責爭議 {dispute.report.number}：裁定由誰主責",
            unit_id=unit,
            opened_at=dispute.opened_at,
            due_at=dispute.due_at,
            citation=str(policy.citation("dispatch.dispute.hours")),
            url=f"/dispatch/disputes/{dispute.pk}/",
        )


def settled(dispute: Dispute, at: dt.datetime, by_member_id: int | None) -> None:
    clock.meet_deadline(
        subject_kind=DISPUTE, subject_id=dispute.pk, rule_id=SETTLE, at=at, by_member_id=by_member_id
    )


def to_take_over(not_opened: NotOpened, now: dt.datetime) -> None:
    """The unit that a not-opened report was referred to says that it goes on."""
    policy = policy_in_force()
    if not_opened.referred_unit_id is None:
        return
    hours = policy.number("dispatch.referral.hours", on=now.date())
    clock.open_deadline(
        subject_kind=REFERRAL,
        subject_id=not_opened.pk,
        rule_id=TAKE_OVER,
        rule_label=NAMES[TAKE_OVER],
        label=f"不開案轉介 {not_opened.report.number}：確認收到並接手",
        unit_id=not_opened.referred_unit_id,
        opened_at=now,
        due_at=now + dt.timedelta(hours=hours),
        citation=str(policy.citation("dispatch.referral.hours")),
        url=f"/dispatch/referrals/{not_opened.pk}/",
    )


def taken_over(not_opened: NotOpened, at: dt.datetime, by_member_id: int | None) -> None:
    clock.meet_deadline(
        subject_kind=REFERRAL, subject_id=not_opened.pk, rule_id=TAKE_OVER, at=at, by_member_id=by_member_id
    )


def not_taken_over(not_opened: NotOpened, at: dt.datetime) -> None:
    clock.withdraw_deadline(
        subject_kind=REFERRAL, subject_id=not_opened.pk, at=at, reason="複閱後重新派案，不再轉介"
    )


def to_contact(report: Report, dispatch: Dispatch, programme: Programme | None, now: dt.datetime) -> None:
    """The unit that took the report must reach the family, by its programme's clock. Taken a second time, it has a duty of
    its own."""
    policy = policy_in_force()
    clocks = programme.clocks_for(ClockKind.FIRST_CONTACT) if programme else ()
    if clocks:
        found = clocks[0]
        term = found.term()
        start = report.received_at if found.starts is ClockStart.REPORTED else now
        label, citation = found.label, str(found.citation)
    else:
        term = Term(TermKind.HOURS, policy.number("dispatch.first_contact.hours", on=now.date()))
        start, label = now, "首次聯繫"
        citation = str(policy.citation("dispatch.first_contact.hours"))
    clock.open_deadline(
        subject_kind=REPORT,
        subject_id=report.pk,
        rule_id=FIRST_CONTACT,
        rule_label=NAMES[FIRST_CONTACT],
        sequence=clock.next_sequence(subject_kind=REPORT, subject_id=report.pk, rule_id=FIRST_CONTACT),
        label=f"{label}（{report.number}）",
        unit_id=dispatch.to_unit_id,
        opened_at=now,
        started_at=start,
        term=term,
        township_code=code_of(report.township),
        citation=citation,
        url=f"/dispatch/received/{dispatch.pk}/",
    )


def contacted(report_id: int, at: dt.datetime, by_member_id: int | None) -> bool:
    """The family was reached. False when nobody had to (any more)."""
    return clock.meet_deadline(
        subject_kind=REPORT, subject_id=report_id, rule_id=FIRST_CONTACT, at=at, by_member_id=by_member_id
    )


def contact_due(report_id: int) -> Deadline | None:
    """The open duty to reach the family; row security shows the unit's own."""
    return Deadline.objects.filter(
        OPEN, subject_kind=REPORT, subject_id=str(report_id), rule_id=FIRST_CONTACT
    ).first()


def no_contact_needed(report: Report, at: dt.datetime, reason: str) -> None:
    clock.withdraw_deadline(
        subject_kind=REPORT, subject_id=report.pk, rule_id=FIRST_CONTACT, at=at, reason=reason
    )
