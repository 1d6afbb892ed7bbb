"""Which unit takes a service, and why there is none."""

from __future__ import annotations

from dataclasses import replace

from anwang.services.programs.codes import JurisdictionRule
from anwang.services.programs.rules import UnitFact, responsible_unit

from .build import small

LUODONG = UnitFact(1, "羅東中心", "social", "welfare_center", frozenset({"10002020", "羅東鎮"}))
YILAN = UnitFact(2, "宜蘭中心", "social", "welfare_center", frozenset({"10002010", "宜蘭市"}))
PROTECTION = UnitFact(3, "保護服務科", "social", "protection")
HEALTH = UnitFact(4, "衛生局", "health", "office")
UNITS = (LUODONG, YILAN, PROTECTION, HEALTH)
CENTRES = small()
WHOLE = replace(CENTRES, unit_kinds=("protection",), jurisdiction=JurisdictionRule.COUNTY_WIDE)


def test_the_centre_of_the_township_takes_it() -> None:
    for township in ("羅東鎮", "10002020"):
        found = responsible_unit(CENTRES, township, UNITS)
        assert found.unit is LUODONG
        assert "羅東中心" in found.reason


def test_an_unknown_township_is_said_and_the_units_to_choose_from_are_given() -> None:
    found = responsible_unit(CENTRES, "", UNITS)
    assert found.unit is None
    assert "鄉鎮市不明" in found.reason
    assert found.candidates == (LUODONG, YILAN)


def test_a_township_outside_is_said() -> None:
    found = responsible_unit(CENTRES, "臺北市", UNITS)
    assert found.unit is None
    assert "沒有單位服務「臺北市」" in found.reason


def test_two_units_of_one_township_leave_the_choice_to_a_person() -> None:
    twin = replace(LUODONG, id=9, name="羅東二中心")
    found = responsible_unit(CENTRES, "羅東鎮", (*UNITS, twin))
    assert found.unit is None
    assert found.candidates == (LUODONG, twin)


def test_one_unit_takes_the_whole_county_wherever_somebody_lives() -> None:
    assert responsible_unit(WHOLE, "", UNITS).unit is PROTECTION
    assert responsible_unit(WHOLE, "臺北市", UNITS).unit is PROTECTION


def test_of_several_county_wide_units_the_one_that_serves_the_township() -> None:
    second = replace(PROTECTION, id=8, townships=frozenset({"羅東鎮"}))
    units = (*UNITS, second)
    assert responsible_unit(WHOLE, "羅東鎮", units).unit is second
    for township in ("", "宜蘭市"):
        found = responsible_unit(WHOLE, township, units)
        assert found.unit is None
        assert "請由派案人員指定" in found.reason


def test_without_such_a_unit_the_administrator_is_asked() -> None:
    found = responsible_unit(WHOLE, "羅東鎮", (LUODONG, HEALTH))
    assert found.unit is None
    assert "請系統管理先設定" in found.reason


def test_the_programmes_order_of_bureaus_and_kinds_decides() -> None:
    both = replace(WHOLE, agencies=("health", "social"), unit_kinds=("office", "protection"))
    assert responsible_unit(both, "", UNITS).unit is HEALTH
    assert responsible_unit(both, "", (LUODONG, PROTECTION)).unit is PROTECTION
