"""A form at work: what is asked, what is filled in already, whether the answers hold, and what changed. Pure.

`typed` is what a page or another system sends: text (or a list of texts for `choices`) by field id, kept as typed until
it holds. `content` is what is stored: text, number, ISO date (a birth may be a year or a month), `yes`/`no`, a code, or
a list of codes. Fields that are not asked leave no content.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .answers import WrongAnswer, is_empty, read_answer, text_of
from .codes import KNOWN_FACTS, FieldKind
from .programme import Condition, Form, FormField, FormPart

Typed = Mapping[str, str | Sequence[str]]
Content = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers after the check. `errors` say by field what to do; `remarks` what to look at again, without refusing."""

    content: dict[str, object]
    errors: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.errors


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a form starts with: text by field id as it would be typed, and where each came from (zh-TW)."""

    typed: dict[str, str | list[str]]
    sources: dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs between two forms. `direction`: better, worse, or "" where the answer is no scale."""

    field: FormField
    before: str
    after: str
    direction: str = ""


def visible_parts(form: Form, typed: Typed) -> list[tuple[FormPart, tuple[FormField, ...]]]:
    """The parts and fields that are asked, given the answers so far; parts with nothing to ask are left out."""
    asked: dict[str, FormField] = {}
    found = []
    for part in form.parts:
        if not _all_hold(part.when, asked, typed):
            continue
        fields = []
        for each in part.fields:
            if _all_hold(each.when, asked, typed):
                asked[each.id] = each
                fields.append(each)
        if fields:
            found.append((part, tuple(fields)))
    return found


def visible_fields(form: Form, typed: Typed) -> list[FormField]:
    return [each for _, fields in visible_parts(form, typed) for each in fields]


def _all_hold(conditions: Iterable[Condition], asked: Mapping[str, FormField], typed: Typed) -> bool:
    """Whether every condition holds. One on a field that is not asked itself does not: its old answer counts no more."""
    return all(
        each.field in asked and _holds(each, asked[each.field], typed.get(each.field, ""))
        for each in conditions
    )


def _holds(condition: Condition, asked: FormField, answer: str | Sequence[str]) -> bool:
    given = [answer] if isinstance(answer, str) else list(answer)
    given = [each for each in given if each.strip()]
    if condition.filled is not None and bool(given) is not condition.filled:
        return False
    if condition.values and not set(given) & set(condition.values):
        return False
    if condition.at_least is None and condition.at_most is None:
        return True
    try:
        number = read_answer(asked, given, dt.date.max)[0]
    except WrongAnswer:
        return False
    assert isinstance(number, int | float)  # the reader refuses bounds on anything but a number
    low, high = condition.at_least, condition.at_most
    return (low is None or number >= low) and (high is None or number <= high)


def check(form: Form, typed: Typed, today: dt.date) -> Checked:
    """Read every field that is asked; an error for each that does not hold, and content for those that do."""
    result = Checked({})
    for each in visible_fields(form, typed):
        answer = typed.get(each.id, "")
        given = [answer] if isinstance(answer, str) else list(answer)
        if is_empty(given):
            if each.required:
                result.errors[each.id] = _missing(each)
            continue
        try:
            value, remark = read_answer(each, given, today)
        except WrongAnswer as error:
            result.errors[each.id] = str(error)
            continue
        result.content[each.id] = value
        if remark:
            result.remarks[each.id] = remark
    return result


def _missing(asked: FormField) -> str:
    chosen = asked.kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO)
    return f"請選擇「{asked.label}」。" if chosen else f"請填寫「{asked.label}」。"


def prefill(form: Form, facts: Mapping[str, str], previous: Content | None, today: dt.date) -> Prefilled:
    """What is known already. `facts` by the names of `KNOWN_FACTS`, as text; `previous` the content filled in last.

    A fact that is no answer to the field (a choice that the form does not have) is left out.
    """
    typed: dict[str, str | list[str]] = {}
    sources: dict[str, str] = {}
    for each in form.fields:
        known = _known(each, facts, previous or {}, today)
        if is_empty([known] if isinstance(known, str) else known):
            continue
        allowed = {choice.value for choice in each.choices}
        if allowed and not ({known} if isinstance(known, str) else set(known)) <= allowed:
            continue
        typed[each.id] = known
        sources[each.id] = KNOWN_FACTS[each.prefill]
    return Prefilled(typed, sources)


def _known(asked: FormField, facts: Mapping[str, str], previous: Content, today: dt.date) -> str | list[str]:
    if not asked.prefill:
        return ""
    if asked.prefill == "today":
        return text_of(asked, today.isoformat())
    if asked.prefill == "previous":
        return as_typed(asked, previous[asked.id]) if asked.id in previous else ""
    return facts.get(asked.prefill, "")


def as_typed(asked: FormField, value: object) -> str | list[str]:
    """Stored content as it would be typed, to correct it or to start from it."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if asked.kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        return str(value)
    return text_of(asked, value)


def typed_of(form: Form, content: Content) -> dict[str, str | list[str]]:
    return {each.id: as_typed(each, content[each.id]) for each in form.fields if each.id in content}


def stayed_prefilled(form: Form, content: Content, start: Prefilled, today: dt.date) -> tuple[str, ...]:
    """The fields whose kept answer is the prefilled one: what nobody had to type. Their share is measured."""
    before = check(form, {**typed_of(form, content), **start.typed}, today).content
    return tuple(
        each.id
        for each in form.fields
        if each.id in start.typed and each.id in content and content[each.id] == before.get(each.id)
    )


def answers(form: Form, content: Content) -> list[tuple[FormPart, list[tuple[FormField, str]]]]:
    """What was answered, in words, part by part: for reading and printing."""
    found = []
    for part in form.parts:
        said = [(each, shown(each, content[each.id])) for each in part.fields if each.id in content]
        if said:
            found.append((part, said))
    return found


def shown(asked: FormField, value: object) -> str:
    """A stored answer in words."""
    if isinstance(value, list | tuple):
        return "、".join(asked.label_of(str(each)) for each in value)
    if asked.kind is FieldKind.YES_NO:
        return {"yes": "是", "no": "否"}.get(str(value), str(value))
    if asked.kind is FieldKind.CHOICE:
        return asked.label_of(str(value))
    text = text_of(asked, value, long=True)
    return f"{text} {asked.unit}" if asked.unit and text else text


def compare(form: Form, before: Content, after: Content) -> list[Change]:
    """What changed from one filled form to a later one, in the order of the form."""
    changes = []
    for each in form.fields:
        old, new = before.get(each.id), after.get(each.id)
        if old == new:
            continue
        changes.append(
            Change(
                each,
                "" if old is None else shown(each, old),
                "" if new is None else shown(each, new),
                _direction(each, old, new) if each.is_scale else "",
            )
        )
    return changes


def _direction(asked: FormField, old: object, new: object) -> str:
    order = [choice.value for choice in asked.choices]
    if old not in order or new not in order:
        return ""
    return "better" if order.index(str(new)) < order.index(str(old)) else "worse"
