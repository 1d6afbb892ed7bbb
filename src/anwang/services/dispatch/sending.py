"""派案: the desk sends a report to a unit, or takes it back before it was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.models import Decision
from anwang.services.intake.models import Report, ReportPerson, ReportReader
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.intake.screening import screen, suggestions
from anwang.services.intake.states import publish_state
from anwang.services.intake.vocabulary import Urgency

from . import duties
from .holding import DispatchError, NobodyOnDuty, check_permission, held_at_desk, let_read, note, stop_reading
from .models import Dispatch
from .places import Places, head_office, home_township, places, purpose_of
from .process import DISPATCH, DispatchState
from .rules import NOBODY_ON_DUTY, UNIT_RULE, answer_due_at, is_second_press, text_problem

NOTE_MAX = 300


@transaction.atomic
def send(
    *,
    report_id: int,
    to_unit_id: int | None,
    message: str = "",
    reason: str = "",
    confirmed: bool = False,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Dispatch:
    """Send a screened report to a unit for the programme that screening decided.

    The unit follows from programme × jurisdiction; another one needs a `reason`, which is a Decision that overrules.
    Raises NobodyOnDuty when nobody there could answer today and it was not `confirmed`, DispatchError with problems by
    field, NotPossible when the report has moved on. The same press twice is one dispatch.
    """
    check_permission(by, Permission.SCREEN_REPORTS)
    report = held_at_desk(report_id, by)
    last = report.dispatches.order_by("-round").select_related("to_unit").first()
    if (
        last is not None
        and last.state == DispatchState.SENT
        and last.to_unit_id == to_unit_id
        and is_second_press(by.member_id, last.sent_by_id, last.sent_at, now)
    ):
        return last
    after = REPORT.after(ReportState(report.state), "send")
    unit = Unit.objects.filter(pk=to_unit_id or 0).first()
    if unit is None:
        raise DispatchError(problems={"to_unit": "請選擇要派給哪個單位。"})
    if len(message) > NOTE_MAX:
        raise DispatchError(
            problems={"message": f"交代事項請在 {NOTE_MAX} 個字以內（現在 {len(message)} 個字）。"}
        )
    where = places(timezone.localdate(now))
    decision = _choose(report, unit, reason, where, by, by_name, now)
    office = None
    if not where.is_manned(unit.pk):
        if not confirmed:
            raise NobodyOnDuty(f"{unit.name}：{NOBODY_ON_DUTY}", {"confirmed": NOBODY_ON_DUTY})
        office = head_office(unit)
    dispatch = Dispatch.objects.create(
        report=report,
        unit_id=report.unit_id,
        to_unit=unit,
        programme=report.programme,
        purpose=purpose_of(where.programme(report.programme)),
        round=(last.round if last else 0) + 1,
        state=DISPATCH.initial,
        note=" ".join(message.split()),
        decision=decision,
        sent_at=now,
        sent_by_id=by.member_id,
        sent_by_name=by_name,
        answer_due_at=answer_due_at(now, Urgency(report.urgency), report.due_at, policy=policy_in_force()),
    )
    report.state = after
    report.save(update_fields=["state"])
    publish_state(report=report, now=now, units=[unit.pk])
    with acting(SYSTEM):
        let_read(report.pk, unit.pk, ReportReader.Kind.SENT, now)
    duties.to_answer(dispatch, report, office)
    note(
        audit.Action.SENT_DISPATCH,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("dispatch", dispatch.pk),
        to_unit=unit.pk,
        round=dispatch.round,
        nobody_on_duty=office is not None,
    )
    return dispatch


@transaction.atomic
def dispatch_as_suggested(*, report_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Dispatch:
    """One key: screen as the rule suggests, unless somebody has screened it already, and send to the proposed unit.

    Raises DispatchError when there is no proposed unit, or when the programme hangs on an age that is to be confirmed;
    NobodyOnDuty when nobody is there to answer: all are for the page of the report, where a person chooses.
    """
    check_permission(by, Permission.SCREEN_REPORTS)
    report = held_at_desk(report_id, by)
    if report.state == ReportState.RECEIVED:
        suggestion = suggestions([report])[report.pk]
        if suggestion.side_by_side:
            raise DispatchError(f"{suggestion.side_by_side[0].doubt}，請先確認，再開啟通報選擇方案。")
        screen(
            report_id=report.pk,
            urgency=suggestion.urgency,
            programme=suggestion.programme,
            by=by,
            by_name=by_name,
            now=now,
        )
        report.refresh_from_db()
    if report.state == ReportState.RETURNED:
        raise DispatchError("這件被退派過，請開啟通報，看退派的原因再決定改派給誰。")
    last = report.dispatches.order_by("-round").first()
    if was_sent_on(report, last):
        raise DispatchError("這件是調查後改派，請開啟通報，看改派的理由再決定派給誰。")
    if report.state == ReportState.SENT and last is not None:
        return send(
            report_id=report.pk, to_unit_id=last.to_unit_id, by=by, by_name=by_name, now=now
        )  # a second press, or the message that somebody else just sent it
    proposed = proposed_unit(report, places(timezone.localdate(now)))
    if proposed is None:
        raise DispatchError("沒有可以直接建議的單位，請開啟通報選擇。")
    return send(report_id=report.pk, to_unit_id=proposed, by=by, by_name=by_name, now=now)


@transaction.atomic
def screen_and_send(
    *,
    report_id: int,
    urgency: str,
    programme: str,
    screening_reason: str = "",
    to_unit_id: int | None = None,
    message: str = "",
    unit_reason: str = "",
    confirmed: bool = False,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Dispatch:
    """Both decisions of the desk's page at once, or neither: urgency and programme, then the unit (None: the proposed
    one). What was screened before and is not changed is not screened again. Raises as `screen` and `send`."""
    check_permission(by, Permission.SCREEN_REPORTS)
    report = held_at_desk(report_id, by)
    known = report.state in (ReportState.SCREENED, ReportState.SENT)
    if not known or (
        report.state == ReportState.SCREENED and (urgency, programme) != (report.urgency, report.programme)
    ):
        screen(
            report_id=report.pk,
            urgency=urgency,
            programme=programme,
            reason=screening_reason,
            by=by,
            by_name=by_name,
            now=now,
        )
        report.refresh_from_db()
    chosen = to_unit_id or proposed_unit(report, places(timezone.localdate(now)))
    try:
        return send(
            report_id=report.pk,
            to_unit_id=chosen,
            message=message,
            reason=unit_reason,
            confirmed=confirmed,
            by=by,
            by_name=by_name,
            now=now,
        )
    except DispatchError as error:
        if "reason" in error.problems:  # two reasons stand on that page
            error.problems["unit_reason"] = error.problems.pop("reason")
        raise


def was_sent_on(report: Report, last: Dispatch | None) -> bool:
    """Whether a unit that had taken the report wants another to go on: what was screened then is no suggestion now."""
    return last is not None and last.state == DispatchState.ACCEPTED and report.handled_at is None


def proposed_unit(report: Report, where: Places) -> int | None:
    """The unit that programme and township point to; None when a person must choose."""
    persons = ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True).order_by("number")
    unit = where.proposed(report.programme, home_township(report, persons)).unit
    return unit.id if unit else None


def _choose(
    report: Report,
    unit: Unit,
    reason: str,
    where: Places,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Decision:
    """Keep why this unit: the rule's proposal, or the person's choice over it."""
    persons = ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True).order_by("number")
    proposal = where.proposed(report.programme, home_township(report, persons))
    programme = where.programme(report.programme)
    shared: dict[str, Any] = {
        "subject_kind": duties.REPORT,
        "subject_id": report.pk,
        "rule_id": UNIT_RULE,
        "citation": str(programme.citation)
        if programme
        else str(policy_in_force().citation("dispatch.return_reasons")),
        "policy_version": policy_in_force().version,
        "unit_id": report.unit_id,
        "now": now,
    }
    by_rule = keep_decision(
        **shared,
        outcome=str(proposal.unit.id) if proposal.unit else "none",
        reason=proposal.reason,
        facts={"programme": report.programme},
        by=AccessContext(SYSTEM.actor, unit_id=report.unit_id),
    )
    if proposal.unit is not None and proposal.unit.id == unit.pk:
        return by_rule
    if problem := text_problem(reason, "不派給建議單位的理由" if proposal.unit else "選擇這個單位的理由"):
        raise DispatchError(problems={"reason": problem})
    return keep_decision(
        **shared,
        outcome=str(unit.pk),
        reason=" ".join(reason.split()),
        facts={"programme": report.programme, "by_name": by_name},
        by=by,
        overrules=by_rule,
    )


@transaction.atomic
def call_back(*, report_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime) -> Dispatch:
    """Take a dispatch back that nobody answered yet; the report waits at the desk again, its clock running on."""
    check_permission(by, Permission.SCREEN_REPORTS)
    report = held_at_desk(report_id, by)
    last = report.dispatches.order_by("-round").select_related("to_unit").first()
    if (
        last is not None
        and last.state == DispatchState.CALLED_BACK
        and report.state == ReportState.SCREENED
        and is_second_press(by.member_id, last.answered_by_id, last.answered_at, now)
    ):
        return last
    after = REPORT.after(ReportState(report.state), "call_back")
    if problem := text_problem(reason, longest=NOTE_MAX):
        raise DispatchError(problems={"reason": problem})
    assert last is not None
    last.state = DISPATCH.after(DispatchState(last.state), "call_back")
    last.return_text = " ".join(reason.split())
    last.answered_at, last.answered_by_id, last.answered_by_name = now, by.member_id, by_name
    last.save(update_fields=["state", "return_text", "answered_at", "answered_by", "answered_by_name"])
    report.state = after
    report.save(update_fields=["state"])
    publish_state(report=report, now=now, units=[last.to_unit_id])
    with acting(SYSTEM):
        stop_reading(report.pk, ReportReader.Kind.SENT, now)
    duties.called_back(last, now, by.member_id)
    note(
        audit.Action.CALLED_BACK_DISPATCH,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("dispatch", last.pk),
        to_unit=last.to_unit_id,
    )
    return last
