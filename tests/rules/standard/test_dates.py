import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.dates import (
    Unreadable,
    read_date,
    read_period,
    roc_date,
    roc_partial,
    roc_short,
)
from anwang.standard.record import PartialDate, Period

CHINESE = "〇一二三四五六七八九"


def parts(value):
    date = read_date(value)
    assert date is not None
    return date.year, date.month, date.day


@pytest.mark.parametrize(
    "written",
    [
        "1150301", "115/3/1", "115/03/01", "115.03.01", "115-3-1", "115 03 01", "115年3月1日", "民國115年3月1日",
        "民國 115 年 3 月 1 日", "中華民國一百一十五年三月一日", "一一五年三月一日", "１１５／３／１", "民115.3.1", "民國1150301",
        "ROC115/3/1", "2026-03-01", "2026/3/1", "2026.3.1", "20260301", "西元2026年3月1日", "2026-03-01T00:00:00",
        "2026-03-01 09:30:00", "2026/3/1 下午 3:20", "115/3/1 14:05", "115年3月1日（日）", "115年3月1日星期日", "3/1/2026",
        "1-Mar-2026", "Mar 1, 2026", "01150301", "20260301093000", "46082", 46082, 46082.75, 1150301, 20260301,
        dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC), dt.date(2026, 3, 1),
    ],
)  # fmt: skip
def test_spellings_of_one_day(written):
    assert parts(written) == (2026, 3, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0461127", (1957, 11, 27)),
        ("461127", (1957, 11, 27)),
        (461127, (1957, 11, 27)),
        ("080", (1991, None, None)),
        ("70", (1981, None, None)),
        (80, (1991, None, None)),
        ("1945", (1945, None, None)),
        (1945, (1945, None, None)),
        ("7803", (1989, 3, None)),
        ("0801", (1919, 1, None)),
        ("11503", (2026, 3, None)),
        ("30742", (1984, 3, 1)),
        (30742, (1984, 3, 1)),
        (18264, (1950, 1, 1)),
        ("199003", (1990, 3, None)),
        ("78年次", (1989, None, None)),
        ("78年", (1989, None, None)),
        ("約70年", (1981, None, None)),
        ("民國80", (1991, None, None)),
        ("西元1983", (1983, None, None)),
        ("民國2026年3月", (2026, 3, None)),
        ("115年3月", (2026, 3, None)),
        ("115年3月份", (2026, 3, None)),
        ("2026-03", (2026, 3, None)),
        ("3/1983", (1983, 3, None)),
        ("15/3/1983", (1983, 3, 15)),
        ("民國元年1月1日", (1912, 1, 1)),
        ("元年1月1日", (1912, 1, 1)),
        ("民國前2年3月1日", (1910, 3, 1)),
        ("民前2年", (1910, None, None)),
        ("昭和20年3月1日", (1945, 3, 1)),
        ("大正3年", (1914, None, None)),
        ("78/00/00", (1989, None, None)),
        ("78/3/00", (1989, 3, None)),
        ("0780000", (1989, None, None)),
        ("78/**/**", (1989, None, None)),
        ("七十八年三月二日", (1989, 3, 2)),
        ("七十八年三月二日生", (1989, 3, 2)),
        ("民國廿五年十二月三十一日", (1936, 12, 31)),
        ("80.0", (1991, None, None)),
        ("113/2/29", (2024, 2, 29)),
    ],
)
def test_partial_and_ambiguous_dates_follow_the_written_rules(written, read):
    assert parts(written) == read


@pytest.mark.parametrize("empty", [None, "", "  ", "不詳", "無", "-", "N/A", "　", "約", "年月日"])
def test_an_empty_cell_is_none(empty):
    assert read_date(empty) is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("999/13/45", "年份不合理"),
        ("115/2/30", "日期不存在"),
        ("115/2/29", "日期不存在"),
        ("1150230", "日期不存在"),
        ("1151301", "沒有這個月份"),
        ("12/31", "沒有這個月份"),
        ("999", "年份不合理"),
        ("0", "不是日期"),
        (0, "不是日期"),
        (-3, "不是日期"),
        (12.5, "不是日期"),
        ("0/3/1", "年份不合理"),
        ("2999-01-01", "年份不合理"),
        ("1234567890", "不是日期"),
        ("待查", "不是日期"),
        ("65歲", "不是日期"),
        ("1/2/3/4", "不是日期"),
        ("Foo 1, 2026", "不是日期"),
        ("99999", "年份不合理"),
        ("461332", "沒有這個月份"),
        ("460230", "日期不存在"),
        ("西元115", "年份不合理"),
        ("民國999年", "年份不合理"),
        ("²", "不是日期"),
    ],
)
def test_impossible_dates_are_refused_with_a_reason_and_the_value(written, reason):
    with pytest.raises(Unreadable) as caught:
        read_date(written)
    assert str(caught.value) == reason
    assert caught.value.value == str(written)


days = st.dates(dt.date(1912, 1, 1), dt.date(2100, 12, 31))


@given(days)
def test_every_day_is_read_back_from_every_roc_spelling(day):
    roc = day.year - 1911
    for written in (
        f"{roc:03d}{day:%m%d}",
        f"{roc}/{day.month}/{day.day}",
        f"{roc}.{day:%m.%d}",
        f"民國{roc}年{day.month}月{day.day}日",
        roc_date(day),
        roc_date(day, weekday=True),
        roc_short(day),
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
    ):
        assert read_date(written) == PartialDate(written, day.year, day.month, day.day)


@given(days)
def test_every_day_is_read_back_from_chinese_numerals(day):
    year = "".join(CHINESE[int(d)] for d in str(day.year - 1911))

    def small(n):
        tens, ones = divmod(n, 10)
        return ("" if tens == 0 else "十" if tens == 1 else CHINESE[tens] + "十") + (
            CHINESE[ones] if ones else ""
        )

    assert parts(f"{year}年{small(day.month)}月{small(day.day)}日") == (day.year, day.month, day.day)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 30)))
def test_every_spreadsheet_day_number_is_read(day):
    assert parts((day - dt.date(1899, 12, 30)).days) == (day.year, day.month, day.day)


@given(st.one_of(st.text(max_size=16), st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_anything_is_a_date_or_a_reason(value):
    try:
        date = read_date(value)
    except Unreadable:
        return  # the reason and the value are tested above; no other error may escape
    assert date is None or date.year is not None


@pytest.mark.parametrize(
    "text",
    ["115-03", "11503", "115年3月", "115年03月份", "2026-03", "202603", "資料月份：115-03", "11503_自殺通報個案.csv",
     "民國一百一十五年三月", "１１５．０３", "資料月份：2026/3", "脆弱家庭服務名冊115.3.xlsx", dt.date(2026, 3, 9)],
)  # fmt: skip
def test_months_in_titles_and_file_names(text):
    assert read_period(text) == Period(2026, 3)


@pytest.mark.parametrize("text", [None, "", "名冊", "合計 515 筆", "115-13", "1150301", "9911503"])
def test_no_month(text):
    assert read_period(text) is None


def test_dates_are_printed_as_officials_write_them():
    assert roc_date(dt.date(2026, 3, 1)) == "115年3月1日"
    assert roc_date(dt.date(2026, 4, 25), weekday=True) == "115年4月25日（六）"
    assert roc_date(dt.date(1910, 3, 1)) == "民國前2年3月1日"
    assert roc_short(dt.date(2026, 3, 1)) == "115/3/1"
    assert roc_short(dt.date(1911, 3, 1)) == "前1/3/1"
    assert roc_partial(PartialDate("", 1989, 3)) == "78年3月"
    assert roc_partial(PartialDate("", 1989)) == "78年"
    assert roc_partial(PartialDate("", 1989, 3, 2)) == "78年3月2日"
    assert roc_partial(PartialDate("")) == ""
    assert roc_partial(PartialDate("", 1910, 3)) == "民國前2年3月"
