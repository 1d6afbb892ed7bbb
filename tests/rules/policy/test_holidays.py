"""The office calendars that ship: the table of 115 as published, the law's days of 116, and faulty files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from anwang.policy import PolicyError, standard
from anwang.policy.holidays import parse_year, with_files, years

HEAD = "year: 2028\ncitation: {document: 紀念日條例, clause: 第4條}\nholidays:\n"
DAY = "  - {day: 2028-01-01, name: 開國紀念日, citation: {document: 紀念日條例, clause: 第4條}}\n"


def test_115_has_the_120_days_off_of_the_published_table_and_no_make_up_day() -> None:
    year = years()[2026]
    off = {day.on for day in year.holidays}
    whole = (dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(365))
    assert sum(day.weekday() >= 5 or day in off for day in whole) == 120
    assert not year.make_up_days
    assert not [day for day in year.holidays if day.is_ours]
    working_days_off = sorted(f"{day:%m%d}" for day in off if day.weekday() < 5)
    assert working_days_off == (
        [
            "0101",
            "0216",
            "0217",
            "0218",
            "0219",
            "0220",
            "0227",
            "0403",
            "0406",
            "0501",
            "0619",
            "0925",
            "0928",
            "1009",
            "1026",
            "1225",
        ]
    )


def test_116_is_the_law_and_its_days_in_lieu_are_marked_as_ours() -> None:
    year = years()[2027]
    ours = {day.on for day in year.holidays if day.is_ours}
    assert ours == {day.on for day in year.holidays if day.name.startswith("補假")}
    assert all(day.weekday() < 5 for day in ours)
    # One day in lieu for each holiday of the law that falls on a weekend, and one for the New Year's Day after it, a
    # Saturday: its day in lieu is the Friday before, of the old year (as on 110/12/31).
    assert dt.date(2028, 1, 1).weekday() == 5
    assert dt.date(2027, 12, 31) in ours
    assert len(ours) == 1 + sum(day.on.weekday() >= 5 for day in year.holidays)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year: 115\n" + HEAD.partition("\n")[2] + DAY, "第 1 行：年份應為西元年"),
        (HEAD + DAY + DAY, "第 5 行：2028-01-01 重複。"),
        (HEAD + DAY.replace("2028", "2027"), "第 4 行：2027-01-01 不在 2028 年。"),
        (HEAD + DAY.replace("}}", "}, origin: 猜的}"), "來源只能是 document 或 default。"),
        (HEAD + DAY.replace("紀念日條例", "不存在"), "文件「不存在」不在文件清單中。"),
        (HEAD + DAY + "make_up_days:\n" + DAY, "2028-01-01 不能既放假又補行上班。"),
        (HEAD + DAY.replace("day:", "on:"), "不認得的欄位"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as told:
        parse_year(text, "2028.yaml", standard().documents)
    assert said in str(told.value)
    assert "2028.yaml" in str(told.value)


def test_a_county_file_replaces_the_year_of_the_package(tmp_path: Path) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(
        HEAD.replace("2028", "2027") + DAY.replace("2028", "2027") + "note: 公布版\n", encoding="utf-8"
    )
    found = with_files([file])
    assert [day.on for day in found[2027].holidays] == [dt.date(2027, 1, 1)]
    assert found[2027].note == "公布版"
    assert found[2026] == years()[2026]
    with pytest.raises(PolicyError, match="讀不到"):
        with_files([tmp_path / "none.yaml"])
