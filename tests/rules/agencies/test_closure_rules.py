"""What may be entered as a closure."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.agencies.closure_rules import Closed, closure_problem

TODAY = dt.date(2026, 7, 8)
STORM = dt.date(2026, 7, 9)
KNOWN = {"A", "B", "C"}
NOWHERE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("wanted", "reason", "field"),
    [
        (Closed(STORM, "whole_day"), "颱風", ""),
        (Closed(TODAY - dt.timedelta(days=366), "morning"), "補登", ""),
        (Closed(TODAY - dt.timedelta(days=367), "morning"), "補登", "on"),
        (Closed(TODAY + dt.timedelta(days=367), "morning"), "颱風", "on"),
        (Closed(STORM, "whole_day"), "　", "reason"),
        (Closed(STORM, "whole_day"), "長" * 120, ""),
        (Closed(STORM, "whole_day"), "長" * 121, "reason"),
        (Closed(STORM, "whole_day", frozenset("AX")), "颱風", "townships"),
    ],
)
def test_day_reason_and_place_are_plausible(wanted: Closed, reason: str, field: str) -> None:
    found, said = closure_problem(wanted, reason, TODAY, KNOWN, ())
    assert found == field
    assert bool(said) == bool(field)


@pytest.mark.parametrize(
    ("standing", "wanted", "refused"),
    [
        # The whole day of the county covers everything of that day.
        (("whole_day", NOWHERE), ("whole_day", NOWHERE), True),
        (("whole_day", NOWHERE), ("morning", NOWHERE), True),
        (("whole_day", NOWHERE), ("whole_day", frozenset("A")), True),
        # Half a day and single townships cover only themselves.
        (("morning", NOWHERE), ("morning", NOWHERE), True),
        (("morning", NOWHERE), ("afternoon", NOWHERE), False),
        (("morning", NOWHERE), ("whole_day", NOWHERE), False),
        (("whole_day", frozenset("AB")), ("whole_day", frozenset("A")), True),
        (("whole_day", frozenset("A")), ("whole_day", frozenset("AB")), False),
        (("whole_day", frozenset("A")), ("whole_day", NOWHERE), False),
    ],
)
def test_what_is_closed_already_is_not_entered_again(
    standing: tuple[str, frozenset[str]], wanted: tuple[str, frozenset[str]], refused: bool
) -> None:
    there = [Closed(STORM + dt.timedelta(days=1), *standing), Closed(STORM, *standing)]
    field, _ = closure_problem(Closed(STORM, *wanted), "颱風", TODAY, KNOWN, there)
    assert bool(field) is refused
    other_day, _ = closure_problem(Closed(TODAY, *wanted), "颱風", TODAY, KNOWN, there)
    assert other_day == ""
