"""What the members of `anwang bench intake` do: each role its own share of reading, typing and saving.

A member at the telephone types one report at a time: matches while a person is typed, the draft, at last the report.
"""

from __future__ import annotations

import gzip
import json
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .busy_county import Morning, Seat, seat
from .busy_rows import roc
from .crowd import Someone
from .lookup import QUESTIONS
from .sessions import Answer, Member, Session, Visit, get

TODAY, DESK, REPORTS, REPORT = "我的今天", "派案台", "通報清單", "開啟通報"
MATCHES, DRAFT, SEND = "輸入時比對", "存草稿", "送出通報"
CASES, CASE, VISIT = "個案清單", "開啟個案", "記訪視"
# In the order of the table: English name, and the milliseconds that the slowest of twenty (p95) may take.
ACTIONS: dict[str, tuple[str, int | None]] = {
    TODAY: ("worklist", 300),
    DESK: ("dispatch desk", 300),
    REPORTS: ("report list", 300),
    REPORT: ("a report opened", 300),
    MATCHES: ("match while typing", 300),
    DRAFT: ("draft save", 150),
    SEND: ("report save", 150),
    CASES: ("case list", 300),
    CASE: ("case page", 300),
    VISIT: ("visit save", 150),
}
# How often each role does what, of everything that it does.
SHARES: dict[str, dict[str, int]] = {
    "dispatcher": {TODAY: 1, DESK: 3, REPORTS: 2, REPORT: 3, MATCHES: 6, DRAFT: 4, SEND: 2},
    "social_worker": {TODAY: 3, REPORTS: 1, REPORT: 1, CASES: 2, CASE: 4, DRAFT: 2, VISIT: 2},
    "supervisor": {TODAY: 3, REPORTS: 2, REPORT: 2, CASES: 3, CASE: 3},
    "liaison": {TODAY: 2, REPORTS: 1, MATCHES: 6, DRAFT: 4, SEND: 2},
}
_STORY = "鄰居打電話來，說最近一週每天晚上都聽見孩子哭叫與摔東西的聲音，父親酒後會失控，母親不敢說。"
_ROW = "person-a-"


def members(morning: Morning, sessions: int) -> list[Member]:
    """Who sits at the sessions, each with what they do."""
    return [_member(morning, seat(number)) for number in range(sessions)]


def _member(morning: Morning, at: Seat) -> Member:
    call = Call(morning.people)
    own, reports = morning.cases[at.unit], morning.reports[at.unit]
    deeds: dict[str, Visit] = {
        TODAY: get(TODAY, "/"),
        DESK: get(DESK, "/dispatch/desk/"),
        REPORTS: get(REPORTS, "/reports/"),
        REPORT: get(REPORT, lambda chance: f"/reports/{chance.choice(reports)}/"),
        MATCHES: Visit(MATCHES, call.matches),
        DRAFT: Visit(DRAFT, call.keep),
        SEND: Visit(SEND, call.send, 302),
        CASES: get(CASES, "/cases/"),
        CASE: get(CASE, lambda chance: f"/cases/{chance.choice(own)}/"),
        VISIT: Visit(VISIT, _visit(own), 302),
    }
    missing = {REPORT} if not reports else set()
    missing |= set() if own else {CASE, VISIT}
    shares = {label: share for label, share in SHARES[at.role].items() if label not in missing}
    return Member(at.username, [deeds[label] for label, share in shares.items() for _ in range(share)])


def only(member: Member, label: str) -> Member | None:
    """The member doing this and nothing else; None when it is not theirs to do."""
    found = [visit for visit in member.visits if visit.label == label]
    return Member(member.username, found[:1]) if found else None


@dataclass(slots=True)
class Call:
    """The report that a member is typing: begun anew when the last one was sent."""

    people: Sequence[Someone]
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    revision: int = 0

    def _form(self, chance: random.Random) -> dict[str, str]:
        """What stands in the form; of a new report when none is begun."""
        if not self.fields:
            self.key, self.revision = secrets.token_hex(8), 0
            self.fields = _typed(chance.choice(self.people), chance)
        return self.fields

    def matches(self, session: Session, chance: random.Random) -> Answer:
        """One of the moments at which the form asks who this may be: more or less of somebody is typed."""
        form = self._form(chance)
        facts = chance.choice(_FACTS)(chance.choice(self.people), chance)
        row = {f"{_ROW}{name}": facts.get(name, "") for name in _ASKED}
        return session.ask(f"/reports/new/{self.key}/matches/a/", {**form, **row})

    def keep(self, session: Session, chance: random.Random) -> Answer:
        """The draft, two seconds after typing stopped."""
        form = self._form(chance)
        form["story"] = f"{_STORY}{chance.randrange(10**6)}"
        answer = session.ask(
            f"/drafts/report-new-{self.key}/",
            {**form, "_draft_revision": str(self.revision), "_draft_tab": self.key},
        )
        if answer.status == 200:
            self.revision = int(_json(answer.body).get("revision", 0))
        return answer

    def send(self, session: Session, chance: random.Random) -> Answer:
        form = self._form(chance)
        tab = {"_draft_revision": str(self.revision), "_draft_tab": self.key, "do": "submit"}
        answer = session.ask(f"/reports/new/{self.key}/", {**form, **tab})
        self.fields = {}
        return answer


_FACTS = tuple(QUESTIONS.values())
_ASKED = ("name", "id_number", "birth", "phone", "address")


def _json(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    return found


def _typed(who: Someone, chance: random.Random) -> dict[str, str]:
    """A whole form about somebody and their mother; a third of the people are given without a number."""
    return {
        "channel": "phone",
        "reporter_kind": "citizen",
        "mandated_kind": "",
        "received_at": this_minute(),
        "late_reason": "",
        "happened": "昨天晚上",
        "township": who.township,
        "place": "家裡",
        "story": _STORY,
        "dangers": "none",
        "needs": "parenting",
        "prefilled": "",
        "reporter_name": "王小姐",
        "reporter_phone": "0900-000-123",
        "reporter_workplace": "",
        "reporter_address": "",
        f"{_ROW}role": "subject",
        f"{_ROW}name": who.name,
        f"{_ROW}id_number": who.id_number if chance.random() < 0.66 else "",
        f"{_ROW}birth": roc(who.birth),
        f"{_ROW}sex": who.sex,
        f"{_ROW}phone": who.mobile,
        f"{_ROW}address": who.address,
        f"{_ROW}injuries": "手臂瘀傷",
        "person-b-role": "carer",
        "person-b-relation": "母親",
        "person-b-name": f"{chance.choice('陳林黃張李王吳')}{chance.choice('美淑雅怡')}{chance.choice('惠玲君芬')}",
        "person-b-birth": f"約{chance.randrange(25, 50)}歲",
        "person-b-address": who.address,
    }


def this_minute() -> str:
    """This minute as it is typed into a form, by Taiwan's clock."""
    import datetime as dt

    local = dt.datetime.now(dt.timezone(dt.timedelta(hours=8)))
    return f"{roc(local.date())} {local:%H:%M}"


def _visit(own: Sequence[int]) -> Callable[[Session, random.Random], Answer]:
    def deed(session: Session, chance: random.Random) -> Answer:
        form = {
            "key": secrets.token_hex(8),
            "appointment": "other",
            "met": "yes",
            "at": this_minute(),
            "place": "home",
            "seen": "1",
            "child_seen": "all",
            "safety": "safe",
            "text": "母女都在，孩子活潑，衣物整潔；談了就學與托育，母親下週到就業服務站登記。",
            "next_step": "下週陪同到就業服務站。",
            "next": "",
        }
        return session.ask(f"/cases/{chance.choice(own)}/visit/", form)

    return deed
