"""Overdue duties rise level by level, once, to whom must look; and the head office sees what has risen to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from anwang.agencies import escalating, jobs
from anwang.agencies.escalating import escalate
from anwang.agencies.models import Unit
from anwang.platform import clock
from anwang.platform.context import SYSTEM, acting
from anwang.platform.due_rules import TAIPEI, Term, TermKind
from anwang.platform.models import Deadline, Escalation
from anwang.platform.worklist import View, counts, shown
from tests import county

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 24, 9, 30, tzinfo=TAIPEI)
HOUR = dt.timedelta(hours=1)


def unit(code: str) -> int:
    with acting(SYSTEM):
        return Unit.objects.get(code=code).pk


def duty(unit_id: int, number: int = 1, **more: Any) -> Deadline:
    given: dict[str, Any] = {"term": Term(TermKind.HOURS, 24), **more}
    return clock.open_deadline(
        subject_kind="report", subject_id=number, rule_id="intake.day", rule_label="派案", label="24 小時內派案", unit_id=unit_id,
        opened_at=NOW, **given,
    )  # fmt: skip


def levels(pk: int) -> list[tuple[int, int]]:
    with acting(SYSTEM):
        rows = Escalation.objects.filter(deadline=pk).order_by("pk")
        return [(row.level, row.to_unit_id) for row in rows]


def test_an_overdue_duty_rises_level_by_level_and_once() -> None:
    county.establish("luodong.supervisor", "lists")
    centre, office = unit("luodong_center"), unit("social_office")
    made = duty(centre)
    assert escalate(now=made.due_at - HOUR) == escalating.Risen(0, 0)
    late = made.due_at + dt.timedelta(minutes=1)
    assert escalate(now=late).rises == 1
    assert escalate(now=late).rises == 0
    assert levels(made.pk) == [(1, centre)]
    assert escalate(now=made.due_at + 4 * HOUR).rises == 1
    assert escalate(now=made.due_at + 400 * HOUR).rises == 0
    assert levels(made.pk) == [(1, centre), (2, office)]


def test_each_level_is_shown_to_who_must_look_and_to_nobody_else() -> None:
    county.establish("luodong.supervisor", "yilan.supervisor", "lists")
    mine, other, office = map(county.context, ("luodong.supervisor", "yilan.supervisor", "lists"))
    made = duty(mine.unit_id or 0)

    def seen(now: dt.datetime) -> list[bool]:
        found = []
        for who in (mine, other, office):
            with acting(who):
                place = {"unit_id": who.unit_id or 0, "member_id": who.member_id, "now": now}
                listed = shown(View.RISEN, **place).count()  # type: ignore[arg-type]
                assert counts(**place).risen == listed  # type: ignore[arg-type]
                found.append(bool(listed))
        return found

    first, second = made.due_at + HOUR, made.due_at + 5 * HOUR
    assert seen(first) == [False, False, False]
    escalate(now=first)
    assert seen(first) == [True, False, False]
    escalate(now=second)
    assert seen(second) == [True, False, True], "the unit's supervisors go on seeing it"
    clock.meet_deadline(subject_kind="report", subject_id=1, rule_id="intake.day", at=second)
    assert seen(second) == [False, False, False]


def test_a_unit_without_a_supervisor_is_known_to_the_head_office_at_once() -> None:
    county.establish("luodong.worker", "lists")
    made = duty(unit("luodong_center"))
    assert escalate(now=made.due_at + HOUR).rises == 2
    assert levels(made.pk)[-1] == (2, unit("social_office"))


def test_a_duty_of_another_bureaus_own_office_rises_to_the_social_office() -> None:
    county.establish("police", "lists")
    made = duty(unit("police_office"))
    escalate(now=made.due_at + HOUR)
    assert levels(made.pk)[-1] == (2, unit("social_office"))


def test_a_duty_of_days_has_other_terms_than_one_of_hours() -> None:
    county.establish("luodong.supervisor")
    made = duty(unit("luodong_center"), term=Term(TermKind.DAYS, 1))
    assert escalate(now=made.due_at + 23 * HOUR).rises == 0
    assert escalate(now=made.due_at + 24 * HOUR).rises == 1
    assert escalate(now=made.due_at + 71 * HOUR).rises == 0
    assert escalate(now=made.due_at + 72 * HOUR).rises == 1


def test_a_duty_that_is_moved_on_falls_back_and_may_rise_again() -> None:
    county.establish("luodong.supervisor")
    centre = unit("luodong_center")
    made = duty(centre)
    late = made.due_at + HOUR
    escalate(now=late)
    moved = made.due_at + 48 * HOUR
    clock.move_deadline(
        subject_kind="report",
        subject_id=1,
        rule_id="intake.day",
        at=late,
        due_at=moved,
        reason="督導核准展延",
    )
    assert escalate(now=late) == escalating.Risen(0, 1)
    assert escalate(now=late) == escalating.Risen(0, 0)
    assert escalate(now=moved + 24 * HOUR).rises == 1
    assert levels(made.pk) == [(1, centre), (1, centre)]


def test_an_overdue_duty_that_another_unit_takes_over_rises_there_anew_and_both_rises_are_kept() -> None:
    county.establish("luodong.supervisor", "yilan.supervisor")
    one, other = unit("luodong_center"), unit("yilan_center")
    made = duty(one)
    late = made.due_at + HOUR
    assert escalate(now=late).rises == 1
    clock.reassign_deadline(
        subject_kind="report", subject_id=1, at=late, reason="改派", owner_member_id=None, unit_id=other
    )
    assert escalate(now=late).rises == 1
    assert levels(made.pk) == [(1, one), (1, other)]


def test_batches_go_on_where_a_killed_run_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    county.establish("luodong.supervisor")
    centre = unit("luodong_center")
    made = [duty(centre, number) for number in range(7)]  # all due at one moment
    monkeypatch.setattr(escalating, "BATCH", 3)
    done = escalating._raise
    calls: list[int] = []

    def killed(*given: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done(*given)

    monkeypatch.setattr(escalating, "_raise", killed)
    late = made[0].due_at + HOUR
    with pytest.raises(KeyboardInterrupt):
        escalate(now=late)
    with acting(SYSTEM):
        assert Escalation.objects.count() == 3
    monkeypatch.setattr(escalating, "_raise", done)
    assert escalate(now=late).rises == 4
    with acting(SYSTEM):
        assert Deadline.objects.filter(escalation_level=1).count() == Escalation.objects.count() == 7


def test_the_worker_raises_by_its_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # it would close the test's own
    county.establish("luodong.supervisor")
    now = timezone.now()
    made = duty(unit("luodong_center"), term=None, due_at=now - HOUR)
    jobs.escalate_job.func(0)
    assert levels(made.pk) == [], "a duty of days rises after a day"
    with acting(SYSTEM):
        Deadline.objects.filter(pk=made.pk).update(due_at=now - 25 * HOUR)
    jobs.escalate_job.func(0)
    jobs.escalate_job.func(0)
    assert [level for level, _ in levels(made.pk)] == [1]
