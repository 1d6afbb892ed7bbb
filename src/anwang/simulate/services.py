"""Which agency serves whom in a month: services open, last and close by plausible processes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

from .places import POSTS
from .population import ADULT_AGE, Household, Person, Population
from .profile import Services

MISSING = "行方不明"
DRUG, MENTAL = "藥癮", "精神疾病"
UNTREATED = frozenset({"未就醫", "未持續就醫"})
ECONOMIC, UNSTATED = "經濟因素", frozenset({"未註明", ""})
SMALL_CHILD_AGE = 6


@dataclass(slots=True)
class Service:
    """One person's place on one roster. `reference`: the 案主 or main carer. `details`: the list's own fields."""

    roster: RosterCode
    person: int
    opened_on: dt.date
    reference: int | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ServiceBook:
    """The services open in the month last made. One call of `next_month` per month, in order."""

    shares: Services
    open: list[Service] = field(default_factory=list)
    _started: bool = False

    def next_month(self, rng: random.Random, county: Population, period: Period) -> list[Service]:
        kept = [s for s in self.open if self._lasts(rng, county, s)]
        for service in kept:
            _go_on(rng, self.shares, service, period)
        made = _Month(rng, self.shares, county, period, kept, fresh=not self._started)
        made.open_all()
        self.open, self._started = made.services, True
        return self.open

    def _lasts(self, rng: random.Random, county: Population, service: Service) -> bool:
        person = county.persons[service.person]
        if person.died:
            return False
        if service.reference is not None and county.persons[service.reference].died:
            return False
        if service.roster is RosterCode.CHILD_OUTREACH and person.age(county.day) >= SMALL_CHILD_AGE:
            return False
        if service.roster is RosterCode.SCHOOL_DROPOUT and person.age(county.day) >= ADULT_AGE:
            return False
        return rng.random() < self.shares.persistence[service.roster]


def _go_on(rng: random.Random, shares: Services, service: Service, period: Period) -> None:
    """What changes in a service that lasts another month."""
    details = service.details
    match service.roster:
        case RosterCode.CHILD_OUTREACH:
            if details["visit_result"] != MISSING or rng.random() < 0.5:
                details["visit_result"] = _visit_result(rng, shares.child_missing)
        case RosterCode.POLICE_VISIT:
            details["visited_on"] = _day(rng, period, 57).isoformat()
        case RosterCode.EMERGENCY_RELIEF | RosterCode.SUICIDE_REPORT:  # another report or application
            service.opened_on = _day(rng, period, 28)
        case RosterCode.EMPLOYMENT:
            details["employment_result"] = rng.choice(("推介中", "已就業", "未就業"))
        case RosterCode.SCHOOL_DROPOUT:
            if rng.random() < 0.2:
                details["dropout_state"] = rng.choice(("復學", "輔導中"))
        case RosterCode.HEALTH_CASE:
            if rng.random() < 0.15:
                details["care_status"] = _care_status(rng, details["case_category"])


def _day(rng: random.Random, period: Period, back: int) -> dt.date:
    """A day up to the 25th of the month, at most `back` days before it."""
    return dt.date(period.year, period.month, 25) - dt.timedelta(days=rng.randint(0, back))


def _visit_result(rng: random.Random, missing: float) -> str:
    return MISSING if rng.random() < missing else ("已訪視" if rng.random() < 0.7 else "待訪視")


def _care_status(rng: random.Random, category: str) -> str:
    if category == DRUG:
        return "追蹤中" if rng.random() < 0.7 else "失聯"
    return rng.choices(("規則就醫", "未就醫", "未持續就醫"), (0.39, 0.35, 0.26))[0]


class _Month:
    """Opens new services so that each roster keeps its share of those eligible."""

    def __init__(
        self, rng: random.Random, shares: Services, county: Population, period: Period, kept: list[Service], fresh: bool
    ) -> None:  # fmt: skip
        self.rng, self.shares, self.county, self.period = rng, shares, county, period
        self.services = kept
        self.fresh = fresh
        self.served = {(s.roster, s.person) for s in kept}
        self.homes = [h for h in county.households.values() if h.members]
        needy = county.people.needy
        self.weights = (
            (1 - needy * county.people.needy_weight) / (1 - needy) if needy < 1 else 1.0,
            county.people.needy_weight,
        )

    def open_all(self) -> None:
        for home in self.homes:
            members = self.county.members(home)
            weight = self.weights[home.needy]
            small = any(p.age(self.county.day) < SMALL_CHILD_AGE for p in members)
            self._family(home, members, weight)
            for person in members:
                self._of_person(home, person, weight, small)

    def _opens(self, roster: RosterCode, person: Person, weight: float) -> bool:
        """Whether a service opens now: in the first month the whole stock, later what keeps it level."""
        if (roster, person.number) in self.served:
            return False
        share = min(self.shares.share[roster] * weight, 0.95)
        if not self.fresh:
            persistence = self.shares.persistence[roster]
            share *= (1 - persistence) / (1 - share * persistence)
        return self.rng.random() < share

    def _add(self, roster: RosterCode, person: Person, opened_on: dt.date, reference: Person | None = None,
             **details: str) -> None:  # fmt: skip
        self.served.add((roster, person.number))
        number = reference.number if reference else None
        self.services.append(Service(roster, person.number, opened_on, number, details))

    def _opened(self, longest: int) -> dt.date:
        """When a service now on the list began: long ago for the first month's stock, else this month."""
        return _day(self.rng, self.period, longest if self.fresh else 28)

    def _family(self, home: Household, members: list[Person], weight: float) -> None:
        """脆弱家庭: the 案主 and some of the people at home."""
        head = members[0]
        if home.kind == "institution" or not self._opens(RosterCode.VULNERABLE_FAMILY, head, weight):
            return
        for person in members:
            if person is head or self.rng.random() < self.shares.family_member_listed:
                state = "服務中"
                if (
                    person.age(self.county.day) < ADULT_AGE
                    and self.rng.random() < self.shares.family_child_missing
                ):
                    state = MISSING
                if (RosterCode.VULNERABLE_FAMILY, person.number) not in self.served:
                    self._add(RosterCode.VULNERABLE_FAMILY, person, self._opened(690), head,
                              centre=home.home.centre, family_state=state)  # fmt: skip

    def _of_person(self, home: Household, person: Person, weight: float, small_child: bool) -> None:
        rng, age = self.rng, person.age(self.county.day)
        if age < SMALL_CHILD_AGE:
            if self._opens(RosterCode.CHILD_OUTREACH, person, 1 + (weight - 1) * 0.4):  # a wide list
                self._add(RosterCode.CHILD_OUTREACH, person, self._opened(300), self._carer(home, person),
                          visit_result=_visit_result(rng, self.shares.child_missing))  # fmt: skip
        elif age < ADULT_AGE:
            if self._opens(RosterCode.SCHOOL_DROPOUT, person, weight):
                level = "國小" if age < 12 else "國中" if age < 15 else "高中"
                self._add(RosterCode.SCHOOL_DROPOUT, person, self._opened(190),
                          school=self._place(home) + level,
                          dropout_state=rng.choice(("中輟", "輔導中", "復學")))  # fmt: skip
        else:
            self._of_adult(home, person, weight, age, small_child)

    def _of_adult(self, home: Household, person: Person, weight: float, age: int, small_child: bool) -> None:
        rng = self.rng
        boosted = weight * (self.shares.carer_risk_boost if small_child and home.needy and age < 60 else 1)
        if self._opens(RosterCode.HEALTH_CASE, person, boosted):
            categories = (
                (DRUG, MENTAL)
                if rng.random() < self.shares.both_drug_and_mental
                else (rng.choice((DRUG, MENTAL)),)
            )
            for category in categories:
                self._add(RosterCode.HEALTH_CASE, person, self._opened(900), case_category=category,
                          care_status=_care_status(rng, category))  # fmt: skip
        reported = False
        if self._opens(RosterCode.SUICIDE_REPORT, person, weight):
            reported = True
            causes = self.shares.suicide_causes
            cause = rng.choices(list(causes), list(causes.values()))[0]
            self._add(RosterCode.SUICIDE_REPORT, person, _day(rng, self.period, 29), suicide_cause=cause)
        head = person.number == home.members[0]
        applies = (
            self._opens(RosterCode.EMERGENCY_RELIEF, person, weight)
            if head
            else rng.random() < self.shares.relief_other_adult
        )
        applies = applies or (reported and rng.random() < self.shares.relief_after_suicide_report)
        if applies and (RosterCode.EMERGENCY_RELIEF, person.number) not in self.served:
            self._add(RosterCode.EMERGENCY_RELIEF, person, _day(rng, self.period, 85),
                      amount=rng.choice(("20000", "15000", "30000", "10000", "0")))  # fmt: skip
        if self._opens(RosterCode.POLICE_VISIT, person, weight):
            self._add(RosterCode.POLICE_VISIT, person, self._opened(900), police_unit=self._place(home) + "分駐所",
                      visited_on=_day(rng, self.period, 57).isoformat())  # fmt: skip
        if age < 66 and self._opens(RosterCode.EMPLOYMENT, person, weight):
            kind = rng.choice(("家暴被害人", "更生人", "低收入戶", "中高齡", "長期失業"))
            self._add(RosterCode.EMPLOYMENT, person, self._opened(390), employment_kind=kind,
                      employment_result=rng.choice(("推介中", "已就業", "未就業")))  # fmt: skip

    def _place(self, home: Household) -> str:
        return home.home.township[:2] if self.rng.random() < 0.85 else self.rng.choice(POSTS)

    def _carer(self, home: Household, child: Person) -> Person:
        """The main carer named on the list: as a rule the head of the household, else one of the parents."""
        parents = [p for p in self.county.members(home) if p.number in self.county.parents(child)]
        if not parents or self.rng.random() < self.shares.carer_is_head:
            return self.county.persons[home.members[0]]
        return self.rng.choice(parents)
