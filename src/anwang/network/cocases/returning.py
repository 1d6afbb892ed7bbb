"""What a unit may give back and what the office may do with it; what a person must say to overrule a rule. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from anwang.policy import Policy
from anwang.standard.codes import AgencyCode
from anwang.standard.reasons import reason_problem

from .facts import ListCode
from .receivers import visible_fields

TEXT_MIN = 5
TEXT_MAX = 200


class ReturnReason(StrEnum):
    """Why a unit gives an entry back; which of them may be chosen is policy (`list_return.reasons`)."""

    NOT_OURS = "not_ours"
    MOVED_AWAY = "moved_away"
    ALREADY_SERVED = "already_served"
    WRONG_RECORD = "wrong_record"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "not_ours": "非本單位業務或轄區",
            "moved_away": "已遷出或查無此人",
            "already_served": "已由其他單位處理",
            "wrong_record": "資料有誤或不足",
            "other": "其他",
        }[self.value]


class ReturnOutcome(StrEnum):
    """What the sending office does with a return."""

    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"again": "再送原單位", "elsewhere": "改送其他單位", "closed": "結案不再送"}[self.value]


class CopyState(StrEnum):
    """Where a copy that was sent stands between the office and the unit."""

    STANDS = "stands"
    RETURNED = "returned"
    SENT_AGAIN = "sent_again"
    SENT_ELSEWHERE = "sent_elsewhere"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {
            "stands": "",
            "returned": "已退回",
            "sent_again": "退回後再送",
            "sent_elsewhere": "退回後改送",
            "closed": "退回後結案",
        }[self.value]


_AFTER = {
    None: CopyState.RETURNED,
    ReturnOutcome.AGAIN: CopyState.SENT_AGAIN,
    ReturnOutcome.ELSEWHERE: CopyState.SENT_ELSEWHERE,
    ReturnOutcome.CLOSED: CopyState.CLOSED,
}


def copy_state(outcomes: Iterable[ReturnOutcome | None]) -> CopyState:
    """`outcomes`: what was done with each return of the copy, in order; None for one that waits for an answer."""
    state = CopyState.STANDS
    for outcome in outcomes:
        state = _AFTER[outcome]
    return state


def return_reasons(*, policy: Policy, on: dt.date) -> tuple[ReturnReason, ...]:
    """The reasons that a unit may choose from, in the county's order."""
    return tuple(ReturnReason(code) for code in policy.texts("list_return.reasons", on=on))


def return_problems(reason: str, text: str, *, policy: Policy, on: dt.date) -> dict[str, str]:
    """What is wrong with the reason of a return: field (`reason`, `text`) to what to do; empty when it will do."""
    found = {}
    if reason not in return_reasons(policy=policy, on=on):
        found["reason"] = "請選擇退回的原因。"
    if len(text) > TEXT_MAX:
        found["text"] = f"說明請在 {TEXT_MAX} 個字以內（現在 {len(text)} 個字）。"
    elif reason == ReturnReason.OTHER and text_problem(text):
        found["text"] = f"選「其他」時，請寫明原因，至少 {TEXT_MIN} 個字。"
    return found


def text_problem(text: str) -> str:
    """What is wrong with the reason for overruling a rule; "" when it will do."""
    return reason_problem(text, least=TEXT_MIN, most=TEXT_MAX)


def answer_due_on(list_code: ListCode, returned_on: dt.date, *, policy: Policy) -> dt.date:
    """By when the office must answer a return of a day."""
    return returned_on + dt.timedelta(days=policy.number(answer_rule(list_code), on=returned_on))


def answer_rule(list_code: ListCode) -> str:
    """The policy's id of the days within which a return must be answered."""
    missing = list_code is ListCode.MISSING_CHILD
    return "deadline.missing_child_return.days" if missing else "deadline.return.days"


def may_take(
    list_code: ListCode, agency: AgencyCode, is_centre: bool, *, policy: Policy, on: dt.date
) -> bool:
    """Whether a unit may be sent what another gave back: its bureau has a task in the list, so a copy may show something.

    The social bureau's own office sends and never receives. Of a co-case another bureau may see only the members that
    it serves itself, and gets those by the rule; so what was given back goes to a centre.
    """
    if agency is AgencyCode.SOCIAL or list_code is ListCode.COCASE:
        return agency is AgencyCode.SOCIAL and is_centre
    return bool(visible_fields(list_code, agency, policy=policy, on=on))
