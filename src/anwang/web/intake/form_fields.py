"""The report form's inputs, section by section, with what stands in them and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anwang.services.intake.completeness import Completeness
from anwang.services.intake.fields import (
    FIELD,
    PERSON_FIELD,
    PERSON_FIELDS,
    REPORT_FIELDS,
    ReportField,
    Section,
)
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from anwang.standard.codes import Sex
from anwang.standard.report_answers import Danger, MandatedKind, Need
from anwang.standard.townships import TOWNSHIPS
from anwang.web.components import Choice, Field

from .typed import PREFILLED, Typed, TypedPerson, mark_of

_PICK = Choice("", "請選擇")
_UNSAID = Choice("", "不詳")
CHOICES: dict[str, list[Choice]] = {
    "channel": [_PICK, *(Choice(each.value, each.label) for each in Channel if each is not Channel.API)],
    "reporter_kind": [_PICK, *(Choice(each.value, each.label) for each in ReporterKind)],
    "mandated_kind": [Choice("", "不是責任通報"), *(Choice(each.value, each.label) for each in MandatedKind)],
    "township": [Choice("", "不詳或外縣市"), *(Choice(each.name, each.name) for each in TOWNSHIPS)],
    "dangers": [Choice(each.value, each.label) for each in Danger],
    "needs": [Choice(each.value, each.label) for each in Need],
    "role": [Choice(each.value, each.label) for each in ReportRole],
    "sex": [_UNSAID, *(Choice(each.value, each.label) for each in Sex)],
}
_KINDS = {
    "channel": "select", "reporter_kind": "select", "mandated_kind": "select", "township": "select",
    "dangers": "checkboxes", "needs": "checkboxes", "story": "textarea", "role": "select", "sex": "select",
    "wants_reply": "checkboxes",
}  # fmt: skip
_HINTS = {
    "received_at": "例如 115/3/1 14:30。24 小時從這一刻起算。",
    "late_reason": "只在收到的時間與現在差很多時才要寫。",
    "happened": "日期，或「昨晚」「上個月起」。",
    "story": "看到、聽到什麼；原話照寫。",
    "birth": "103/5/20 或 8歲",
}
_WIDTHS = {
    "received_at": 18,
    "happened": 24,
    "reporter_name": 16,
    "reporter_phone": 18,
    "reporter_workplace": 28,
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person's row as the page shows it. `number` is its place, `who` the input that keeps the choice."""

    key: str
    number: int
    name: str
    fields: tuple[Field, ...]
    who_name: str
    who_value: str
    who: str


@dataclass(frozen=True, slots=True)
class FormView:
    """Everything that the form's template needs. `errors` in the order of the page."""

    sections: Mapping[str, tuple[Field, ...]]
    rows: tuple[PersonRow, ...]
    marks: str
    errors: tuple[Field, ...]


def form_view(typed: Typed, problems: Mapping[str, str], *, focus: str = "") -> FormView:
    """The form with what was typed. `problems`: what is wrong, by the ids of the rules; `focus`: key of the row where the member goes on."""
    said = {typed.name_of(name): text for name, text in problems.items()}
    sections = {
        section.value: tuple(
            _field(each, each.id, typed.texts.get(each.id, ""), said, typed.lists.get(each.id, ()))
            if each.id != "wants_reply"
            else _wants_reply(typed)
            for each in REPORT_FIELDS
            if each.section is section
        )
        for section in Section
    }
    rows = tuple(
        _row(number, person, said, is_new=person.key == focus)
        for number, person in enumerate(typed.persons, 1)
    )
    order = [
        *sections[Section.REPORTER.value],
        *sections[Section.EVENT.value],
        *(field for row in rows for field in row.fields),
        *sections[Section.DANGER.value],
        *sections[Section.NEEDS.value],
    ]
    return FormView(
        sections, rows, " ".join(sorted(typed.prefilled)), tuple(field for field in order if field.error)
    )


def _field(
    each: ReportField, name: str, value: str, said: Mapping[str, str], ticked: Sequence[str] = ()
) -> Field:
    kind = _KINDS.get(each.id, "text")
    return Field(
        name=name,
        label=each.label,
        kind=kind,
        value=value,
        values=tuple(ticked),
        hint=_HINTS.get(each.id, ""),
        error=said.get(name, ""),
        choices=CHOICES.get(each.id, ()),
        width=_WIDTHS.get(each.id, 0),
        rows=8,
        required=True,
        autocomplete="off",
    )


def _wants_reply(typed: Typed) -> Field:
    each = FIELD["wants_reply"]
    return Field(
        name="wants_reply",
        label="回復",
        kind="checkboxes",
        values=("yes",) if typed.wants_reply else (),
        choices=(Choice("yes", each.label),),
    )


def _row(number: int, person: TypedPerson, said: Mapping[str, str], *, is_new: bool) -> PersonRow:
    fields = tuple(
        replace(field, autofocus=is_new and each.id == "name")
        for each in PERSON_FIELDS
        if (field := _field(each, person.prefix + each.id, getattr(person.form, each.id), said))
    )
    value = f"{person.form.person_id}:{person.who}" if person.form.person_id else ""
    return PersonRow(
        person.key, number, person.form.name.strip(), fields, f"{person.prefix}who", value, person.who
    )


def gap_links(found: Completeness, typed: Typed) -> list[tuple[str, str, str, bool]]:
    """What is missing for dispatch, each with the id of its input, why it is needed, and whether it is needed."""
    links = []
    for gap in (*found.missing, *found.helpful):
        name = typed.name_of(gap.field)
        kind = _KINDS.get(gap.field.rpartition("-")[2], "")
        target = f"field-{name}-1" if kind in ("radios", "checkboxes") else f"field-{name}"
        links.append((gap.label, target, f"{gap.why}（{gap.citation}）", gap.needed))
    return links


def whys(section: Section) -> list[tuple[str, str, str]]:
    """The questions of a section: label, why it is asked, on what that rests."""
    fields = PERSON_FIELDS if section is Section.PERSONS else REPORT_FIELDS
    return [(each.label, each.why, str(each.citation)) for each in fields if each.section is section]


__all__ = [
    "FIELD",
    "PERSON_FIELD",
    "PREFILLED",
    "FormView",
    "PersonRow",
    "form_view",
    "gap_links",
    "mark_of",
    "whys",
]
