"""Writes of an investigation: opening it, its worker, the first contact, the conclusion, reopening."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from anwang.agencies.rules import Permission, permissions_of
from anwang.platform import audit
from anwang.platform.clock import meet_deadline, open_deadline
from anwang.platform.context import SYSTEM, AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.transitions import NotPossible

from .investigation_queries import SUBJECT, members_of
from .investigation_rules import (
    CITATION,
    Came,
    Conclusion,
    conclusion_due,
    conclusion_problems,
    first_contact_due,
    is_overruling,
    suggested_level,
)
from .models import Investigation, Report
from .process import INVESTIGATION, InvestigationState
from .vocabulary import Urgency

FIRST_CONTACT, CONCLUSION = "investigation.first_contact", "investigation.conclusion"
NAMES = {FIRST_CONTACT: "調查：首次接觸", CONCLUSION: "調查：提出調查結果"}
RULE = "investigation.level"


class NotConcluded(Exception):
    """A conclusion that cannot be kept yet; `problems` says by field what to mend (zh-TW)."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = problems


@transaction.atomic
def open_investigation(
    *, report: Report, unit_id: int, programme: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Investigation:
    """Begin one for the unit that accepted the report; a second call finds the open one. Opens both its clocks."""
    found = Investigation.objects.filter(report=report, unit_id=unit_id, concluded_at__isnull=True).first()
    if found is not None:
        return found
    policy, local = policy_in_force(), timezone.localtime
    came = Came(local(report.received_at), programme, report.needs)
    contact_at, contact_rule = first_contact_due(local(now), Urgency(report.urgency), came, policy=policy)
    conclude_at, conclude_rule = conclusion_due(came, policy=policy)
    made = Investigation.objects.create(
        report=report,
        unit_id=unit_id,
        programme=programme,
        opened_at=now,
        first_contact_due_at=contact_at,
        conclusion_due_at=conclude_at,
    )
    for rule_id, label, due_at, parameter in (
        (FIRST_CONTACT, NAMES[FIRST_CONTACT], contact_at, contact_rule),
        (CONCLUSION, NAMES[CONCLUSION], conclude_at, conclude_rule),
    ):
        open_deadline(
            subject_kind=SUBJECT,
            subject_id=made.pk,
            rule_id=rule_id,
            label=f"{label}（{report.number}）",
            rule_label=label,
            unit_id=unit_id,
            opened_at=now,
            due_at=due_at,
            citation=str(policy.citation(parameter)),
            url=f"/investigations/{made.pk}/",
        )
    _note(audit.Action.OPENED_INVESTIGATION, made, by, by_name, now)
    return made


@transaction.atomic
def assign_worker(
    *, investigation_id: int, worker_id: int, by: AccessContext, by_name: str, now: dt.datetime
) -> Investigation:
    """Give an open investigation to a member of the unit. Raises NotPossible when it is concluded or the member is none of the unit's, PermissionDenied."""
    _check(by, Permission.WORK_CASES)
    made = _locked(investigation_id)
    if made.state != InvestigationState.OPEN:
        raise NotPossible("這件調查已經有結果，不能改派社工。")
    here = members_of(made.unit_id, timezone.localdate(now))
    worker = next((member for member in here if member.pk == worker_id), None)
    if worker is None:
        raise NotPossible("請選擇本單位的社工。")
    made.worker = worker
    made.save(update_fields=["worker"])
    _note(audit.Action.CHANGED_INVESTIGATION, made, by, by_name, now, deed="assign", worker=worker.pk)
    return made


@transaction.atomic
def record_first_contact(
    *,
    investigation_id: int,
    contact_at: dt.datetime,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Investigation:
    """When somebody first saw or reached the person. Raises NotPossible when that is in the future, before the
    report came, or already recorded; PermissionDenied."""
    _check(by, Permission.WORK_CASES)
    made = _locked(investigation_id)
    if made.first_contact_at is not None:
        raise NotPossible("首次接觸已經記錄過了。")
    if contact_at > now:
        raise NotPossible("首次接觸的時間在未來，請確認日期與時間。")
    if contact_at < made.report.received_at:
        raise NotPossible("首次接觸早於通報的時間，請確認日期與時間。")
    made.first_contact_at = contact_at
    made.save(update_fields=["first_contact_at"])
    meet_deadline(
        subject_kind=SUBJECT,
        subject_id=made.pk,
        rule_id=FIRST_CONTACT,
        at=contact_at,
        by_member_id=by.member_id,
    )
    _note(audit.Action.CHANGED_INVESTIGATION, made, by, by_name, now, deed="first_contact")
    return made


@transaction.atomic
def conclude(
    *, investigation_id: int, given: Conclusion, by: AccessContext, by_name: str, now: dt.datetime
) -> Investigation:
    """成案 or 不成案, kept as a Decision with the rule's suggestion behind it. Raises NotConcluded, NotPossible, PermissionDenied."""
    _check(by, Permission.WORK_CASES)
    made = _locked(investigation_id)
    policy, today = policy_in_force(), timezone.localdate(now)
    deed = "substantiate" if given.substantiated else "not_substantiate"
    after = INVESTIGATION.after(InvestigationState(made.state), deed)
    rule_of_conclusion = _conclusion_rule(made)
    problems = conclusion_problems(given, policy=policy, on=today)
    if made.first_contact_at is None:
        problems["first_contact"] = "還沒有記錄首次接觸，請先記錄再提出結果。"
    if problems:
        raise NotConcluded(problems)
    assert given.substantiated is not None
    assert given.safety is not None
    assert given.level is not None
    suggestion = suggested_level(given.substantiated, given.safety)
    keep = partial(
        keep_decision,
        subject_kind=SUBJECT,
        subject_id=made.pk,
        rule_id=RULE,
        citation=str(CITATION),
        policy_version=policy.version,
        unit_id=made.unit_id,
        now=now,
    )
    rule = keep(outcome=suggestion.level, reason=suggestion.reason, by=SYSTEM)
    decision = keep(
        outcome=given.level,
        reason=given.level_reason.strip() if is_overruling(given) else suggestion.reason,
        facts={
            "result": after.value,
            "safety": given.safety.value,
            "finding": given.finding.strip(),
            "plan": [_plain(line) for line in given.plan],
            "referred_to": given.referred_to.strip(),
        },
        by=by,
        overrules=rule if is_overruling(given) else None,
    )
    made.state, made.level, made.finding = after, given.level, given.finding.strip()
    made.safety_plan = {
        "safety": given.safety.value,
        "lines": [_plain(line) for line in given.plan],
        "referred_to": given.referred_to.strip(),
    }
    made.concluded_at, made.decision, made.revision = now, decision, made.revision + 1
    made.save()
    meet_deadline(
        subject_kind=SUBJECT,
        subject_id=made.pk,
        rule_id=rule_of_conclusion,
        at=now,
        by_member_id=by.member_id,
    )
    _note(audit.Action.CHANGED_INVESTIGATION, made, by, by_name, now, deed=deed)
    return made


@transaction.atomic
def reopen_investigation(
    *, investigation_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Investigation:
    """A supervisor goes on with a concluded investigation: new facts came. What was concluded stays in its Decision.
    Raises NotPossible, PermissionDenied."""
    _check(by, Permission.APPROVE_PLANS)
    made = _locked(investigation_id)
    after = INVESTIGATION.after(InvestigationState(made.state), "reopen")
    if len(reason.strip()) < 5:
        raise NotPossible("請說明為什麼重新調查，至少 5 個字。")
    policy = policy_in_force()
    keep_decision(
        subject_kind=SUBJECT,
        subject_id=made.pk,
        rule_id="investigation.reopen",
        outcome="reopened",
        reason=reason.strip(),
        citation=str(CITATION),
        policy_version=policy.version,
        unit_id=made.unit_id,
        by=by,
        now=now,
        overrules=made.decision,
    )
    again = Came(timezone.localtime(now), made.programme, made.report.needs)
    made.conclusion_due_at, rule = conclusion_due(again, policy=policy)
    made.state, made.concluded_at, made.decision, made.revision = after, None, None, made.revision + 1
    made.save()
    open_deadline(
        subject_kind=SUBJECT,
        subject_id=made.pk,
        rule_id=_conclusion_rule(made),
        rule_label=NAMES[CONCLUSION],
        label=f"調查：重新提出調查結果（{made.report.number}）",
        unit_id=made.unit_id,
        opened_at=now,
        due_at=made.conclusion_due_at,
        citation=str(policy.citation(rule)),
        url=f"/investigations/{made.pk}/",
    )
    _note(audit.Action.CHANGED_INVESTIGATION, made, by, by_name, now, deed="reopen")
    return made


def _conclusion_rule(made: Investigation) -> str:
    """The duty to conclude: one that was reopened has a duty of its own."""
    return CONCLUSION if made.revision == 1 else f"{CONCLUSION}.{made.revision}"


def _plain(line: object) -> dict[str, str | None]:
    found = asdict(line)  # type: ignore[call-overload]
    return {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in found.items()}


def _check(by: AccessContext, permission: Permission) -> None:
    """Raises PermissionDenied for whoever may not do this in any post of the acting unit."""
    if permission not in permissions_of(by.roles):
        raise PermissionDenied(permission)


def _locked(investigation_id: int) -> Investigation:
    """The investigation of the acting unit, until the end of the transaction. Raises NotPossible."""
    made = (
        Investigation.objects.select_for_update(of=("self",))
        .select_related("report", "decision")
        .filter(pk=investigation_id)
        .first()
    )
    if made is None:
        raise NotPossible("沒有這件調查，或不屬於您的單位。")
    return made


def _note(
    action: str, made: Investigation, by: AccessContext, by_name: str, now: dt.datetime, **detail: object
) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind=SUBJECT,
        subject_id=made.pk,
        member_name=by_name,
        detail={"report": made.report_id, **detail},
    )
