"""The deeds around one report: entered, screened, sent, answered, investigated, seen by who serves the family."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from anwang.services.intake.fields import PERSON_FIELDS, REPORT_FIELDS, person_field_id
from anwang.services.intake.investigation_rules import Conclusion, PlanLine, Safety, suggested_level
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from anwang.standard.dates import roc_short
from anwang.standard.report_answers import MandatedKind

from .. import identity, names
from ..population import ADULT_AGE, Person, Population
from . import deeds, words
from .happened import ReportThen
from .saying import reported_person

_MINUTE = dt.timedelta(minutes=1)
_WORKPLACES = {
    MandatedKind.EDUCATION: "國民小學輔導室", MandatedKind.MEDICAL: "醫院社會服務室", MandatedKind.POLICE: "派出所",
    MandatedKind.VILLAGE: "村里辦公處", MandatedKind.JUDICIAL: "地方檢察署觀護人室", MandatedKind.CHILD_CARE: "托嬰中心",
    MandatedKind.HOUSEHOLD_REGISTRATION: "戶政事務所", MandatedKind.LABOUR: "就業服務站",
    MandatedKind.LONG_TERM_CARE: "居家服務單位", MandatedKind.SOCIAL_WORK: "社會福利服務中心",
}  # fmt: skip
_ASKED_OF_REPORT = tuple(each.id for each in REPORT_FIELDS)
_PREFILLED = ("channel", "received_at")


def deeds_of_report(
    rng: random.Random, county: Population, report: ReportThen, *, opened_at: dt.datetime | None = None
) -> Iterator[deeds.Deed]:
    """`opened_at`: when a case was opened from it."""
    at, number = report.received_at, report.number
    entered = at + _entry_lag(rng, report)
    persons = _persons(rng, county, report)
    form, reporter = _form(rng, county, report, persons), _reporter(rng, county, report)
    yield deeds.Submitted(entered, number, form, persons, reporter)
    yield deeds.Noticed(entered + 6 * _MINUTE, number)
    seen = entered + dt.timedelta(hours=rng.choice((3, 5, 18, 21)))
    if report.handled_at is not None:  # who has taken a report of a family that they serve sees it after that
        seen = max(seen, report.handled_at + 40 * _MINUTE)
    if opened_at is not None:  # what gets a case of its own is joined to no other one
        seen = max(seen, opened_at + 40 * _MINUTE)
    yield deeds.ReportSeen(seen, number, words.SEEN)
    if report.screened_after is None:
        return
    screened = max(at + report.screened_after, entered + _MINUTE)
    yield deeds.Screened(screened, number, report.programme, words.SCREENING_REASON)
    yield from _dispatches(report, screened)
    if report.not_opened is not None and report.handled_at is not None:
        text, place = words.NOT_OPENED[report.not_opened]
        decided = max(report.handled_at, screened + _MINUTE)
        yield deeds.NotOpened(decided, number, report.not_opened, text, not place, place)
        yield deeds.ReferralReceived(
            decided + dt.timedelta(hours=rng.choice((4, 20, 30, 46, 50, 60, 66, 80))), number
        )
    if report.investigation is not None:
        yield from _investigation(report)
    if reporter.wants_reply and report.handled_at is not None:
        yield deeds.Replied(max(report.handled_at, screened) + dt.timedelta(hours=2 + number % 90), number)


def _entry_lag(rng: random.Random, report: ReportThen) -> dt.timedelta:
    """What comes by the web is there at once; a call is typed while it goes on; paper lies for a while."""
    if report.channel in (Channel.WEB, Channel.API):
        return dt.timedelta(0)
    first = report.dispatches[0].sent_after if report.dispatches else None
    first = report.screened_after or first or dt.timedelta(minutes=10)
    wanted = rng.choice((6, 9, 14)) if report.channel is not Channel.DOCUMENT else rng.choice((60, 150, 240))
    return min(wanted * _MINUTE, first / 2)


def _dispatches(report: ReportThen, screened: dt.datetime) -> Iterator[deeds.Deed]:
    at, number, returned = report.received_at, report.number, 0
    for each in report.dispatches:
        sent = max(at + each.sent_after, screened + _MINUTE)
        answered = at + each.answered_after if each.answered_after is not None else None
        if returned >= 2:
            yield deeds.Settled(answered or sent, number, words.SETTLING)
            return
        is_wrong = each.returned_for is not None
        message = words.AGAIN_MESSAGE if returned else ""
        yield deeds.Sent(sent, number, words.SENDING_REASON if is_wrong and not returned else "", message)
        if answered is None:
            return
        answered = max(answered, sent + _MINUTE)
        if each.returned_for is not None:
            yield deeds.Returned(answered, number, each.returned_for, words.RETURNS[each.returned_for])
            returned += 1
        else:
            yield deeds.Accepted(answered, number)


def _investigation(report: ReportThen) -> Iterator[deeds.Deed]:
    found, number = report.investigation, report.number
    assert found is not None
    assert report.handled_at is not None
    yield deeds.InvestigatorNamed(report.handled_at + 12 * _MINUTE, number)
    yield deeds.FirstContact(found.contact_at + 15 * _MINUTE, number, found.contact_at)
    plan: tuple[PlanLine, ...] = ()
    if found.safety is Safety.SAFE_WITH_PLAN:
        what, who = words.SAFETY_PLAN
        plan = (PlanLine(what, who, found.concluded_at.date() + dt.timedelta(days=30)),)
    conclusion = Conclusion(
        substantiated=found.substantiated,
        safety=found.safety,
        level=suggested_level(found.substantiated, found.safety).level,
        finding=words.FINDINGS[found.substantiated],
        plan=plan,
        referred_to="" if found.substantiated else words.NOT_SUBSTANTIATED_TO,
    )
    yield deeds.Concluded(found.concluded_at, number, conclusion)


def _persons(
    rng: random.Random, county: Population, report: ReportThen
) -> tuple[tuple[int | None, PersonForm], ...]:
    on = report.received_at.date()
    subject = county.persons[report.subject]
    found: list[tuple[int | None, PersonForm]] = []

    def add(person: Person, role: ReportRole) -> None:
        form = reported_person(rng, county, person, subject, role, on, report.injuries)
        found.append((person.number if form.is_named else None, form))

    add(subject, ReportRole.SUBJECT)
    if report.alleged is not None:
        add(county.persons[report.alleged], ReportRole.ALLEGED)
    for each in report.others:
        other = county.persons[each]
        is_carer = subject.age(on) < ADULT_AGE and each in county.parents(subject)
        add(other, ReportRole.CARER if is_carer else ReportRole.FAMILY)
    return tuple(found)


def _form(
    rng: random.Random,
    county: Population,
    report: ReportThen,
    persons: tuple[tuple[int | None, PersonForm], ...],
) -> ReportForm:
    home = county.households[report.household].home
    day = report.received_at.date() - dt.timedelta(days=rng.choice((0, 0, 1, 3)))
    asked = [*_ASKED_OF_REPORT]
    for number in range(1, len(persons) + 1):
        asked += [person_field_id(number, each.id) for each in PERSON_FIELDS]
    prefilled = list(_PREFILLED)
    if report.mandated is not None:
        prefilled += ["reporter_kind", "mandated_kind", "reporter_name", "reporter_workplace"]
    return ReportForm(
        channel=report.channel,
        reporter_kind=report.reporter,
        mandated_kind=report.mandated or "",
        received_at=report.received_at,
        happened=roc_short(day) if rng.random() < 0.8 else "上週起陸續發生",
        township=home.township if rng.random() < 0.85 else "",
        place="" if rng.random() < 0.7 else f"{home.road}附近",
        story=report.story,
        dangers=tuple(report.dangers),
        needs=tuple(report.needs),
        asked=tuple(asked),
        prefilled=tuple(prefilled),
    )


def _reporter(rng: random.Random, county: Population, report: ReportThen) -> ReporterForm:
    """Somebody made up, of no household of the county; nothing of whom gave no name."""
    if report.reporter is ReporterKind.ANONYMOUS:
        return ReporterForm()
    sex = rng.choice("MF")
    name = names.surname(rng) + names.given(rng, county.people, sex)
    phone = identity.mobile(rng) if rng.random() < 0.8 else ""
    wants_reply = bool(phone) and (report.mandated is not None or rng.random() < 0.3)
    return ReporterForm(
        name, phone, _WORKPLACES.get(report.mandated, "") if report.mandated else "", "", wants_reply
    )
