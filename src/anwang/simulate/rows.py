"""Turns services and the register into rows as bureaus type them, with their mistakes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.record import Period

from . import kinship, names, writing
from .layout import Layout
from .population import ADULT_AGE, Household, Person, Population
from .profile import Profile
from .services import Service
from .wording import PREFIX

BAD_BIRTHS = ("999/13/45", "115/02/30", "民國85年13月5日", "2026-13-40")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row. `cells`: header → text. `person`, `household`: the truth, which no file carries (0 for a bad row).

    `loadable` is False for a row that no reader can use: it has no name, or an impossible birth date.
    """

    record_number: str
    person: int
    household: int
    cells: dict[str, str]
    loadable: bool = True


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """One roster of one month as its bureau sends it."""

    roster: RosterCode
    period: Period
    layout: Layout
    rows: tuple[RosterRow, ...]

    @property
    def good(self) -> Iterator[RosterRow]:
        return (row for row in self.rows if row.loadable)


@dataclass(slots=True)
class RowWriter:
    """Writes the rows of one month. `stale_bureaus` lasts over months: who still has which former address."""

    rng: random.Random
    profile: Profile
    county: Population
    period: Period
    stale_bureaus: dict[tuple[int, AgencyCode | None], bool] = field(default_factory=dict)
    _numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        enough = 4 * len(self.county.persons) + 1_000  # more than one month's rows
        self._numbers = iter(self.rng.sample(range(1, max(99_999, 2 * enough)), enough))

    def sheet(self, layout: Layout, services: list[Service]) -> RosterSheet:
        """The roster's rows in no order; the bad rows last, as in the samples."""
        roster = layout.roster
        if roster is RosterCode.HOUSEHOLD_REGISTER:
            rows = [self._register_row(layout, p) for p in self._register_persons()]
        else:
            again = self.profile.services.duplicate.get(roster, 0.0)
            rows = []
            for service in services:
                if service.roster is roster:
                    rows.append(self._service_row(layout, service))
                    if self.rng.random() < again:
                        rows.append(self._service_row(layout, service))
        self.rng.shuffle(rows)
        for serial, row in enumerate(rows, 1):
            if header := layout.header("serial"):
                row.cells[header] = str(serial)
        return RosterSheet(roster, self.period, layout, (*rows, *self._bad_rows(layout, rows)))

    def _register_persons(self) -> Iterator[Person]:
        for household in self.county.households.values():
            for person in self.county.members(household):
                if self.rng.random() < self.profile.services.register_answer:
                    yield person

    def _register_row(self, layout: Layout, person: Person) -> RosterRow:
        registered = self.county.households[person.registered_in or person.household]
        if not registered.members:  # the family left behind is gone: registered where the person lives
            registered = self.county.households[person.household]
        head = self.county.persons[registered.members[0]]
        fields = self._person_fields(layout, person, registered)
        fields["household_number"] = registered.register_number
        fields["relation"] = kinship.register_word(self.county, person, head, layout.plain_words)
        return self._row(layout, person, fields)

    def _service_row(self, layout: Layout, service: Service) -> RosterRow:
        rng, errors, county = self.rng, self.profile.errors, self.county
        person = county.persons[service.person]
        fields = self._person_fields(layout, person, county.households[person.household])
        if service.reference is not None:
            reference = county.persons[service.reference]
            named = (
                names.wrong(rng, errors, reference.name)
                if rng.random() < errors.carer_wrong
                else reference.name
            )
            if layout.roster is RosterCode.CHILD_OUTREACH:
                fields["carer_name"] = named
            else:
                fields["reference_name"] = named
                word = kinship.case_word(county, person, reference, layout.plain_words)
                fields["relation"] = "" if rng.random() < errors.relation_missing else word
        fields["opened_on"] = writing.date_text(service.opened_on, layout.date_style)
        for name, value in service.details.items():
            if name == "visited_on":
                year, month, day = map(int, value.split("-"))
                value = writing.date_text(service.opened_on.replace(year, month, day), layout.date_style)
            fields[name] = layout.values.get(name, {}).get(value, value)
        return self._row(layout, person, fields)

    def _row(self, layout: Layout, person: Person, fields: dict[str, str]) -> RosterRow:
        number = layout.record_number(self.period, next(self._numbers))
        fields["record_number"] = number
        cells = {header: fields.get(name, "") for name, header in layout.columns}
        return RosterRow(number, person.number, person.household, cells)

    def _person_fields(self, layout: Layout, person: Person, household: Household) -> dict[str, str]:
        rng, errors = self.rng, self.profile.errors
        child = person.age(self.county.day) < ADULT_AGE
        former = person.former_name and rng.random() < errors.former_name
        register = layout.roster is RosterCode.HOUSEHOLD_REGISTER
        care = errors.name_register_care if register else 1.0
        name = person.former_name if former and person.former_name else person.name
        name = names.wrong(rng, errors, name, care)
        sex = person.sex == "F"
        if rng.random() < errors.sex_wrong:
            sex = not sex
        return {
            "name": names.dressed(rng, errors, name, renamed=person.former_name is not None, care=care),
            "id_number": writing.id_text(
                rng,
                errors,
                person.id_number,
                errors.id_missing_register
                if register
                else errors.id_missing_child
                if child
                else errors.id_missing,
                errors.id_mistyped_register if register else errors.id_mistyped,
            ),
            "birth": self._birth(layout, person),
            "sex": "" if rng.random() < errors.sex_missing else layout.sex_words[sex],
            "phone": "" if register else self._phone(person, child),
            "address": self._address(layout, household),
            "extra": rng.choice(("", "V", "備查")),
        }

    def _birth(self, layout: Layout, person: Person) -> str:
        rng, errors = self.rng, self.profile.errors
        roll = rng.random()
        if (roll := roll - errors.birth_missing) < 0:
            return ""
        birth = writing.wrong_birth(rng, person.birth) if rng.random() < errors.birth_wrong else person.birth
        return writing.date_text(birth, layout.birth_style, year_only=roll < errors.birth_year_only)

    def _phone(self, person: Person, child: bool) -> str:
        rng, errors = self.rng, self.profile.errors
        household = self.county.households[person.household]
        if rng.random() < (errors.phone_missing_child if child else errors.phone_missing):
            return ""
        mobile = person.mobile
        if child:
            adults = [p for p in self.county.members(household) if p.age(self.county.day) >= ADULT_AGE]
            at_home = rng.random() >= errors.phone_own_child
            mobile = rng.choice(adults).mobile if adults else ""
        else:
            at_home = rng.random() < errors.phone_landline_adult
        digits = household.landline if household.landline and (at_home or not mobile) else mobile
        return writing.phone_text(rng, errors, digits)

    def _address(self, layout: Layout, household: Household) -> str:
        home = household.home
        if household.former_home is not None and self._is_stale(household, layout.roster.agency):
            home = household.former_home
        return writing.address_text(self.rng, self.profile.errors, home)

    def _is_stale(self, household: Household, agency: AgencyCode) -> bool:
        """Whether this row still gives the former address: by bureau in some households, else row by row."""
        errors, known = self.profile.errors, self.stale_bureaus
        by_bureau = known.setdefault(
            (household.number, None), self.rng.random() < errors.address_stale_by_bureau
        )
        stale = self.rng.random() < errors.address_stale
        return known.setdefault((household.number, agency), stale) if by_bureau else stale

    def _bad_rows(self, layout: Layout, rows: list[RosterRow]) -> Iterator[RosterRow]:
        empty = {header: "" for _, header in layout.columns}
        key, birth = layout.header("record_number") or "", layout.header("birth") or ""
        prefix = PREFIX[layout.roster]
        samples = self.profile.files.wording == "samples"
        for n in range(self.profile.files.bad_rows):
            if n % 2 == 0 or not rows:
                number = f"X-BAD-{n + 1}" if samples else f"X-{prefix}-{n + 1}"
                yield RosterRow(number, 0, 0, {**empty, key: number}, loadable=False)
            else:
                number = f"{prefix}-BADDATE" if samples else f"Y-{prefix}-{n}"
                bad = BAD_BIRTHS[0] if samples else self.rng.choice(BAD_BIRTHS)
                yield RosterRow(number, 0, 0, {**rows[0].cells, key: number, birth: bad}, loadable=False)
