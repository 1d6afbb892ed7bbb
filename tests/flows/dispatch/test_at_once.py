"""Two people at one report at the same moment, in two transactions; and whoever is killed in the middle."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from anwang.platform.context import SYSTEM, acting
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import actions, sending
from anwang.services.dispatch.models import Dispatch, NotOpened, SampledReport
from anwang.services.intake.models import Report
from tests.county import establish

from .made import NOW, do, fresh, open_duties, screened, sent, unit

pytestmark = pytest.mark.django_db(transaction=True)


def _together(*deeds: Callable[[], object]) -> list[object]:
    """Run the deeds at once, each on a connection of its own; what each gave, or why it was refused."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            start.wait(30)
            results[place] = deed()
        except NotPossible as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_units_of_work_on_one_dispatch_one_wins_and_the_other_is_told() -> None:
    establish()
    dispatch = sent()
    results = _together(
        lambda: do("luodong.worker", actions.accept, dispatch_id=dispatch.pk),
        lambda: do(
            "luodong.supervisor",
            actions.return_dispatch,
            dispatch_id=dispatch.pk,
            reason="not_our_area",
            text="住址其實在宜蘭市。",
        ),
        lambda: do("intake", actions.call_back, report_id=dispatch.report_id, reason="改派其他單位處理"),
    )
    refused = [each for each in results if isinstance(each, NotPossible)]
    assert len(refused) == 2
    assert all("可能別人剛處理過" in str(each) for each in refused)
    with acting(SYSTEM):
        state = Dispatch.objects.get().state
    assert (
        fresh(dispatch.report).state
        == {"accepted": "accepted", "returned": "returned", "called_back": "screened"}[state]
    )


def test_two_at_the_desk_send_one_dispatch() -> None:
    establish()
    report = screened()
    to = unit("luodong_center").pk
    results = _together(
        lambda: do("intake", actions.send, report_id=report.pk, to_unit_id=to),
        lambda: do("intake", actions.send, report_id=report.pk, to_unit_id=to),
        lambda: do(
            "intake",
            actions.not_open,
            report_id=report.pk,
            reason="supported",
            text="祖母已同住並協助照顧",
            referred_to="國小輔導室",
        ),
    )
    with acting(SYSTEM):
        sent_ones, closed = Dispatch.objects.count(), NotOpened.objects.count()
    assert (sent_ones, closed) in ((1, 0), (0, 1))
    assert len([each for each in results if isinstance(each, NotPossible)]) == (1 if sent_ones else 2)


def test_a_month_is_drawn_once_by_the_job_and_the_button() -> None:
    establish()
    report = screened()
    do(
        "intake",
        actions.not_open,
        report_id=report.pk,
        reason="supported",
        text="祖母已同住並協助照顧",
        referred_to="國小輔導室",
    )
    later = NOW.replace(month=5, day=2)
    desk = unit("intake").pk

    def by_job() -> int:
        with acting(SYSTEM):
            return actions.draw_sample(period=NOW.date(), unit_id=desk, by=SYSTEM, by_name="", now=later)

    drawn = _together(
        by_job, lambda: do("intake.supervisor", actions.draw_sample, period=NOW.date(), now=later)
    )
    assert drawn == [1, 1]
    with acting(SYSTEM):
        assert SampledReport.objects.count() == 1


def test_killed_in_the_middle_of_a_dispatch_nothing_is_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    establish()
    report = screened()
    before = open_duties(report)

    class Killed(BaseException):
        """As abrupt as the end of a process: no handler of ours sees it."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(sending, "note", die)  # the last step
    with pytest.raises(Killed):
        do("intake", actions.send, report_id=report.pk, to_unit_id=unit("luodong_center").pk)
    monkeypatch.undo()
    assert fresh(report).state == "screened"
    assert open_duties(report) == before
    with acting(SYSTEM):
        assert not Dispatch.objects.exists()
        assert not Report.objects.get().readers.exists()
    do("intake", actions.send, report_id=report.pk, to_unit_id=unit("luodong_center").pk)
    assert fresh(report).state == "sent"
