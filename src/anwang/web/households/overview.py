"""What the page 家戶總覽 shows of a `HouseholdView`: plain records for its template, made from visible facts only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from anwang.network.cocases.facts import ListCode
from anwang.network.cocases.household_queries import Listing
from anwang.network.cocases.receivers import ListField
from anwang.people.registry.household_queries import (
    Fact,
    HouseholdView,
    PersonView,
    facts_of,
)
from anwang.people.registry.models import ServicePresence, Touchpoint, ViewGrant
from anwang.platform.context import AccessContext
from anwang.standard.codes import source_code
from anwang.standard.dates import roc_partial
from anwang.web.charts.figure import Chart
from anwang.web.charts.genogram import genogram
from anwang.web.charts.lanes import Lane, Span, agency_lanes
from anwang.web.clocks import roc_day
from anwang.web.components import Basis

from .evidence import EvidenceLine, evidence_lines
from .family import DrawnFamily, draw_family, key_of
from .gaps import Gap, Resident, gaps
from .words import SHORT_ROSTER, age_on, field_label, heading, roster_days, sources_text, state_of

LANE_MONTHS = 18


@dataclass(frozen=True, slots=True)
class FactRow:
    """A field of a person with its values; each value remembers its records."""

    label: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A known member as the table shows them."""

    name: str
    href: str
    role: str
    sex: str
    birth: str
    age: str
    phone: str
    state: str
    alert: bool
    facts: Sequence[FactRow]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call in another unit that serves the household. `tel` is the number for a link."""

    unit: str
    agency: str
    contact: str
    phone: str
    since: str

    @property
    def tel(self) -> str:
        return "".join(each for each in self.phone if each.isdigit())


@dataclass(frozen=True, slots=True)
class ListNotice:
    """That the household is on a list the unit received this month, and why."""

    label: str
    standing: str
    reason: str
    due_on: dt.date
    basis: Basis
    tone: str


@dataclass(frozen=True, slots=True)
class FormerMember:
    """Somebody who lived here before: from when until when."""

    name: str
    months: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page. `hidden` and `hidden_former` count people whom only other units know.

    `as_of` is the youngest day that the visible records speak of, `sources` says which of them speaks until when.
    `is_past`: only the unit's own records of a service that ended, until `as_of`; nothing of today.
    """

    number: str
    heading: str
    as_of: dt.date
    sources: str
    members: Sequence[MemberRow]
    hidden: int
    total: int
    family: Chart | None
    lanes: Chart | None
    contacts: Sequence[Contact]
    serving: int
    lists: Sequence[ListNotice]
    gaps: Sequence[Gap]
    evidence: Sequence[EvidenceLine]
    evidence_elsewhere: int
    former: Sequence[FormerMember]
    hidden_former: int
    opened_by: Sequence[str]
    is_past: bool


def overview(
    view: HouseholdView, listings: Sequence[Listing], access: AccessContext, today: dt.date
) -> Overview:
    """Everything the page shows, as of the day of the visible data."""
    records = [record for member in view.known for record in member.newest]
    as_of = max((record.period.last_day for record in records), default=today)
    as_of = min(as_of, today)
    links = {key_of(each): reverse("person", args=[each.person.pk]) for each in view.known}
    family = draw_family(view, as_of, links)
    others = [presence for presence in view.presences if presence.unit_id != access.unit_id]
    lines, elsewhere = evidence_lines(
        [item for member in view.members for item in member.membership.evidence], view.visible_records
    )
    known_former = [each for each in view.former if each.is_known]
    return Overview(
        number=view.household.number,
        heading=heading(records, view.household.number),
        as_of=as_of,
        sources=sources_text(records, today),
        members=[_member_row(each, family, links, as_of) for each in sorted(view.known, key=_eldest_first)],
        hidden=view.hidden,
        total=len(view.members),
        family=genogram(family.members, family.ties, title="誰住在這裡") if family.members else None,
        lanes=_lanes(view, others, as_of if view.is_past else today),
        contacts=[_contact(each) for each in others],
        serving=len(others)
        + any(service.closed_on is None for each in view.known for service in each.services),
        lists=[_list_notice(each) for each in listings],
        gaps=[]
        if view.is_past
        else gaps([Resident(e.name, e.birth, e.newest) for e in view.known], view.hidden, as_of),
        evidence=lines,
        evidence_elsewhere=elsewhere,
        former=[FormerMember(each.name, _months(each)) for each in known_former],
        hidden_former=len(view.former) - len(known_former),
        opened_by=[_grant_words(grant) for grant in view.grants] or ["本單位先前的紀錄"],
        is_past=view.is_past,
    )


def _eldest_first(view: PersonView) -> tuple[int, int, int, int]:
    birth = view.birth
    if birth is None or birth.year is None:
        return (9999, 0, 0, view.person.pk)
    return (birth.year, birth.month or 0, birth.day or 0, view.person.pk)


def fact_rows(view: PersonView) -> list[FactRow]:
    """Every visible fact of a person, field by field."""
    return [FactRow(field_label(name), facts) for name, facts in facts_of(view.records).items()]


def _member_row(view: PersonView, family: DrawnFamily, links: Mapping[str, str], on: dt.date) -> MemberRow:
    age = age_on(view.birth, on)
    state, alert = state_of(view.newest)
    return MemberRow(
        name=view.name or view.person.number,
        href=links[key_of(view)],
        role=family.roles.get(key_of(view), ""),
        sex=next((record.sex.label for record in view.newest if record.sex), ""),
        birth=roc_partial(view.birth) if view.birth else "",
        age=age.text if age else "年齡不明",
        phone=next((p.digits or p.raw for record in view.newest for p in record.phones), ""),
        state=state,
        alert=alert,
        facts=fact_rows(view),
    )


def service_label(service: Touchpoint) -> str:
    """A service in a few words: a case by its programme, else the short name of the roster."""
    if service.label:
        return f"{service.label}（個案）"
    try:
        return SHORT_ROSTER[source_code(service.programme)]
    except ValueError:
        return service.programme


def _lanes(view: HouseholdView, others: Sequence[ServicePresence], end: dt.date) -> Chart | None:
    """Own services with their dates and contacts; of others only that they serve, from the month it was known. What a
    roster says goes on is drawn to the end of that roster's last month, what reports and cases say to today."""
    own: dict[str, list[Span]] = defaultdict(list)
    contacts: dict[str, set[dt.date]] = defaultdict(set)
    until = roster_days([record for member in view.known for record in member.newest], end)
    for member in view.known:
        for service in member.services:
            name = service_label(service)
            goes_on = service.closed_on is None and not service.label
            known = until.get(service.programme) if goes_on else None
            own[name].append(Span(service.opened_on, service.closed_on, known_until=known))
            if service.contact_on:
                contacts[name].add(service.contact_on)
    lanes = [
        Lane(f"本單位 {name}", _joined(spans), sorted(contacts[name]), own=True)
        for name, spans in own.items()
    ]
    lanes += [Lane(_unit_words(each), [Span(each.from_on.replace(day=1))]) for each in others]
    if not lanes:
        return None
    first = min(span.opened for lane in lanes for span in lane.spans)
    earliest = _months_before(end, LANE_MONTHS)
    # From the month before the first service: room for the eye, but no empty half.
    start = min(max(_months_before(first, 1), earliest), _months_before(end, 1))
    return agency_lanes(lanes, start, end, title="誰在服務他們")


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The services of several members under one programme as one line: periods that touch become one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.opened, each.closed or dt.date.max)):
        last = joined[-1] if joined else None
        if last and (last.closed is None or span.opened <= last.closed):
            closed = None if last.closed is None or span.closed is None else max(last.closed, span.closed)
            joined[-1] = Span(
                last.opened, closed, known_until=None if closed else last.known_until or span.known_until
            )
        else:
            joined.append(span)
    return joined


def _months_before(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


def _unit_words(presence: ServicePresence) -> str:
    agency, unit = presence.agency.name, presence.unit.name
    return unit if unit.startswith(agency) else f"{agency} {unit}"


def _contact(presence: ServicePresence) -> Contact:
    return Contact(
        _unit_words(presence),
        presence.agency.name,
        presence.unit.contact or "總機",
        presence.unit.phone,
        roc_day(presence.from_on, "month"),
    )


_TONES = {ListCode.HIGH_RISK_CHILD: "red", ListCode.MISSING_CHILD: "red", ListCode.XINGFU: "amber"}


def _list_notice(listing: Listing) -> ListNotice:
    label = listing.list_code.label
    month = roc_day(listing.period, "month")
    reason = listing.reason or listing.shown.get(ListField.BRIEF, "") or f"{month}名單列入。"
    return ListNotice(
        label,
        listing.standing.label,
        reason,
        listing.due_on,
        Basis(f"{label}名單・{month}", reason, listing.citation, about=label),
        _TONES.get(listing.list_code, "amber"),
    )


def _months(view: PersonView) -> str:
    start = roc_day(view.membership.from_on, "month")
    return (
        f"{start}至{roc_day(view.membership.until_on, 'month')}" if view.membership.until_on else f"{start}起"
    )


def _grant_words(grant: ViewGrant) -> str:
    kind = ViewGrant.Kind(grant.kind)
    if kind is ViewGrant.Kind.OWN_SERVICE:
        return "本單位服務中"
    until = f"（開放至{roc_day(grant.until_on)}）" if grant.until_on else ""
    if kind is ViewGrant.Kind.RECEIVED_LIST:
        return f"收到{grant.reason or '名單'}{until}"
    return f"說明目的：{grant.reason}{until}"
