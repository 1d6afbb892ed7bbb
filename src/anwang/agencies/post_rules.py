"""Members and their posts as pure decisions: what may be added, when a post may end, and who must remain."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ADMINISTRATOR = "administrator"
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No characters that are mistaken for each other when read out on the phone."""
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,59}")


@dataclass(frozen=True, slots=True)
class Term:
    """A post as the rules see it: whose, where, as what, from which day to which last day (None: no end).

    `is_active`: the account may sign in at all.
    """

    post: int
    member: int
    unit: int
    role: str
    from_on: dt.date
    until_on: dt.date | None = None
    is_active: bool = True

    def holds_on(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def username_problem(username: str) -> str:
    """What is wrong with a new user name; "" when it will do."""
    if not username:
        return "請輸入帳號。"
    if not _USERNAME.fullmatch(username):
        return "帳號請用 2 到 60 個半形英文字母、數字、點、底線或連字號。"
    return ""


def name_problem(name: str) -> str:
    if not name:
        return "請輸入姓名。"
    return "" if len(name) <= 60 else "姓名請在 60 個字以內。"


def post_problem(unit: int, role: str, from_on: dt.date, held: Iterable[Term]) -> str:
    """What is wrong with giving a post; `held` are the member's posts."""
    for term in held:
        still = term.until_on is None or term.until_on >= from_on
        if term.unit == unit and term.role == role and still:
            return "這位成員在這個單位已有這項職務。"
    return ""


def end_problem(term: Term, from_on: dt.date, today: dt.date, everybody: Sequence[Term]) -> str:
    """What is wrong with ending a post so that it is not held from a day on; "" when it may end.

    An administrator's post ends only while another post of an administrator goes on without an end: else nobody could
    add members or lift a lock.
    """
    if term.until_on is not None and term.until_on < today:
        return "這項職務已經結束。"
    if from_on < term.from_on:
        return "結束的日期不能早於職務開始的日期。"
    if term.role == ADMINISTRATOR and not _administrator_remains(term, from_on, everybody):
        return "至少要有一位系統管理。請先派任另一位系統管理，再結束這項職務。"
    return ""


def _administrator_remains(term: Term, from_on: dt.date, everybody: Iterable[Term]) -> bool:
    return any(
        other.role == ADMINISTRATOR
        and other.is_active
        and other.post != term.post
        and other.until_on is None
        and other.from_on <= from_on
        for other in everybody
    )


def last_day(from_on: dt.date) -> dt.date:
    """The last day of a post that is not held from a day on."""
    return from_on - dt.timedelta(days=1)
