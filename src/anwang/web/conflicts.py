"""「兩邊都改了」: what two people (or two tabs) changed in one form, side by side, and the choice for each field.

A form on a saved record carries the revision that it was opened from and the values that it showed
(`{% started_from revision values %}`). Its page calls `reconciled` before it validates:

    fields = reconciled(request, current=values_now, revision=row.revision, form=FormWords(…))
    if isinstance(fields, HttpResponse):
        return fields            # the conflict page, status 409
    … validate `fields`, save on top of `row.revision`

Nothing is kept on the server between the two pages: the conflict page carries both versions, works without script,
and posts to the same address.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from anwang.platform.merging import (
    ROW_BASE,
    ROW_REVISION,
    Choice,
    Conflict,
    Fields,
    Merge,
    Values,
    merge,
    row_of,
)

from .comparison import ComparedField, compare_field
from .components import Field

CONFLICT = "_conflict"
CHOOSE = "_choose."
OWN_NAMES = ("csrfmiddlewaretoken", ROW_REVISION, ROW_BASE)
DRAFT_NAMES = ("_draft_revision", "_draft_base", "_draft_tab", "_draft_words")
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a field is called, and what its values are called where it has a list of them. Of two running texts
    (`is_text`) both may be kept, one under the other."""

    label: str
    options: Mapping[str, str] = field(default_factory=dict)
    is_text: bool = False

    def text(self, values: Values) -> str:
        return "、".join(self.options.get(value, value) for value in values if value)


@dataclass(frozen=True, slots=True)
class FormWords:
    """What the conflict page says. `groups` names the rows that are decided whole (`person-k3f` → 第 2 位：林小安);
    `keeps_mine`: what I wrote is kept as a draft, so that leaving the page undecided loses nothing."""

    title: str
    back: str
    fields: Mapping[str, FieldWords]
    groups: Mapping[str, str] = field(default_factory=dict)
    theirs_by: str = ""
    theirs_at: dt.datetime | None = None
    mine_label: str = "我在這一頁寫的"
    theirs_label: str = "已經存好的"
    keeps_mine: bool = False


def words_of(fields: Iterable[Field]) -> dict[str, FieldWords]:
    """The words of the shell's own form fields."""
    return {
        each.name: FieldWords(
            each.label, {choice.value: choice.label for choice in each.choices}, each.kind == "textarea"
        )
        for each in fields
    }


@dataclass(frozen=True, slots=True)
class Question:
    """One decision: a field, or the fields of a row together. `may_both`: joining two texts makes sense."""

    name: str
    legend: str
    compared: tuple[tuple[ComparedField, str], ...]
    may_both: bool
    chosen: str = ""

    @property
    def error(self) -> str:
        return f"請選擇「{self.legend}」要留哪一邊。"


def fields_of(data: QueryDict) -> dict[str, Values]:
    """What a form sent, without the shell's own fields. Line ends as the browser shows them."""
    skip = {*OWN_NAMES, *DRAFT_NAMES, CONFLICT}
    return {
        name: tuple(str(value).replace("\r\n", "\n") for value in data.getlist(name))
        for name in data
        if name not in skip and not name.startswith(CHOOSE)
    }


def reconciled(
    request: HttpRequest, *, current: Fields, revision: int, form: FormWords
) -> dict[str, Values] | HttpResponse:
    """The fields to validate and save on top of `revision`, or the conflict page that asks first.

    `current` are the record's values as its form would show them now. A form without a revision counts as opened now.
    """
    if CONFLICT in request.POST:
        answer = read_conflict(request.POST)
        if answer is None:
            return bad(request)
        if not answer.is_decided:
            return conflict_page(
                request,
                answer.merged,
                revision=answer.revision,
                theirs=answer.theirs,
                form=form,
                choices=answer.choices,
                is_incomplete=True,
            )
        mine, began = answer.settled, answer.revision
        base: Fields = answer.theirs
    else:
        mine = fields_of(request.POST)
        base, began = _opened_from(request.POST, current, revision)
    if began == revision:
        return mine
    merged = merge(base, mine, current, group_of=row_of)
    if not merged.conflicts:
        return merged.settled({})
    return conflict_page(request, merged, revision=revision, theirs=current, form=form)


def conflict_page(
    request: HttpRequest,
    merged: Merge,
    *,
    revision: int,
    theirs: Fields,
    form: FormWords,
    choices: Mapping[str, Choice] | None = None,
    is_incomplete: bool = False,
    status: HTTPStatus = HTTPStatus.CONFLICT,
) -> HttpResponse:
    """The page that asks, for any form: it posts to the address it stands at. Status 409, or 422 when a choice lacks."""
    questions = _questions(merged, form, choices or {})
    carried = {
        "values": merged.values,
        "conflicts": [[c.field, c.base, c.mine, c.theirs, c.group] for c in merged.conflicts],
        "from_theirs": merged.from_theirs,
        "from_mine": merged.from_mine,
        "revision": revision,
        "theirs": dict(theirs),
    }
    errors = [
        Field(f"{CHOOSE}{q.name}", q.legend, kind="radios", error=q.error)
        for q in questions
        if is_incomplete and not q.chosen
    ]
    return render(
        request,
        "conflicts/conflict.html",
        {
            "form": form,
            "questions": questions,
            "errors": errors,
            "carried": json.dumps(carried, ensure_ascii=False),
            "settled": _settled(merged, form),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_incomplete else status,
    )


def _questions(merged: Merge, form: FormWords, choices: Mapping[str, Choice]) -> list[Question]:
    by_key: dict[str, list[Conflict]] = {}
    for conflict in merged.conflicts:
        by_key.setdefault(conflict.key, []).append(conflict)
    return [
        Question(
            name=str(number),
            legend=_legend(key, conflicts, form),
            compared=tuple(_compared(conflict, form) for conflict in conflicts),
            may_both=not any(c.group for c in conflicts) and _may_both(conflicts[0], form),
            chosen=choices.get(key, ""),
        )
        for number, (key, conflicts) in enumerate(by_key.items())
    ]


def _legend(key: str, conflicts: Sequence[Conflict], form: FormWords) -> str:
    if conflicts[0].group:
        return form.groups.get(key, "這一列")
    return _label(key, form)


def _label(name: str, form: FormWords) -> str:
    found = form.fields.get(name)
    if found is None:
        return "未命名的欄位"
    group = form.groups.get(row_of(name), "")
    return f"{group}・{found.label}" if group else found.label


def _text(name: str, values: Values, form: FormWords) -> str:
    found = form.fields.get(name)
    return found.text(values) if found else "、".join(value for value in values if value)


def _compared(conflict: Conflict, form: FormWords) -> tuple[ComparedField, str]:
    """The two sides with their differences marked, and what stood there before."""
    words = form.fields.get(conflict.field)
    mine, theirs = (_text(conflict.field, side, form) for side in (conflict.mine, conflict.theirs))
    label = words.label if words else "未命名的欄位"
    return compare_field(label, mine, theirs), _text(conflict.field, conflict.base, form)


def _may_both(conflict: Conflict, form: FormWords) -> bool:
    """Ticks of both sides, or two texts one under the other; never two choices of a list, numbers or dates."""
    words = form.fields.get(conflict.field)
    if words is None or not words.is_text:
        return len(conflict.mine) > 1 or len(conflict.theirs) > 1
    return all("".join(side).strip() for side in (conflict.mine, conflict.theirs))


def _settled(merged: Merge, form: FormWords) -> list[tuple[str, str, str]]:
    """What merged by itself: label, whose it is, the value that stands."""
    return [
        (_label(name, form), whose, _text(name, merged.values.get(name, ()), form) or "（空白）")
        for names, whose in ((merged.from_theirs, form.theirs_label), (merged.from_mine, form.mine_label))
        for name in names
        if not name.startswith("_")
    ]


def _choices(data: QueryDict, merged: Merge) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for number, key in enumerate(merged.keys):
        said = data.get(f"{CHOOSE}{number}", "")
        if said in set(Choice):
            found[key] = Choice(said)
    return found


@dataclass(frozen=True, slots=True)
class ConflictAnswer:
    """What a conflict page carried back: the two versions, and what was chosen so far."""

    merged: Merge
    revision: int
    theirs: dict[str, Values]
    choices: dict[str, Choice]

    @property
    def is_decided(self) -> bool:
        return len(self.choices) == len(self.merged.keys)

    @property
    def settled(self) -> dict[str, Values]:
        return self.merged.settled(self.choices)


def read_conflict(data: QueryDict) -> ConflictAnswer | None:
    """The answer of a conflict page; None when it is not what the page wrote."""
    text = data.get(CONFLICT, "")
    try:
        found: dict[str, Any] = json.loads(text) if len(text) <= _LONGEST else {}
        conflicts = tuple(
            Conflict(str(name), _values(base), _values(mine), _values(theirs), str(group))
            for name, base, mine, theirs, group in found["conflicts"]
        )
        merged = Merge(
            _fields(found["values"]),
            conflicts,
            tuple(map(str, found["from_theirs"])),
            tuple(map(str, found["from_mine"])),
        )
        return ConflictAnswer(
            merged, int(found["revision"]), _fields(found["theirs"]), _choices(data, merged)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _opened_from(data: QueryDict, current: Fields, revision: int) -> tuple[Fields, int]:
    """The values and the revision that a form was opened from; what it does not say is what stands now."""
    try:
        text = str(data[ROW_BASE])
        began = int(str(data[ROW_REVISION]))
        base = _fields(json.loads(text)) if len(text) <= _LONGEST else {}
    except (KeyError, ValueError, TypeError, AttributeError):
        return current, revision
    return base, began


def _values(found: Any) -> Values:
    if not isinstance(found, list):
        raise TypeError("values are a list")
    return tuple(str(value) for value in found)


def _fields(found: Any) -> dict[str, Values]:
    return {str(name): _values(values) for name, values in found.items()}


def bad(request: HttpRequest) -> HttpResponse:
    """The answer to a conflict page that came back damaged: nothing is saved, nothing guessed."""
    return render(request, "shell/400.html", status=HTTPStatus.BAD_REQUEST)
