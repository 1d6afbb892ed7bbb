from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from anwang.network.cocases.facts import Absent, BirthBounds, Carer, Household, ListCode, Member, Service
from anwang.network.cocases.rules import (
    Standing,
    cocases,
    economic_suicide_watch,
    high_risk_child,
    missing_child,
    priority_marks,
    reference_day,
)
from anwang.network.cocases.words import counted
from anwang.policy import Outcome, Policy, load, standard
from anwang.standard.codes import Relation, RosterCode
from anwang.standard.record import Period

ON = dt.date(2026, 3, 1)
PERIOD = Period(2026, 3)


def service(roster: RosterCode, key: str, unit: str = "", **details: str) -> Service:
    return Service(roster.agency, roster, PERIOD, (key,), unit, details)


def county(folder: Path, id: str, value: str) -> Policy:
    path = folder / "county.yaml"
    path.write_text(
        "county: 甲縣\n"
        "documents: [{code: 甲-1, title: 甲縣規定, number: '', effective_on: 2026-01-01}]\n"
        f"overrides: [{{id: {id}, citation: {{document: 甲-1, clause: 一}}, values: {{2026-01-01: {value}}}}}]\n",
        encoding="utf-8",
    )
    return load(path)


def test_county_may_count_bureaus(tmp_path: Path) -> None:
    home = Household(
        "H",
        (
            Member("a", services=(service(RosterCode.SUICIDE_REPORT, "s1"),)),
            Member("b", services=(service(RosterCode.HEALTH_CASE, "h1"),)),
        ),
    )
    by_agency = cocases(home, policy=county(tmp_path, "cocase.counted_by", "agency"), on=ON)
    by_unit = cocases(home, policy=standard(), on=ON)
    assert by_agency is not None
    assert by_unit is not None
    assert by_agency.outcome is Outcome.NOT_LISTED
    assert by_unit.outcome is Outcome.LISTED
    assert by_unit.marks == ("same_bureau_units",)
    assert by_unit.record_keys == ("s1", "h1")


def test_two_centres_named_by_one_programme_are_a_transfer_not_a_cocase() -> None:
    home = Household(
        "H",
        (
            Member("a", services=(service(RosterCode.VULNERABLE_FAMILY, "v1", "羅東"),)),
            Member("b", services=(service(RosterCode.VULNERABLE_FAMILY, "v2", "宜蘭"),)),
        ),
    )
    assert cocases(home, policy=standard(), on=ON) is None


def test_a_county_may_count_its_centres_programmes_as_one_unit(tmp_path: Path) -> None:
    home = Household(
        "H",
        (
            Member("a", services=(service(RosterCode.VULNERABLE_FAMILY, "v1"),)),
            Member("b", services=(service(RosterCode.CHILD_OUTREACH, "o1"),)),
        ),
    )
    by_roster = cocases(home, policy=standard(), on=ON)
    assert by_roster is not None
    assert by_roster.is_listed
    assert by_roster.marks == ("same_bureau_units",)
    centres = county(tmp_path, "cocase.centre_rosters", "[vulnerable_family, child_outreach]")
    assert cocases(home, policy=centres, on=ON) is None


def test_county_may_count_the_households_relief_application(tmp_path: Path) -> None:
    person = Member("a", services=(service(RosterCode.SUICIDE_REPORT, "s1"),))
    home = Household("H", (person, Member("b", services=(service(RosterCode.EMERGENCY_RELIEF, "r1"),))))
    decision = economic_suicide_watch(
        person, home, policy=county(tmp_path, "xingfu.relief_applicant", "household"), on=ON
    )
    assert decision is not None
    assert decision.is_listed
    assert decision.marks == ("relief_by_household",)
    assert decision.reason.endswith("同戶他人申請急難救助")
    assert decision.record_keys == ("s1", "r1")
    alone = economic_suicide_watch(person, policy=standard(), on=ON)
    assert alone is not None
    assert not alone.is_listed


def test_subject_records_are_the_reports_only() -> None:
    services = (service(RosterCode.SUICIDE_REPORT, "s1"), service(RosterCode.EMERGENCY_RELIEF, "r1"))
    decision = economic_suicide_watch(Member("a", services=services), policy=standard(), on=ON)
    assert decision is not None
    assert decision.record_keys == ("s1", "r1")
    assert decision.subject_record_keys == ("s1",)


def test_codes_and_the_words_of_bureaus_decide_alike() -> None:
    for cause in ("economic", "經濟因素"):
        member = Member("a", services=(service(RosterCode.SUICIDE_REPORT, "s1", suicide_cause=cause),))
        decision = economic_suicide_watch(member, policy=standard(), on=ON)
        assert decision is not None
        assert decision.reason == "自殺通報，原因：經濟因素"


def test_carer_and_absent_person_of_one_name_are_one() -> None:
    child = Member(
        "c", services=(service(RosterCode.CHILD_OUTREACH, "o1"),), carer=Carer("王麗", None, ("o1",))
    )
    drug = service(RosterCode.HEALTH_CASE, "h1", case_category="drug")
    home = Household("H", (child, Member("a", services=(drug, drug))), absent=(Absent("案主", "王麗"),))
    decision = high_risk_child(child, home, policy=standard(), on=ON)
    assert decision is not None
    assert decision.facts["unseen"] == "主要照顧者"
    assert decision.facts["carers_at_risk"] == "藥癮個管中"


def test_kinless_main_carer_at_risk_counts_when_named() -> None:
    """同居人 is no kin, but when a record names him as the main carer, the clause is about him."""
    drug = service(RosterCode.HEALTH_CASE, "h1", case_category="藥癮")
    lodger = Member("l", relation=Relation.NOT_KIN, relation_raw="同居人", services=(drug,))
    child = Member("c", carer=Carer("林某", "l"), services=(service(RosterCode.CHILD_OUTREACH, "o1"),))
    decision = high_risk_child(child, Household("H", (child, lodger)), policy=standard(), on=ON)
    assert decision is not None
    assert decision.is_listed
    assert "主要照顧者同居人" in decision.reason


def test_inferred_age_over_six_is_not_certain() -> None:
    """A child whose birth bounds were inferred as too old is shown for checking, not dropped in silence."""
    child = Member("c", birth=BirthBounds(dt.date(2015, 1, 1), dt.date(2018, 1, 1), False, "就讀學校"))
    drug = service(RosterCode.HEALTH_CASE, "h1", case_category="藥癮")
    decision = high_risk_child(
        child, Household("H", (child, Member("a", services=(drug,)))), policy=standard(), on=ON
    )
    assert decision is not None
    assert decision.outcome is Outcome.NOT_LISTED
    assert decision.reason.startswith("推定已滿 6 歲")


def test_health_cases_of_other_kinds_are_no_risk() -> None:
    child = Member("c", services=(service(RosterCode.CHILD_OUTREACH, "o1"),))
    other = service(RosterCode.HEALTH_CASE, "h1", case_category="酒癮", care_status="未就醫")
    blank = service(RosterCode.HEALTH_CASE, "h2")
    home = Household("H", (child, Member("a", services=(other, blank))))
    assert high_risk_child(child, home, policy=standard(), on=ON) is None


def test_drug_case_counts_whatever_its_follow_up() -> None:
    child = Member("c", services=(service(RosterCode.CHILD_OUTREACH, "o1"),))
    for status, text in (
        ("追蹤中", "個管中"),
        ("失聯", "個管失聯"),
        ("未持續就醫", "個管中"),
        ("", "個管中"),
    ):
        drug = service(RosterCode.HEALTH_CASE, "h1", case_category="藥癮", care_status=status)
        home = Household("H", (child, Member("a", services=(drug,))))
        decision = high_risk_child(child, home, policy=standard(), on=ON)
        assert decision is not None
        assert decision.is_listed
        assert f"藥癮{text}；" in decision.reason


def test_both_marks_of_priority_come_in_order() -> None:
    home = Household(
        "H",
        (
            Member("a", services=(service(RosterCode.SUICIDE_REPORT, "s1"),)),
            Member(
                "b", services=(service(RosterCode.EMPLOYMENT, "e1", welfare_status="long_term_unemployed"),)
            ),
            Member("c", services=(service(RosterCode.CHILD_OUTREACH, "o1"),)),
        ),
    )
    assert [d.rule for d in priority_marks(home, policy=standard(), on=ON)] == ["priority_a", "priority_b"]
    assert priority_marks(Household("H", ()), policy=standard(), on=ON) == ()


def test_reference_day_follows_the_county(tmp_path: Path) -> None:
    assert reference_day(PERIOD, standard()) == dt.date(2026, 3, 1)
    assert reference_day(PERIOD, county(tmp_path, "lists.reference_day", "last")) == dt.date(2026, 3, 31)


def test_only_new_and_continuing_entries_are_on_the_list() -> None:
    assert [s.label for s in Standing] == ["新增", "續列", "待查", "本月未列", "更正後不列"]
    assert [s for s in Standing if s.is_listed] == [Standing.NEW, Standing.CONTINUING]


def test_labels() -> None:
    assert [code.label for code in ListCode] == ["共案", "幸扶守護", "兒少高危機", "行方不明兒少"]
    assert (counted(2), counted(10), counted(12)) == ("兩位", "十位", "12位")


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"visit_result": "兒少行方不明"}, True),
        ({"note": "兒少行方不明"}, True),
        ({"note": "行方不明，已尋獲"}, False),
        ({"note": "每週三不在家"}, False),
        ({"visit_result": "服務中"}, False),
    ],
)
def test_a_family_list_says_that_a_child_is_missing_in_its_state_or_a_note(
    details: dict[str, str], expected: bool
) -> None:
    child = Member(
        "c",
        birth=BirthBounds(dt.date(2015, 1, 1), dt.date(2015, 1, 1), True, "名冊"),
        services=(service(RosterCode.VULNERABLE_FAMILY, "v1", **details),),
    )
    assert (missing_child(child, policy=standard(), on=ON) is not None) is expected
