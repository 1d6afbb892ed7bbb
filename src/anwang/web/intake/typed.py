"""What stands in the report form at a moment: from a POST or a draft to the forms that the room takes, and back.

Rows of persons carry a key that is made once and stays (`person-k3f9-name`), so that two tabs never mean different
people by one name, and so that a row can be taken out without renaming the others. The room numbers them by place.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from anwang.services.intake.fields import FIELD, PERSON_FIELD, person_field_id
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.web.reading import read_moment, row_number

Fields = Mapping[str, Sequence[str]]
LISTS = ("dangers", "needs")
TEXTS = ("channel", "reporter_kind", "mandated_kind", "received_at", "late_reason", "happened", "township", "place", "story")  # fmt: skip
REPORTER = ("reporter_name", "reporter_phone", "reporter_workplace", "reporter_address")
PREFILLED = "prefilled"
_ROW = re.compile(r"^person-([a-z0-9]{1,12})-([a-z_]+)$")


def new_key() -> str:
    """A key for a new row of a person."""
    return secrets.token_hex(3)


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A row of a person: its key, what stands in it, and in masked words whom the member said that it is."""

    key: str
    form: PersonForm = field(default_factory=PersonForm)
    who: str = ""

    @property
    def prefix(self) -> str:
        return f"person-{self.key}-"


@dataclass(frozen=True, slots=True)
class Typed:
    """The whole form. `texts` and `lists` by field id, as typed; `prefilled` marks what was filled without being asked:
    the field's name and a checksum of the value, so that a value which was typed over does not count."""

    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    persons: tuple[TypedPerson, ...]
    wants_reply: bool = False
    prefilled: frozenset[str] = frozenset()

    @property
    def received_at(self) -> dt.datetime | None:
        return read_moment(self.texts.get("received_at", ""))

    @property
    def report(self) -> ReportForm:
        said: dict[str, Any] = {name: self.texts.get(name, "") for name in TEXTS if name != "received_at"}
        return ReportForm(
            **said,
            received_at=self.received_at,
            dangers=self.lists.get("dangers", ()),
            needs=self.lists.get("needs", ()),
            asked=tuple(self._asked()),
            prefilled=tuple(self._prefilled()),
        )

    @property
    def said(self) -> tuple[TypedPerson, ...]:
        """The rows in which something was said; those left empty are nobody."""
        return tuple(person for person in self.persons if not person.form.is_blank)

    @property
    def forms(self) -> list[PersonForm]:
        return [person.form for person in self.said]

    @property
    def reporter(self) -> ReporterForm:
        said: dict[str, Any] = {name.removeprefix("reporter_"): self.texts.get(name, "") for name in REPORTER}
        return ReporterForm(**said, wants_reply=self.wants_reply)

    def _asked(self) -> list[str]:
        """Every question that the form showed, and of each person who is in the report."""
        people = [
            person_field_id(number, name) for number, _ in enumerate(self.said, 1) for name in PERSON_FIELD
        ]
        return [*(name for name in FIELD if name != "late_reason"), *people]

    def _prefilled(self) -> list[str]:
        found = [
            name for name in (*TEXTS, *REPORTER) if mark_of(name, self.texts.get(name, "")) in self.prefilled
        ]
        for number, person in enumerate(self.said, 1):
            found += [
                person_field_id(number, name)
                for name in PERSON_FIELD
                if mark_of(person.prefix + name, getattr(person.form, name)) in self.prefilled
            ]
        return found

    def fields(self) -> dict[str, tuple[str, ...]]:
        """What the form's inputs send, by name; nothing for what is not ticked."""
        found: dict[str, tuple[str, ...]] = {name: (text,) for name, text in self.texts.items()}
        found |= {name: ticked for name, ticked in self.lists.items() if ticked}
        if self.wants_reply:
            found["wants_reply"] = ("yes",)
        for row in self.persons:
            found |= {row.prefix + name: (getattr(row.form, name),) for name in PERSON_FIELD}
            if row.form.person_id is not None:
                found[f"{row.prefix}who"] = (f"{row.form.person_id}:{row.who}",)
        if self.prefilled:
            found[PREFILLED] = (" ".join(sorted(self.prefilled)),)
        return found

    def with_person(self, key: str, form: PersonForm, who: str | None = None) -> Typed:
        """The form with another content in one row."""
        rows = tuple(
            replace(row, form=form, who=row.who if who is None else who) if row.key == key else row
            for row in self.persons
        )
        return replace(self, persons=rows)

    def marked(self, names: Mapping[str, str]) -> Typed:
        """The form with these values (by the name of their input) marked as filled without being asked."""
        marks = {mark_of(name, value) for name, value in names.items() if value}
        return replace(self, prefilled=self.prefilled | marks)

    def row(self, key: str) -> TypedPerson | None:
        return next((row for row in self.persons if row.key == key), None)

    def name_of(self, problem: str) -> str:
        """The name of the input that a problem of the rules speaks of: `person-2-name` is of the second who was said."""
        kind, _, rest = problem.partition("-")
        number, _, name = rest.partition("-")
        if kind != "person" or not number.isdecimal():
            return problem
        rows = self.said or self.persons
        return rows[min(max(int(number), 1), len(rows)) - 1].prefix + name


def mark_of(name: str, value: str) -> str:
    """A value that was filled without being asked, told again when it comes back; says nothing of it."""
    return f"{name}:{zlib.crc32(value.strip().encode()):08x}" if value.strip() else ""


def read_typed(fields: Fields) -> Typed:
    """What stands in the form, from the names and values of its inputs."""
    rows: dict[str, dict[str, str]] = {}
    for name, values in fields.items():
        if found := _ROW.match(name):
            rows.setdefault(found[1], {})[found[2]] = values[-1] if values else ""
    return Typed(
        texts={name: _last(fields, name) for name in (*TEXTS, *REPORTER)},
        lists={name: tuple(fields.get(name, ())) for name in LISTS},
        persons=tuple(_person(key, said) for key, said in rows.items()) or (TypedPerson(new_key()),),
        wants_reply=bool(_last(fields, "wants_reply")),
        prefilled=frozenset(_last(fields, PREFILLED).split()),
    )


def _last(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return values[-1] if values else ""


def _person(key: str, said: Mapping[str, str]) -> TypedPerson:
    number, _, label = said.get("who", "").partition(":")
    values = {name: said.get(name, "") for name in PERSON_FIELD}
    values["role"] = values["role"] or PersonForm().role
    person_id = row_number(number)
    return TypedPerson(key, PersonForm(**values, person_id=person_id), label if person_id else "")
