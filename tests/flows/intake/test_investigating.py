"""An investigation from the acceptance to its conclusion, as the unit does it; others see nothing of it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from anwang.agencies.models import Post, Unit
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Deadline, Decision
from anwang.platform.transitions import NotPossible
from anwang.services.intake import investigating
from anwang.services.intake.investigating import NotConcluded
from anwang.services.intake.investigation_queries import investigation_view, investigations, members_of
from anwang.services.intake.investigation_rules import Conclusion, Level, PlanLine, Safety
from anwang.services.intake.models import Investigation
from anwang.services.intake.process import InvestigationState
from anwang.services.intake.vocabulary import Urgency
from tests.county import context, establish

from .made import report

NOW = dt.datetime(2026, 4, 25, 21, 30, tzinfo=ZoneInfo("Asia/Taipei"))
WORKER = "protection.worker"
GOOD = Conclusion(True, Safety.SAFE, Level.IN_HOME, "案母坦承管教過當，案童手臂瘀傷，已驗傷。")
pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Investigation:
    establish()
    by = context(WORKER)
    found = report(received_at=NOW - dt.timedelta(hours=3), urgency=Urgency.PRIORITY, sent_to="protection")
    with acting(by):
        return investigating.open_investigation(
            report=found,
            unit_id=by.unit_id or 0,
            programme="child_protection",
            by=by,
            by_name="鄭社工",
            now=NOW,
        )


def contact(made: Investigation, after: dt.timedelta = dt.timedelta(hours=2)) -> None:
    by = context(WORKER)
    investigating.record_first_contact(
        investigation_id=made.pk, contact_at=NOW + after, by=by, by_name="鄭社工", now=NOW + after
    )


def conclude(made: Investigation, given: Conclusion = GOOD, after: int = 20) -> Investigation:
    return investigating.conclude(
        investigation_id=made.pk,
        given=given,
        by=context(WORKER),
        by_name="鄭社工",
        now=NOW + dt.timedelta(hours=after),
    )


def open_duties(made: Investigation) -> list[str]:
    with acting(SYSTEM):
        found = Deadline.objects.filter(
            subject_kind="investigation", subject_id=str(made.pk), met_at__isnull=True
        )
        return sorted(found.values_list("rule_id", flat=True))


def test_opening_starts_both_clocks_and_twice_is_once(made):
    by = context(WORKER)
    assert made.first_contact_due_at == NOW + dt.timedelta(hours=24)
    assert made.conclusion_due_at.astimezone(NOW.tzinfo).date() == dt.date(2026, 4, 29)
    with acting(by):
        again = investigating.open_investigation(
            report=made.report,
            unit_id=made.unit_id,
            programme="child_protection",
            by=by,
            by_name="鄭社工",
            now=NOW + dt.timedelta(hours=1),
        )
    assert again.pk == made.pk
    assert open_duties(made) == ["investigation.conclusion", "investigation.first_contact"]


def test_from_first_contact_to_conclusion_the_duties_are_met_and_the_decision_is_kept(made):
    with acting(context(WORKER)):
        contact(made)
        assert open_duties(made) == ["investigation.conclusion"]
        done = conclude(made)
        assert (done.state, done.level) == (InvestigationState.SUBSTANTIATED, Level.IN_HOME)
        assert open_duties(made) == []
        view = investigation_view(made.pk)
        assert view is not None
        assert view.investigation.decision is not None
        assert view.investigation.decision.facts["finding"] == GOOD.finding
        assert view.investigation.decision.overrules is None
        assert [each.number for each in view.persons] == [1]
    with acting(SYSTEM):
        kept = AuditEntry.objects.filter(subject_kind="investigation").order_by("pk")
        assert [each.detail.get("deed", "open") for each in kept] == ["open", "first_contact", "substantiate"]
        assert all("林小安" not in str(each.detail) for each in kept)


def test_another_level_is_a_decision_that_overrules_the_rules(made):
    given = Conclusion(True, Safety.SAFE, Level.OUT_OF_HOME, GOOD.finding, "案父揚言帶走案童，親屬無法照顧。")
    with acting(context(WORKER)):
        contact(made)
        decision = conclude(made, given).decision
    assert decision is not None
    assert decision.overrules is not None
    assert decision.overrules.outcome == Level.IN_HOME
    assert decision.reason == given.level_reason


def test_no_conclusion_before_first_contact_nor_half_of_one(made):
    with acting(context(WORKER)):
        with pytest.raises(NotConcluded) as refused:
            conclude(made)
        assert set(refused.value.problems) == {"first_contact"}
        contact(made)
        with pytest.raises(NotConcluded) as refused:
            conclude(made, Conclusion(False, Safety.SAFE_WITH_PLAN, Level.FAMILY_SUPPORT, "不足"))
        assert set(refused.value.problems) == {"finding", "plan", "referred_to"}
        assert open_duties(made) == ["investigation.conclusion"]
        assert not Decision.objects.filter(subject_kind="investigation").exists()


def test_twice_concluded_says_that_somebody_was_faster(made):
    with acting(context(WORKER)):
        contact(made)
        conclude(made)
        with pytest.raises(NotPossible, match="成案"):
            conclude(made)


def test_reopening_keeps_what_was_concluded_and_starts_a_clock_of_its_own(made):
    supervisor = context("protection.supervisor")
    with acting(context(WORKER)):
        contact(made)
        conclude(made)
    later = NOW + dt.timedelta(days=3)
    with acting(supervisor):
        with pytest.raises(NotPossible, match="為什麼"):
            investigating.reopen_investigation(
                investigation_id=made.pk, reason="新", by=supervisor, by_name="江督導", now=later
            )
        again = investigating.reopen_investigation(
            investigation_id=made.pk, reason="學校通報新的傷勢", by=supervisor, by_name="江督導", now=later
        )
    assert again.state == InvestigationState.OPEN
    assert open_duties(made) == ["investigation.conclusion.3"]
    plan = (PlanLine("案童與外婆同住", "外婆", None),)
    with acting(context(WORKER)):
        done = conclude(
            made,
            Conclusion(
                False, Safety.SAFE_WITH_PLAN, Level.FAMILY_SUPPORT, GOOD.finding, "", plan, "羅東社福中心"
            ),
            after=80,
        )
        assert done.state == InvestigationState.NOT_SUBSTANTIATED
        assert open_duties(made) == []
        view = investigation_view(made.pk)
        assert view is not None
        assert [each.outcome for each in view.decisions] == [
            "family_support", "reopened", "in_home",
        ]  # fmt: skip


def test_moments_that_cannot_be(made):
    with acting(context(WORKER)):
        for wrong in (dt.timedelta(hours=-4), dt.timedelta(hours=5)):
            with pytest.raises(NotPossible):
                investigating.record_first_contact(
                    investigation_id=made.pk,
                    contact_at=NOW + wrong,
                    by=context(WORKER),
                    by_name="鄭社工",
                    now=NOW + dt.timedelta(hours=1),
                )
        contact(made)
        with pytest.raises(NotPossible, match="已經記錄"):
            contact(made)


def test_who_left_the_unit_is_given_none(made):
    gone, by = context(WORKER).member_id, context("protection.supervisor")
    with acting(SYSTEM):
        Post.objects.filter(member_id=gone).update(until_on=NOW.date() - dt.timedelta(days=1))
    with acting(by):
        assert gone not in {each.pk for each in members_of(made.unit_id, NOW.date())}
        with pytest.raises(NotPossible, match="本單位的社工"):
            investigating.assign_worker(
                investigation_id=made.pk, worker_id=gone, by=by, by_name="江督導", now=NOW
            )


def test_a_worker_of_the_unit_takes_it_and_nobody_elses(made):
    by = context("protection.supervisor")
    with acting(by):
        mine = members_of(made.unit_id, NOW.date())
        assert [each.username for each in mine] == ["protection.supervisor", WORKER]
        # A clerk of a unit works on nothing that one is given.
        center = Unit.objects.get(code="luodong_center")
        assert "luodong.clerk" not in {each.username for each in members_of(center.pk, NOW.date())}
        given = investigating.assign_worker(
            investigation_id=made.pk, worker_id=mine[1].pk, by=by, by_name="江督導", now=NOW
        )
        assert given.worker == mine[1]
        stranger = members_of(Unit.objects.get(code="luodong_center").pk, NOW.date())[0]
        with pytest.raises(NotPossible, match="本單位"):
            investigating.assign_worker(
                investigation_id=made.pk, worker_id=stranger.pk, by=by, by_name="江督導", now=NOW
            )


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        (WORKER, True),
        ("protection.supervisor", True),
        ("intake", True),
        ("luodong.worker", False),
        ("police", False),
        ("data", False),
        ("auditor", False),
        ("admin", False),
    ],
)
def test_the_unit_and_the_desk_see_it_and_nobody_else(made, username, sees):
    with acting(context(username)):
        assert investigations(open_only=True).exists() is sees
        assert (investigation_view(made.pk) is not None) is sees


def test_the_desk_may_read_but_not_write(made):
    by = context("intake.supervisor")
    with acting(by), pytest.raises(NotPossible, match="不屬於您的單位"):
        investigating.record_first_contact(
            investigation_id=made.pk, contact_at=NOW, by=by, by_name="許派案", now=NOW
        )
