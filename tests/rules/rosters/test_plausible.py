"""Files with headers, names and wordings that nobody has seen: never the wrong list, hardly ever a question.

`ANWANG_PLAUSIBLE=400` tries more seeds than the few of every run.
"""

from __future__ import annotations

import os

import pytest

from anwang.people.rosters.recognise import recognise_all
from anwang.people.rosters.recognition import RecognitionUnsure
from anwang.standard.codes import RosterCode

from .plausible import plausible

SEEDS = range(1000, 1000 + int(os.environ.get("ANWANG_PLAUSIBLE", "40")))


@pytest.mark.parametrize("roster", list(RosterCode))
@pytest.mark.parametrize(("telling", "least"), [("file", 0.99), ("title", 0.99), ("", 0.95)])
def test_any_plausible_file_is_its_list_month_and_columns(roster, telling, least):
    asked, mistakes = [], []
    for seed in SEEDS:
        file = plausible(roster, seed, telling)
        try:
            (found,) = recognise_all(file.table)
        except RecognitionUnsure as unsure:
            asked.append((seed, unsure.message_zh, file.headers))
            continue
        # A file taken for another list, or for another month, is never right: the sender would not know.
        assert found.roster is roster, (seed, file.name, file.headers)
        assert found.agency is roster.agency
        assert (found.period.year - 1911, found.period.month) == file.month, (seed, file.name, file.rows[0])
        fields = {column.index: column.field for column in found.sheets[0].columns}
        mistakes += [(seed, m) for m in file.mistakes([fields.get(i) for i in range(len(file.headers))])]
    assert len(asked) <= len(SEEDS) * (1 - least), asked
    assert len(mistakes) <= len(SEEDS) // 25, mistakes
