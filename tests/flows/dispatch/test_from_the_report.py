"""From a report as the intake room submits it: queued by its danger, and its place follows what is corrected."""

from __future__ import annotations

import pytest

from anwang.people.registry.models import Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.services.dispatch import actions
from anwang.services.dispatch.desk_queries import AT_DESK, queue
from anwang.services.dispatch.holding import DispatchError
from anwang.services.intake.actions import add_to_report, correct_report, submit_report
from anwang.services.intake.models import Report
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.services.intake.screening import screen
from tests.county import context, establish

from .made import DAY, HOUR, NOW, do, fresh, unit

pytestmark = pytest.mark.django_db


def submitted(*, person_id: int | None = None, birth: str = "約5歲", **about: object) -> Report:
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
        persons=[PersonForm(name="林小安", id_number="A123456789", birth=birth, person_id=person_id)],
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
    assert rows[0].ages == ("約5歲",)  # as it was said


def test_whom_nobody_knows_the_age_of_is_not_sent_by_one_key() -> None:
    establish()
    report = submitted(birth="")
    with pytest.raises(DispatchError, match="年齡不詳，請先確認"):
        do("intake", actions.dispatch_as_suggested, report_id=report.pk)
    assert fresh(report).state == "received"
    sent = do(
        "intake",
        actions.screen_and_send,
        report_id=report.pk,
        urgency="immediate",
        programme="adult_protection",
        message="通報人補述為成年女性",
    )
    assert (sent.programme, fresh(report).state) == ("adult_protection", "sent")


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


def _desk_serves() -> list[tuple[str, object]]:
    """Of whom the desk's work goes on or ended, and when."""
    with acting(SYSTEM):
        rows = Touchpoint.objects.filter(programme="intake_report").select_related("record").order_by("pk")
        return [(row.record.content["name"]["text"], row.closed_on) for row in rows if row.record]


def test_the_desk_serves_a_family_until_a_unit_has_taken_the_report() -> None:
    establish()
    report = submitted()
    assert _desk_serves() == [("林小安", None)]
    do(
        "intake",
        screen,
        report_id=report.pk,
        urgency="immediate",
        programme="vulnerable_family",
        reason="由社福中心就近評估",
    )
    dispatch = do(
        "intake", actions.send, report_id=report.pk, to_unit_id=unit("luodong_center").pk, reason="就近", confirmed=True
    )  # fmt: skip
    assert _desk_serves() == [("林小安", None)]
    do("luodong.worker", actions.accept, dispatch_id=dispatch.pk, now=NOW + HOUR)
    assert _desk_serves() == [("林小安", NOW.date())]
    # Who is named afterwards is written down and not served by the desk either.
    do(
        "intake", add_to_report, report_id=report.pk,
        persons=[PersonForm(role="family", relation="母", name="林美惠", birth="75/8/9")], now=NOW + DAY,
    )  # fmt: skip
    assert _desk_serves() == [("林小安", NOW.date()), ("林美惠", (NOW + DAY).date())]
    # What the investigation sends back waits at the desk again.
    do(
        "luodong.worker",
        actions.send_on,
        report_id=report.pk,
        reason="調查後改由另一單位",
        now=NOW + 2 * DAY,
    )
    assert _desk_serves() == [("林小安", None), ("林美惠", None)]


def test_the_desk_serves_nobody_of_a_report_that_was_not_opened_until_it_is_opened_again() -> None:
    establish()
    report = submitted(dangers=("none",))
    do(
        "intake", actions.not_open, report_id=report.pk, reason="not_protective", text="家中已有人照顧，孩子平安。",
        referred_to="學校輔導室",
    )  # fmt: skip
    assert _desk_serves() == [("林小安", NOW.date())]
    do("intake.supervisor", actions.reopen, report_id=report.pk, reason="複閱後認為仍須評估", now=NOW + DAY)
    assert _desk_serves() == [("林小安", None)]
