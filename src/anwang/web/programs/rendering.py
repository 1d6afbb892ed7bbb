"""A programme's form as the shell draws it, and back: works without script, and loses nothing that was typed.

A page draws `rendered(...)` with `programs/form_parts.html` inside its own <form>, and on POST asks `step(...)`: when the
answers open further questions the form is shown again with them; else the answers are checked. What was typed into
a question that is no longer asked travels on in hidden fields and is there again when the question is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from anwang.services.programs import forms
from anwang.services.programs.codes import FieldKind
from anwang.services.programs.forms import Checked, Prefilled, Typed
from anwang.services.programs.programme import Form, FormField
from anwang.web.components import Choice, Field

ASKED = "_asked"
MANY_CHOICES = 9
"""From so many choices on, one answer is chosen from a list that unfolds."""
SHORT_LABEL = 8
"""Options of at most so many characters stand beside each other."""
_YES_NO = (Choice("yes", "是"), Choice("no", "否"))
_INPUTS = {FieldKind.PHONE: "tel", FieldKind.LONG_TEXT: "textarea"}
_WIDTHS = {
    FieldKind.NUMBER: 8,
    FieldKind.DATE: 12,
    FieldKind.NAME: 16,
    FieldKind.ID_NUMBER: 14,
    FieldKind.PHONE: 20,
    FieldKind.TEXT: 40,
    FieldKind.ADDRESS: 50,
}


@dataclass(frozen=True, slots=True)
class RenderedPart:
    id: str
    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class RenderedForm:
    """What `programs/form_parts.html` draws. `hidden`: what was typed into questions that are not asked now."""

    parts: tuple[RenderedPart, ...]
    hidden: tuple[tuple[str, str], ...]
    asked_name: str
    asked: str

    @property
    def fields(self) -> list[Field]:
        return [each for part in self.parts for each in part.fields]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a sent form stands. `checked` holds: keep it. `opened`: the answers brought further questions."""

    typed: dict[str, str | list[str]]
    checked: Checked
    opened: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return not self.opened and self.checked.holds


def posted(form: Form, post: QueryDict, prefix: str = "") -> dict[str, str | list[str]]:
    """What was sent for each question of the form, asked or not, as it was typed."""
    found: dict[str, str | list[str]] = {}
    for each in form.fields:
        name = prefix + each.id
        if name in post:
            several = each.kind is FieldKind.CHOICES
            found[each.id] = post.getlist(name) if several else str(post.get(name, ""))
    return found


def step(form: Form, post: QueryDict, today: dt.date, prefix: str = "") -> Step:
    """Read what was sent. Errors are told only for questions that stood on the page."""
    typed = posted(form, post, prefix)
    checked = forms.check(form, typed, today)
    asked = {each.id for each in forms.visible_fields(form, typed)}
    # A client that draws forms by itself does not say what it asked: then everything was.
    before = {each for each in post.get(prefix + ASKED, "").split(",") if each} or asked
    errors = {id: text for id, text in checked.errors.items() if id in before}
    return Step(typed, checked, bool(asked - before), errors)


def rendered(
    form: Form,
    typed: Typed,
    *,
    errors: Mapping[str, str] | None = None,
    remarks: Mapping[str, str] | None = None,
    start: Prefilled | None = None,
    prefix: str = "",
) -> RenderedForm:
    """The form with what was typed. `start`: what it was prefilled with; where that still stands, its source is said."""
    said, noted = errors or {}, remarks or {}
    begun = start or Prefilled({}, {})
    known = {id: source for id, source in begun.sources.items() if typed.get(id) == begun.typed[id]}
    parts, asked = [], []
    for part, fields in forms.visible_parts(form, typed):
        asked += [each.id for each in fields]
        drawn = tuple(_field(each, typed.get(each.id, ""), said, noted, known, prefix) for each in fields)
        parts.append(RenderedPart(f"{prefix}part-{part.id}", part.label, drawn))
    hidden = [
        (prefix + each.id, text)
        for each in form.fields
        if each.id not in asked
        for text in _several(typed.get(each.id, ""))
        if text
    ]
    return RenderedForm(tuple(parts), tuple(hidden), prefix + ASKED, ",".join(asked))


def _several(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _field(
    asked: FormField,
    value: str | Sequence[str],
    errors: Mapping[str, str],
    remarks: Mapping[str, str],
    sources: Mapping[str, str],
    prefix: str,
) -> Field:
    several, choices = _several(value), _choices(asked)
    return Field(
        name=prefix + asked.id,
        label=f"{asked.label}（{asked.unit}）" if asked.unit else asked.label,
        kind=_kind(asked),
        value=several[0] if several and asked.kind is not FieldKind.CHOICES else "",
        values=several if asked.kind is FieldKind.CHOICES else (),
        hint=_hint(asked, remarks, sources),
        error=errors.get(asked.id, ""),
        choices=choices,
        width=_WIDTHS.get(asked.kind, 0),
        rows=3,
        required=asked.required,
        autocomplete="off",
        inputmode="decimal" if asked.kind is FieldKind.NUMBER else "",
        inline=all(len(each.label) <= SHORT_LABEL for each in choices),
    )


def _kind(asked: FormField) -> str:
    match asked.kind:
        case FieldKind.CHOICES:
            return "checkboxes"
        case FieldKind.YES_NO:
            return "radios"
        case FieldKind.CHOICE:
            return "select" if len(asked.choices) >= MANY_CHOICES else "radios"
    return _INPUTS.get(asked.kind, "text")


def _choices(asked: FormField) -> tuple[Choice, ...]:
    """The choices; one that may be left open can be taken back without script."""
    found = tuple(Choice(each.value, each.label) for each in asked.choices)
    if asked.kind is FieldKind.YES_NO:
        found = _YES_NO
    if asked.kind is FieldKind.CHOICES:
        return found
    if _kind(asked) == "select":
        return (Choice("", "請選擇"), *found)
    return found if asked.required or not found else (*found, Choice("", "不填"))


def _hint(asked: FormField, remarks: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """What to look at again, where the answer came from, how to write it, and why it is asked."""
    example = "例如 115/3/1。" if asked.kind is FieldKind.DATE else ""
    came_from = f"已帶入{sources[asked.id]}，請核對。" if asked.id in sources else ""
    return " ".join(
        each
        for each in (remarks.get(asked.id, ""), came_from, asked.hint, example, f"用途：{asked.why}")
        if each
    )
