"""收案、退派: the unit that a report was sent to takes it, or returns it with a reason. Either stops or moves clocks."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.services.intake.investigating import open_investigation
from anwang.services.intake.keeping_persons import end_work
from anwang.services.intake.models import Report, ReportReader
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.intake.states import publish_state
from anwang.services.programs.loading import programmes

from . import duties
from .holding import DispatchError, check_permission, held_by_receiver, let_read, note, stop_reading
from .models import Dispatch, Dispute
from .process import DISPATCH, DispatchState
from .rules import RETURN_RULE, is_second_press, makes_dispute, return_problems, returns_in_a_row


@transaction.atomic
def accept(*, dispatch_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Dispatch:
    """收案: the unit takes the report. Its 24 hours stop, the unit goes on reading it, and its own first duty begins.

    Raises PermissionDenied, DispatchError when it was not sent to the unit, NotPossible when it was answered or taken
    back meanwhile. The same press twice is one acceptance.
    """
    check_permission(by, Permission.ACCEPT_DISPATCHES)
    dispatch, report = held_by_receiver(dispatch_id, by)
    if dispatch.state == DispatchState.ACCEPTED and is_second_press(
        by.member_id, dispatch.answered_by_id, dispatch.answered_at, now
    ):
        return dispatch
    dispatch.state = DISPATCH.after(DispatchState(dispatch.state), "accept")
    report.state = REPORT.after(ReportState(report.state), "accept")
    _answer(dispatch, by, by_name, now)
    take(report, dispatch, by=by, by_name=by_name, now=now)
    duties.answered(dispatch, now, by.member_id)
    note(
        audit.Action.ACCEPTED_DISPATCH,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("dispatch", dispatch.pk),
        in_time=now <= report.due_at,
    )
    return dispatch


def take(report: Report, dispatch: Dispatch, *, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    """What follows when a unit has a report, taken by itself or given by a settlement: the clock stops, the next begins.
    `report.state` is set by the caller and written here."""
    programme = programmes(timezone.localdate(now)).get(dispatch.programme)
    with acting(SYSTEM):
        report.handled_at = now
        report.save(update_fields=["state", "handled_at"])
        publish_state(report=report, now=now, units=[dispatch.to_unit_id])
        end_work(report, now=now)
        let_read(report.pk, dispatch.to_unit_id, ReportReader.Kind.SENT, now)
        stop_reading(report.pk, ReportReader.Kind.SENT, now, but=dispatch.to_unit_id)
        stop_reading(report.pk, ReportReader.Kind.DISPUTE, now)
        duties.handled(report, now, by.member_id)
        if dispatch.purpose == Dispatch.Purpose.INVESTIGATE:
            # An investigation has the first contact among its own clocks.
            open_investigation(
                report=report,
                unit_id=dispatch.to_unit_id,
                programme=dispatch.programme,
                by=by,
                by_name=by_name,
                now=now,
            )
        else:
            duties.to_contact(report, dispatch, programme, now)


@transaction.atomic
def return_dispatch(
    *, dispatch_id: int, reason: str, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Dispatch:
    """退派: back to the desk with a reason; the second return in a row is a dispute that the supervisors of both settle.

    The report's 24 hours run on. Raises as `accept`, and DispatchError with problems by field.
    """
    check_permission(by, Permission.ACCEPT_DISPATCHES)
    dispatch, report = held_by_receiver(dispatch_id, by)
    if dispatch.state == DispatchState.RETURNED and is_second_press(
        by.member_id, dispatch.answered_by_id, dispatch.answered_at, now
    ):
        return dispatch
    policy, today = policy_in_force(), timezone.localdate(now)
    after = DISPATCH.after(DispatchState(dispatch.state), "return")
    with acting(SYSTEM):
        earlier = _returned_before(report)
    escalates = makes_dispute(len(earlier), policy=policy, on=today)
    report_after = REPORT.after(ReportState(report.state), "escalate" if escalates else "return")
    if problems := return_problems(reason, text, policy=policy, on=today):
        raise DispatchError(problems=problems)
    dispatch.state, report.state = after, report_after
    dispatch.return_reason, dispatch.return_text = reason, " ".join(text.split())
    keep_decision(
        subject_kind=duties.DISPATCH,
        subject_id=dispatch.pk,
        rule_id=RETURN_RULE,
        outcome=reason,
        reason=dispatch.return_text,
        facts={"round": dispatch.round, "by_name": by_name},
        citation=str(policy.citation("dispatch.return_reasons")),
        policy_version=policy.version,
        by=by,
        now=now,
    )
    _answer(dispatch, by, by_name, now)
    with acting(SYSTEM):
        report.save(update_fields=["state"])
        publish_state(report=report, now=now, units=[dispatch.to_unit_id])
        stop_reading(report.pk, ReportReader.Kind.SENT, now)
    duties.answered(dispatch, now, by.member_id)
    if escalates:
        _dispute(report, (earlier or [dispatch])[-1], dispatch, now)
    note(
        audit.Action.RETURNED_DISPATCH,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("dispatch", dispatch.pk),
        reason=reason,
        escalated=escalates,
    )
    return dispatch


def _answer(dispatch: Dispatch, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    dispatch.answered_at, dispatch.answered_by_id, dispatch.answered_by_name = now, by.member_id, by_name
    dispatch.save(
        update_fields=[
            "state",
            "answered_at",
            "answered_by",
            "answered_by_name",
            "return_reason",
            "return_text",
        ]
    )


def _returned_before(report: Report) -> list[Dispatch]:
    """The returns in a row that stand before this one, since somebody last took the report or a dispute was settled."""
    rounds = list(report.dispatches.order_by("round"))
    settled = report.disputes.order_by("-pk").values_list("second__round", flat=True).first() or 0
    count = returns_in_a_row([DispatchState(each.state) for each in rounds], since=settled)
    returned = [each for each in rounds if each.state == DispatchState.RETURNED]
    return returned[len(returned) - count :]


def _dispute(report: Report, first: Dispatch, second: Dispatch, now: dt.datetime) -> None:
    policy = policy_in_force()
    hours = policy.number("dispatch.dispute.hours", on=timezone.localdate(now))
    units = tuple(dict.fromkeys((first.to_unit_id, second.to_unit_id)))
    with acting(SYSTEM):
        made = Dispute.objects.create(
            report=report,
            unit_id=report.unit_id,
            first=first,
            second=second,
            opened_at=now,
            due_at=now + dt.timedelta(hours=hours),
        )
        for unit in units:
            let_read(report.pk, unit, ReportReader.Kind.DISPUTE, now)
        duties.to_settle(made, units)
