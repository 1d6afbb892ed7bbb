from pathlib import Path

from anwang.standard.codes import RosterCode
from anwang.standard.describe import as_markdown, as_text
from anwang.standard.fields import CATALOGUE
from anwang.standard.rosters import ROSTERS

PAGE = Path(__file__).parents[3] / "docs" / "handbook" / "standard.md"


def test_the_handbook_page_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), (
        "stale: anwang standard --markdown > docs/handbook/standard.md"
    )


def test_the_text_names_every_field_and_roster():
    text = as_text()
    assert all(f"{definition.id}　{definition.label}" in text for definition in CATALOGUE)
    assert all(roster.label in text for roster in RosterCode)


def test_a_roster_is_described_with_its_columns_and_codes():
    for roster, definition in ROSTERS.items():
        text = as_text(roster)
        assert roster.label in text
        assert all(f"（{column.field}）" in text for column in definition.fields)
    assert "discontinued 未持續就醫" in as_text(RosterCode.HEALTH_CASE)
