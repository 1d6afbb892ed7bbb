"""The desk's queue: danger first, then the clock; the same number of queries however long it is; fast with 5,000."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anwang.agencies.models import Unit
from anwang.platform.context import SYSTEM, acting
from anwang.services.dispatch.desk_queries import AT_DESK, desk_counts, queue
from anwang.services.dispatch.rules import Band
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.process import ReportState
from anwang.services.intake.screening import queue_by_suggestion, screen
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole, Urgency
from tests.county import context, establish

from .made import DAY, HOUR, MINUTE, NOW, do, fresh, received

pytestmark = pytest.mark.django_db


def many(number: int) -> None:
    """So many open reports of the last two days, one in twenty of them dangerous."""
    with acting(SYSTEM):
        desk = Unit.objects.get(code="intake")
        made = Report.objects.bulk_create(
            Report(
                unit=desk,
                received_at=NOW - each * MINUTE,
                due_at=NOW - each * MINUTE + DAY,
                urgency=Urgency.IMMEDIATE if each % 20 == 0 else Urgency.ORDINARY,
                channel=Channel.PHONE,
                reporter_kind=ReporterKind.CITIZEN,
                township="羅東鎮",
                dangers=["weapon"] if each % 20 == 0 else ["none"],
                needs=["parenting"],
                story="鄰居聽見孩子哭叫與摔東西的聲音，近一週每晚都有。",
                entered_at=NOW,
            )
            for each in range(number)
        )
        ReportPerson.objects.bulk_create(
            ReportPerson(
                report=report,
                unit=desk,
                number=1,
                role=ReportRole.SUBJECT,
                content={"name": {"text": "林小安"}, "birth": ["", 2015, 5, 1]},
            )
            for report in made
        )


def _queue(limit: int = 50, offset: int = 0):  # type: ignore[no-untyped-def]
    with acting(context("intake")):
        unit = context("intake").unit_id or 0
        return queue(unit, AT_DESK, NOW, limit=limit, offset=offset)


def test_danger_first_then_the_band_then_urgency_then_time_left() -> None:
    establish()
    calm = received(at=NOW - HOUR)
    overdue = received(at=NOW - 25 * HOUR)
    soon = received(at=NOW - 23 * HOUR - 30 * MINUTE)
    soon_but_graver = received(at=NOW - 23 * HOUR - 10 * MINUTE, dangers=("self_harm",))
    danger = received(at=NOW - 2 * HOUR, dangers=("weapon",))
    shift = received(at=NOW - 18 * HOUR)
    with acting(SYSTEM):
        for each in Report.objects.all():
            queue_by_suggestion(each)
    rows = _queue()
    assert [row.report.pk for row in rows] == [
        each.pk for each in (danger, overdue, soon_but_graver, soon, shift, calm)
    ]
    assert [row.band for row in rows] == [
        Band.DANGER,
        Band.OVERDUE,
        Band.HOUR,
        Band.HOUR,
        Band.SHIFT,
        Band.LATER,
    ]
    with acting(context("intake")):
        counts = desk_counts(context("intake").unit_id or 0, NOW)
    assert (counts.at_desk, counts.overdue, counts.next_due_at) == (6, 1, NOW - HOUR)
    assert counts.of(ReportState.SENT) == 0


def test_a_persons_word_stands_over_the_suggestion() -> None:
    establish()
    report = received(dangers=("weapon",))
    with acting(SYSTEM):
        queue_by_suggestion(fresh(report))
    assert fresh(report).urgency == "immediate"
    do(
        "intake",
        screen,
        report_id=report.pk,
        urgency="ordinary",
        programme="child_protection",
        reason="警方已收走刀械，人已離開",
    )
    with acting(SYSTEM):
        queue_by_suggestion(fresh(report))
    assert fresh(report).urgency == "ordinary"
    (row,) = _queue()
    assert (row.urgency, row.suggestion.urgency) == (Urgency.ORDINARY, Urgency.IMMEDIATE)


def test_as_many_queries_for_fifty_as_for_one() -> None:
    establish()
    many(60)

    def queries(limit: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert len(_queue(limit)) == limit
        return len(seen)

    assert queries(1) == queries(50)


def test_fast_with_five_thousand_open_reports() -> None:
    establish()
    many(5000)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    spans: list[float] = []
    for offset in (0, 0, 0, 2500, 4950):
        start = time.perf_counter()
        rows = _queue(offset=offset)
        spans.append(time.perf_counter() - start)
        assert len(rows) == 50
    print("queue of 5,000:", [f"{each * 1000:.0f} ms" for each in spans])
    assert min(spans) < 1  # generous: a busy machine; an idle one takes about a tenth of a second
    assert {row.band for row in _queue()} == {Band.DANGER}
