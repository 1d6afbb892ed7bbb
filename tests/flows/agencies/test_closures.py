"""Closures: entered and withdrawn with a reason, never changed; open working-day duties follow, no other does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from anwang.agencies.closures import ClosureError, enter_closure, withdraw_closure, working_day_duties
from anwang.platform import clock, jobs, recomputing
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.due_rules import TAIPEI, Term, TermKind
from anwang.platform.models import AuditEntry, Closure, Deadline, DeadlineChange
from anwang.platform.worklist import moved_by, moves
from tests import county

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 20, 0, tzinfo=TAIPEI)  # a Wednesday evening
STORM = dt.date(2026, 7, 9)


@pytest.fixture
def admin() -> AccessContext:
    county.establish("admin", "luodong.worker")
    return county.context("admin")


def enter(by: AccessContext, *, on: dt.date = STORM, part: str = "whole_day", **more: Any) -> Closure:
    given: dict[str, Any] = {"township_codes": [], "reason": "丹娜絲颱風", "today": NOW.date(), **more}
    with acting(by):
        return enter_closure(on=on, part=part, by=by, by_name="葉管理", now=NOW, **given)


def duties(unit_id: int) -> None:
    for number, (kind, length) in enumerate(
        [(TermKind.WORKING_DAYS, 2), (TermKind.DAYS, 2), (TermKind.HOURS, 24), (TermKind.MONTHS, 1)]
    ):
        clock.open_deadline(
            subject_kind="test", subject_id=number, rule_id="rule", rule_label="規則", label=str(kind), unit_id=unit_id,
            opened_at=NOW, term=Term(kind, length),
        )  # fmt: skip


def due_days() -> list[str]:
    with acting(SYSTEM):
        rows = Deadline.objects.order_by("pk")
        return [f"{row.due_at.astimezone(TAIPEI):%m-%d %H:%M}" for row in rows]


def waiting() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (args->>'closure_id')::int from procrastinate_jobs"
            " where task_name = 'platform.recompute_deadlines' order by id"
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_closure_moves_working_day_duties_only_and_withdrawing_it_moves_them_back(
    admin: AccessContext,
) -> None:
    worker = county.context("luodong.worker")
    duties(worker.unit_id or 0)
    before = ["07-10 23:59", "07-10 23:59", "07-09 20:00", "08-08 23:59"]
    assert due_days() == before
    assert working_day_duties() == 1
    closure = enter(admin)
    assert waiting() == [closure.pk], "the worker is asked in the same transaction"
    assert recomputing.recompute(now=NOW, closure_id=closure.pk) == 1
    assert due_days() == ["07-13 23:59", *before[1:]], "over the weekend"
    assert recomputing.recompute(now=NOW, closure_id=closure.pk) == 0
    with acting(worker):
        (duty,) = Deadline.objects.filter(term_kind="working_days")
        move = moves([duty.pk])[duty.pk]
    assert move.old_due_at == dt.datetime(2026, 7, 10, 23, 59, tzinfo=TAIPEI)
    assert move.reason == "115/7/9 停班：丹娜絲颱風"
    with acting(SYSTEM):
        assert moved_by([closure]) == {closure.pk: 1}
    with acting(admin):
        withdraw_closure(
            closure_id=closure.pk, reason="縣府改為照常上班", by=admin, by_name="葉管理", now=NOW
        )
    assert recomputing.recompute(now=NOW, closure_id=closure.pk) == 1
    assert due_days() == before
    with acting(SYSTEM):
        assert [row.reason for row in DeadlineChange.objects.order_by("pk")][-1] == "撤回 115/7/9 停班"
        acts = list(
            AuditEntry.objects.filter(subject_kind="closure").order_by("pk").values_list("action", flat=True)
        )
    assert acts == ["entered_closure", "withdrew_closure"]


def test_what_is_met_or_moved_by_a_person_is_left_alone(admin: AccessContext) -> None:
    duties(1)
    clock.move_deadline(
        subject_kind="test",
        subject_id=0,
        rule_id="rule",
        at=NOW,
        due_at=NOW + dt.timedelta(days=5),
        reason="展延",
    )
    enter(admin)
    assert recomputing.recompute(now=NOW) == 0


def test_a_closure_of_townships_is_for_their_duties_only(admin: AccessContext) -> None:
    for number, place in enumerate(("10002110", "10002020", "")):
        clock.open_deadline(
            subject_kind="test", subject_id=number, rule_id="rule", rule_label="規則", label="x", unit_id=1, opened_at=NOW,
            term=Term(TermKind.WORKING_DAYS, 1), township_code=place,
        )  # fmt: skip
    enter(admin, township_codes=["10002110", "10002120"])
    assert recomputing.recompute(now=NOW) == 1
    assert due_days() == ["07-10 23:59", "07-09 23:59", "07-09 23:59"]
    opened_later = clock.due_moment(NOW, Term(TermKind.WORKING_DAYS, 1), "10002120")
    assert opened_later.at.date() == dt.date(2026, 7, 10)


def test_half_a_day_does_not_count_as_a_working_day(admin: AccessContext) -> None:
    enter(admin, part="afternoon")
    assert clock.due_moment(NOW, Term(TermKind.WORKING_DAYS, 1)).at.date() == dt.date(2026, 7, 10)


def test_batches_reach_every_duty(admin: AccessContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "BATCH", 2)
    for number in range(5):
        clock.open_deadline(
            subject_kind="test", subject_id=number, rule_id="rule", rule_label="規則", label="x", unit_id=1, opened_at=NOW,
            term=Term(TermKind.WORKING_DAYS, 1),
        )  # fmt: skip
    enter(admin)
    assert recomputing.recompute(now=NOW) == 5
    assert set(due_days()) == {"07-10 23:59"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"on": dt.date(2027, 9, 9)}, "on"),
        ({"reason": " "}, "reason"),
        ({"reason": "長" * 121}, "reason"),
        ({"part": "night"}, "part"),
        ({"township_codes": ["99999"]}, "townships"),
    ],
)
def test_what_cannot_be_meant_is_refused(admin: AccessContext, more: dict[str, Any], field: str) -> None:
    with pytest.raises(ClosureError) as told:
        enter(admin, **more)
    assert told.value.field == field
    assert waiting() == []


def test_one_day_is_entered_once_until_it_is_withdrawn(admin: AccessContext) -> None:
    first = enter(admin)
    for more in ({}, {"part": "morning"}, {"township_codes": ["10002020"]}):
        with pytest.raises(ClosureError, match="已經登錄停班了"):
            enter(admin, **more)
    enter(admin, on=STORM + dt.timedelta(days=1), part="morning")
    with acting(admin):
        with pytest.raises(ClosureError, match="撤回的理由"):
            withdraw_closure(closure_id=first.pk, reason="", by=admin, by_name="葉管理", now=NOW)
        withdraw_closure(closure_id=first.pk, reason="日期打錯", by=admin, by_name="葉管理", now=NOW)
        with pytest.raises(ClosureError, match="已經撤回了"):
            withdraw_closure(closure_id=first.pk, reason="再一次", by=admin, by_name="葉管理", now=NOW)
        with pytest.raises(ClosureError, match="沒有這一筆"):
            withdraw_closure(closure_id=first.pk + 999, reason="再一次", by=admin, by_name="葉管理", now=NOW)
    enter(admin)


def test_others_read_closures_and_nobody_changes_what_was_entered(admin: AccessContext) -> None:
    closure = enter(admin)
    worker = county.context("luodong.worker")
    with acting(worker):
        assert Closure.objects.get().reason == "丹娜絲颱風"
        assert Closure.objects.update(withdrawn_at=NOW) == 0
    for who in (worker, admin):
        with pytest.raises(DatabaseError), transaction.atomic(), acting(who):
            Closure.objects.filter(pk=closure.pk).update(on=dt.date(2026, 7, 10))
        with pytest.raises(DatabaseError), transaction.atomic(), acting(who):
            Closure.objects.filter(pk=closure.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        enter(worker, on=STORM + dt.timedelta(days=1))


def test_the_worker_counts_anew_once(admin: AccessContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # it would close the test's own
    duties(1)
    closure = enter(admin)
    jobs.recompute_deadlines.func(closure.pk)
    jobs.recompute_all.func(0)
    with acting(SYSTEM):
        (change,) = DeadlineChange.objects.all()
    assert change.closure_id == closure.pk


def test_a_killed_run_is_taken_up_without_moving_anything_twice(
    admin: AccessContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "BATCH", 2)
    for number in range(5):
        clock.open_deadline(
            subject_kind="test", subject_id=number, rule_id="rule", rule_label="規則", label="x", unit_id=1, opened_at=NOW,
            term=Term(TermKind.WORKING_DAYS, 1),
        )  # fmt: skip
    closure = enter(admin)
    move, calls = recomputing._move, []

    def killed(*given: Any) -> int:
        calls.append(1)
        found = move(*given)
        if len(calls) == 2:
            raise KeyboardInterrupt  # after writing, before the commit
        return found

    monkeypatch.setattr(recomputing, "_move", killed)
    with pytest.raises(KeyboardInterrupt):
        recomputing.recompute(now=NOW, closure_id=closure.pk)
    monkeypatch.setattr(recomputing, "_move", move)
    assert recomputing.recompute(now=NOW, closure_id=closure.pk) == 3
    with acting(SYSTEM):
        assert DeadlineChange.objects.count() == 5
