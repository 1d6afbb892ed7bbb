"""Rows of a busy county, in bulk: reports of five years, reports that are open, cases with their visits.

Called as the system, with the people of the registry already there; every report and case is about some of them.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .crowd import Someone

if TYPE_CHECKING:
    from anwang.services.intake.models import Report
    from anwang.services.intake.report_form import PersonForm

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
YEARS_BACK = 5
SENT_ON = 0.1  # of the open reports: with a unit, not at the desk
DANGEROUS = 0.05
VISITS = 8  # of each case
_BATCH = 2_000
_STORY = "鄰居聽見孩子哭叫與摔東西的聲音，近一週每晚都有；孩子手臂有瘀傷，母親說是跌倒，父親酒後會失控。"
_VISITED = "母女都在，孩子活潑，衣物整潔；談了就學與托育，母親下週到就業服務站登記，冰箱有食物。"


def roc(day: dt.date) -> str:
    return f"{day.year - 1911}/{day.month}/{day.day}"


def person_form(who: Someone, role: str, relation: str = "") -> PersonForm:
    from anwang.services.intake.report_form import PersonForm

    return PersonForm(
        role=role,
        relation=relation,
        name=who.name,
        id_number=who.id_number if who.person % 2 else "",
        birth=roc(who.birth),
        phone=who.mobile if who.person % 3 else "",
        address=who.address,
    )


def at_home(people: Sequence[Someone], place: int) -> list[Someone]:
    """The person at a place of the list and whom of the same home the list holds next to them; at most three."""
    found = [people[place]]
    for each in people[place + 1 : place + 3]:
        if each.household == found[0].household:
            found.append(each)
    return found


def _report(who: Someone, received_at: dt.datetime, desk: int, rng: random.Random, **values: Any) -> Report:
    from anwang.services.intake.models import Report
    from anwang.services.intake.vocabulary import Channel, ReporterKind, Urgency

    is_dangerous = rng.random() < DANGEROUS
    return Report(
        unit_id=desk,
        received_at=received_at,
        due_at=received_at + DAY,
        channel=Channel.PHONE,
        reporter_kind=ReporterKind.CITIZEN,
        township=who.township,
        place="家裡",
        urgency=Urgency.IMMEDIATE if is_dangerous else Urgency.ORDINARY,
        dangers=["weapon" if is_dangerous else "none"],
        needs=["parenting", "economic"],
        story=_STORY,
        asked=["channel", "story", "township"],
        prefilled=["channel"],
        entered_at=received_at,
        entered_by_name="量測",
        **values,
    )


def _keep_persons(reports: Sequence[Report], homes: Sequence[Sequence[Someone]]) -> None:
    """The persons of the reports, each a record of the registry that can be found by what it says."""
    from anwang.agencies.models import Unit
    from anwang.people.registry.models import SearchKey, SourceRecord
    from anwang.people.registry.search_keys import keys_of
    from anwang.services.intake.models import ReportPerson
    from anwang.services.intake.persons import person_record
    from anwang.services.intake.vocabulary import ReportRole
    from anwang.standard.record import Period
    from anwang.standard.serial import to_json

    desk = Unit.objects.get(code="intake")
    records, persons = [], []
    for report, home in zip(reports, homes, strict=True):
        head = person_form(home[0], ReportRole.SUBJECT)
        period = Period(report.received_at.year, report.received_at.month)
        for number, who in enumerate(home, 1):
            form = head if number == 1 else person_form(who, ReportRole.FAMILY, "家人")
            record = person_record(
                form,
                report=report.number,
                number=number,
                period=period,
                head=None if number == 1 else head,
            )
            kept = SourceRecord(
                agency_id=desk.agency_id,
                unit=desk,
                roster=record.roster,
                period=period.first_day,
                record_number=record.record_number,
                line=number,
                receipt=0,
                content=to_json(record),
                content_hash=record.record_number,
                person_id=who.person,
                household_id=who.household,
                accepted_at=report.received_at,
            )
            records.append(kept)
            persons.append(
                ReportPerson(
                    report=report,
                    unit=desk,
                    number=number,
                    role=form.role,
                    relation=form.relation,
                    content=kept.content,
                    record=kept,
                    person_id=who.person,
                    household_id=who.household,
                )
            )
    SourceRecord.objects.bulk_create(records, _BATCH)
    keys = [SearchKey(record=each, unit=desk, key=key) for each in records for key in keys_of(each.content)]
    SearchKey.objects.bulk_create(keys, 10 * _BATCH)
    ReportPerson.objects.bulk_create(persons, _BATCH)


def _units() -> dict[str, int]:
    from anwang.agencies.models import Unit

    return dict(Unit.objects.values_list("code", "pk"))


def _centres() -> dict[str, int]:
    """Township to the centre that serves it."""
    from anwang.agencies.models import Jurisdiction

    return dict(
        Jurisdiction.objects.filter(unit__kind="welfare_center").values_list("township__name", "unit_id")
    )


def _send(reports: Sequence[Report], at: dt.timedelta, answered: bool) -> None:
    """A dispatch of each report to the centre of its township, which may read it."""
    from anwang.services.dispatch.models import Dispatch
    from anwang.services.dispatch.process import DispatchState
    from anwang.services.intake.models import ReportReader

    centres = _centres()
    rows, readers = [], []
    for report in reports:
        to_unit = centres[report.township]
        sent_at = report.received_at + at
        rows.append(
            Dispatch(
                report=report,
                unit_id=report.unit_id,
                to_unit_id=to_unit,
                programme="vulnerable_family",
                state=DispatchState.ACCEPTED if answered else DispatchState.SENT,
                sent_at=sent_at,
                answer_due_at=report.due_at,
                answered_at=sent_at + HOUR if answered else None,
            )
        )
        readers.append(
            ReportReader(report=report, unit_id=to_unit, kind=ReportReader.Kind.SENT, since=sent_at)
        )
    Dispatch.objects.bulk_create(rows, _BATCH)
    ReportReader.objects.bulk_create(readers, _BATCH)


def past_reports(people: Sequence[Someone], number: int, now: dt.datetime, rng: random.Random) -> None:
    """Reports that are done, over five years, again and again about the same homes; a quarter were not opened."""
    from anwang.services.intake.models import Report
    from anwang.services.intake.process import ReportState

    desk = _units()["intake"]
    span = YEARS_BACK * 365 * 24 * 60
    for start in range(0, number, _BATCH):
        homes, reports = [], []
        for each in range(start, min(start + _BATCH, number)):
            home = at_home(people, int(len(people) * rng.random() ** 2))
            at = now - DAY * 2 - MINUTE * int(span * (number - each) / number)
            state = ReportState.NOT_OPENED if each % 4 == 0 else ReportState.ACCEPTED
            homes.append(home)
            reports.append(
                _report(
                    home[0],
                    at,
                    desk,
                    rng,
                    state=state,
                    handled_at=at + 9 * HOUR,
                    programme="vulnerable_family",
                )
            )
        Report.objects.bulk_create(reports)
        _keep_persons(reports, homes)
        _send([each for each in reports if each.state == ReportState.ACCEPTED], 5 * HOUR, answered=True)


def open_reports(people: Sequence[Someone], number: int, now: dt.datetime, rng: random.Random) -> None:
    """Reports of the last 26 hours whose clock runs, each with its deadline; one in ten is with a unit."""
    from anwang.platform.clock_models import Deadline
    from anwang.services.intake.models import Report
    from anwang.services.intake.process import ReportState
    from anwang.services.intake.rules import HANDLE_RULE

    desk = _units()["intake"]
    homes = [at_home(people, rng.randrange(len(people))) for _ in range(number)]
    reports = []
    for each, home in enumerate(homes):
        at = now - 26 * HOUR * (number - each) / number
        state = ReportState.SENT if rng.random() < SENT_ON else ReportState.RECEIVED
        reports.append(_report(home[0], at, desk, rng, state=state))
    Report.objects.bulk_create(reports, _BATCH)
    _keep_persons(reports, homes)
    _send([each for each in reports if each.state == ReportState.SENT], MINUTE, answered=False)
    Deadline.objects.bulk_create(
        [
            Deadline(
                subject_kind="report",
                subject_id=str(report.pk),
                rule_id=HANDLE_RULE,
                rule_label="通報處理時限",
                label=f"通報 {report.number}：24 小時內完成篩派案",
                subject_label=report.number,
                unit_id=desk,
                opened_at=report.received_at,
                started_at=report.received_at,
                due_at=report.due_at,
                citation="003 貳二(2/2)",
                url=f"/dispatch/{report.pk}/",
            )
            for report in reports
        ],
        _BATCH,
    )


def cases(people: Sequence[Someone], number: int, now: dt.datetime, rng: random.Random) -> None:
    """Cases in service of every social worker alike, each with a family, visits, and the next visit's duty."""
    from anwang.agencies.models import Post
    from anwang.platform.clock_models import Deadline
    from anwang.services.cases.clock_rules import Deed, started_by
    from anwang.services.cases.duties import programme_of
    from anwang.services.cases.models import Case, CaseMember, Visit
    from anwang.services.cases.process import CaseState, VisitState
    from anwang.services.cases.vocabulary import CaseRole, ChildSeen, Safety, VisitPlace
    from anwang.services.intake.persons import person_record
    from anwang.standard.record import Period
    from anwang.standard.serial import to_json

    workers = list(
        Post.objects.filter(role="social_worker", member__username__startswith="bench.")
        .order_by("member_id")
        .values_list("unit_id", "member_id")
    )
    protection = _units()["protection"]
    firsts = list({who.household: place for place, who in enumerate(people)}.values())
    rng.shuffle(firsts)
    homes = [at_home(people, place) for place in firsts[:number]]
    made = []
    for each, home in enumerate(homes):
        unit, worker = workers[each % len(workers)]
        opened_at = now - DAY * rng.randrange(40, 600)
        made.append(
            Case(
                unit_id=unit,
                programme="child_protection" if unit == protection else "vulnerable_family",
                worker_id=worker,
                client_id=home[0].person,
                household_id=home[0].household,
                state=CaseState.ACTIVE,
                risk_level="medium",
                reason="學校通報孩子經常未到校，母親失業。",
                township=home[0].township,
                opened_at=opened_at,
                started_at=opened_at + 2 * DAY,
                opened_by_name="量測",
            )
        )
    Case.objects.bulk_create(made, _BATCH)
    members, visits, duties = [], [], []
    for case, home in zip(made, homes, strict=True):
        head = person_form(home[0], "subject")
        for place, who in enumerate(home, 1):
            form = head if place == 1 else person_form(who, "family", "家人")
            record = person_record(
                form, report=case.number, number=place, period=Period(now.year, now.month), head=None
            )
            members.append(
                CaseMember(
                    case=case,
                    unit_id=case.unit_id,
                    number=place,
                    role=CaseRole.CLIENT if place == 1 else CaseRole.FAMILY,
                    name=who.name,
                    relation=form.relation,
                    content=to_json(record),
                    person_id=who.person,
                    at=case.opened_at,
                    by_name="量測",
                )
            )
        last = now - DAY * rng.randrange(1, 25)
        for back in range(VISITS):
            at = last - back * (last - case.opened_at) / VISITS
            visits.append(
                Visit(
                    case=case,
                    unit_id=case.unit_id,
                    state=VisitState.DONE,
                    place=VisitPlace.HOME,
                    worker_id=case.worker_id,
                    visited_at=at,
                    seen=[1],
                    child_seen=ChildSeen.ALL,
                    safety=Safety.SAFE,
                    text=_VISITED,
                    made_at=at,
                    recorded_at=at,
                    recorded_by_name="量測",
                )
            )
        duty = started_by(Deed.VISITED, programme_of(case), case.risk_level)[0]
        duties.append(
            Deadline(
                subject_kind="case",
                subject_id=str(case.pk),
                rule_id=duty.rule,
                rule_label=duty.rule_label[:80],
                label=f"{duty.label}（{case.number}）",
                subject_label=case.number,
                unit_id=case.unit_id,
                owner_member_id=case.worker_id,
                opened_at=last,
                started_at=last,
                due_at=last + duty.term.length * DAY,
                citation=duty.citation[:200],
                url=f"/cases/{case.pk}/",
            )
        )
    CaseMember.objects.bulk_create(members, _BATCH)
    Visit.objects.bulk_create(visits, _BATCH)
    Deadline.objects.bulk_create(duties, _BATCH)
