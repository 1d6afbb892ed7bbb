"""Dispatch as pure decisions: reasons, terms, when a return becomes a dispute, who may settle it, the desk's bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anwang.policy import Policy
from anwang.services.intake.vocabulary import Urgency
from anwang.standard.reasons import reason_problem

from .process import DispatchState

TEXT_MIN, TEXT_MAX, RETURN_TEXT_MAX, PLACE_MAX = 5, 500, 300, 200
# A second press of the same button by the same person within so long is one deed, not two.
TWICE_WITHIN = dt.timedelta(minutes=2)
# A phone's clock may be ahead of the server's.
CLOCK_SKEW = dt.timedelta(minutes=10)
WHOM_MAX = 80
RETURN_RULE, NOT_OPEN_RULE, UNIT_RULE = "dispatch.return", "dispatch.not_open", "dispatch.unit"
SEND_ON_RULE = "dispatch.send_on"


class ReturnReason(StrEnum):
    """Why a unit returns a dispatch; which of them may be chosen is policy (`dispatch.return_reasons`)."""

    NOT_OUR_AREA = "not_our_area"
    NOT_OUR_POPULATION = "not_our_population"
    ALREADY_SERVED = "already_served"
    MORE_URGENT = "more_urgent"
    WRONG_PERSON = "wrong_person"
    TOO_LITTLE = "too_little"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "not_our_area": "不屬本單位轄區",
            "not_our_population": "不屬本單位服務對象",
            "already_served": "已由其他單位主責",
            "more_urgent": "危險程度應由保護服務處理",
            "wrong_person": "人別或地址有誤",
            "too_little": "資料不足，無法評估",
            "other": "其他",
        }[self.value]


class NotOpenedReason(StrEnum):
    """Why a report is not opened; which of them may be chosen is policy (`dispatch.not_opened_reasons`)."""

    NOT_PROTECTIVE = "not_protective"
    SUPPORTED = "supported"
    SERVED_ALREADY = "served_already"
    DUPLICATE = "duplicate"
    OUTSIDE_COUNTY = "outside_county"
    NO_CONTACT = "no_contact"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "not_protective": "釐清後非屬通報所稱情事",
            "supported": "已建立支持系統並連結資源",
            "served_already": "已由網絡單位服務中，由該單位續處",
            "duplicate": "與另一通報為同一事件",
            "outside_county": "居住地在外縣市",
            "no_contact": "資料不足，多次聯繫未果",
            "other": "其他",
        }[self.value]


def return_reasons(*, policy: Policy, on: dt.date) -> tuple[ReturnReason, ...]:
    """What a unit may choose from, in the county's order."""
    return tuple(ReturnReason(code) for code in policy.texts("dispatch.return_reasons", on=on))


def not_opened_reasons(*, policy: Policy, on: dt.date) -> tuple[NotOpenedReason, ...]:
    """What the desk may choose from, in the county's order."""
    return tuple(NotOpenedReason(code) for code in policy.texts("dispatch.not_opened_reasons", on=on))


def text_problem(text: str, what: str = "理由", longest: int = TEXT_MAX) -> str:
    """What is wrong with a reason in words; "" when it will do."""
    return reason_problem(text, what, least=TEXT_MIN, most=longest)


def return_problems(reason: str, text: str, *, policy: Policy, on: dt.date) -> dict[str, str]:
    """What is wrong with a return: field to what to do. The next reader at the desk needs words, not only a code."""
    found = {}
    if reason not in return_reasons(policy=policy, on=on):
        found["reason"] = "請選擇退派的原因。"
    if problem := text_problem(text, "說明", RETURN_TEXT_MAX):
        found["text"] = problem
    return found


def not_open_problems(
    reason: str, text: str, *, has_unit: bool, place: str, policy: Policy, on: dt.date
) -> dict[str, str]:
    """What is wrong with a decision not to open. Nobody is sent away with nothing: it names who goes on (003 參一)."""
    found = {}
    if reason not in not_opened_reasons(policy=policy, on=on):
        found["reason"] = "請選擇不開案的原因。"
    if problem := text_problem(text, "判斷的依據"):
        found["text"] = problem
    if len(place) > PLACE_MAX:
        found["referred_to"] = f"轉介對象請在 {PLACE_MAX} 個字以內（現在 {len(place)} 個字）。"
    elif not has_unit and len("".join(place.split())) < 2:
        found["referred_to"] = "不開案仍須轉介：請選擇接手的單位，或寫明外部服務的名稱。"
    return found


class ContactHow(StrEnum):
    """How somebody tried to reach the family first."""

    PHONE = "phone"
    HOME = "home"
    SCHOOL = "school"
    OFFICE = "office"
    MESSAGE = "message"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "phone": "電話",
            "home": "到家裡",
            "school": "到學校",
            "office": "到單位會談",
            "message": "傳訊",
            "other": "其他",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ContactGiven:
    """A try to reach the family of a report. `reached`: None when nothing was chosen."""

    how: ContactHow | None
    at: dt.datetime | None
    reached: bool | None
    text: str
    with_whom: str = ""


def contact_problems(given: ContactGiven, *, received_at: dt.datetime, now: dt.datetime) -> dict[str, str]:
    """What is wrong with a try to reach the family: field to what to do. It lies between the report and now."""
    found = {}
    if given.how is None:
        found["how"] = "請選擇聯繫的方式。"
    if given.reached is None:
        found["reached"] = "請選擇有沒有聯繫上。"
    if given.at is None:
        found["at"] = "請輸入日期與時間，例如 115/3/1 14:30。"
    elif given.at > now + CLOCK_SKEW:
        found["at"] = "時間在未來，請確認日期與時間。"
    elif given.at < received_at.replace(second=0, microsecond=0):
        found["at"] = "時間早於受理通報的時間，請確認日期與時間。"
    if problem := text_problem(given.text, "談了什麼，或為什麼沒有聯繫上"):
        found["text"] = problem
    if len(given.with_whom) > WHOM_MAX:
        found["with_whom"] = f"對象請在 {WHOM_MAX} 個字以內（現在 {len(given.with_whom)} 個字）。"
    return found


def answer_due_at(
    now: dt.datetime, urgency: Urgency, report_due_at: dt.datetime, *, policy: Policy
) -> dt.datetime:
    """By when a unit must have answered: the term of the urgency, and never after the report's own 24 hours while they
    still run."""
    hours = policy.number(answer_rule(urgency), on=now.date())
    due = now + dt.timedelta(hours=hours)
    return min(due, report_due_at) if report_due_at > now else due


def answer_rule(urgency: Urgency) -> str:
    """The policy's id of the hours within which a unit must answer."""
    return f"dispatch.answer.{urgency.value}.hours"


def returns_in_a_row(states: Iterable[DispatchState], since: int = 0) -> int:
    """How many units returned a report since somebody last took it. `states` in the order of the rounds; the first
    `since` of them belong to a dispute that was settled. A dispatch that the desk called back counts for nothing."""
    count = 0
    for state in list(states)[since:]:
        if state is DispatchState.ACCEPTED:
            count = 0
        elif state is DispatchState.RETURNED:
            count += 1
    return count


def makes_dispute(returned_before: int, *, policy: Policy, on: dt.date) -> bool:
    """Whether one more return is no return but a dispute about who leads."""
    return returned_before + 1 >= policy.number("dispatch.dispute_after_returns", on=on)


def possible_leads(
    deciding_unit: int, desk_unit: int, first_unit: int, second_unit: int, takers: Sequence[int]
) -> tuple[int, ...]:
    """The units that somebody of `deciding_unit` may name as the lead; empty when they may not settle at all.

    The two units that returned may be named by either of them and by the desk; a third one, which nobody has heard,
    only by the desk's own supervisor. `takers`: units that take dispatches at all.
    """
    both = tuple(dict.fromkeys((first_unit, second_unit)))
    if deciding_unit == desk_unit:
        return (*both, *(unit for unit in takers if unit not in (*both, desk_unit)))
    return both if deciding_unit in both else ()


def is_second_press(
    by: int | None, done_by: int | None, done_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether a deed that is done already was done by the same person a moment ago: a double click, no conflict."""
    return (
        by is not None
        and by == done_by
        and done_at is not None
        and dt.timedelta(0) <= now - done_at <= TWICE_WITHIN
    )


class Band(StrEnum):
    """Where a report stands in the desk's queue: danger first, then how much of its 24 hours is left."""

    DANGER = "danger"
    OVERDUE = "overdue"
    HOUR = "hour"
    SHIFT = "shift"
    LATER = "later"

    @property
    def label(self) -> str:
        return {
            "danger": "立即危險",
            "overdue": "已逾 24 小時",
            "hour": "剩 1 小時以內",
            "shift": "剩 8 小時以內",
            "later": "剩 8 小時以上",
        }[self.value]


HOUR, SHIFT = dt.timedelta(hours=1), dt.timedelta(hours=8)


def band(urgency: Urgency, due_at: dt.datetime, now: dt.datetime) -> Band:
    """The band of an open report."""
    if urgency is Urgency.IMMEDIATE:
        return Band.DANGER
    left = due_at - now
    if left < dt.timedelta(0):
        return Band.OVERDUE
    if left <= HOUR:
        return Band.HOUR
    return Band.SHIFT if left <= SHIFT else Band.LATER


NOBODY_ON_DUTY = "這個單位今天沒有可以收案的人員。派過去會同時通知該局處本部；若不能等，請改派其他單位。"
