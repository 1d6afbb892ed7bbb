"""結案 and 重新開案: the checks, asking, granting (also in spite of what may be passed over), going on again."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.people.registry.keeping import end_service, resume_service
from anwang.people.registry.presences import end_case, show_case
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.models import Decision
from anwang.platform.transitions import NotPossible
from anwang.services.programs.programme import ClosingReason
from anwang.standard.codes import OwnSource

from . import duties
from .clock_rules import Deed
from .closing_facts import closing_facts
from .closing_rules import RULE, Check, closing_checks, may_be_passed_over, may_close
from .frame import (
    SUBJECT,
    NotAccepted,
    check_takes_back,
    deed,
    has_another_approver,
    keep,
    locked_case,
    move,
    note,
    worked_case,
)
from .models import Case, CaseClosing, Reopening, SupportingAgency
from .people import current_members, record_number
from .process import CASE, CLOSING, CaseState, ClosingState
from .promising import keep_goals
from .rules import text_problem

SUMMARY_MAX = 5000


class NotClosable(Exception):
    """Checks that fail; `checks` are all of them, so that a page shows what to do about each."""

    def __init__(self, checks: list[Check]) -> None:
        super().__init__("；".join(check.what_to_do for check in checks if not check.passed))
        self.checks = checks


@deed(Permission.WORK_CASES)
def ask_closing(
    *,
    case_id: int,
    reason: str,
    summary: str,
    text: str = "",
    referred_to: str = "",
    aftercare: str = "",
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> CaseClosing:
    """The worker asks to close. Raises NotAccepted for what is missing on the form, NotClosable for what is still open."""
    case = locked_case(case_id)
    move(case, "ask_closing")
    chosen = _reason(case, reason)
    if problems := closing_problems(chosen, summary, text, referred_to, aftercare):
        raise NotAccepted(problems)
    assert chosen is not None
    checks = _checks(case, chosen, now)
    if not may_close(checks):
        raise NotClosable(checks)
    made = _asked(case, chosen, summary, text, referred_to, aftercare, checks, by, by_name, now)
    keep(case, "state")
    duties.ask(
        case,
        duties.CLOSING_APPROVAL,
        now,
        owner=case.supervisor_id,
        sequence=made.pk,
        url=f"/cases/{case.pk}/closing/",
    )
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "ask_closing", reason=chosen.id)
    return made


def closing_problems(
    chosen: ClosingReason | None, summary: str, text: str, referred_to: str, aftercare: str
) -> dict[str, str]:
    """Field to what to do about it."""
    found: dict[str, str] = {}
    if chosen is None:
        found["reason"] = "請選擇結案的原因。"
    elif chosen.needs_note and (problem := text_problem(text, "說明")):
        found["text"] = problem
    elif len(text) > 300:
        found["text"] = "說明請在 300 個字以內。"
    if chosen is not None and chosen.refers and len(referred_to.strip()) < 2:
        found["referred_to"] = "請寫接手的單位。"
    elif len(referred_to) > 200:
        found["referred_to"] = "接手的單位請在 200 個字以內。"
    if len(aftercare) > 200:
        found["aftercare"] = "結案後還有誰關心，請在 200 個字以內。"
    if problem := text_problem(summary, "服務摘要與成效", SUMMARY_MAX):
        found["summary"] = problem
    return found


def _reason(case: Case, reason: str) -> ClosingReason | None:
    return duties.programme_of(case).closing_reason(reason)


def _checks(case: Case, chosen: ClosingReason | None, now: dt.datetime) -> list[Check]:
    facts = closing_facts(case, chosen.outcome if chosen else None, now)
    return closing_checks(facts, policy=policy_in_force(), now=timezone.localtime(now))


def checks_of(case: Case, reason: str, now: dt.datetime) -> list[Check]:
    """The checks as they stand, for a page."""
    return _checks(case, _reason(case, reason), now)


def _asked(
    case: Case,
    chosen: ClosingReason,
    summary: str,
    text: str,
    referred_to: str,
    aftercare: str,
    checks: list[Check],
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> CaseClosing:
    return CaseClosing.objects.create(
        case=case,
        unit_id=case.unit_id,
        reason=chosen.id,
        outcome=chosen.outcome,
        summary=summary.strip(),
        note=text.strip(),
        referred_to=referred_to.strip(),
        aftercare=aftercare.strip(),
        checks=[asdict(check) for check in checks],
        asked_at=now,
        asked_by_id=by.member_id,
        asked_by_name=by_name,
    )


@deed(Permission.WORK_CASES)
def take_back_closing(*, case_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> CaseClosing:
    """The worker goes on with the case before the supervisor answered; who supervises returns it (`takes_back`)."""
    case, closing = _waiting(case_id)
    check_takes_back(case, closing.asked_by_id, by)
    move(case, "take_back_closing")
    _answer(closing, "take_back", "", by, by_name, now)
    keep(case, "state")
    duties.fall_away(case, "結案收回", now, by.member_id, duties.CLOSING_APPROVAL)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "take_back_closing")
    return closing


@deed(Permission.APPROVE_PLANS)
def return_closing(
    *, case_id: int, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> CaseClosing:
    """The supervisor says what is still to do; the case goes on."""
    case, closing = _waiting(case_id)
    move(case, "return_closing")
    if problem := text_problem(text, "還要做什麼", 500):
        raise NotAccepted({"answer": problem})
    _answer(closing, "return", text, by, by_name, now)
    keep(case, "state")
    duties.answered(case, duties.CLOSING_APPROVAL, now, by.member_id)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "return_closing")
    return closing


@deed(Permission.APPROVE_PLANS)
def grant_closing(
    *, case_id: int, text: str = "", overrule: str = "", by: AccessContext, by_name: str, now: dt.datetime
) -> CaseClosing:
    """The supervisor closes what was asked. What has come up since then keeps it open, unless it is passed over."""
    case, closing = _waiting(case_id)
    if closing.asked_by_id == by.member_id and has_another_approver(case, by, now):
        raise NotPossible("自己提出的結案要由另一位督導核定。")
    chosen = _reason(case, closing.reason)
    checks = _checks(case, chosen, now)
    _close(case, closing, checks, text, overrule, by, by_name, now)
    return closing


@deed(Permission.APPROVE_PLANS)
def close_in_spite(
    *,
    case_id: int,
    reason: str,
    summary: str,
    text: str = "",
    referred_to: str = "",
    aftercare: str = "",
    overrule: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> CaseClosing:
    """The supervisor closes although checks fail that may be passed over: a Decision against the rule, with its reason."""
    case = locked_case(case_id)
    chosen = _reason(case, reason)
    problems = closing_problems(chosen, summary, text, referred_to, aftercare)
    if problem := text_problem(overrule, "仍要結案的理由"):
        problems["overrule"] = problem
    if problems:
        raise NotAccepted(problems)
    assert chosen is not None
    CASE.after(CaseState(case.state), "close")  # says at once when it is closed already
    if CaseClosing.objects.filter(case=case, state=ClosingState.ASKED).exists():
        raise NotPossible("已提結案，請在結案頁核定或退回。")
    checks = _checks(case, chosen, now)
    if not may_be_passed_over(checks):
        raise NotClosable(checks)
    closing = _asked(case, chosen, summary, text, referred_to, aftercare, checks, by, by_name, now)
    _close(case, closing, checks, "", overrule, by, by_name, now)
    return closing


def _close(
    case: Case,
    closing: CaseClosing,
    checks: list[Check],
    text: str,
    overrule: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> None:
    failing = [check for check in checks if not check.passed]
    if failing:
        if not may_be_passed_over(checks):
            raise NotClosable(checks)
        if problem := text_problem(overrule, "仍要結案的理由"):
            raise NotAccepted({"overrule": problem})
    move(case, "close")
    closing.decision = _decide(case, closing, failing, text, overrule, by, now)
    closing.checks = [asdict(check) for check in checks]
    _answer(closing, "grant", overrule or text, by, by_name, now)
    case.closed_at = now
    keep(case, "state", "closed_at")
    duties.answered(case, duties.CLOSING_APPROVAL, now, by.member_id)
    duties.fall_away(case, "個案已結案", now, by.member_id)
    day = timezone.localdate(now)
    SupportingAgency.objects.filter(case=case, until_on__isnull=True).update(until_on=day)
    for member in current_members(case.pk):
        if member.record_id is not None:
            end_service(source=OwnSource.CASE_FILE, number=record_number(case, member.number), on=day)
    if case.household_id is not None:
        end_case(household_id=case.household_id, unit_id=case.unit_id, on=day)
    note(
        audit.Action.CLOSED_CASE,
        case,
        by,
        by_name,
        now,
        "close",
        reason=closing.reason,
        passed_over=len(failing),
    )


def _decide(
    case: Case,
    closing: CaseClosing,
    failing: list[Check],
    text: str,
    overrule: str,
    by: AccessContext,
    now: dt.datetime,
) -> Decision:
    """Keep what was decided; against the rule it names the rule's own decision."""
    policy = policy_in_force()
    facts = {"closing": closing.pk, "reason": closing.reason, "failing": [check.id for check in failing]}
    rule = None
    if failing:
        rule = keep_decision(
            subject_kind=SUBJECT,
            subject_id=case.pk,
            rule_id=RULE,
            outcome="not_closable",
            reason="".join(check.text for check in failing),
            citation="、".join(dict.fromkeys(check.citation for check in failing if check.citation))[:300],
            policy_version=policy.version,
            facts=facts,
            unit_id=case.unit_id,
            by=SYSTEM,
            now=now,
        )
    return keep_decision(
        subject_kind=SUBJECT,
        subject_id=case.pk,
        rule_id=RULE,
        outcome="closed",
        reason=(overrule if failing else text).strip() or "檢核都通過，同意結案。",
        citation=str(policy.citation("case.closing.approval_days")),
        policy_version=policy.version,
        facts=facts,
        by=by,
        now=now,
        overrules=rule,
    )


def _answer(
    closing: CaseClosing, name: str, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    closing.state = CLOSING.after(ClosingState(closing.state), name)
    closing.answer, closing.answered_at = text.strip(), now
    closing.answered_by_id, closing.answered_by_name = by.member_id, by_name
    closing.save()


def _waiting(case_id: int) -> tuple[Case, CaseClosing]:
    case = worked_case(case_id, "處理結案")
    closing = CaseClosing.objects.filter(case=case, state=ClosingState.ASKED).first()
    if closing is None:
        raise NotPossible("沒有待核定的結案，可能已收回或已處理。")
    return case, closing


@deed(Permission.WORK_CASES)
def reopen_case(
    *,
    case_id: int,
    reason: str,
    report_id: int | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Case:
    """A closed case goes on: the family needs it again, or was reported again. Its clocks begin anew."""
    case = locked_case(case_id)
    move(case, "reopen")
    if problem := text_problem(reason, "重新開案的理由", 500):
        raise NotAccepted({"reason": problem})
    there = Case.objects.filter(
        client_id=case.client_id, unit_id=case.unit_id, programme=case.programme, closed_at__isnull=True
    ).first()
    if case.client_id is not None and there is not None:
        raise NotPossible(f"這位案主已有開著的個案 {there.number}，請在那一案裡繼續。")
    assert case.closed_at is not None
    Reopening.objects.create(
        case=case,
        unit_id=case.unit_id,
        reason=reason.strip(),
        report_id=report_id,
        closed_at=case.closed_at,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
    )
    case.closed_at = None
    keep(case, "state", "closed_at")
    for member in current_members(case.pk):
        if member.record_id is not None and member.left_on is None:
            resume_service(source=OwnSource.CASE_FILE, number=record_number(case, member.number), now=now)
    if case.household_id is not None:
        show_case(
            household_id=case.household_id,
            agency_id=case.unit.agency_id,
            unit_id=case.unit_id,
            on=timezone.localdate(now),
        )
    duties.deed_done(case, Deed.OPENED, now, now, by.member_id)
    keep_goals(case, now, by.member_id, "重新開案，目標仍在")
    note(audit.Action.OPENED_CASE, case, by, by_name, now, "reopen")
    return case
