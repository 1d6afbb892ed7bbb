"""From a report as the intake room submits it: queued by its danger, and its place follows what is corrected."""

from __future__ import annotations

import pytest

from anwang.platform.context import acting
from anwang.services.dispatch import actions
from anwang.services.dispatch.desk_queries import AT_DESK, queue
from anwang.services.intake.actions import correct_report, submit_report
from anwang.services.intake.models import Report
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from tests.county import context, establish

from .made import HOUR, NOW, do, fresh

pytestmark = pytest.mark.django_db


def submitted(*, person_id: int | None = None, **about: object) -> Report:
    values = {
        "channel": "phone",
        "reporter_kind": "citizen",
        "story": "鄰居聽見孩子哭叫與摔東西的聲音。",
        "dangers": ("weapon",),
        "township": "羅東鎮",
    }
    made: Report = do(
        "intake",
        submit_report,
        form=ReportForm(**{**values, **about}),  # type: ignore[arg-type]
        persons=[PersonForm(name="林小安", id_number="A123456789", birth="約5歲", person_id=person_id)],
        reporter=ReporterForm(),
    )
    return made


def test_a_report_is_queued_by_its_danger_before_anybody_screened_it() -> None:
    establish()
    calm, danger = submitted(dangers=("none",)), submitted()
    assert [fresh(each).urgency for each in (calm, danger)] == ["ordinary", "immediate"]
    with acting(context("intake")):
        rows = queue(context("intake").unit_id or 0, AT_DESK, NOW, limit=10)
    assert [row.report.pk for row in rows] == [danger.pk, calm.pk]
    assert rows[0].ages == (4,)  # an age said in round years is read as the youngest that it allows


def test_a_re_report_counts_as_a_factor() -> None:
    establish()
    first = submitted(received_at=NOW - 20 * HOUR)
    with acting(context("intake")):
        who = first.persons.get().person_id
    again = submitted(dangers=("none",), person_id=who)
    with acting(context("intake")):
        (row,) = [
            row
            for row in queue(context("intake").unit_id or 0, AT_DESK, NOW, limit=10)
            if row.report.pk == again.pk
        ]
    assert [(f.code, f.points) for f in row.suggestion.factors] == [("young_child", 3), ("re_report", 2)]
    assert row.services == 0, "who took a report does not serve the family by that"
    assert fresh(again).urgency == "priority"


def test_a_correction_moves_it_in_the_queue_until_a_person_has_screened_it() -> None:
    establish()
    report = submitted(dangers=("none",))
    do(
        "intake",
        correct_report,
        report_id=report.pk,
        revision=fresh(report).revision,
        changes={"dangers": ["weapon"]},
        reason="通報人補充：有刀",
    )
    assert fresh(report).urgency == "immediate"
    dispatch = do("intake", actions.dispatch_as_suggested, report_id=report.pk)
    assert (dispatch.to_unit.code, fresh(report).urgency) == ("protection", "immediate")
