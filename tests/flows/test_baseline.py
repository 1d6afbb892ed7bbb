"""Splink in place of our matching on a small demo county: the same files in, lists by the same code out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from anwang.network.cocases.exporting import lists_json
from anwang.network.cocases.making import make_lists
from anwang.people.registry.exporting import links_of
from anwang.people.registry.models import HouseholdMembership, SearchKey, Touchpoint
from anwang.people.rosters.actions import Loader, load_file
from anwang.people.rosters.recognition import Given
from anwang.platform.context import SYSTEM, acting
from anwang.simulate.baseline.running import run_baseline
from anwang.simulate.county import make_county
from anwang.simulate.files import write_rosters
from anwang.simulate.scoring import score_links, score_lists
from tests.county import establish

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 5, 2, 9, 0, tzinfo=dt.UTC)


def test_two_months_matched_by_splink(tmp_path: Path) -> None:
    establish("data")
    county = make_county(115, 100)
    months = [county.month(county.first), county.month(county.first.next())]
    links: dict[str, tuple[int | None, int | None]] = {}
    scores = []
    for month in months:
        folder = tmp_path / month.period.roc
        folder.mkdir()
        for path in write_rosters(month, folder).values():
            load_file(path=path, file_name=path.name, given=Given(), loader=Loader(SYSTEM, "測試"), now=NOW)
        run_baseline(now=NOW)
        make_lists(period=month.period, by=SYSTEM, by_name="測試", now=NOW)
        with acting(SYSTEM):
            scores.append(score_lists(month.truth, lists_json(month.period)))
    with acting(SYSTEM):
        for month in months:
            links |= {number: (person, home) for number, person, home in links_of(month.period)}
        homes = list(HouseholdMembership.objects.values_list("person_id", flat=True))
        assert len(homes) == len(set(homes)), "the second run takes the place of the first"
        assert set(homes) == {person for person, _ in links.values()}
        assert Touchpoint.objects.exists()
        assert SearchKey.objects.exists()
    assert None not in {number for pair in links.values() for number in pair}
    found = score_links([month.truth for month in months], links)
    assert 0.96 < found.persons.f1 <= 1
    assert 0.96 < found.households.f1 <= 1
    for score in scores:
        assert score.xingfu.f1 > 0.9
        assert score.missing_child.f1 > 0.9
        assert score.cocase_pairs.f1 > 0.9
