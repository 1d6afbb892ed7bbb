"""Reading the filters of 誰看過 from a query string. Pure but for the names of things."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from anwang.network.cocases.facts import ListCode
from anwang.platform.audit_queries import LogFilter
from anwang.platform.models import AuditEntry
from anwang.web.reading import read_day, row_number

_SUBJECT = re.compile(r"^([PpHhRrCc])[-‐–－]?(\d{1,9})$")
_KINDS = {"P": "person", "H": "household", "R": "report", "C": "case"}
SUBJECT_WORDS = {
    "person": "人員",
    "household": "家戶",
    "list": "名單",
    "list_sending": "名單",
    "roster_receipt": "名冊",
    "review_pair": "配對",
    "own_households": "家戶清單",
    "period": "月份",
    "link_run": "歸戶",
    "roster": "名冊",
    "job": "工作",
    "list_entry": "名單列",
    "list_month": "名單月份",
    "page": "頁面",
    "member": "成員",
    "audit": "稽核紀錄",
    "case": "個案",
    "investigation": "調查",
    "desk": "派案台",
    "dispatch": "派案",
    "dispute": "主責爭議",
    "not_opened": "不開案",
    "report_sample": "抽案",
    "hand_over": "交班單",
    "closure": "停班",
    "connected_system": "介接系統",
    "client": "介接系統",  # in rows of the log from before the word was changed
    "token": "權杖",
    "subscription": "事件訂閱",
    "delivery": "事件遞送",
    "cases": "個案清單",
}


@dataclass(frozen=True, slots=True)
class LogQuery:
    """The filter that was asked for, the texts as typed, and what could not be read (for the user)."""

    wanted: LogFilter
    typed: Mapping[str, str]
    problems: tuple[str, ...] = ()

    @property
    def keep(self) -> dict[str, str]:
        """The query string's own values, to keep in links."""
        return {name: value for name, value in self.typed.items() if value}


def read_query(given: Mapping[str, str]) -> LogQuery:
    """`member`, `unit`: numbers; `action`: a code; `subject`: P-0000012, H-000123, R-0000123 or C-0000123; `from`, `until`: dates."""
    names = ("member", "unit", "action", "subject", "from", "until")
    typed = {name: given.get(name, "").strip()[:40] for name in names}
    problems: list[str] = []
    kind = number = ""
    if typed["subject"]:
        found = _SUBJECT.match(typed["subject"])
        if found:
            kind, number = _KINDS[found[1].upper()], str(int(found[2]))
        else:
            problems.append(
                "請輸入人、家戶、通報或個案的編號，例如 P-0000012、H-000123、R-0000123 或 C-0000123。"
            )
    days = {name: _day(typed[name], problems) for name in ("from", "until")}
    action = typed["action"] if typed["action"] in AuditEntry.Action.values else ""
    wanted = LogFilter(
        member_id=row_number(typed["member"]),
        unit_id=row_number(typed["unit"]),
        action=action,
        subject_kind=kind,
        subject_id=number,
        from_on=days["from"],
        until_on=days["until"],
    )
    return LogQuery(wanted, typed, tuple(problems))


def _day(text: str, problems: list[str]) -> dt.date | None:
    if not text:
        return None
    found = read_day(text)
    if found is None:
        problems.append(f"看不懂日期「{text}」，請輸入例如 115/3/1。")
    return found


# Purposes that row security knows by a code; every other purpose is kept as it was said.
PURPOSE_WORDS = {"monthly_lists": "每月名單", "linkage_review": "比對覆核"}


def subject_words(kind: str, number: str) -> str:
    """What was looked at, in words: 家戶 H-000123."""
    if kind == "person" and number.isdigit():
        return f"P-{int(number):07d}"
    if kind == "household" and number.isdigit():
        return f"H-{int(number):06d}"
    if kind == "report" and number.isdigit():
        return f"R-{int(number):07d}"
    if kind == "case" and number.isdigit():
        return f"C-{int(number):07d}"
    if kind == "list":
        month, _, code = number.partition("/")
        return f"{month} {ListCode(code).label if code in set(ListCode) else code}名單"
    if kind == "link_run":
        return f"第 {number} 次歸戶"
    return f"{SUBJECT_WORDS.get(kind, kind)} {number}".strip()
