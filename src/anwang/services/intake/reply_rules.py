"""回復通報人: when the reporter who asked for it must have heard that somebody acts, and what is written of it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

REPLY_RULE = "intake.reply"
REPLY_DAYS = "intake.reply.days"
REPLY_NAME = "回復通報人處理情形"
TEXT_MIN, TEXT_MAX = 5, 300
CLOCK_SKEW = dt.timedelta(minutes=5)


class ReplyOutcome(StrEnum):
    """What became of a try to reply. `TRIED` leaves the duty as it is."""

    REPLIED = "replied"
    TRIED = "tried"
    UNREACHABLE = "unreachable"

    @property
    def label(self) -> str:
        return {"replied": "已回復", "tried": "沒有聯絡上，之後再試", "unreachable": "無法聯絡，不再回復"}[
            self.value
        ]


class ReplyHow(StrEnum):
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {"phone": "電話", "letter": "公文或信件", "in_person": "當面", "other": "其他"}[self.value]


@dataclass(frozen=True, slots=True)
class ReplyGiven:
    """What somebody at the desk says of a reply. None: nothing was chosen, or it cannot be read."""

    outcome: ReplyOutcome | None
    how: ReplyHow | None
    at: dt.datetime | None
    text: str


def reply_problems(given: ReplyGiven, *, received_at: dt.datetime, now: dt.datetime) -> dict[str, str]:
    """What is wrong with it: field to what to do (zh-TW). It lies between the report and now."""
    found = {}
    if given.outcome is None:
        found["outcome"] = "請選擇結果。"
    if given.how is None:
        found["how"] = "請選擇回復的方式。"
    if given.at is None:
        found["at"] = "請輸入日期與時間，例如 115/3/1 14:30。"
    elif given.at > now + CLOCK_SKEW:
        found["at"] = "時間在未來，請確認日期與時間。"
    elif given.at < received_at.replace(second=0, microsecond=0):
        found["at"] = "時間早於收到通報的時間，請確認日期與時間。"
    said = " ".join(given.text.split())
    if not TEXT_MIN <= len(said) <= TEXT_MAX:
        found["text"] = (
            f"請概略寫明回復了什麼，或為什麼沒有聯絡上，{TEXT_MIN} 到 {TEXT_MAX} 個字（現在 {len(said)} 個字）。"
        )
    return found
