"""Small months of records for tests: who is on which roster, in whose home. Plain functions that a test calls."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.queries import agency_ids
from anwang.people.registry.actions import IncomingRecord, accept_records
from anwang.people.registry.matched import MembershipRow, new_identifiers, set_homes, set_memberships
from anwang.people.registry.models import HouseholdMembership, SourceRecord
from anwang.platform.context import SYSTEM, acting
from anwang.standard.addresses import read_address
from anwang.standard.codes import Relation, RosterCode, Sex
from anwang.standard.dates import read_date
from anwang.standard.fields import FieldId as F
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import Period, StandardRecord
from anwang.standard.serial import to_json

MARCH, APRIL = Period(2026, 3), Period(2026, 4)
R = RosterCode


def moment(day: int = 5, month: int = 4, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class Row:
    """A roster row about `person` (any name a test likes; the same one is the same person)."""

    person: str
    roster: RosterCode
    number: str
    name: str = ""
    birth: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    township: str = "羅東鎮"
    carer: str = ""
    client: str = ""
    relation: Relation | None = None
    sex: Sex | None = None
    phone: str = ""

    def record(self, period: Period, line: int) -> StandardRecord:
        return StandardRecord(
            record_number=self.number,
            agency=self.roster.agency,
            roster=self.roster,
            period=period,
            line=line,
            name=read_name(self.name or self.person),
            birth=read_date(self.birth) if self.birth else None,
            sex=self.sex,
            phones=read_phones(self.phone) if self.phone else (),
            address=read_address(f"宜蘭縣{self.township}中正路{line}號") if self.township else None,
            relation=self.relation,
            relation_raw="",
            carer_name=read_name(self.carer) if self.carer else None,
            reference_name=read_name(self.client) if self.client else None,
            details=dict(self.details),
        )


class Registry:
    """Persons and households by the names that a test gives them."""

    def __init__(self) -> None:
        self.persons: dict[str, int] = {}
        self.households: dict[str, int] = {}

    def load(self, period: Period, rows: Sequence[Row], homes: Mapping[str, Sequence[str]]) -> None:
        """Make `rows` the records of the month and `homes` who lives together from it on."""
        with acting(SYSTEM):
            agencies = agency_ids()
            offices = {
                u.agency.code: u.pk for u in Unit.objects.filter(kind="office").select_related("agency")
            }
            by_roster: dict[RosterCode, list[Row]] = {code: [] for code in RosterCode}
            for row in rows:
                by_roster[row.roster].append(row)
            for roster, own in by_roster.items():
                records = [row.record(period, line) for line, row in enumerate(own, 2)]
                accept_records(
                    incoming=[
                        IncomingRecord(record, _digest(record), offices[roster.agency]) for record in records
                    ],
                    roster=roster,
                    period=period,
                    agency_id=agencies[roster.agency],
                    receipt_id=1,
                    now=moment(),
                )
            self._number("registry_person", [row.person for row in rows], self.persons)
            self._number("registry_household", list(homes), self.households)
            keys = dict(
                SourceRecord.objects.filter(period=period.first_day, withdrawn_at__isnull=True).values_list(
                    "record_number", "pk"
                )
            )
            self.live(homes, period)
            home_of = {name: self.households[home] for home, people in homes.items() for name in people}
            set_homes(
                person_of={keys[row.number]: self.persons[row.person] for row in rows},
                household_of={keys[row.number]: home_of[row.person] for row in rows},
            )

    def live(self, homes: Mapping[str, Sequence[str]], since: Period) -> None:
        """Who lives where from a month on; who is not named stays."""
        with acting(SYSTEM):
            self._number("registry_household", list(homes), self.households)
            rows = {}
            for m in HouseholdMembership.objects.all():
                rows[(m.person_id, m.from_on)] = MembershipRow(
                    m.person_id, m.household_id, m.from_on, m.until_on, []
                )
            for home, people in homes.items():
                for name in people:
                    person, household = self.persons[name], self.households[home]
                    current = next(
                        (r for r in rows.values() if r.person_id == person and not r.until_on), None
                    )
                    if current is not None and current.household_id == household:
                        continue
                    if current is not None and current.from_on == since.first_day:
                        rows.pop((person, current.from_on))
                    elif current is not None:
                        rows[(person, current.from_on)] = MembershipRow(
                            person, current.household_id, current.from_on, since.first_day, []
                        )
                    rows[(person, since.first_day)] = MembershipRow(
                        person, household, since.first_day, None, []
                    )
            set_memberships(rows=list(rows.values()))

    def _number(self, table: str, names: Sequence[str], known: dict[str, int]) -> None:
        new = [name for name in dict.fromkeys(names) if name not in known]
        known.update(zip(new, new_identifiers(table, len(new), moment()), strict=True))


def _digest(record: StandardRecord) -> str:
    return hashlib.sha256(json.dumps(to_json(record), ensure_ascii=False).encode()).hexdigest()


DRUG = {F.CASE_CATEGORY: "藥癮", F.CARE_STATUS: "追蹤中"}
ECONOMIC = {F.SUICIDE_CAUSE: "經濟因素"}
MISSING = {F.VISIT_RESULT: "行方不明"}

# 陳家: father in drug care, a small child on the outreach list, a boy who left school. 林家: a suicide report for want of
# money and an application for relief. 吳家: a child that cannot be found. 王家: only one bureau, on no list. 郭家: the
# named carer is nobody known, so whether the child has other kin stays open.
PEOPLE = (
    Row("陳建宏", R.HOUSEHOLD_REGISTER, "C-1", birth="70/3/5", relation=Relation.SELF, sex=Sex.MALE),
    Row("陳建宏", R.HEALTH_CASE, "H-1", birth="70/3/5", details=DRUG, phone="0912345678"),
    Row("陳小安", R.HOUSEHOLD_REGISTER, "C-2", birth="112/9/9", relation=Relation.CHILD),
    Row(
        "陳小安", R.CHILD_OUTREACH, "S-1", birth="112/9/9", carer="陳建弘", details={F.VISIT_RESULT: "已訪視"}
    ),
    Row("陳品睿", R.SCHOOL_DROPOUT, "E-1", birth="102/5/1"),
    Row("林月霞", R.SUICIDE_REPORT, "H-2", birth="60/1/1", details=ECONOMIC, township="宜蘭市"),
    Row("林月霞", R.EMERGENCY_RELIEF, "S-2", birth="60/8/7", township="宜蘭市"),
    Row(
        "吳小平", R.CHILD_OUTREACH, "S-3", birth="111/2/3", details=MISSING, township="蘇澳鎮", carer="吳阿土"
    ),
    Row("王大明", R.EMPLOYMENT, "L-1", birth="65/1/2", township="三星鄉"),
    Row("郭秋", R.HEALTH_CASE, "H-3", birth="78/2/2", details=DRUG, township="冬山鄉"),
    Row("郭小妹", R.CHILD_OUTREACH, "S-4", birth="112/3/3", carer="林阿花", township="冬山鄉"),
)
HOMES = {
    "陳家": ("陳建宏", "陳小安", "陳品睿"),
    "林家": ("林月霞",),
    "吳家": ("吳小平",),
    "王家": ("王大明",),
    "郭家": ("郭秋", "郭小妹"),
}


def renumbered(rows: Sequence[Row], prefix: str) -> list[Row]:
    """The same people next month, under new record numbers."""
    from dataclasses import replace

    return [replace(row, number=f"{prefix}{row.number}") for row in rows]
