from __future__ import annotations

import datetime as dt

import pytest

from anwang.network.cocases.facts import Household, ListCode, Member, Service
from anwang.network.cocases.receivers import (
    Duty,
    Jurisdictions,
    ListField,
    Step,
    Unit,
    leave_until,
    receipt_due_on,
    receivers,
    visible_fields,
)
from anwang.policy import Citation, Decision, Outcome, standard
from anwang.standard.codes import AgencyCode as A
from anwang.standard.codes import RosterCode
from anwang.standard.record import Period

MADE = dt.date(2026, 4, 20)
CENTRES = {  # 003: five centres, twelve townships
    "礁溪": ("頭城鎮", "礁溪鄉", "壯圍鄉"),
    "宜蘭": ("宜蘭市", "員山鄉"),
    "三星": ("三星鄉", "大同鄉"),
    "羅東": ("羅東鎮", "五結鄉", "冬山鄉"),
    "蘇澳": ("蘇澳鎮", "南澳鄉"),
}
UNITS = (
    *(
        Unit(A.SOCIAL, f"center-{n}", f"{n}社福中心", frozenset({Duty.CENTRE}), frozenset(t))
        for n, t in CENTRES.items()
    ),
    Unit(A.HEALTH, "suicide", "自殺防治中心", frozenset({Duty.SUICIDE})),
    Unit(A.HEALTH, "mental", "心理健康科", frozenset({Duty.MENTAL, Duty.GENERAL})),
    Unit(A.HEALTH, "drug", "毒防中心", frozenset({Duty.DRUG})),
    Unit(A.POLICE, "police", "婦幼隊", frozenset({Duty.GENERAL})),
    Unit(A.POLICE, "police-luodong", "羅東分局", frozenset({Duty.GENERAL}), frozenset({"羅東鎮"})),
    Unit(A.EDUCATION, "edu", "學諮中心", frozenset({Duty.GENERAL})),
    Unit(A.LABOUR, "labour", "就業科", frozenset({Duty.GENERAL})),
    Unit(A.CIVIL, "civil", "民政科", frozenset({Duty.GENERAL})),
)
COUNTY = Jurisdictions(UNITS)


def decision(*marks: str) -> Decision:
    return Decision(
        "r",
        "s",
        Outcome.LISTED,
        "2 歲；照顧者藥癮個管中",
        "請協助關懷",
        Citation("001", "參"),
        "v",
        MADE,
        marks=marks,
    )


def sent(
    list_code: ListCode, *marks: str, township: str = "羅東鎮", services: tuple[Service, ...] = ()
) -> list[tuple[str, Step, int]]:
    home = Household("H", (Member("a", services=services),), township)
    found = receivers(list_code, decision(*marks), home, COUNTY, policy=standard(), made_on=MADE)
    return [(d.unit.code if d.unit else f"?{d.agency}", d.step, (d.due_on - MADE).days) for d in found]


def test_xingfu_goes_through_the_centre() -> None:
    assert sent(ListCode.XINGFU) == [
        ("center-羅東", Step.CENTRE, 3),
        ("suicide", Step.UNIT, 7),
        ("labour", Step.UNIT, 7),
        ("civil", Step.UNIT, 7),
    ]


@pytest.mark.parametrize(
    ("marks", "health"),
    [
        (("drug",), ["drug"]),
        (("mental",), ["mental"]),
        (("drug", "mental"), ["mental", "drug"]),
        ((), ["mental"]),
    ],
)
def test_high_risk_child_goes_to_the_health_unit_of_its_risk(
    marks: tuple[str, ...], health: list[str]
) -> None:
    found = [code for code, _, _ in sent(ListCode.HIGH_RISK_CHILD, *marks)]
    assert found == ["center-羅東", "police-luodong", *health, "civil", "edu"]


def test_missing_child_goes_to_the_police_at_once() -> None:
    assert sent(ListCode.MISSING_CHILD, township="宜蘭市") == [
        ("police", Step.AT_ONCE, 0),
        ("center-宜蘭", Step.AT_ONCE, 0),
    ]


def test_cocase_goes_to_the_centre_and_to_those_who_serve() -> None:
    def serving(roster: RosterCode, **details: str) -> Service:
        return Service(roster.agency, roster, Period(2026, 4), (roster,), "", details)

    services = (
        serving(RosterCode.HEALTH_CASE, case_category="drug"),
        serving(RosterCode.HEALTH_CASE, case_category="精神疾病"),
        serving(RosterCode.SUICIDE_REPORT),
        serving(RosterCode.VULNERABLE_FAMILY),
        serving(RosterCode.EMPLOYMENT),
        serving(RosterCode.HOUSEHOLD_REGISTER),
    )
    found = sent(ListCode.COCASE, township="南澳鄉", services=services)
    assert [code for code, _, _ in found] == ["center-蘇澳", "drug", "mental", "suicide", "labour"]


def test_every_township_of_the_county_has_its_centre() -> None:
    for name, townships in CENTRES.items():
        for township in townships:
            unit = COUNTY.find(A.SOCIAL, Duty.CENTRE, township)
            assert unit is not None
            assert unit.label == f"{name}社福中心"


def test_unknown_township_is_named_and_not_lost() -> None:
    home = Household("H", (), "")
    found = receivers(ListCode.XINGFU, decision(), home, COUNTY, policy=standard(), made_on=MADE)
    assert found[0].unit is None
    assert found[0].agency is A.SOCIAL
    assert found[0].note == "鄉鎮市不詳，找不到負責單位，請社會處分派。"
    assert [d.agency for d in found] == [A.SOCIAL, A.HEALTH, A.LABOUR, A.CIVIL]


def test_bureau_without_units_still_gets_it() -> None:
    bare = Jurisdictions(tuple(u for u in UNITS if u.agency is not A.CIVIL))
    home = Household("H", (), "羅東鎮")
    found = receivers(ListCode.XINGFU, decision(), home, bare, policy=standard(), made_on=MADE)
    assert found[-1].agency is A.CIVIL
    assert found[-1].note == "羅東鎮，找不到負責單位，請民政處分派。"


def test_due_days_say_whose_they_are() -> None:
    home = Household("H", (), "羅東鎮")
    monthly = receivers(ListCode.XINGFU, decision(), home, COUNTY, policy=standard(), made_on=MADE)
    assert all(d.due_is_ours for d in monthly)
    assert str(monthly[0].citation) == "001 參三(六)2(2)、(3)"
    at_once = receivers(ListCode.MISSING_CHILD, decision(), home, COUNTY, policy=standard(), made_on=MADE)
    assert not any(d.due_is_ours for d in at_once)


def test_receipt_clock() -> None:
    assert receipt_due_on(ListCode.XINGFU, MADE, policy=standard()) == dt.date(2026, 4, 23)
    assert receipt_due_on(ListCode.MISSING_CHILD, MADE, policy=standard()) == dt.date(2026, 4, 21)


def test_only_social_health_see_reasons_of_health() -> None:
    """A full reason names illness or drugs: only the centre and the health bureau may read it, and the police who search."""
    see = {
        (code, agency)
        for code in ListCode
        for agency in A
        if ListField.REASON in visible_fields(code, agency, policy=standard(), on=MADE)
    }
    assert see == {
        (ListCode.XINGFU, A.SOCIAL),
        (ListCode.XINGFU, A.HEALTH),
        (ListCode.HIGH_RISK_CHILD, A.SOCIAL),
        (ListCode.HIGH_RISK_CHILD, A.HEALTH),
        (ListCode.MISSING_CHILD, A.SOCIAL),
        (ListCode.MISSING_CHILD, A.POLICE),
    }


def test_a_bureau_that_is_no_receiver_sees_nothing() -> None:
    assert visible_fields(ListCode.XINGFU, A.POLICE, policy=standard(), on=MADE) == ()
    assert visible_fields(ListCode.MISSING_CHILD, A.LABOUR, policy=standard(), on=MADE) == ()


def test_every_receiver_may_see_something() -> None:
    for code in (ListCode.XINGFU, ListCode.HIGH_RISK_CHILD, ListCode.MISSING_CHILD):
        for agency in standard().texts(f"receivers.{code}", on=MADE):
            fields = visible_fields(code, A(agency), policy=standard(), on=MADE)
            assert ListField.NAME in fields
            assert (ListField.REASON in fields) != (ListField.BRIEF in fields)
    for agency in A:
        assert ListField.BRIEF in visible_fields(ListCode.COCASE, agency, policy=standard(), on=MADE)


def test_briefs_tell_nothing_of_health_drugs_suicide_or_police() -> None:
    from tests.spec.tables import decide, tables

    for table in tables():
        for case in table.cases:
            found = decide(table, case)
            if found is not None:
                assert not any(
                    word in found.brief for word in ("自殺", "藥", "毒", "精神", "就醫", "警", "衛生")
                )


def test_labels() -> None:
    assert all(field.label for field in ListField)


@pytest.mark.parametrize(
    ("sent_on", "until_on"),
    [
        (dt.date(2026, 3, 20), dt.date(2026, 5, 30)),  # at once, before the month ended
        (dt.date(2026, 3, 31), dt.date(2026, 5, 30)),
        (dt.date(2026, 4, 6), dt.date(2026, 6, 5)),
    ],
)
def test_leave_to_open_a_household_ends_sixty_days_after_the_month_or_the_sending(
    sent_on: dt.date, until_on: dt.date
) -> None:
    assert leave_until(dt.date(2026, 3, 31), sent_on, policy=standard()) == until_on
    assert standard().is_ours("list_leave.days")
