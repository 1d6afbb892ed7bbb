"""What a service programme is made of. Frozen and pure; read from `catalogue/*.yaml` by `schema.py`.

Every number carries its citation and its origin: the cited document says so, it is this system's default because the
document is silent, or the county's own file sets it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache

from anwang.platform.due_rules import Term
from anwang.policy import Citation, Origin

from .codes import (
    About,
    ClockKind,
    ClockStart,
    ClosingOutcome,
    EntryStrength,
    FieldKind,
    FormKind,
    JurisdictionRule,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the service, in order."""

    id: str
    label: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class RiskLevel:
    """A graded level, the highest first in its programme."""

    id: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A duty with a time. `terms` maps a risk level to its term; "" is the term whatever the level.

    `repeats`: it opens again each time it was met (visits, reviews). `stage` is "" when it runs through all of them.
    """

    id: str
    label: str
    kind: ClockKind
    starts: ClockStart
    terms: Mapping[str, Term]
    citation: Citation
    origin: Origin
    note: str = ""
    stage: str = ""
    repeats: bool = False

    def term(self, risk_level: str = "") -> Term:
        """The term for a level. A level without a term of its own, or none graded yet, has the strictest one."""
        if risk_level in self.terms:
            return self.terms[risk_level]
        if "" in self.terms:
            return self.terms[""]
        return min(self.terms.values(), key=lambda term: term.about)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When a part or a field is asked: the field named has one of `values`, is filled, or lies between the bounds."""

    field: str
    values: tuple[str, ...] = ()
    filled: bool | None = None
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. `why` says why it is asked; `standard` is the field of the data standard that it is, if it is one.

    `prefill`: the known fact that it is filled from. `is_scale`: the choices run from best to worst, so that two
    forms can be compared. `when`: all conditions must hold for the field to be asked.
    """

    id: str
    label: str
    kind: FieldKind
    why: str
    required: bool = True
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    when: tuple[Condition, ...] = ()
    prefill: str = ""
    standard: str = ""
    is_scale: bool = False
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""
    future: bool = False

    def label_of(self, value: str) -> str:
        """The label of a choice; the value itself when the form has no such choice (any more)."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True, slots=True)
class FormPart:
    id: str
    label: str
    fields: tuple[FormField, ...]
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a programme, in parts."""

    id: str
    label: str
    kind: FormKind
    about: About
    stage: str
    parts: tuple[FormPart, ...]
    note: str = ""

    @property
    def fields(self) -> Iterator[FormField]:
        for part in self.parts:
            yield from part.fields

    def field(self, id: str) -> FormField | None:
        return next((each for each in self.fields if each.id == id), None)

    @property
    def version(self) -> str:
        """Twelve hex digits over everything the form says: an entry keeps the one it was filled in with."""
        return _version(self)


@lru_cache(maxsize=512)
def _version(form: Form) -> str:
    text = json.dumps(asdict(form), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ClosingReason:
    """Why a service ends. `refers`: the next unit must be named; `needs_note`: words of explanation are needed."""

    id: str
    label: str
    outcome: ClosingOutcome
    refers: bool = False
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class EntryRule:
    """What in a report speaks for a programme. Every condition that is given must hold; of its values one is enough.

    `signs`, `also`: factors of screening (`codes.ReportSign`); `needs`, `also_needs`: what the family seems to need
    (`standard.report_answers.Need`); `ages`: completed years of a subject, from and to; `words`: said and not denied in the story;
    `reporters`: occupations (`standard.report_answers.MandatedKind`). `danger`: somebody may be harmed, so the programme comes first.
    """

    id: str
    label: str
    strength: EntryStrength
    citation: Citation
    signs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    also_needs: tuple[str, ...] = ()
    ages: tuple[int, int] | None = None
    words: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    danger: bool = False
    origin: Origin = Origin.DOCUMENT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """One service programme, in force from `effective_on` until another version of it, or to `ends_on` included.

    `agencies`: bureaus, the responsible one first. `unit_kinds`: kinds of unit that may take it, the first choice
    first. `entry`: what in a report speaks for it; none: nobody enters it by a report. `also`: further citations. `notes`: where the sources are silent and this system chose.
    """

    id: str
    label: str
    population: str
    citation: Citation
    agencies: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    jurisdiction: JurisdictionRule
    stages: tuple[Stage, ...]
    forms: tuple[Form, ...]
    clocks: tuple[Clock, ...]
    risk_levels: tuple[RiskLevel, ...]
    closing_reasons: tuple[ClosingReason, ...]
    indicators: tuple[str, ...]
    effective_on: dt.date
    ends_on: dt.date | None = None
    also: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    entry: tuple[EntryRule, ...] = ()
    origin: Origin = Origin.DOCUMENT
    file: str = field(default="", compare=False)

    def form(self, id: str) -> Form:
        """Raises KeyError for a form that the programme does not have."""
        for each in self.forms:
            if each.id == id:
                return each
        raise KeyError(f"{self.id}: no form {id!r}")

    def forms_for(self, kind: FormKind) -> tuple[Form, ...]:
        return tuple(each for each in self.forms if each.kind is kind)

    def clocks_for(self, kind: ClockKind) -> tuple[Clock, ...]:
        return tuple(each for each in self.clocks if each.kind is kind)

    def closing_reason(self, id: str) -> ClosingReason | None:
        return next((each for each in self.closing_reasons if each.id == id), None)

    def risk_level(self, id: str) -> RiskLevel | None:
        return next((each for each in self.risk_levels if each.id == id), None)

    def stage(self, id: str) -> Stage | None:
        return next((each for each in self.stages if each.id == id), None)
