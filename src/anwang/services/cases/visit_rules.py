"""What a visit and a contact must say, field by field, in words for the user. Pure.

Written down on a phone at a door: so as few things as can be are required, and only the ones that a child's safety or
the visit frequency (003 肆一) rests on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from anwang.platform.due_rules import TAIPEI

from .promise_rules import PlannedFact
from .rules import TEXT_MAX, text_problem
from .vocabulary import ChildSeen, ContactKind, NotMetReason, Safety, VisitPlace

NOTE_MAX = 5000
CLOCK_SKEW = dt.timedelta(minutes=10)
"""A phone's clock may run ahead of the server's by this much; what lies further ahead is a mistake of typing."""
OLDEST = dt.timedelta(days=366)
NEAR = dt.timedelta(days=14)
"""A planned visit that lies further ahead than this is not asked about when another one is recorded: nobody went there so
early. One of long ago is: it stays open until somebody says what became of it."""


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What was found at a visit. `met` None: not said. `next_at`: when to go again; it makes a planned visit."""

    met: bool | None
    place: VisitPlace | None
    at: dt.datetime | None
    seen: Sequence[int] = ()
    child_seen: ChildSeen | None = None
    safety: Safety | None = None
    not_met_reason: NotMetReason | None = None
    text: str = ""
    next_step: str = ""
    next_at: dt.datetime | None = None
    client_key: str = ""


def visit_problems(
    given: VisitRecord,
    *,
    members: Collection[int],
    opened_at: dt.datetime,
    has_children: bool,
    now: dt.datetime,
) -> dict[str, str]:
    """Field to what to do. `members`: numbers of the case's members; `has_children`: somebody is under 18."""
    found: dict[str, str] = {}
    if given.met is None:
        found["met"] = "請選擇有沒有見到人。"
    if given.place is None:
        found["place"] = "請選擇方式或地點。"
    found |= time_problem(given.at, opened_at=opened_at, now=now)
    if given.met:
        if not given.seen:
            found["seen"] = "請勾選見到了誰。"
        elif set(given.seen) - set(members):
            found["seen"] = "勾選的人不在這一案裡，請重新整理後再選。"
        if given.safety is None:
            found["safety"] = "請選擇安全狀況。"
        if has_children and given.child_seen is None and given.place is not VisitPlace.PHONE:
            found["child_seen"] = "請選擇有沒有看到孩子。"
        if problem := text_problem(given.text, "看到什麼、談了什麼", NOTE_MAX):
            found["text"] = problem
    elif given.met is False:
        if given.not_met_reason is None:
            found["not_met_reason"] = "請選擇沒見到的原因。"
        if len(given.text) > NOTE_MAX:
            found["text"] = f"紀錄請在 {NOTE_MAX} 個字以內（現在 {len(given.text)} 個字）。"
    if len(given.next_step) > TEXT_MAX:
        found["next_step"] = f"下一步請在 {TEXT_MAX} 個字以內（現在 {len(given.next_step)} 個字）。"
    if given.next_at is not None and given.next_at <= now:
        found["next_at"] = "下次預定的時間要在以後。"
    return found


def time_problem(
    at: dt.datetime | None, *, opened_at: dt.datetime, now: dt.datetime, name: str = "at"
) -> dict[str, str]:
    """Something that happened lies between the opening of the case and now; a day before the opening is allowed, for
    the contact that led to it."""
    if at is None:
        return {name: "請輸入日期與時間，例如 115/3/1 14:30。"}
    if at > now + CLOCK_SKEW:
        return {name: "時間在未來，請確認日期與時間；還沒去的訪視請用「約訪視」。"}
    if at < opened_at - dt.timedelta(days=30) or at < now - OLDEST:
        return {name: "時間太早，早於開案前 30 天或一年以前；請確認日期。"}
    return {}


def may_be_meant(planned: Iterable[PlannedFact], *, at: dt.datetime) -> list[PlannedFact]:
    """The open planned visits that a visit at `at` could be, by their time."""
    return sorted((each for each in planned if each.at <= at + NEAR), key=lambda each: (each.at, each.row))


def is_meant(planned: Iterable[PlannedFact], *, at: dt.datetime) -> PlannedFact | None:
    """The one of the same day (the nearest of several): who went on that day most likely went there. None: not told."""
    on = at.astimezone(TAIPEI).date()
    same_day = [each for each in planned if each.at.astimezone(TAIPEI).date() == on]
    return min(same_day, key=lambda each: (abs(each.at - at), each.row), default=None)


def plan_problems(
    place: VisitPlace | None, at: dt.datetime | None, purpose: str = "", *, now: dt.datetime
) -> dict[str, str]:
    """What is wrong with a visit to be planned."""
    found: dict[str, str] = {}
    if place is None:
        found["place"] = "請選擇方式或地點。"
    if at is None:
        found["at"] = "請輸入日期與時間，例如 115/3/1 14:30。"
    elif at < now - dt.timedelta(hours=1):
        found["at"] = "時間已經過了；已去過的訪視請用「記訪視」。"
    elif at > now + OLDEST:
        found["at"] = "時間在一年以後，請確認年份。"
    if len(purpose) > TEXT_MAX:
        found["purpose"] = f"目的請在 {TEXT_MAX} 個字以內（現在 {len(purpose)} 個字）。"
    return found


@dataclass(frozen=True, slots=True)
class ContactRecord:
    kind: ContactKind | None
    at: dt.datetime | None
    text: str
    with_whom: str = ""
    reached: bool = True
    client_key: str = ""


def contact_problems(given: ContactRecord, *, opened_at: dt.datetime, now: dt.datetime) -> dict[str, str]:
    found: dict[str, str] = {}
    if given.kind is None:
        found["kind"] = "請選擇聯繫的方式。"
    found |= time_problem(given.at, opened_at=opened_at, now=now)
    if problem := text_problem(given.text, "談了什麼", NOTE_MAX):
        found["text"] = problem
    if len(given.with_whom) > 80:
        found["with_whom"] = "對象請在 80 個字以內。"
    return found
