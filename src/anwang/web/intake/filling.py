"""從文字或檔案帶入: what a pasted text or a document says, offered value by value with the place where it stands.

Nothing is written into the form that nobody confirmed, and nothing that stands in the form already is written over.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anwang.services.intake.fields import FIELD, PERSON_FIELD
from anwang.services.intake.report_form import PersonForm
from anwang.services.intake.rules import MOST_PERSONS
from anwang.services.intake.vocabulary import ReporterKind, ReportRole
from anwang.standard.codes import Sex
from anwang.standard.dates import roc_short
from anwang.standard.names import name_key
from anwang.standard.report_answers import Danger, MandatedKind
from anwang.standard.report_text import Found, FoundPerson, ReportText, What, Who, read_report

from .typed import Typed, TypedPerson, new_key

AROUND = 18
"""Characters of the text that are shown on each side of a found value."""
LONGEST_STORY = 20_000
_ROLES = {
    Who.SUBJECT: ReportRole.SUBJECT,
    Who.ALLEGED: ReportRole.ALLEGED,
    Who.CARER: ReportRole.CARER,
    Who.FAMILY: ReportRole.FAMILY,
    Who.OTHER: ReportRole.OTHER,
}
_OF_PERSON = {
    What.NAME: "name",
    What.ID_NUMBER: "id_number",
    What.BIRTH: "birth",
    What.SEX: "sex",
    What.PHONE: "phone",
    What.ADDRESS: "address",
    What.RELATION: "relation",
    What.INJURY: "injuries",
}
_OF_REPORTER = {
    What.NAME: "reporter_name",
    What.PHONE: "reporter_phone",
    What.WORKPLACE: "reporter_workplace",
    What.ADDRESS: "reporter_address",
    What.REPORTER_KIND: "reporter_kind",
    What.MANDATED_KIND: "mandated_kind",
}
_OF_EVENT = {
    What.PLACE: "place",
    What.ADDRESS: "place",
    What.TOWNSHIP: "township",
    What.STORY: "story",
    What.REPORTER_KIND: "reporter_kind",
    What.MANDATED_KIND: "mandated_kind",
}
_DANGERS = {
    "weapon": Danger.WEAPON,
    "strangling": Danger.SERIOUS_INJURY,
    "unconscious": Danger.SERIOUS_INJURY,
    "threat": Danger.THREAT_TO_KILL,
    "suicide": Danger.SELF_HARM,
    "sexual": Danger.SEXUAL,
    "left_alone": Danger.SMALL_CHILD_ALONE,
    "no_food": Danger.NOTHING_TO_LIVE_ON,
    "intoxicated": Danger.INTOXICATED,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One value to confirm. `group`: whose it is, in words; `before`, `text`, `after`: where it stands.

    `row`: the person of the text that it belongs to, -1 for the first who needs help, None for the report itself.
    """

    key: str
    group: str
    label: str
    shown: str
    before: str
    text: str
    after: str
    doubt: str
    field: str
    value: str
    row: int | None = None


def offers(text: str, typed: Typed) -> list[Offer]:
    """What the text says that the form does not say yet, person by person, the report itself first."""
    read = read_report(text)
    people = {person.number: person for person in read.persons}
    found = [*_of_report(text, read, people), *_of_persons(text, read, people)]
    if not any(each.field == "story" for each in found) and text.strip():
        found.append(_whole(text))
    names = _names(read)
    return [each for each in found if not _is_said(each, typed, names)]


def _of_report(text: str, read: ReportText, people: dict[int, FoundPerson]) -> Iterator[Offer]:
    moment = _happened(text, read)
    if moment is not None:
        yield moment
    for each in read.found:
        who = people[each.person].who if each.person is not None else None
        if who is Who.REPORTER and each.what in _OF_REPORTER:
            yield _offer(text, each, "通報人", _OF_REPORTER[each.what], each.value)
        elif who is None and each.what in _OF_EVENT:
            yield _offer(
                text,
                each,
                "通報",
                _OF_EVENT[each.what],
                each.value if each.what is not What.STORY else each.text,
            )
        elif who is None and each.what is What.DANGER and each.value in _DANGERS:
            yield _offer(text, each, "通報", "dangers", _DANGERS[each.value].value)
        elif who is None and each.what is What.INJURY:
            yield _offer(text, each, "被通報人", "injuries", each.text, -1, "請確認是誰的傷。")
        elif who is None and each.what is What.PHONE:
            yield _offer(
                text, each, "通報人", "reporter_phone", each.value, None, "沒有寫是誰的電話，請確認。"
            )


def _of_persons(text: str, read: ReportText, people: dict[int, FoundPerson]) -> Iterator[Offer]:
    for number, person in people.items():
        if person.who not in _ROLES:
            continue
        mine = read.of(number)
        name = next((each.value for each in mine if each.what is What.NAME), "")
        group = "・".join(
            part for part in (_role(person).label.split("（")[0], person.relation, name) if part
        )
        for each in mine:
            if each.what in _OF_PERSON:
                value = _value(each)
                yield _offer(text, each, group, _OF_PERSON[each.what], value, number)


def _role(person: FoundPerson) -> ReportRole:
    return _ROLES[person.who]


def _value(each: Found) -> str:
    """A value as the form takes it: a whole date in 民國, all else as the standard read it."""
    if each.what is What.BIRTH and len(each.value) == 10:
        return roc_short(dt.date.fromisoformat(each.value))
    return each.text if each.what in (What.BIRTH, What.INJURY, What.RELATION) else each.value


def _happened(text: str, read: ReportText) -> Offer | None:
    day = next((each for each in read.of(None) if each.what is What.HAPPENED_ON), None)
    if day is None:
        return None
    time = next((each.value for each in read.of(None) if each.what is What.HAPPENED_AT), "")
    on = roc_short(dt.date.fromisoformat(day.value)) if len(day.value) == 10 else day.text
    return _offer(text, day, "通報", "happened", f"{on} {time}".strip())


def _offer(
    text: str, each: Found, group: str, field: str, value: str, row: int | None = None, doubt: str = ""
) -> Offer:
    label = (PERSON_FIELD if row is not None else FIELD)[field].label
    return Offer(
        key=f"{each.start}-{each.end}-{zlib.crc32(f'{row}{field}{value}'.encode()):08x}",
        group=group,
        label=label,
        shown=_words(field, value),
        before=_line(text[max(0, each.start - AROUND) : each.start]),
        text=_line(text[each.start : each.end]),
        after=_line(text[each.end : each.end + AROUND]),
        doubt=each.doubt or doubt,
        field=field,
        value=value,
        row=row,
    )


def _whole(text: str) -> Offer:
    value = text.strip()[:LONGEST_STORY]
    return Offer("whole", "通報", FIELD["story"].label, "全文", "", "", "", "", "story", value)


def _words(field: str, value: str) -> str:
    kinds: dict[str, Any] = {
        "sex": Sex,
        "dangers": Danger,
        "reporter_kind": ReporterKind,
        "mandated_kind": MandatedKind,
    }
    kind = kinds.get(field)
    return str(kind(value).label) if kind and value in set(kind) else value


def _line(text: str) -> str:
    return " ".join(text.split())


def _names(read: ReportText) -> dict[int, str]:
    """The persons of the text by their names."""
    found: dict[int, str] = {}
    for each in read.found:
        if each.what is What.NAME and each.person is not None:
            found.setdefault(each.person, each.value)
    return found


def _is_said(each: Offer, typed: Typed, names: dict[int, str]) -> bool:
    """Whether the form says something there already."""
    if each.field == "dangers":
        return each.value in typed.lists.get("dangers", ())
    if each.row is None:
        return bool(typed.texts.get(each.field, "").strip())
    row = _named(typed, names.get(each.row, "")) if each.row >= 0 else _first_subject(typed)
    there = getattr(row.form, each.field).strip() if row else ""
    return each.value in there if each.field == "injuries" else bool(there)


def _named(typed: Typed, name: str) -> TypedPerson | None:
    """The row of somebody of this name."""
    rows = (row for row in typed.persons if row.form.name.strip())
    return next((row for row in rows if name and name_key(row.form.name) == name_key(name)), None)


def _first_subject(typed: Typed) -> TypedPerson | None:
    return next((row for row in typed.persons if row.form.role == ReportRole.SUBJECT), None)


def filled(text: str, typed: Typed, keys: Sequence[str]) -> tuple[Typed, int]:
    """The form with the confirmed values in it, and how many they are. Persons get the row of the same name, an empty
    row, or one of their own."""
    read = read_report(text)
    people = {person.number: person for person in read.persons}
    # What is of nobody for certain comes last: by then whoever needs help has a row.
    chosen = sorted(
        (each for each in offers(text, typed) if each.key in set(keys)), key=lambda e: e.row == -1
    )
    rows: dict[int | None, str] = {}
    names = _names(read)
    gained: dict[str, str] = {}
    count = 0
    for each in chosen:
        if each.row is None:
            typed, name = _into_report(typed, each)
        else:
            if each.row >= 0 and each.row not in rows:
                typed, rows[each.row] = _with_row(typed, people[each.row], names.get(each.row, ""))
            typed, name = _into_person(typed, each, rows)
        if name:
            count += 1
            gained[name] = each.value
    return typed.marked(gained), count


def _into_report(typed: Typed, each: Offer) -> tuple[Typed, str]:
    if each.field == "dangers":
        ticked = tuple(code for code in typed.lists.get("dangers", ()) if code != Danger.NONE)
        return replace(typed, lists={**typed.lists, "dangers": (*ticked, each.value)}), "dangers"
    if typed.texts.get(each.field, "").strip():
        return typed, ""
    return replace(typed, texts={**typed.texts, each.field: each.value}), each.field


def _with_row(typed: Typed, person: FoundPerson, name: str) -> tuple[Typed, str]:
    """The row of a person of the text."""
    if (row := _named(typed, name)) is not None:
        return typed, row.key
    role = _role(person)
    blank = next((row for row in typed.persons if row.form.is_blank), None)
    form = PersonForm(role=role, relation=person.relation)
    if blank is not None:
        return typed.with_person(blank.key, form), blank.key
    if len(typed.persons) >= MOST_PERSONS:
        return typed, ""
    fresh = TypedPerson(new_key(), form)
    return replace(typed, persons=(*typed.persons, fresh)), fresh.key


def _into_person(typed: Typed, each: Offer, rows: dict[int | None, str]) -> tuple[Typed, str]:
    row = typed.row(rows[each.row]) if each.row in rows else _first_subject(typed)
    if row is None:
        return typed, ""
    there = getattr(row.form, each.field).strip()
    if there and each.field != "injuries":
        return typed, ""
    value = f"{there}、{each.value}" if there else each.value
    form: PersonForm = replace(row.form, **{each.field: value})  # type: ignore[arg-type]
    return typed.with_person(row.key, form), row.prefix + each.field
