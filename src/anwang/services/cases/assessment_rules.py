"""家庭評估: from the answers of a programme's form to scored items, and the same items compared over time. Pure.

The scale is the form's own: a choice marked as scale runs from the best answer to the worst. So two assessments of one
form, or of two versions that share an item, are compared item by item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anwang.services.programs.forms import answers
from anwang.services.programs.programme import Form

from .rules import ScoredItem

HOUSEHOLD = "全家"
LEVEL_FIELD = "risk_level"
"""A form's own question about the level: answered by the decision beside the suggestion, not scored."""


def scored_items(form: Form, content: Mapping[str, object], about: str = HOUSEHOLD) -> list[ScoredItem]:
    """The answered scales of one form, in its order."""
    found = []
    for field in form.fields:
        values = [choice.value for choice in field.choices]
        answer = content.get(field.id)
        if not field.is_scale or field.id == LEVEL_FIELD or answer not in values:
            continue
        found.append(
            ScoredItem(
                field.id,
                field.label,
                field.label_of(str(answer)),
                values.index(str(answer)),
                len(values) - 1,
                about,
            )
        )
    return found


def in_words(form: Form, content: Mapping[str, object], about: str = HOUSEHOLD) -> list[dict[str, object]]:
    """Everything that was answered, part by part, as kept beside the codes."""
    return [
        {"about": about, "part": part.label, "answers": [[field.label, text] for field, text in said]}
        for part, said in answers(form, content)
    ]


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """One item over time: `points` are (score, answer) per assessment, None where it was not answered.
    `direction`: better, worse or "" from the assessment before the last to the last."""

    about: str
    label: str
    worst: int
    points: tuple[tuple[int, str] | None, ...]
    direction: str


def compare_items(series: Sequence[Sequence[ScoredItem]]) -> list[ComparedItem]:
    """`series`: the items of each assessment, the oldest first. Items in the order in which they first appear."""
    keys: dict[tuple[str, str], ScoredItem] = {}
    for items in series:
        for item in items:
            keys[(item.about, item.id)] = item
    found = []
    for (about, id), last in keys.items():
        points = tuple(
            next(((i.score, i.answer) for i in items if (i.about, i.id) == (about, id)), None)
            for items in series
        )
        found.append(ComparedItem(about, last.label, last.worst, points, _direction(points)))
    return found


def _direction(points: Sequence[tuple[int, str] | None]) -> str:
    if len(points) < 2:
        return ""
    before, after = points[-2], points[-1]
    if before is None or after is None or before[0] == after[0]:
        return ""
    return "better" if after[0] < before[0] else "worse"


def share_of(items: Sequence[ScoredItem]) -> int | None:
    """The sum of the scores in percent of the worst that could be; None without any item."""
    total = sum(item.worst for item in items)
    return round(100 * sum(item.score for item in items) / total) if total else None
