"""Two records side by side, differences marked character by character, for 比對覆核. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `differs` when the other side does not have it at this place."""

    text: str
    differs: bool


class Likeness(StrEnum):
    """How the two sides of one field stand to each other."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    MISSING = "missing"

    @property
    def label(self) -> str:
        return _LIKENESS_LABELS[self]


_LIKENESS_LABELS = {
    Likeness.SAME: "相同",
    Likeness.CLOSE: "部分相同",
    Likeness.DIFFERENT: "不同",
    Likeness.MISSING: "一方沒有",
}


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One row of the comparison. `note` is the linkage's own word on it (同音、舊址 …), shown under the verdict."""

    label: str
    left: tuple[Run, ...]
    right: tuple[Run, ...]
    likeness: Likeness
    note: str = ""


def compare_field(
    label: str, left: str, right: str, *, note: str = "", aligned: bool = False
) -> ComparedField:
    """Compare one field. `aligned` compares position by position, right for ID numbers, phones and dates of the
    same length, where a shifted match would hide a mistyped digit; otherwise the longest common pieces are found."""
    if not left or not right:
        likeness = Likeness.SAME if left == right else Likeness.MISSING
        return ComparedField(label, _whole(left, False), _whole(right, False), likeness, note)
    if left == right:
        return ComparedField(label, _whole(left, False), _whole(right, False), Likeness.SAME, note)
    if aligned and len(left) == len(right):
        flags = [a != b for a, b in zip_longest(left, right)]
        pair = _runs(left, flags), _runs(right, flags)
    else:
        pair = _by_pieces(left, right)
    shared = any(not run.differs and run.text.strip() for run in pair[0])
    return ComparedField(label, *pair, Likeness.CLOSE if shared else Likeness.DIFFERENT, note)


def _by_pieces(left: str, right: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    flags_left, flags_right = [True] * len(left), [True] * len(right)
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        flags_left[block.a : block.a + block.size] = [False] * block.size
        flags_right[block.b : block.b + block.size] = [False] * block.size
    return _runs(left, flags_left), _runs(right, flags_right)


def _whole(text: str, differs: bool) -> tuple[Run, ...]:
    return (Run(text, differs),) if text else ()


def _runs(text: str, flags: Sequence[bool]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for character, differs in zip(text, flags, strict=True):
        if runs and runs[-1].differs == differs:
            runs[-1] = Run(runs[-1].text + character, differs)
        else:
            runs.append(Run(character, differs))
    return tuple(runs)
