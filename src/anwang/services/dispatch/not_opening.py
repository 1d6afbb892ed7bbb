"""不開案: with its reason and an onward referral (003 參一); and how a report comes back to the desk afterwards."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.services.intake.keeping_persons import end_work, resume_work
from anwang.services.intake.models import Report, ReportReader
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.intake.states import publish_state

from . import duties
from .disputing import close_without_lead
from .holding import DispatchError, check_permission, held_at_desk, let_read, note, stop_reading
from .hooks import where_it_went_on
from .models import Dispatch, NotOpened
from .process import DispatchState
from .rules import NOT_OPEN_RULE, SEND_ON_RULE, is_second_press, not_open_problems, text_problem

REOPEN_RULE = "dispatch.reopen"


@transaction.atomic
def not_open(
    *,
    report_id: int,
    reason: str,
    text: str,
    referred_unit_id: int | None = None,
    referred_to: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> NotOpened:
    """Decide not to open a report and say who goes on with the family: a unit, or a service outside.

    It stops the 24 hours. Raises PermissionDenied, DispatchError with problems by field, NotPossible when the report
    has moved on. The same press twice is one decision.
    """
    check_permission(by, Permission.SCREEN_REPORTS)
    report = held_at_desk(report_id, by)
    standing = NotOpened.objects.filter(report=report, taken_back_at__isnull=True).first()
    if standing is not None and is_second_press(by.member_id, standing.by_id, standing.at, now):
        return standing
    state = ReportState(report.state)
    after = REPORT.after(state, "not_open")
    policy, today = policy_in_force(), timezone.localdate(now)
    unit = Unit.objects.filter(pk=referred_unit_id or 0).exclude(pk=report.unit_id).first()
    problems = not_open_problems(
        reason, text, has_unit=unit is not None, place=referred_to, policy=policy, on=today
    )
    if problems:
        raise DispatchError(problems=problems)
    said = " ".join(text.split())
    decision = keep_decision(
        subject_kind=duties.REPORT,
        subject_id=report.pk,
        rule_id=NOT_OPEN_RULE,
        outcome=reason,
        reason=said,
        facts={"referred_unit": unit.pk if unit else None, "by_name": by_name},
        citation=str(policy.citation("dispatch.not_opened_reasons")),
        policy_version=policy.version,
        by=by,
        now=now,
    )
    made = NotOpened.objects.create(
        report=report,
        unit_id=report.unit_id,
        reason=reason,
        text=said,
        referred_unit=unit,
        referred_to=" ".join(referred_to.split()),
        decision=decision,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    report.state, report.handled_at = after, now
    report.save(update_fields=["state", "handled_at"])
    publish_state(report=report, now=now, units=[unit.pk] if unit else [])
    if state is ReportState.DISPUTED:
        close_without_lead(report, by.member_id, by_name, f"不開案：{said}"[:500], now)
    with acting(SYSTEM):
        end_work(report, now=now)
        for kind in (ReportReader.Kind.SENT, ReportReader.Kind.DISPUTE):
            stop_reading(report.pk, kind, now)
        if unit is not None:
            let_read(report.pk, unit.pk, ReportReader.Kind.SENT, now)
    duties.handled(report, now, by.member_id)
    duties.to_take_over(made, now)
    note(
        audit.Action.NOT_OPENED_REPORT,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        reason=reason,
        referred_unit=unit.pk if unit else None,
        in_time=now <= report.due_at,
    )
    return made


@transaction.atomic
def receive_referral(*, not_opened_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> NotOpened:
    """The unit that a not-opened report was referred to says that it has it and goes on. Harmless twice."""
    check_permission(by, Permission.ACCEPT_DISPATCHES)
    seen = NotOpened.objects.filter(pk=not_opened_id, referred_unit_id=by.unit_id or 0).first()
    if seen is None:
        raise DispatchError("沒有這件轉介，或不是轉介給您的單位。")
    with acting(SYSTEM):
        report = Report.objects.select_for_update(of=("self",)).get(pk=seen.report_id)
        made = NotOpened.objects.select_related("report").get(pk=not_opened_id)
        if made.taken_back_at is not None:
            raise DispatchError("這件通報已經改為重新派案，不必再處理這筆轉介。")
        if made.received_at is not None:
            return made
        made.received_at, made.received_by_id, made.received_by_name = now, by.member_id, by_name
        made.save(update_fields=["received_at", "received_by", "received_by_name"])
    duties.taken_over(made, now, by.member_id)
    note(
        audit.Action.RECEIVED_REFERRAL,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("not_opened", made.pk),
    )
    return made


@transaction.atomic
def reopen(*, report_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime) -> Report:
    """複閱後改派: the desk's supervisor opens a not-opened report again. It gets 24 hours of its own; what was decided
    before stays, taken back. Raises as `not_open`."""
    check_permission(by, Permission.READ_SAMPLES)
    report = held_at_desk(report_id, by)
    standing = (
        NotOpened.objects.filter(report=report, taken_back_at__isnull=True).select_related("report").first()
    )
    after = REPORT.after(ReportState(report.state), "reopen")
    if problem := text_problem(reason):
        raise DispatchError(problems={"reason": problem})
    assert standing is not None
    policy = policy_in_force()
    keep_decision(
        subject_kind=duties.REPORT,
        subject_id=report.pk,
        rule_id=REOPEN_RULE,
        outcome="reopened",
        reason=" ".join(reason.split()),
        facts={"not_opened": standing.pk, "by_name": by_name},
        citation=str(policy.citation("sampling.share_percent")),
        policy_version=policy.version,
        by=by,
        now=now,
        overrules=standing.decision,
    )
    standing.taken_back_at = now
    standing.save(update_fields=["taken_back_at"])
    duties.not_taken_over(standing, now)
    with acting(SYSTEM):
        stop_reading(report.pk, ReportReader.Kind.SENT, now)
    _at_desk_again(report, after, now)
    note(audit.Action.REOPENED_REPORT, report=report, by=by, by_name=by_name, now=now, not_opened=standing.pk)
    return report


@transaction.atomic
def send_on(*, report_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime) -> Report:
    """調查後改派: the unit that took the report found that another must go on. It waits at the desk again, with 24 hours
    of its own; the unit goes on reading what it investigated. Raises as `accept`."""
    check_permission(by, Permission.ACCEPT_DISPATCHES)
    last = Dispatch.objects.filter(report_id=report_id, to_unit_id=by.unit_id or 0).order_by("-round").first()
    if last is None:
        raise DispatchError("沒有這件通報，或不屬於您的單位。")
    with acting(SYSTEM):
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        newest = report.dispatches.order_by("-round").first()
        is_open = report.investigations.filter(unit_id=last.to_unit_id, concluded_at__isnull=True).exists()
    after = REPORT.after(ReportState(report.state), "send_on")
    if newest is None or newest.pk != last.pk or newest.state != DispatchState.ACCEPTED:
        raise DispatchError("這件通報目前由其他單位主責，請聯絡該單位。")
    if is_open:  # its clocks would run on at a unit that has nothing to do with the report any more
        raise DispatchError("調查還沒有結果，請先提出調查結果，再改派。")
    if said := where_it_went_on(last.pk):
        raise DispatchError(said)
    if problem := text_problem(reason):
        raise DispatchError(problems={"reason": problem})
    policy = policy_in_force()
    keep_decision(
        subject_kind=duties.REPORT,
        subject_id=report.pk,
        rule_id=SEND_ON_RULE,
        outcome="sent_on",
        reason=" ".join(reason.split()),
        facts={"dispatch": last.pk, "by_name": by_name},
        citation=str(policy.citation("dispatch.first_contact.hours")),
        policy_version=policy.version,
        by=by,
        now=now,
    )
    duties.no_contact_needed(report, now, "調查後改派其他單位")
    with acting(SYSTEM):
        _at_desk_again(report, after, now)
    note(audit.Action.SENT_ON_REPORT, report=report, by=by, by_name=by_name, now=now, dispatch=last.pk)
    return report


def _at_desk_again(report: Report, state: ReportState, now: dt.datetime) -> None:
    report.state = state
    duties.handle_again(report, now)
    report.save(update_fields=["state", "due_at", "handled_at"])
    publish_state(report=report, now=now)
    with acting(SYSTEM):
        resume_work(report, now=now)
