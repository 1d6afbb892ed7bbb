"""Random deeds by random people at random moments: the clock stands still only where it may, and nobody is left alone."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispatch, Dispute, NotOpened
from anwang.services.intake.models import Report, ReportReader
from anwang.services.intake.process import STOPS_THE_CLOCK, ReportState
from anwang.services.intake.screening import screen
from tests.county import establish

from .made import NOW, do, open_duties, received, unit

UNITS = ("luodong_center", "yilan_center", "protection")
WORKERS = {
    "luodong_center": "luodong.worker",
    "yilan_center": "yilan.worker",
    "protection": "protection.worker",
}
SUPERVISORS = ("luodong.supervisor", "yilan.supervisor", "protection.supervisor", "intake.supervisor")


class Desk(RuleBasedStateMachine):
    """One report, and everybody who may do something with it, mostly at the wrong moment."""

    seen: ClassVar[set[str]] = set()

    @initialize(hour=st.integers(0, 24 * 40), protective=st.booleans())
    def begin(self, hour: int, protective: bool) -> None:
        self.now = NOW + hour * dt.timedelta(hours=1)
        needs = ("safety",) if protective else ("parenting",)
        self.report = received(at=self.now, needs=needs).pk
        self.rounds = 0

    def _try(self, username: str, deed, **arguments: object) -> None:  # type: ignore[no-untyped-def]
        before = self._all()
        try:
            do(username, deed, now=self.now, **arguments)
        except NotPossible:
            assert self._all() == before, "a refused deed changed something"

    def _all(self) -> tuple[object, ...]:
        with acting(SYSTEM):
            return (
                tuple(Report.objects.values_list("state", "handled_at", "due_at", "urgency")),
                tuple(Dispatch.objects.order_by("pk").values_list("pk", "state")),
                tuple(Dispute.objects.order_by("pk").values_list("pk", "state")),
                tuple(NotOpened.objects.order_by("pk").values_list("pk", "taken_back_at", "received_at")),
                Deadline.objects.filter(OPEN).count(),
                ReportReader.objects.filter(until__isnull=True).count(),
            )

    @rule(minutes=st.integers(1, 60 * 30))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule(urgency=st.sampled_from(["immediate", "priority", "ordinary"]))
    def screens(self, urgency: str) -> None:
        self._try(
            "intake",
            screen,
            report_id=self.report,
            urgency=urgency,
            programme="vulnerable_family",
            reason="依通報內容判斷",
        )

    @rule(to=st.sampled_from(UNITS))
    def sends(self, to: str) -> None:
        self._try(
            "intake",
            actions.send,
            report_id=self.report,
            to_unit_id=unit(to).pk,
            reason="由這個單位處理",
            confirmed=True,
        )

    @rule()
    def sends_by_one_key(self) -> None:
        self._try("intake", actions.dispatch_as_suggested, report_id=self.report)

    @rule()
    def calls_back(self) -> None:
        self._try("intake", actions.call_back, report_id=self.report, reason="改派其他單位")

    def _asked(self) -> Dispatch | None:
        with acting(SYSTEM):
            return (
                Dispatch.objects.filter(report_id=self.report)
                .select_related("to_unit")
                .order_by("-round")
                .first()
            )

    @rule(right=st.booleans(), other=st.sampled_from(UNITS))
    def accepts(self, right: bool, other: str) -> None:
        last = self._asked()
        if last is not None:
            who = last.to_unit.code if right else other
            self._try(WORKERS[who], actions.accept, dispatch_id=last.pk)

    @rule(right=st.booleans(), other=st.sampled_from(UNITS))
    def returns(self, right: bool, other: str) -> None:
        last = self._asked()
        if last is not None:
            who = last.to_unit.code if right else other
            self._try(
                WORKERS[who],
                actions.return_dispatch,
                dispatch_id=last.pk,
                reason="other",
                text="不是本單位的服務對象",
            )

    @rule(first=st.sampled_from(UNITS), second=st.sampled_from(UNITS))
    def is_sent_about(self, first: str, second: str) -> None:
        """The long way that chance alone seldom goes: screened, sent and returned, twice."""
        for to in (first, second):
            self.screens("ordinary")
            self.sends(to)
            self.returns(right=True, other=to)

    @rule(who=st.sampled_from(SUPERVISORS), lead=st.sampled_from(UNITS))
    def settles(self, who: str, lead: str) -> None:
        with acting(SYSTEM):
            last = Dispute.objects.order_by("-pk").first()
        if last is not None:
            self._try(
                who,
                actions.settle_dispute,
                dispute_id=last.pk,
                lead_unit_id=unit(lead).pk,
                text="由這個單位主責",
            )

    @rule(inside=st.booleans())
    def does_not_open(self, inside: bool) -> None:
        where = (
            {"referred_unit_id": unit("education_office").pk} if inside else {"referred_to": "外縣市社會局"}
        )
        self._try(
            "intake", actions.not_open, report_id=self.report, reason="other", text="查證後不需開案", **where
        )

    @rule()
    def opens_again(self) -> None:
        self._try("intake.supervisor", actions.reopen, report_id=self.report, reason="複閱認為應開案")

    @rule(who=st.sampled_from(UNITS))
    def sends_on(self, who: str) -> None:
        self._try(WORKERS[who], actions.send_on, report_id=self.report, reason="調查後應由其他單位接手")

    @invariant()
    def the_clock_stops_only_where_it_may(self) -> None:
        with acting(SYSTEM):
            report = Report.objects.get()
        running = [rule for rule, _ in open_duties(report) if rule == "intake.handle"]
        Desk.seen.add(report.state)
        assert (report.handled_at is not None) == (report.state in STOPS_THE_CLOCK)
        assert len(running) == (0 if report.state in STOPS_THE_CLOCK else 1)

    @invariant()
    def somebody_must_act_and_nobody_twice(self) -> None:
        with acting(SYSTEM):
            report = Report.objects.get()
            waiting = Dispatch.objects.filter(state="sent").select_related("to_unit").first()
            dispute = (
                Dispute.objects.filter(state="open")
                .select_related("first__to_unit", "second__to_unit")
                .first()
            )
            taken = (
                Dispatch.objects.filter(state="accepted").order_by("-round").select_related("to_unit").first()
            )
            closed = NotOpened.objects.filter(taken_back_at__isnull=True).first()
        others = [duty for duty in open_duties(report) if duty[0] != "intake.handle"]
        match report.state:
            case "received" | "screened" | "returned":
                assert (others, waiting, dispute) == ([], None, None) or _only_an_investigation(others)
            case "sent":
                assert waiting is not None
                assert [d for d in others if not d[0].startswith("investigation")] == [
                    ("dispatch.answer", waiting.to_unit.code)
                ]
            case "disputed":
                assert dispute is not None
                both = sorted({dispute.first.to_unit.code, dispute.second.to_unit.code})
                assert [d for d in others if not d[0].startswith("investigation")] == [
                    ("dispatch.settle", code) for code in both
                ]
            case "accepted":
                assert taken is not None
                assert {code for _, code in others} >= {taken.to_unit.code}
            case "not_opened":
                assert closed is not None
                expected = [("dispatch.referral", "education_office")] if closed.referred_unit_id else []
                assert [d for d in others if not d[0].startswith("investigation")] == expected

    @invariant()
    def the_history_is_whole(self) -> None:
        with acting(SYSTEM):
            rounds = list(Dispatch.objects.order_by("round").values_list("round", "state"))
        assert [number for number, _ in rounds] == list(range(1, len(rounds) + 1))
        assert len(rounds) >= self.rounds
        self.rounds = len(rounds)

    @invariant()
    def only_those_read_it_who_have_to_do_with_it(self) -> None:
        with acting(SYSTEM):
            report = Report.objects.get()
            reading = set(ReportReader.objects.filter(until__isnull=True).values_list("unit__code", "kind"))
            if report.state in ("received", "returned"):
                assert {kind for _, kind in reading} <= {"sent"}
            if report.state != "disputed":
                assert not [kind for _, kind in reading if kind == "dispute"]


def _only_an_investigation(duties: list[tuple[str, str]]) -> bool:
    """A unit that investigated and sent the report on still owes the end of its investigation."""
    return all(rule.startswith("investigation") for rule, _ in duties)


@pytest.mark.django_db
def test_whatever_happens_the_clock_and_the_duties_stay_right() -> None:
    establish()

    class Once(Desk):
        """Each example leaves the database as it found it."""

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.savepoint)

    run_state_machine_as_test(Once, settings=settings(max_examples=14, stateful_step_count=30, deadline=None))
    assert Desk.seen == {state.value for state in ReportState}, "the walk did not come everywhere"
