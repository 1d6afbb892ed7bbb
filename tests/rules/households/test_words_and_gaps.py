"""Words, gaps and evidence of a household's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.standard.addresses import read_address
from anwang.standard.codes import AgencyCode, OwnSource, RosterCode
from anwang.standard.dates import read_date
from anwang.standard.names import read_name
from anwang.standard.phones import read_phones
from anwang.standard.record import PartialDate, Period, StandardRecord
from anwang.web.households.evidence import evidence_lines
from anwang.web.households.gaps import Resident, gaps
from anwang.web.households.words import age_on, heading, roster_days, sources_text

DAY = dt.date(2026, 4, 25)


def record(name: str, address: str = "", phone: str = "0912345678", carer: str = "", month: int = 3, **details: str) -> StandardRecord:  # fmt: skip
    read = read_name(name)
    assert read is not None
    return StandardRecord(
        "1", AgencyCode.SOCIAL, RosterCode.CHILD_OUTREACH, Period(2026, month), 2, read,
        phones=read_phones(phone), address=read_address(address) if address else None,
        carer_name=read_name(carer), details=details,
    )  # fmt: skip


def resident(name: str, birth: str, **more: str) -> Resident:
    return Resident(name, read_date(birth), [record(name, **more)])


@pytest.mark.parametrize(
    ("birth", "low", "high"),
    [
        (PartialDate("", 2020, 4, 25), 6, 6),
        (PartialDate("", 2020, 4, 26), 5, 5),
        (PartialDate("", 2020, 4), 5, 6),
        (PartialDate("", 2020, 5), 5, 5),
        (PartialDate("", 2020), 5, 6),
        (PartialDate("", 2026), 0, 0),
    ],
)
def test_an_age_is_as_exact_as_the_birth_date(birth: PartialDate, low: int, high: int) -> None:
    age = age_on(birth, DAY)
    assert age is not None
    assert (age.low, age.high) == (low, high)


def test_an_unknown_or_future_birth_gives_no_age() -> None:
    assert age_on(None, DAY) is None
    assert age_on(PartialDate("", 2027), DAY) is None


def test_a_household_is_called_by_place_and_commonest_surname() -> None:
    records = [
        record("陳大", "宜蘭縣羅東鎮公正路1號"), record("陳小", "羅東鎮公正路1號"), record("阮氏秋", "宜蘭市舊城路2號", month=2),
    ]  # fmt: skip
    assert heading(records, "H-000001") == "羅東鎮公正路・陳姓家戶"
    assert heading([], "H-000001") == "家戶 H-000001"


def test_a_small_child_alone_is_a_gap_only_when_it_is_certain() -> None:
    child = resident("小安", "112/10/28", carer="某人")
    assert [gap.text for gap in gaps([child], 0, DAY)] == ["小安：未滿6歲、戶內無其他成年親屬"]
    assert gaps([child], 1, DAY) == []
    assert gaps([child, resident("大人", "70/1/1")], 0, DAY) == []


def test_a_small_child_without_a_carer_on_the_roster_and_missing() -> None:
    found = gaps([resident("小安", "112/10/28", visit_result="行方不明"), resident("大人", "70/1/1")], 0, DAY)
    assert [(gap.text, gap.urgent) for gap in found] == [
        ("小安：訪視結果為行方不明", True),
        ("小安：未滿6歲、未登載主要照顧者", False),
    ]


def test_found_again_is_no_longer_missing() -> None:
    child = Resident(
        "小安", read_date("112/10/28"),
        [record("小安", carer="某", month=4, visit_result="已訪視"), record("小安", month=3, visit_result="行方不明")],
    )  # fmt: skip
    assert gaps([child], 1, DAY) == []


def test_no_phone_and_no_birth_date_are_gaps() -> None:
    found = [gap.text for gap in gaps([Resident("某", None, [record("某", phone="")])], 0, DAY)]
    assert found == ["某：出生日期不明，無法判斷年齡", "紀錄上沒有任何電話"]


def test_evidence_is_quoted_only_to_whom_all_its_records_are_visible() -> None:
    stored = [
        {"kind": "phone", "label": "電話", "text": "電話 0987", "strength": "強", "records": [1, 9]},
        {"kind": "address", "label": "地址", "text": "地址同到 3 樓", "strength": "中", "records": [1, 2]},
        {"kind": "address", "label": "地址", "text": "地址同到 3 樓", "strength": "中", "records": [2]},
        {"kind": "register", "label": "戶號", "text": "戶號 G1", "strength": "很強", "records": [9]},
        {"kind": "alone", "label": "無同住線索", "text": "沒有", "strength": "弱", "records": [1]},
    ]
    lines, elsewhere = evidence_lines(stored, {1, 2})
    assert [(line.text, line.strength, line.records) for line in lines] == [
        ("電話（與其他單位的紀錄相符）", "強", 1),
        ("地址同到 3 樓", "中", 2),
    ]
    assert elsewhere == 1


def test_the_sources_say_which_of_them_speaks_until_when() -> None:
    rosters = [record("陳大", month=2), record("陳大", month=3)]
    reported = replace(record("陳大", month=4), roster=OwnSource.INTAKE_REPORT)
    assert sources_text([*rosters, reported], DAY) == "名冊到115年3月31日、通報115年4月"
    assert sources_text([replace(reported, roster=OwnSource.CASE_FILE)], DAY) == "個案115年4月"
    assert sources_text([], DAY) == ""
    # A roster of the month that goes on speaks until today, and a report never of a month's end.
    assert roster_days([record("陳大", month=4), reported], DAY) == {"child_outreach": DAY}
