"""The people of the past as the registry keeps them: the record of each, whom it is about, where they live, who serves
them. What is written for a person is what `people.linkage.keeping.keep_person` writes, whom a worker chose included."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone

from anwang.people.linkage.keeping import CHOSEN
from anwang.people.linkage.models import PairDecision
from anwang.people.registry import models as registry
from anwang.people.registry.keeping import OwnService
from anwang.services.intake.history import History, service_label
from anwang.services.intake.re_reports import EarlierReport, EarlierService, carried_on
from anwang.standard.codes import OwnSource
from anwang.standard.record import StandardRecord
from anwang.standard.serial import to_json

from .book import Book
from .rows import Row
from .staff import AtWork


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept record, the person it is about and where they live; `content` is the record as stored."""

    record_id: int
    person_id: int
    household_id: int


@dataclass
class People:
    """Persons and homes in the database's numbers. `person_of`: the simulation's number to the registry's."""

    book: Book
    person_of: dict[int, int] = field(default_factory=dict)
    home_of: dict[int, int] = field(default_factory=dict)
    living: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    youngest: dict[int, tuple[dt.date, int]] = field(default_factory=dict)
    services: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[tuple[str, str], Row] = field(default_factory=dict)
    reports: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    serving: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    shown: dict[tuple[int, int, dt.date], Row] = field(default_factory=dict)
    by_roster: dict[tuple[int, int], Row] = field(default_factory=dict)
    of_cases: set[int] = field(default_factory=set)

    def read(self, truth: Mapping[str, int]) -> None:
        """Take over what the registry knows: `truth` says of each record of a roster whom it is really about.

        A person of the registry is taken for the one of whom most of its records are, and no other: where the matching
        erred, the past does not make it worse. Call it as the system."""
        votes: dict[int, Counter[int]] = defaultdict(Counter)
        rows = registry.SourceRecord.objects.filter(withdrawn_at__isnull=True, person__isnull=False)
        for pk, number, person, period in rows.values_list("pk", "record_number", "person_id", "period"):
            assert person is not None
            self.youngest[person] = max(self.youngest.get(person, (dt.date.min, 0)), (period, pk))
            if number in truth:
                votes[truth[number]][person] += 1
        owner: dict[int, Counter[int]] = defaultdict(Counter)
        for sim, found in votes.items():
            for person, count in found.items():
                owner[person][sim] += count
        for sim, found in votes.items():
            person = found.most_common(1)[0][0]
            if owner[person].most_common(1)[0][0] == sim:
                self.person_of[sim] = person
        for person, home in registry.HouseholdMembership.objects.filter(until_on__isnull=True).values_list(
            "person_id", "household_id"
        ):
            self._lives(person, home)
        for touch in registry.Touchpoint.objects.values(
            "id", "person_id", "unit_id", "programme", "label", "opened_on", "closed_on"
        ):
            self.services[touch["person_id"]].append(dict(touch))
        for presence in registry.ServicePresence.objects.filter(until_on__isnull=True).values():
            home, unit = presence["household_id"], presence["unit_id"]
            self.serving[home][unit] = self.by_roster[home, unit] = dict(presence)

    def _lives(self, person: int, home: int) -> None:
        self.home_of[person] = home
        self.living[home].add(person)

    def _new(self, model: type[registry.Person] | type[registry.Household], now: dt.datetime) -> int:
        """A number for somebody or some home that the registry does not know yet."""
        return int(self.book[model].add(created_at=now)["id"])

    # ---- keeping ------------------------------------------------------------------------------------------------

    def keep(
        self,
        sim: int,
        record: StandardRecord,
        *,
        unit_id: int,
        agency_id: int,
        household_id: int | None,
        lives_by: str,
        service: OwnService | None = None,
        by: AtWork,
        now: dt.datetime,
    ) -> tuple[Kept, dict[str, object]]:
        """Keep a person at once. Who is known already is chosen by the worker; else it is a new person."""
        content = to_json(record)
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        known = self.person_of.get(sim)
        whom = known if known is not None else self._new(registry.Person, now)
        self.person_of[sim] = whom
        row = self.book[registry.SourceRecord].add(
            agency_id=agency_id,
            unit_id=unit_id,
            roster=record.roster.value,
            period=record.period.first_day,
            record_number=record.record_number,
            line=record.line,
            receipt=0,
            content=content,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            person_id=whom,
            accepted_at=now,
        )
        row["household_id"] = home = self._home(whom, household_id, row, lives_by, record, now)
        touch = self.book[registry.Touchpoint].add(
            person_id=whom,
            agency_id=agency_id,
            unit_id=unit_id,
            programme=service.programme if service else record.roster.value,
            label=service.label if service else "",
            opened_on=timezone.localdate(now),
            record_id=row["id"],
        )
        self.services[whom].append(touch)
        if record.roster is OwnSource.CASE_FILE:
            self.of_cases.add(touch["id"])
        self.by_number[record.roster.value, record.record_number] = touch
        if known is not None:
            self._choose(row["id"], self.youngest[whom][1], by, now)
        this = (record.period.first_day, row["id"])
        self.youngest[whom] = max(self.youngest.get(whom, this), this)
        return Kept(row["id"], whom, home), content

    def _home(
        self,
        person: int,
        given: int | None,
        row: Row,
        lives_by: str,
        record: StandardRecord,
        now: dt.datetime,
    ) -> int:
        if person in self.home_of:
            return self.home_of[person]
        joins = given is not None
        home = given if given is not None else self._new(registry.Household, now)
        evidence = {
            "kind": "report" if joins else "alone",
            "label": record.roster.label if joins else "無同住線索",
            "text": lives_by if joins else "",
            "strength": "中",
            "records": [row["id"]],
            "first": record.period.roc,
            "last": record.period.roc,
        }
        self.book[registry.HouseholdMembership].add(
            person_id=person, household_id=home, from_on=record.period.first_day, evidence=[evidence]
        )
        self._lives(person, home)
        return home

    def _choose(self, record: int, mate: int, by: AtWork, now: dt.datetime) -> None:
        one, other = sorted((record, mate))
        self.book[PairDecision].add(
            record_a_id=one,
            record_b_id=other,
            kind=PairDecision.Kind.SAME,
            reason=CHOSEN,
            decided_by=by.member_id,
            decided_by_name=by.name,
            decided_at=now,
        )

    # ---- services -----------------------------------------------------------------------------------------------

    def note_contact(self, source: OwnSource, number: str, on: dt.date) -> None:
        touch = self.by_number[source.value, number]
        if touch["contact_on"] is None or touch["contact_on"] < on:
            touch["contact_on"] = on

    def end_service(self, source: OwnSource, number: str, on: dt.date) -> None:
        touch = self.by_number[source.value, number]
        if touch["closed_on"] is None:
            touch["closed_on"] = on

    def show_case(self, home: int, agency_id: int, unit_id: int, on: dt.date) -> None:
        """The unit serves the household from a day on (`registry.presences.show_case`). What a roster of today says of
        the unit was not known then."""
        now_there = {unit: row for unit, row in self.serving[home].items() if row["from_on"] <= on}
        if unit_id in now_there:
            return
        is_cocase = any(row["is_cocase"] for row in now_there.values())
        # A case that is opened on the day on which another one began takes its presence up again.
        row = self.shown.get((home, unit_id, on))
        if row is None:
            row = self.book[registry.ServicePresence].add(
                household_id=home, agency_id=agency_id, unit_id=unit_id, from_on=on
            )
            self.shown[home, unit_id, on] = row
        row["until_on"], row["is_cocase"] = None, is_cocase
        self.serving[home][unit_id] = row

    def end_case(self, home: int, unit_id: int, on: dt.date) -> None:
        if any(
            touch["id"] in self.of_cases and touch["unit_id"] == unit_id and touch["closed_on"] is None
            for person in self.living[home]
            for touch in self.services[person]
        ):
            return
        row = self.serving[home].get(unit_id)
        if row is None or row["from_on"] > on:
            return
        row["until_on"] = on
        del self.serving[home][unit_id]
        roster = self.by_roster.get((home, unit_id))
        if roster is not None and roster is not row:
            self.serving[home][unit_id] = roster

    def settle_presences(self) -> None:
        """A unit is there once: where a roster says so too, the roster's row begins with the case. Before writing."""
        sheet = self.book[registry.ServicePresence]
        for (home, unit), roster in self.by_roster.items():
            own = self.serving[home].get(unit)
            if own is not None and own is not roster:
                sheet.rows.remove(own)
                roster["from_on"] = own["from_on"]
            registry.ServicePresence.objects.filter(pk=roster["id"]).update(
                from_on=roster["from_on"], until_on=roster["until_on"]
            )

    # ---- what is known of before --------------------------------------------------------------------------------

    def units_serving(self, persons: Iterable[Row], on: dt.date) -> int:
        """How many units serve these people and homes on a day; to have taken a report about them is no service."""
        units: set[int] = set()
        for row in persons:
            for unit, presence in self.serving.get(row["household_id"] or 0, {}).items():
                if presence["from_on"] <= on:
                    units.add(unit)
            for touch in self.services.get(row["person_id"] or 0, ()):
                if touch["programme"] == OwnSource.INTAKE_REPORT:
                    continue
                if touch["opened_on"] <= on and (touch["closed_on"] is None or touch["closed_on"] > on):
                    units.add(touch["unit_id"])
        return len(units)

    def history_of(self, persons: Collection[int], *, before: dt.datetime, besides: int) -> History:
        """As `intake.history.history_of`, of what is in these books."""
        own = set(persons)
        reports: dict[int, EarlierReport] = {}
        services: dict[tuple[str, dt.date, dt.date | None], EarlierService] = {}
        for person in own:
            mates = self.living.get(self.home_of.get(person, 0), set()) - {person}
            for who, is_same in ((person, True), *((mate, False) for mate in sorted(mates))):
                for row in self.reports[who]:
                    if row["received_at"] > before or row["id"] == besides:
                        continue
                    there = reports.get(row["id"])
                    same = is_same or (there is not None and there.same_person)
                    reports[row["id"]] = EarlierReport(
                        row["id"], f"R-{row['id']:07d}", timezone.localtime(row["received_at"]), "", same
                    )
                for service in self._services(who, timezone.localdate(before)):
                    key = (service.programme, service.opened_on, service.closed_on)
                    known = services.get(key)
                    same = is_same or (known is not None and known.same_person)
                    services[key] = replace(service, same_person=same)
        return History(
            tuple(sorted(reports.values(), key=lambda one: (one.received_at, one.report_id), reverse=True)),
            tuple(sorted(services.values(), key=lambda one: one.opened_on, reverse=True)),
        )

    def _services(self, person: int, on: dt.date) -> list[EarlierService]:
        found = [
            touch
            for touch in self.services.get(person, ())
            if touch["programme"] != OwnSource.INTAKE_REPORT and touch["opened_on"] <= on
        ]
        found.sort(key=lambda touch: touch["id"])
        found.sort(key=lambda touch: touch["opened_on"], reverse=True)
        services = [
            EarlierService(
                touch["programme"],
                service_label(touch["programme"], touch["label"]),
                touch["opened_on"],
                # What a roster of today says of the end of a service was not known then.
                touch["closed_on"] if touch["closed_on"] is not None and touch["closed_on"] <= on else None,
                same_person=False,
            )
            for touch in found
        ]
        return carried_on(services)
