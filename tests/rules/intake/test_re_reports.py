"""再通報: the windows of 004 附錄2 1-2 and 1-3, to the day. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.policy import standard
from anwang.services.intake.re_reports import (
    EarlierReport,
    EarlierService,
    ReReport,
    ReReportOutcome,
    Window,
    carried_on,
    last_day_of,
    re_report,
)

POLICY = standard()
D = dt.date


def service(
    opened: dt.date, closed: dt.date | None = None, *, same: bool = True, programme: str = "vulnerable_family"
):
    return EarlierService(programme, "脆弱家庭服務", opened, closed, same)


def report(day: dt.date, *, same: bool = True, number: int = 7) -> EarlierReport:
    at = dt.datetime.combine(day, dt.time(9), ZoneInfo("Asia/Taipei"))
    return EarlierReport(number, f"R-{number:07d}", at, "已收案", same)


def decide(on: dt.date, reports=(), services=()) -> ReReport:
    return re_report(on, reports, services, policy=POLICY)


@pytest.mark.parametrize(
    ("closed", "last"),
    [
        (D(2026, 1, 15), D(2026, 7, 15)),
        (D(2026, 8, 31), D(2027, 2, 28)),  # it begins with September, and ends with February
        (D(2026, 2, 28), D(2026, 8, 31)),
        (D(2026, 8, 30), D(2027, 2, 28)),  # 31 February is not there
        (D(2026, 8, 29), D(2027, 2, 28)),
        (D(2026, 8, 28), D(2027, 2, 28)),
        (D(2027, 8, 29), D(2028, 2, 29)),
        (D(2026, 12, 31), D(2027, 6, 30)),
    ],
)
def test_six_months_after_a_closure(closed, last):
    assert last_day_of(closed, 6) == last
    assert decide(last, services=[service(D(2025, 1, 1), closed)]).found[0].window is Window.AFTER_CLOSURE
    assert not decide(last + dt.timedelta(days=1), services=[service(D(2025, 1, 1), closed)]).is_re_report


@given(st.dates(D(2020, 1, 1), D(2040, 12, 31)), st.integers(1, 24))
def test_a_period_of_months_ends_where_the_next_would_begin(day, months):
    last = last_day_of(day, months)
    assert day < last
    first = day + dt.timedelta(days=1)
    whole = (last.year - first.year) * 12 + last.month - first.month
    ends_with_month = last.day == calendar.monthrange(last.year, last.month)[1]
    assert (whole == months and (last.day == first.day - 1 or ends_with_month)) or (
        whole == months - 1 and first.day == 1 and ends_with_month
    )


def test_on_the_day_of_closure_the_service_still_goes_on():
    found = decide(D(2026, 3, 1), services=[service(D(2026, 2, 1), D(2026, 3, 1))])
    assert [one.window for one in found.found] == [Window.IN_SERVICE]


def test_what_goes_on_with_another_unit_is_one_service():
    moved = [service(D(2026, 4, 1), D(2026, 6, 9)), service(D(2026, 1, 5), D(2026, 4, 1))]
    assert carried_on(moved) == [service(D(2026, 1, 5), D(2026, 6, 9))]
    assert carried_on([service(D(2026, 4, 1)), *moved[1:]]) == [service(D(2026, 1, 5))]
    apart = [
        service(D(2026, 4, 2)),
        service(D(2026, 4, 1), programme="child_protection"),
        service(D(2026, 1, 5), D(2026, 4, 1)),
    ]
    assert carried_on(apart) == apart


def test_three_months_of_service():
    opened = D(2026, 1, 15)
    assert decide(D(2026, 4, 15), services=[service(opened)]).found[0].window is Window.IN_SERVICE
    full = decide(D(2026, 4, 16), services=[service(opened)])
    assert full.found[0].window is Window.LONG_IN_SERVICE
    assert "計入指標 1-2" in full.reason
    assert full.citation == "004 附錄2 1-2"
    assert full.of is None


def test_other_services_are_marked_and_not_counted():
    found = decide(
        D(2026, 4, 16), services=[service(D(2025, 1, 1), D(2026, 4, 1), programme="child_protection")]
    )
    assert found.is_re_report
    assert "指標" not in found.reason
    long = decide(D(2026, 4, 16), services=[service(D(2025, 1, 1), programme="child_protection", same=False)])
    assert "指標" not in long.reason
    assert long.reason.startswith("家人")


def test_a_service_that_begins_later_is_none():
    assert not decide(D(2026, 4, 16), services=[service(D(2026, 4, 17))]).is_re_report


def test_an_earlier_report_alone_is_a_re_report_of_the_same_person_first():
    found = decide(
        D(2026, 4, 25), [report(D(2026, 4, 20), same=False, number=9), report(D(2024, 1, 5), number=3)]
    )
    assert found.outcome is ReReportOutcome.RE_REPORT
    assert found.of is not None
    assert found.of.number == "R-0000003"
    assert found.reason == "同一人先前被通報過 2 次，最近一次是 115年4月20日（R-0000009）。"
    home = decide(D(2026, 4, 25), [report(D(2026, 4, 20), same=False)])
    assert home.reason.startswith("同一戶")
    assert home.citation


def test_nothing_known_is_a_first_report():
    found = decide(D(2026, 4, 25))
    assert (found.outcome, found.of, found.found) == (ReReportOutcome.FIRST, None, ())
    assert found.citation == "004 附錄2 1-3；004 附錄2 1-2"
    assert found.policy_version == POLICY.version


def test_the_most_telling_window_comes_first():
    found = decide(
        D(2026, 4, 25),
        [report(D(2026, 1, 1))],
        [service(D(2026, 4, 1)), service(D(2025, 1, 1), D(2026, 4, 1), same=False), service(D(2025, 6, 1))],
    )
    assert [one.window.value for one in found.found] == [
        "after_closure",
        "long_in_service",
        "in_service",
        "reported_before",
    ]
    assert all(each.label for each in ReReportOutcome)


def test_many_windows_are_one_line_and_every_one_a_sentence_behind_it():
    found = decide(
        D(2026, 4, 16),
        [report(D(2026, 4, 10))],
        [
            service(D(2025, 1, 1), D(2026, 4, 1)),
            service(D(2025, 1, 1), D(2026, 4, 1), same=False),
            service(D(2025, 6, 1), same=False),
            service(D(2026, 4, 1)),
        ],
    )
    assert found.summary == (
        "結案 6 個月內（本人 1 項、家人 1 項）、服務滿 3 個月（家人 1 項）、服務中（本人 1 項）、曾被通報"
    )
    assert len(found.found) == 5
    assert found.reason.count("。") >= 5
    assert decide(D(2026, 4, 16)).summary == ""
