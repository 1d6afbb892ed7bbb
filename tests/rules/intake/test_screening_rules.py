"""Screening: what the spec table does not say: overruling, words and denials, unknown programmes, policy of another day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.policy import standard
from anwang.policy.model import Citation
from anwang.policy.store import Policy
from anwang.services.intake.screening_rules import (
    PersonFacts,
    ReportFacts,
    Suggestion,
    is_overruling,
    mentions,
    screening_problems,
    suggest,
)
from anwang.services.intake.vocabulary import ReporterKind, ReportRole, Urgency
from anwang.services.programs.codes import ReportSign
from anwang.services.programs.loading import shipped
from anwang.standard.report_answers import Danger, MandatedKind, Need

ON = dt.date(2026, 4, 25)
POLICY = standard()
ALL = shipped().on(ON)


def _with(id: str, value: object) -> Policy:
    changed = replace(POLICY.parameters[id], values={dt.date(2020, 1, 1): value})  # type: ignore[arg-type]
    return Policy(POLICY.documents, {**POLICY.parameters, id: changed}, POLICY.defects, "other")


def test_points_are_policy() -> None:
    facts = ReportFacts(dangers=frozenset({Danger.SELF_HARM}))
    assert suggest(facts, policy=POLICY, on=ON, programmes=ALL).urgency is Urgency.PRIORITY
    assert (
        suggest(facts, policy=_with("screening.points.self_harm", 9), on=ON, programmes=ALL).urgency
        is Urgency.IMMEDIATE
    )
    assert suggest(
        facts, policy=_with("screening.immediate.alone", ("self_harm",)), on=ON, programmes=ALL
    ).reason.startswith("有「自傷")
    assert (
        suggest(facts, policy=_with("screening.priority.points", 6), on=ON, programmes=ALL).urgency
        is Urgency.ORDINARY
    )


def test_a_programme_that_is_not_in_force_is_not_suggested() -> None:
    facts = ReportFacts(dangers=frozenset({Danger.SELF_HARM}), needs=frozenset({Need.MENTAL}))
    found = suggest(facts, policy=POLICY, on=ON, programmes={"vulnerable_family": ALL["vulnerable_family"]})
    assert [each.programme for each in found.programmes] == ["vulnerable_family"]
    assert found.programme == "vulnerable_family"
    assert suggest(facts, policy=POLICY, on=ON, programmes=ALL).programme == "suicide_prevention"


def test_every_factor_and_programme_of_the_policy_is_known() -> None:
    points = {
        id.removeprefix("screening.points.") for id in POLICY.parameters if id.startswith("screening.points.")
    }
    programmes = POLICY.texts("screening.programmes", on=ON)
    assert {sign.value for sign in ReportSign} >= {
        s for p in ALL.values() for rule in p.entry for s in rule.signs
    }
    assert set(ReportSign) <= points
    assert set(programmes) <= set(shipped().on(ON))
    assert set(POLICY.texts("screening.immediate.alone", on=ON)) <= points
    everything = suggest(
        ReportFacts(
            dangers=frozenset(Danger),
            needs=frozenset(Need),
            persons=(
                PersonFacts(ReportRole.SUBJECT, 3, True),
                PersonFacts(ReportRole.SUBJECT, 70),
                PersonFacts(ReportRole.ALLEGED, 40),
                PersonFacts(ReportRole.FAMILY, 1),
            ),
            text="懷孕、掐住脖子、裸照",
            is_re_report=True,
            services=4,
            reporter=ReporterKind.MANDATED,
            mandated=MandatedKind.POLICE,
        ),
        policy=POLICY,
        on=ON,
        programmes=ALL,
    )
    absent = {"injured", "child", "alleged_at_home"}  # each said already by a weightier factor
    assert {factor.code for factor in everything.factors} == points - absent
    assert isinstance(everything.citation, Citation)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("她懷孕五個月", True),
        ("未懷孕", False),
        ("目前沒有懷孕", False),
        ("沒有工作，懷孕中", True),
        ("", False),
        ("沒有懷孕的姊姊；妹妹懷孕", True),
    ],
)
def test_words_and_denials(text: str, said: bool) -> None:
    assert mentions(text, ("懷孕",)) is said


def _harmed(*persons: PersonFacts) -> Suggestion:
    facts = ReportFacts(dangers=frozenset({Danger.WEAPON}), persons=persons)
    return suggest(facts, policy=POLICY, on=ON, programmes=ALL)


@pytest.mark.parametrize("persons", [(), (PersonFacts(ReportRole.SUBJECT),)])
def test_of_nobody_an_age_is_claimed_that_nobody_gave(persons: tuple[PersonFacts, ...]) -> None:
    found = _harmed(*persons)
    assert [each.programme for each in found.programmes][:2] == ["child_protection", "adult_protection"]
    for each in found.programmes[:2]:
        assert all(text.startswith("年齡不詳，請先確認是否為：") for text in each.because)
    assert {each.programme for each in found.side_by_side} == {"child_protection", "adult_protection"}
    harm = [factor.label for factor in found.factors if factor.code.endswith("_harm")]
    assert len(harm) == 2
    assert all("年齡不詳，請先確認" in label for label in harm)
    assert not any(factor.code in ("child", "young_child", "elder") for factor in found.factors)


def test_words_of_violence_without_an_age_are_for_both() -> None:
    facts = ReportFacts(persons=(PersonFacts(ReportRole.SUBJECT),), text="鄰居說有家暴、虐待。")
    found = suggest(facts, policy=POLICY, on=ON, programmes=ALL)
    assert [each.programme for each in found.programmes][:2] == ["child_protection", "adult_protection"]


@pytest.mark.parametrize(
    ("age", "oldest", "first", "codes"),
    [
        (18, None, ["adult_protection"], []),
        (18, 18, ["adult_protection"], []),
        (17, 17, ["child_protection"], ["child"]),
        (17, 18, ["child_protection", "adult_protection"], ["child"]),
        (64, 65, ["adult_protection"], ["elder"]),
        (5, 6, ["child_protection"], ["young_child"]),
    ],
)
def test_an_age_between_two_is_neither(
    age: int, oldest: int | None, first: list[str], codes: list[str]
) -> None:
    found = _harmed(PersonFacts(ReportRole.SUBJECT, age, oldest=oldest))
    protective = {"child_protection", "adult_protection"}
    assert [each.programme for each in found.programmes if each.programme in protective] == first
    by_age = {factor.code: factor.label for factor in found.factors}
    assert [code for code in ("young_child", "child", "elder") if code in by_age] == codes
    is_open = oldest is not None and oldest != age
    assert all(("可能" in by_age[code]) is is_open for code in codes)
    assert any("年齡不確定，請先確認" in factor.label for factor in found.factors) is (len(first) == 2)


def test_who_is_known_comes_before_who_is_not() -> None:
    found = _harmed(PersonFacts(ReportRole.SUBJECT, 40), PersonFacts(ReportRole.SUBJECT))
    assert [each.programme for each in found.programmes][:2] == ["adult_protection", "child_protection"]
    assert found.side_by_side == ()
    assert found.programmes[0].because == ("18 歲以上，有遭受傷害的危險情形",)
    assert found.programmes[1].because[0].startswith("年齡不詳")


@given(
    dangers=st.sets(st.sampled_from(list(Danger))),
    more=st.sampled_from(list(Danger)),
    ages=st.lists(st.none() | st.integers(0, 100), max_size=4),
    services=st.integers(0, 9),
)
def test_a_further_sign_never_makes_a_report_less_urgent(
    dangers: set[Danger], more: Danger, ages: list[int | None], services: int
) -> None:
    persons = tuple(PersonFacts(ReportRole.SUBJECT, age) for age in ages)
    less = suggest(
        ReportFacts(frozenset(dangers), persons=persons, services=services),
        policy=POLICY,
        on=ON,
        programmes=ALL,
    )
    both = suggest(
        ReportFacts(frozenset(dangers | {more}), persons=persons, services=services),
        policy=POLICY,
        on=ON,
        programmes=ALL,
    )
    assert both.urgency.rank <= less.urgency.rank
    assert both.programmes
    assert less.points == sum(factor.points for factor in less.factors)


def test_what_a_person_must_say() -> None:
    shared = {
        "suggested": Urgency.PRIORITY,
        "suggested_programmes": ["child_protection", "vulnerable_family"],
        "known_programmes": {"child_protection", "vulnerable_family", "suicide_prevention"},
    }
    assert screening_problems(**shared, urgency="priority", programme="vulnerable_family", reason="") == {}
    assert set(
        screening_problems(**shared, urgency="ordinary", programme="vulnerable_family", reason="不急")
    ) == {"reason"}
    assert (
        screening_problems(
            **shared, urgency="ordinary", programme="vulnerable_family", reason="已確認孩子平安在校"
        )
        == {}
    )
    assert set(
        screening_problems(**shared, urgency="priority", programme="suicide_prevention", reason="")
    ) == {"reason"}
    assert set(screening_problems(**shared, urgency="", programme="none", reason="")) == {
        "urgency",
        "programme",
    }
    assert (
        "300 個字以內"
        in screening_problems(**shared, urgency="priority", programme="child_protection", reason="字" * 301)[
            "reason"
        ]
    )
    assert is_overruling(Urgency.PRIORITY, ["a"], "priority", "b")
    assert not is_overruling(Urgency.PRIORITY, ["a"], "priority", "a")
