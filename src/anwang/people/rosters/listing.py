"""Which of the nine lists a sheet is: by its names, its columns, and the words in its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.rosters import AGENCY_WORDS, ROSTERS
from anwang.standard.signs import NEED_TWO_COLUMNS, OTHER_LIST_POINTS, OTHER_LISTS
from anwang.standard.text import fold_label

from .columns import chosen_columns
from .content import ColumnContent
from .recognition import ColumnChoice
from .signs import Evidence, evidence_of

_CERTAIN = 6.0  # points from which nothing is left to ask
_LEAST = 1.5  # for a list that a name says
_LEAST_UNNAMED = 2.5
_MARGIN = 1.0
_MARGIN_SHARE = 0.12  # of much evidence a little more must be ahead
_AGAINST_NAME = 3.0  # a list that the file name and titles do not say, against one that they do


@dataclass(frozen=True, slots=True)
class ListScore:
    """How well a sheet fits one list. `points` are compared between lists of one sheet; `score` is 0 to 1.

    `is_named`: the file name, a title or the sheet's name says this list; `witnesses`: how many columns speak for it.
    """

    roster: RosterCode
    points: float
    columns: tuple[ColumnChoice, ...]
    reasons: tuple[str, ...]
    is_named: bool
    witnesses: int = 0

    @property
    def score(self) -> float:
        return round(min(1.0, max(0.0, self.points / _CERTAIN)), 3)


def list_scores(
    names: Sequence[tuple[str, str]], headers: Sequence[str], contents: Sequence[ColumnContent]
) -> list[ListScore]:
    """The nine lists, likeliest first. `names`: (where, text) of file name, titles and sheet name."""
    evidence = evidence_of(headers, contents)
    scores = [
        _list_score(roster, names, evidence[roster], chosen_columns(headers, contents, roster))
        for roster in RosterCode
    ]
    if not any(score.is_named for score in scores) and any(
        OTHER_LISTS.search(fold_label(text)) for _, text in names
    ):
        scores = [replace(score, points=score.points + OTHER_LIST_POINTS) for score in scores]
    return sorted(scores, key=lambda score: score.points, reverse=True)


def is_sure(scores: Sequence[ListScore]) -> bool:
    """Enough speaks for the first list, and clearly more than for the next: else the sender is asked."""
    first, second = scores[0].points, scores[1].points
    margin = max(_MARGIN, _MARGIN_SHARE * first)
    if not scores[0].is_named and scores[1].is_named:
        margin = _AGAINST_NAME
    if not scores[0].is_named and scores[0].witnesses < 2 and scores[0].roster in NEED_TWO_COLUMNS:
        return False
    least = _LEAST if scores[0].is_named else _LEAST_UNNAMED
    return first >= least and first - second >= margin


def _list_score(
    roster: RosterCode,
    names: Sequence[tuple[str, str]],
    evidence: Evidence,
    columns: tuple[ColumnChoice, ...],
) -> ListScore:
    points, reasons = _points_of_names(ROSTERS[roster].title_words, names)
    is_named = points > 0
    agency_points, agency_reasons = _points_of_agency(roster.agency, names)
    return ListScore(
        roster,
        points + agency_points + evidence.points,
        columns,
        (*reasons, *agency_reasons, *evidence.reasons),
        is_named,
        len(evidence.columns),
    )


def _points_of_names(words: Sequence[str], names: Sequence[tuple[str, str]]) -> tuple[float, list[str]]:
    """The best word of each place counts; the first word of a list is the surest."""
    points = 0.0
    reasons = []
    for weight, place in ((2.4, "檔名"), (2.0, "標題"), (1.2, "工作表名稱")):
        best = 0.0
        for where, text in names:
            if where != place:
                continue
            folded = fold_label(text)
            for rank, word in enumerate(words):
                if fold_label(word) in folded:
                    value = weight * (1.0 - 0.12 * min(rank, 4))
                    if value > best:
                        best = value
                        reason = f"{where}有「{word}」"
                    break
        if best:
            points += best
            reasons.append(reason)
    return points, reasons


def _points_of_agency(agency: AgencyCode, names: Sequence[tuple[str, str]]) -> tuple[float, list[str]]:
    text = fold_label(" ".join(text for _, text in names))
    named = [code for code, words in AGENCY_WORDS.items() if any(fold_label(word) in text for word in words)]
    if agency in named:
        return 0.6, [f"名稱提到{agency.label}"]
    return (-0.3, []) if named else (0.0, [])
