"""Pasted text or a form (通報單) to the fields of a report: every value with its place, for a person to confirm.

Nothing is invented: a value is a stretch of the text, read by the standard's own readers. Labels are trusted (姓名：…);
from running text only what is certain is taken (`report_narrative`). Whose a value is, is said only where it is clear.
"""

from __future__ import annotations

from dataclasses import dataclass

from .report_form import FormReader
from .report_found import Findings, Found, FoundPerson, Plain
from .report_words import What, Who

__all__ = ["Found", "FoundPerson", "ReportText", "What", "Who", "read_report"]

LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class ReportText:
    """The persons of a report's text, numbered from 0, and the values found, in the order of the text."""

    persons: tuple[FoundPerson, ...]
    found: tuple[Found, ...]

    def of(self, person: int | None) -> tuple[Found, ...]:
        """The values of one person; of None: those of the event, and those that are nobody's for certain."""
        return tuple(each for each in self.found if each.person == person)


def read_report(text: str) -> ReportText:
    """Find what fills a report. Texts beyond `LONGEST` characters are read that far."""
    findings = Findings(Plain(text[:LONGEST]))
    FormReader(findings).read()
    used = sorted({each.person for each in findings.found if each.person is not None})
    number = {old: new for new, old in enumerate(used)}
    persons = tuple(
        FoundPerson(number[p.number], p.who, p.relation) for p in findings.persons if p.number in number
    )
    found = tuple(
        Found(
            f.what, f.value, f.text, f.start, f.end, None if f.person is None else number[f.person], f.doubt
        )
        for f in sorted(findings.found, key=lambda f: (f.start, f.end, f.what))
    )
    return ReportText(persons, found)
