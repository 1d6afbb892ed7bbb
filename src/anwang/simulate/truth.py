"""What is true of a month's rows, and the month's lists by the true attributes (001 參三(六))."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

from .population import ADULT_AGE, Household, Population
from .rows import RosterSheet
from .services import DRUG, ECONOMIC, MISSING, SMALL_CHILD_AGE, UNSTATED, UNTREATED, Service


@dataclass(frozen=True, slots=True)
class Truth:
    """Record numbers are unique in the county. Persons and households are the simulation's own numbers.

    `cocase_households`: served by two units or more, as 001 1(5) counts them; `cocase_agencies`: by two bureaus or more.
    `high_risk_child` is true of the home as it is; `high_risk_child_visible` leaves out of account the adults of
    whom no row of the month speaks, which no reader of the rosters can know.
    """

    period: Period
    person_of: Mapping[str, int]
    household_of: Mapping[str, int]
    roster_of: Mapping[str, RosterCode]
    cocase_households: frozenset[int]
    cocase_agencies: frozenset[int]
    xingfu: frozenset[int]
    high_risk_child: frozenset[int]
    high_risk_child_visible: frozenset[int]
    missing_child: frozenset[int]

    def records_of(self, persons: Iterable[int]) -> list[str]:
        """Every record number of the persons, in the order of the rosters."""
        wanted = set(persons)
        return [record for record, person in self.person_of.items() if person in wanted]

    def cocase_records(self) -> list[list[str]]:
        """The service rows of each co-case household."""
        groups: dict[int, list[str]] = defaultdict(list)
        for record, household in self.household_of.items():
            if household in self.cocase_households and self.roster_of[record].is_service:
                groups[household].append(record)
        return list(groups.values())


def find_truth(
    county: Population, period: Period, services: list[Service], sheets: Iterable[RosterSheet]
) -> Truth:
    person_of: dict[str, int] = {}
    household_of: dict[str, int] = {}
    roster_of: dict[str, RosterCode] = {}
    family_state_shown = False
    for sheet in sheets:
        family_state_shown |= sheet.layout.header("family_state") is not None
        for row in sheet.good:
            person_of[row.record_number] = row.person
            household_of[row.record_number] = row.household
            roster_of[row.record_number] = sheet.roster
    visible = set(person_of.values())
    by_home: dict[int, set[RosterCode]] = defaultdict(set)
    for record, household in household_of.items():
        if roster_of[record].is_service:
            by_home[household].add(roster_of[record])
    risky = {s.person for s in services if is_risky_carer(s)}
    high, high_visible = _high_risk_children(county, risky, visible)
    return Truth(
        period,
        person_of,
        household_of,
        roster_of,
        frozenset(h for h, rosters in by_home.items() if len(rosters) >= 2),
        frozenset(h for h, rosters in by_home.items() if len({r.agency for r in rosters}) >= 2),
        frozenset(_xingfu(services)),
        frozenset(high & visible),
        frozenset(high_visible & visible),
        frozenset(s.person for s in services if _is_missing(s, family_state_shown)),
    )


def is_risky_carer(service: Service) -> bool:
    """A drug case, or mentally ill and not or no longer in treatment (001 參三(六)1(3))."""
    if service.roster is not RosterCode.HEALTH_CASE:
        return False
    return service.details["case_category"] == DRUG or service.details["care_status"] in UNTREATED


def _xingfu(services: list[Service]) -> set[int]:
    """Suicide report for want of money, or of unstated cause beside an application for relief (1(2))."""
    relieved = {s.person for s in services if s.roster is RosterCode.EMERGENCY_RELIEF}
    reports = [s for s in services if s.roster is RosterCode.SUICIDE_REPORT]
    return {
        s.person
        for s in reports
        if s.details["suicide_cause"] == ECONOMIC
        or (s.details["suicide_cause"] in UNSTATED and s.person in relieved)
    }


def _high_risk_children(county: Population, risky: set[int], visible: set[int]) -> tuple[set[int], set[int]]:
    """Children under six whose adults at home are all risky carers: of all adults, and of those with a row."""
    whole: set[int] = set()
    seen: set[int] = set()
    for household in county.households.values():
        children = _small_children(county, household)
        if not children:
            continue
        adults = {p.number for p in county.members(household) if p.age(county.day) >= ADULT_AGE}
        if adults and adults <= risky:
            whole |= children
        known = adults & visible
        if known and known <= risky:
            seen |= children
    return whole, seen


def _small_children(county: Population, household: Household) -> set[int]:
    return {p.number for p in county.members(household) if p.age(county.day) < SMALL_CHILD_AGE}


def _is_missing(service: Service, family_state_shown: bool) -> bool:
    """On the outreach list, or a child on the family list where that list tells its state (1(4))."""
    if service.roster is RosterCode.CHILD_OUTREACH:
        return service.details["visit_result"] == MISSING
    return (
        service.roster is RosterCode.VULNERABLE_FAMILY
        and family_state_shown
        and service.details["family_state"] == MISSING
    )
