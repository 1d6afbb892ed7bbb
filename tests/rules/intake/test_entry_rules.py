"""Which programmes a report may be for: the conditions of the programmes' own files, danger first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.policy import standard
from anwang.policy.model import Citation
from anwang.services.intake.entry_rules import Said, doubt, entered, holds
from anwang.services.intake.screening_rules import PersonFacts, ReportFacts, mentions, suggest
from anwang.services.intake.vocabulary import ReporterKind, ReportRole
from anwang.services.programs.codes import EntryStrength
from anwang.services.programs.loading import shipped
from anwang.services.programs.programme import EntryRule
from anwang.standard.report_answers import Danger, MandatedKind, Need

ON = dt.date(2026, 4, 25)
ALL = shipped().on(ON)
CITED = Citation("003", "貳一")
RULE = EntryRule("r", "情形", EntryStrength.DIRECT, CITED)


def said(text: str = "", signs: set[str] = frozenset(), needs: set[str] = frozenset(), ages: tuple[int, ...] = (), reporter: str = "") -> Said:  # type: ignore[assignment]  # fmt: skip
    return Said(
        frozenset(signs),
        frozenset(needs),
        tuple((age, age) for age in ages),
        reporter,
        lambda words: mentions(text, words),
    )


def suggested(text: str = "", *, age: int | None = 40, dangers: tuple[Danger, ...] = (Danger.NONE,), needs: tuple[Need, ...] = (), by: MandatedKind | None = None) -> list[str]:  # fmt: skip
    facts = ReportFacts(
        frozenset(dangers), frozenset(needs), (PersonFacts(ReportRole.SUBJECT, age),), text,
        reporter=ReporterKind.MANDATED if by else ReporterKind.CITIZEN, mandated=by,
    )  # fmt: skip
    return [each.programme for each in suggest(facts, policy=standard(), on=ON, programmes=ALL).programmes]


@pytest.mark.parametrize(
    ("changes", "ok", "not_ok"),
    [
        ({"signs": ("weapon",)}, said(signs={"weapon"}), said(signs={"sexual"})),
        ({"signs": ("weapon",), "also": ("injured",)}, said(signs={"weapon", "injured"}), said(signs={"weapon"})),
        ({"needs": ("work",), "also_needs": ("economic",)}, said(needs={"work", "economic"}), said(needs={"work"})),
        ({"words": ("輟學",)}, said("孩子輟學了"), said("沒有輟學")),
        ({"reporters": ("labour",)}, said(reporter="labour"), said(reporter="police")),
        ({"words": ("輟學",), "ages": (6, 18)}, said("輟學", ages=(40, 15)), said("輟學", ages=(40,))),
        ({"words": ("輟學",), "ages": (6, 18)}, said("輟學", ages=(6,)), said("輟學")),
    ],
)  # fmt: skip
def test_every_condition_that_is_given_must_hold(changes: dict[str, object], ok: Said, not_ok: Said) -> None:
    rule = replace(RULE, **changes)  # type: ignore[arg-type]
    assert holds(rule, ok)
    assert not holds(rule, not_ok)


def test_an_age_that_is_open_meets_a_condition_and_is_to_be_confirmed() -> None:
    rule = replace(RULE, words=("輟學",), ages=(6, 18))
    maybe = replace(said("輟學"), ages=((17, 19),))
    assert holds(rule, maybe)
    assert doubt(rule, maybe) == "年齡不確定"
    assert doubt(rule, said("輟學", ages=(40, 15))) == ""
    nobody = replace(said("輟學"), age_unknown=True)
    assert not holds(rule, nobody)
    danger = replace(rule, danger=True)
    assert holds(danger, nobody)
    assert doubt(danger, nobody) == "年齡不詳"
    sign = replace(RULE, signs=("adult_harm",), also=("weapon",))
    assert (
        doubt(sign, replace(said(signs={"adult_harm", "weapon"}), doubts={"adult_harm": "年齡不詳"}))
        == "年齡不詳"
    )
    assert doubt(sign, said(signs={"adult_harm", "weapon"})) == ""
    plain = replace(ALL["vulnerable_family"], id="one", entry=(replace(danger, label="18 歲以下"),))
    (found,) = entered({"one": plain}, nobody)
    assert found.because == ("年齡不詳，請先確認是否為：18 歲以下",)


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ({"text": "里幹事發現長者獨居。", "age": 82, "needs": (Need.ELDER,)}, "elder_living_alone"),
        ({"text": "學生中輟一個月。", "age": 14, "needs": (Need.EDUCATION,), "by": MandatedKind.EDUCATION}, "school_dropout"),
        ({"text": "疑似發展遲緩。", "age": 3, "needs": (Need.DISABILITY,)}, "early_intervention"),
        ({"text": "逾期未辦出生登記。", "age": 0, "by": MandatedKind.HOUSEHOLD_REGISTRATION}, "child_outreach"),
        ({"text": "施用毒品。", "needs": (Need.SUBSTANCE,), "by": MandatedKind.JUDICIAL}, "drug_case_management"),
        ({"text": "酒癮，想接受治療。", "needs": (Need.SUBSTANCE,)}, "alcohol_treatment"),
        ({"text": "法院裁定處遇計畫。", "by": MandatedKind.JUDICIAL}, "perpetrator_treatment"),
        ({"text": "監護處分即將結束。", "needs": (Need.HOUSING,)}, "custody_transition"),
        ({"text": "打工時職災。", "age": 16, "by": MandatedKind.LABOUR}, "injured_young_worker"),
        ({"text": "有幻聽，不就醫。", "needs": (Need.MENTAL,)}, "mental_illness_care"),
        ({"text": "", "dangers": (Danger.SELF_HARM,), "needs": (Need.MENTAL,)}, "suicide_prevention"),
        ({"text": "想申請補助。", "needs": (Need.ECONOMIC, Need.HOUSING)}, "vulnerable_family"),
    ],
)  # fmt: skip
def test_a_report_that_names_a_population_is_first_for_its_programme(facts: dict[str, object], first: str) -> None:  # fmt: skip
    assert suggested(**facts)[0] == first  # type: ignore[arg-type]


@given(
    st.sets(st.sampled_from(list(Danger))),
    st.sets(st.sampled_from(list(Need))),
    st.none() | st.integers(0, 100),
    st.sampled_from(["", "獨居老人", "中輟", "施用毒品", "酒癮與精神疾病"]),
)
def test_danger_comes_first_whatever_else_a_report_says(
    dangers: set[Danger], needs: set[Need], age: int | None, text: str
) -> None:
    """Whoever may be harmed by another, or by their own hand, is suggested to a protective programme before all else."""
    found = suggested(text, age=age, dangers=tuple(dangers), needs=tuple(needs))
    assert found
    assert len(found) == len(set(found))
    protective = {id for id, programme in ALL.items() if any(rule.danger for rule in programme.entry)}
    ranks = [programme in protective for programme in found]
    if dangers & {Danger.WEAPON, Danger.SEXUAL, Danger.SELF_HARM, Danger.SERIOUS_INJURY}:
        assert ranks[0]
    if Danger.WEAPON in dangers and age is not None:
        assert found[0] == ("child_protection" if age < 18 else "adult_protection")


def test_a_programme_of_the_county_is_suggested_by_its_own_file() -> None:
    own = replace(
        ALL["vulnerable_family"], id="fishing_families", entry=(replace(RULE, words=("漁工",), label="漁工家庭"),)
    )  # fmt: skip
    (found,) = entered({"fishing_families": own}, said("外籍漁工受困"))
    assert (found.programme, found.because, found.citations) == (
        "fishing_families",
        ("漁工家庭",),
        ("003 貳一",),
    )
    assert entered({"fishing_families": own}, said("沒有漁工")) == ()


def test_every_programme_that_serves_persons_can_be_suggested() -> None:
    assert {id for id, programme in ALL.items() if not programme.entry} == {
        "professional_training",
        "stationing",
    }
    for programme in ALL.values():
        assert all(rule.note for rule in programme.entry), (
            "ours until the county approves: says what the source lacks"
        )
