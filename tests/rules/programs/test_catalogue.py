"""The shipped catalogue: complete, cited, and usable by the rooms that ask it for forms and clocks."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from anwang.policy import Origin, standard
from anwang.services.programs.codes import ClockKind, FieldKind, FormKind
from anwang.services.programs.loading import Catalogue, shipped, with_county
from anwang.services.programs.programme import Programme
from anwang.services.programs.schema import ProgrammeError
from anwang.standard.codes import AgencyCode

CATALOGUE = [
    "parenting_guidance",
    "vulnerable_family",
    "child_outreach",
    "elder_living_alone",
    "indigenous_family_center",
    "child_development_account",
    "self_reliance",
    "emergency_relief",
    "in_kind_aid",
    "child_protection",
    "adult_protection",
    "out_of_home_placement",
    "intimate_image_takedown",
    "at_risk_juvenile",
    "community_mental_health",
    "mental_illness_care",
    "collaborative_site",
    "suicide_prevention",
    "drug_case_management",
    "alcohol_treatment",
    "perpetrator_treatment",
    "custody_transition",
    "school_dropout",
    "youth_exploration",
    "employment_referral",
    "disabled_employment",
    "early_intervention",
    "disability_needs_visit",
    "injured_young_worker",
    "professional_training",
    "stationing",
]
NOT_ABOUT_CLIENTS = {"professional_training", "stationing"}
ALL = list(shipped().latest.values())
OF_CLIENTS = [each for each in ALL if each.id not in NOT_ABOUT_CLIENTS]


def _ids(programme: Programme) -> str:
    return programme.id


def test_every_programme_of_the_mission_is_there() -> None:
    assert sorted(each.id for each in ALL) == sorted(CATALOGUE)
    assert len({each.label for each in ALL}) == len(ALL)


@pytest.mark.parametrize("programme", ALL, ids=_ids)
def test_it_rests_on_documents_that_say_where(programme: Programme) -> None:
    documents = standard().documents
    for citation in (programme.citation, *programme.also, *(clock.citation for clock in programme.clocks)):
        assert citation.document in documents
        assert citation.clause
    assert programme.origin is Origin.DOCUMENT
    assert all(clock.note for clock in programme.clocks if clock.origin is Origin.DEFAULT)


@pytest.mark.parametrize("programme", OF_CLIENTS, ids=_ids)
def test_it_can_be_worked_with(programme: Programme) -> None:
    """Every service of persons has a first contact, a closing form and a reason that is told for figures."""
    assert programme.clocks_for(ClockKind.FIRST_CONTACT)
    assert programme.forms_for(FormKind.CLOSING)
    assert len(programme.closing_reasons) >= 5
    needs_name = [form for form in programme.forms if form.field("name")]
    assert needs_name, "one form says who the client is"
    if programme.risk_levels:
        levels = {level.id for level in programme.risk_levels}
        graded = [form.field("risk_level") for form in programme.forms if form.field("risk_level")]
        assert graded, "the level is graded on a form"
        assert {choice.value for field in graded if field for choice in field.choices} == levels


@pytest.mark.parametrize("programme", ALL, ids=_ids)
def test_each_question_says_why_and_scales_run_from_best_to_worst(programme: Programme) -> None:
    for form in programme.forms:
        for field in form.fields:
            assert field.why, (form.id, field.id)
            if field.id == "risk_level" and programme.risk_levels:
                assert [c.value for c in field.choices] == [r.id for r in reversed(programme.risk_levels)]
            if field.kind is FieldKind.NUMBER and not field.is_scale:
                assert field.unit, (form.id, field.id)


@pytest.mark.parametrize("programme", ALL, ids=_ids)
def test_its_texts_are_written_as_texts_for_taiwan(programme: Programme) -> None:
    texts = [programme.label, programme.population, *programme.notes]
    for form in programme.forms:
        texts += [form.label, *(f.label for f in form.fields), *(f.why for f in form.fields)]
        texts += [choice.label for field in form.fields for choice in field.choices]
    for text in texts:
        assert not re.search("[质优视频务联发们这个开关义]", text), text
        assert text == text.strip()


def test_sources_that_give_numbers_are_kept_to_the_number() -> None:
    latest = shipped().latest
    said = {
        (programme.id, clock.id): str(clock.term())
        for programme in latest.values()
        for clock in programme.clocks
        if clock.origin is Origin.DOCUMENT
    }
    assert said == {
        ("child_outreach", "first_contact"): "10 日",
        ("child_outreach", "missing_child"): "當日",
        ("child_outreach", "review"): "30 日",
        ("child_protection", "emergency_placement"): "72 小時",
        ("child_protection", "plan"): "3 個月",
        ("custody_transition", "assessment"): "1 個月",
        ("out_of_home_placement", "continued"): "3 個月",
        ("vulnerable_family", "assessment"): "30 日",
        ("vulnerable_family", "first_visit"): "10 日",
    }


def test_indicators_are_the_26_of_the_plan_and_each_that_a_service_can_feed_is_fed() -> None:
    known = shipped().known.indicators
    assert len(known) == 26
    fed = {each for programme in ALL for each in programme.indicators}
    assert fed == set(known)


def test_a_day_before_a_programme_began_does_not_have_it() -> None:
    assert "intimate_image_takedown" not in shipped().on(dt.date(2023, 1, 1))
    assert "intimate_image_takedown" in shipped().on(dt.date(2024, 1, 1))
    assert shipped().document("004") is not None
    assert shipped().document("nothing") is None


COUNTY = """\
county: 宜蘭縣
documents:
  - {{code: 宜府{n}, title: 某規定, number: 府社字第{n}號, effective_on: 2026-03-01}}
programme:
  based_on: vulnerable_family
  label: {label}
  citation: {{document: 宜府{n}, clause: 二}}
  effective_on: {day}
"""


def _county(tmp_path, *texts: str) -> Catalogue:  # type: ignore[no-untyped-def]
    files = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text, "utf-8")
        files.append(path)
    return with_county(*files)


def test_a_county_version_holds_from_its_day_and_the_older_one_before(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = _county(
        tmp_path,
        COUNTY.format(n=1, label="甲", day="2026-04-01"),
        COUNTY.format(n=2, label="乙", day="2026-07-01") + "  ends_on: 2026-12-31\n",
    )
    labels = {
        day: found.on(day)["vulnerable_family"].label
        for day in (dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 7, 1), dt.date(2026, 12, 31))
    }
    assert list(labels.values()) == ["脆弱家庭服務", "甲", "乙", "乙"]
    assert "vulnerable_family" not in found.on(dt.date(2027, 1, 1))
    assert found.latest["vulnerable_family"].file == "1.yaml"
    assert shipped().latest["vulnerable_family"].label == "脆弱家庭服務"


def test_a_county_version_from_the_same_day_takes_the_place_of_the_older(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = _county(tmp_path, COUNTY.format(n=1, label="甲", day="2018-01-01"))
    assert found.on(dt.date(2020, 1, 1))["vulnerable_family"].label == "甲"
    assert len(found.versions["vulnerable_family"]) == 1


def test_a_county_file_that_cannot_be_read_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "big5.yaml").write_bytes("縣".encode("big5"))
    with pytest.raises(ProgrammeError, match=r"big5\.yaml"):
        with_county(tmp_path / "big5.yaml")
    with pytest.raises(ProgrammeError, match=r"none\.yaml"):
        with_county(tmp_path / "none.yaml")


def test_the_example_of_the_guide_works(tmp_path) -> None:  # type: ignore[no-untyped-def]
    guide = (Path(__file__).parents[3] / "docs" / "guide" / "12-programs.md").read_text("utf-8")
    example = guide.partition("```yaml\n")[2].partition("```")[0]
    found = _county(tmp_path, example).latest["vulnerable_family"]
    assert found.origin is Origin.COUNTY
    assert [str(clock.term()) for clock in found.clocks if clock.id == "first_contact"] == ["24 小時"]


def test_the_catalogue_runs_by_the_bureau_that_is_responsible() -> None:
    bureaus = [each.agencies[0] for each in ALL]
    assert bureaus == sorted(bureaus, key=[code.value for code in AgencyCode].index)


def test_the_investigation_of_child_protection_has_the_term_that_investigations_are_run_by() -> None:
    """One duty, one number: what the catalogue says is what the room of investigations counts."""
    (clock,) = shipped().latest["child_protection"].clocks_for(ClockKind.INVESTIGATION)
    rule, on = "investigation.conclusion_days.child", dt.date(2026, 4, 24)
    assert str(clock.term()) == f"{standard().number(rule, on=on)} 日"
    assert clock.citation == standard().citation(rule)
