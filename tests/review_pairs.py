"""Records, persons, a household and pairs to review, for tests. No one in them exists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.agencies.models import Agency, Unit
from anwang.people.linkage.bands import Band
from anwang.people.linkage.models import LinkRun, ReviewPair
from anwang.people.registry.models import Household, HouseholdMembership, Person, SourceRecord
from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import IdState, RosterCode, Sex
from anwang.standard.record import Address, IdNumber, PartialDate, Period, PersonName, Phone, StandardRecord
from anwang.standard.serial import to_json

MARCH = Period(2026, 3)
CONTRIBUTIONS = [
    {"comparison": "name", "label": "姓名", "finding": "同音異字", "bits": 4.2, "strength": "中"},
    {
        "comparison": "birth",
        "label": "出生日期",
        "finding": "差一處或月日對調",
        "bits": 3.1,
        "strength": "中",
    },
    {"comparison": "place", "label": "地址", "finding": "地址不同", "bits": -2.4, "strength": "不利"},
    {"comparison": "prior", "label": "先驗機率", "finding": "任意兩筆之間", "bits": -5.0, "strength": "不利"},
]


@dataclass(frozen=True, slots=True)
class Seen:
    """Numbers of what `records_to_review` made: records, their persons, and the pairs from hardest to easiest."""

    records: tuple[int, ...]
    persons: tuple[int, ...]
    pairs: tuple[int, ...]


def _record(
    number: int, name: str, roster: RosterCode, unit: Unit, person: Person, now: dt.datetime
) -> SourceRecord:
    record = StandardRecord(
        record_number=f"N{number:03d}",
        agency=roster.agency,
        roster=roster,
        period=MARCH,
        line=number + 1,
        name=PersonName(name, name, name[:1], name[1:], key=name),
        id_number=IdNumber("A12****789", "A12****789", None, IdState.MASKED) if number % 2 else None,
        birth=PartialDate("102/3/14", 2013, 3, 14 + number % 3),
        sex=Sex.MALE,
        phones=(Phone("0912345678", "0912345678", True),),
        address=Address(
            f"宜蘭縣羅東鎮公正路{100 + number}號3樓",
            township="羅東鎮",
            road="公正路",
            number=str(100 + number),
        ),
        relation_raw="長子",
    )
    return SourceRecord.objects.create(
        agency=unit.agency,
        unit=unit,
        roster=roster,
        period=MARCH.first_day,
        record_number=record.record_number,
        line=record.line,
        receipt=0,
        content=to_json(record),
        content_hash=str(number),
        person=person,
        accepted_at=now,
    )


def records_to_review(now: dt.datetime) -> Seen:
    """Six records of six persons (0 and 1 in one household with a seventh), and three pairs: .55, .30 and .93."""
    with acting(SYSTEM):
        health = Unit.objects.select_related("agency").get(code="health_office")
        school = Unit.objects.select_related("agency").get(code="education_office")
        assert Agency.objects.exists()
        names = ("陳品睿", "陳品叡", "林承恩", "林承恩", "王雅婷", "王雅停", "陳建宏")
        persons = [Person.objects.create(created_at=now) for _ in names]
        records = [
            _record(
                k,
                name,
                RosterCode.SCHOOL_DROPOUT if k % 2 else RosterCode.HEALTH_CASE,
                school if k % 2 else health,
                persons[k],
                now,
            )
            for k, name in enumerate(names)
        ]
        home = Household.objects.create(created_at=now)
        for k in (0, 6):
            HouseholdMembership.objects.create(person=persons[k], household=home, from_on=MARCH.first_day)
        run = LinkRun.objects.create(
            started_at=now - dt.timedelta(hours=1),
            finished_at=now - dt.timedelta(hours=1),
            records=7,
            persons=7,
            households=6,
            review_pairs=3,
            report={
                "link_at": 0.6,
                "bands": [
                    Band(0, 40, 0.5).to_json(),
                    *(Band(number, 1, 1.0).to_json() for number in (4, 6, 10)),
                    Band(13, 200, 0.2).to_json(),
                ],
            },
        )
        pairs = [
            ReviewPair.objects.create(
                run=run,
                record_a=records[a],
                record_b=records[b],
                probability=p,
                linked=p > 0.6,
                contributions=CONTRIBUTIONS,
            )
            for a, b, p in ((0, 1, 0.55), (2, 3, 0.30), (4, 5, 0.93))
        ]
        return Seen(tuple(r.pk for r in records), tuple(p.pk for p in persons), tuple(p.pk for p in pairs))
