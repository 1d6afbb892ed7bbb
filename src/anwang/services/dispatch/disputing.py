"""主責爭議: two units returned one report; a supervisor of one of them, or of the desk, says who leads."""

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
from anwang.services.intake.models import Report
from anwang.services.intake.process import REPORT, ReportState
from anwang.services.programs.loading import programmes

from . import duties
from .answering import take
from .holding import DispatchError, check_permission, note
from .models import Dispatch, Dispute
from .places import purpose_of
from .process import DISPATCH, DISPUTE, DispatchState, DisputeState
from .rules import is_second_press, possible_leads, text_problem

RULE = "dispatch.lead"


def leads(dispute: Dispute, by: AccessContext) -> tuple[int, ...]:
    """The units that somebody of the acting unit may name; empty when it may not settle this dispute."""
    takers = Unit.objects.exclude(kind=Unit.Kind.INTAKE_CENTER).order_by("agency_id", "pk")
    return possible_leads(
        by.unit_id or 0,
        dispute.unit_id,
        dispute.first.to_unit_id,
        dispute.second.to_unit_id,
        list(takers.values_list("pk", flat=True)),
    )


@transaction.atomic
def settle_dispute(
    *,
    dispute_id: int,
    lead_unit_id: int | None,
    text: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Dispute:
    """裁定主責: the report is the lead's, as if it had accepted it, and its 24 hours stop.

    The other unit keeps the outcome in sight and the report no longer. Raises PermissionDenied, DispatchError with
    problems by field, NotPossible when it is settled already.
    """
    check_permission(by, Permission.SETTLE_DISPUTES)
    seen = Dispute.objects.filter(pk=dispute_id).first()
    if seen is None:
        raise DispatchError("沒有這件主責爭議，或與您的單位無關。")
    with acting(SYSTEM):
        report = Report.objects.select_for_update(of=("self",)).get(pk=seen.report_id)
        dispute = Dispute.objects.select_related("first", "second", "report").get(pk=dispute_id)
    if (
        dispute.state == DisputeState.SETTLED
        and dispute.lead_unit_id == lead_unit_id
        and is_second_press(by.member_id, dispute.settled_by_id, dispute.settled_at, now)
    ):
        return dispute
    possible = leads(dispute, by)
    if not possible:
        raise DispatchError("只有爭議雙方或受理中心的督導可以裁定。")
    after = DISPUTE.after(DisputeState(dispute.state), "settle")
    report_after = REPORT.after(ReportState(report.state), "settle")
    problems = {} if lead_unit_id in possible else {"lead": "請選擇主責單位。"}
    if problem := text_problem(text):
        problems["text"] = problem
    if problems:
        raise DispatchError(problems=problems)
    policy, said = policy_in_force(), " ".join(text.split())
    decision = keep_decision(
        subject_kind=duties.DISPUTE,
        subject_id=dispute.pk,
        rule_id=RULE,
        outcome=str(lead_unit_id),
        reason=said,
        facts={"first": dispute.first_id, "second": dispute.second_id, "by_name": by_name},
        citation=str(policy.citation("dispatch.dispute.hours")),
        policy_version=policy.version,
        by=by,
        now=now,
    )
    with acting(SYSTEM):
        dispute.state, dispute.settled_at = after, now
        dispute.settled_by_id, dispute.settled_by_name = by.member_id, by_name
        dispute.lead_unit_id, dispute.text, dispute.decision = lead_unit_id, said, decision
        dispute.save()
        report.state = report_after
        made = _given_to(report, lead_unit_id or 0, by, by_name, said, now)
        duties.settled(dispute, now, by.member_id)
    take(report, made, by=by, by_name=by_name, now=now)
    note(
        audit.Action.SETTLED_DISPUTE,
        report=report,
        by=by,
        by_name=by_name,
        now=now,
        subject=("dispute", dispute.pk),
        lead=lead_unit_id,
    )
    return dispute


def close_without_lead(
    report: Report, by_member_id: int | None, by_name: str, text: str, now: dt.datetime
) -> None:
    """The desk decided not to open a disputed report: there is nothing to lead any more."""
    with acting(SYSTEM):
        for dispute in report.disputes.filter(state=DisputeState.OPEN).select_related("report"):
            dispute.state = DISPUTE.after(DisputeState(dispute.state), "settle")
            dispute.settled_at, dispute.text = now, text
            dispute.settled_by_id, dispute.settled_by_name = by_member_id, by_name
            dispute.save()
            duties.settled(dispute, now, by_member_id)


def _given_to(
    report: Report, unit_id: int, by: AccessContext, by_name: str, text: str, now: dt.datetime
) -> Dispatch:
    """A further dispatch to the lead, answered by the settlement itself."""
    last = report.dispatches.order_by("-round").first()
    programme = programmes(timezone.localdate(now)).get(report.programme)
    return Dispatch.objects.create(
        report=report,
        unit_id=report.unit_id,
        to_unit_id=unit_id,
        programme=report.programme,
        purpose=purpose_of(programme),
        round=(last.round if last else 0) + 1,
        state=DISPATCH.after(DispatchState.SENT, "accept"),
        note=f"裁定主責：{text}"[:300],
        sent_at=now,
        sent_by_id=by.member_id,
        sent_by_name=by_name,
        answer_due_at=now,
        answered_at=now,
        answered_by_id=by.member_id,
        answered_by_name=by_name,
    )
