"""A month of the demo county as its members live it: rosters in, pairs decided, lists made, sent and receipted.

All of it by the ordinary actions, in the context of the member whose work it is, so that receipts and audit rows name
them. Each step looks for what is left to do: done again after a kill, it does nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .home import say

if TYPE_CHECKING:
    from anwang.network.cocases.models import ListSending
    from anwang.platform.context import AccessContext
    from anwang.simulate.county import MonthOfRosters

ENGINEER, OFFICER = "data", "lists"
LOADERS = {
    "social": ENGINEER,
    "health": "health",
    "police": "police",
    "education": "education",
    "labour": "labour",
    "civil": "civil",
}
# Who receipts a unit's lists: the member of the demo who would.
RECEIVERS = {
    "luodong_center": "luodong.supervisor",
    "yilan_center": "yilan.supervisor",
    "jiaoxi_center": "jiaoxi.worker",
    "suao_center": "suao.worker",
    "sanxing_center": "sanxing.worker",
    "health_office": "health",
    "police_office": "police",
    "education_office": "education",
    "labour_office": "labour",
    "civil_office": "civil",
}
FORGOTTEN = frozenset({("luodong_center", "xingfu"), ("education_office", "cocase")})
PAIRS_DECIDED = 8
# From nine in the morning: rosters come, pairs are decided and lists made, sent, receipted (the police at once).
LOADED, DECIDED, SENT, POLICE, RECEIPTED = (dt.timedelta(hours=n) for n in (0, 2, 5, 6, 25))


@dataclass(frozen=True, slots=True)
class Desk:
    """A demo member at work: the context and the name that receipts and the audit show."""

    context: AccessContext
    name: str


def desks(usernames: Iterable[str], on: dt.date) -> Mapping[str, Desk]:
    """The members of these user names at their posts of that day."""
    from anwang.agencies.models import Member
    from anwang.agencies.queries import context_of
    from anwang.platform.context import SYSTEM, acting

    found: dict[str, Desk] = {}
    with acting(SYSTEM):
        for member in Member.objects.filter(username__in=set(usernames)):
            context = context_of(member, on)
            if context is not None:
                found[member.username] = Desk(context, member.name)
    return found


def live_month(month: MonthOfRosters, folder: Path, begun: dt.datetime, *, is_over: bool) -> None:
    """Bring a month into the home, beginning at the moment `begun`.

    A month that `is_over` is sent and receipted, but for the lists that two units forgot; of a month under way only
    the missing children are sent (at once, 001 參三(六)2(4)) and the police have receipted them.
    """
    from anwang.network.cocases.facts import ListCode
    from anwang.network.cocases.making import make_lists
    from anwang.people.linkage.running import run_linkage

    at_work = desks({ENGINEER, OFFICER, *LOADERS.values(), *RECEIVERS.values()}, begun.date())
    engineer, officer = at_work[ENGINEER], at_work[OFFICER]
    _load(month, folder, begun + LOADED, at_work)
    say(f"比對與歸戶 {month.period.roc} …")
    run_linkage(by=engineer.context, by_name=engineer.name, now=begun + LOADED)
    _decide(month, begun + DECIDED, engineer)
    say(f"產製、送出、簽收 {month.period.roc} 名單 …")
    make_lists(period=month.period, by=officer.context, by_name=officer.name, now=begun + DECIDED)
    day = month.period.first_day
    if is_over:
        _send(day, set(ListCode), begun + SENT, officer)
        _receipt(day, set(RECEIVERS), begun + RECEIPTED, at_work)
    else:
        _send(day, {ListCode.MISSING_CHILD}, begun + SENT, officer)
        _receipt(day, {"police_office"}, begun + POLICE, at_work)


def _load(month: MonthOfRosters, folder: Path, now: dt.datetime, at_work: Mapping[str, Desk]) -> None:
    from anwang.people.rosters.actions import Loader, load_file
    from anwang.people.rosters.recognition import Given
    from anwang.platform.context import acting
    from anwang.simulate.files import write_rosters

    for roster, path in write_rosters(month, folder).items():
        say(f"載入 {path.name} …")
        desk = at_work[LOADERS[roster.agency.value]]
        loader = Loader(desk.context, desk.name)
        with acting(desk.context):
            load_file(path=path, file_name=path.name, given=Given(), loader=loader, now=now)


def _decide(month: MonthOfRosters, now: dt.datetime, engineer: Desk) -> None:
    """The pairs hardest to tell are decided, rightly: the demo knows the truth."""
    from anwang.people.linkage.actions import Reviewer, decide_pair, open_pair
    from anwang.people.linkage.models import PairDecision
    from anwang.people.linkage.queries import pair_view, review_counts, waiting_pairs
    from anwang.platform.context import Purpose, acting

    person_of = month.truth.person_of
    reviewer = Reviewer(replace(engineer.context, purpose=Purpose.LINKAGE_REVIEW), engineer.name)
    with acting(reviewer.context):
        left = PAIRS_DECIDED - review_counts().decided
        for pair in waiting_pairs():
            one, other = pair.record_a.record_number, pair.record_b.record_number
            if left <= 0 or one not in person_of or other not in person_of:
                continue
            view = pair_view(pair.pk)
            assert view is not None
            open_pair(view=view, by=reviewer, now=now)
            is_same = person_of[one] == person_of[other]
            decide_pair(
                record_a=view.a.key,
                record_b=view.b.key,
                kind=PairDecision.Kind.SAME if is_same else PairDecision.Kind.DIFFERENT,
                by=reviewer,
                now=now,
                reason="與送件單位電話核對，為同一人" if is_same else "與送件單位電話核對，不是同一人",
            )
            left -= 1


def _send(day: dt.date, lists: Iterable[str], now: dt.datetime, officer: Desk) -> None:
    from anwang.network.cocases.actions import send_list
    from anwang.platform.context import Purpose, acting

    context = replace(officer.context, purpose=Purpose.MONTHLY_LISTS)
    with acting(context):
        for sending in _sendings(day):
            if sending.list_code in lists and sending.sendingentry_set.filter(sent_at__isnull=True).exists():
                send_list(sending_id=sending.pk, by=context, by_name=officer.name, now=now)


def _receipt(day: dt.date, units: Iterable[str], now: dt.datetime, at_work: Mapping[str, Desk]) -> None:
    from anwang.network.cocases.actions import receipt_list
    from anwang.platform.context import SYSTEM, acting

    with acting(SYSTEM):
        waiting = [
            (sending.pk, sending.unit.code)
            for sending in _sendings(day)
            if sending.sent_at is not None
            and sending.receipted_at is None
            and sending.unit.code in units
            and (sending.unit.code, sending.list_code) not in FORGOTTEN
        ]
    for number, unit in waiting:
        desk = at_work[RECEIVERS[unit]]
        with acting(desk.context):
            receipt_list(sending_id=number, by=desk.context, by_name=desk.name, now=now)


def _sendings(day: dt.date) -> list[ListSending]:
    from anwang.network.cocases.models import ListSending

    return list(ListSending.objects.filter(period=day).select_related("unit").order_by("pk"))
