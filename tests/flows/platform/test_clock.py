"""Duties with a time on the real database: opening once, rounds, meeting, withdrawing, handing on, moving."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from anwang.platform import clock
from anwang.platform.context import SYSTEM, acting
from anwang.platform.due_rules import TAIPEI, Term, TermKind
from anwang.platform.models import Deadline, DeadlineChange
from anwang.platform.worklist import View, shown
from tests import county

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 24, 9, 30, tzinfo=TAIPEI)  # a Friday
SUBJECT: dict[str, Any] = {"subject_kind": "case", "subject_id": 7, "rule_id": "case.visit"}


def opened(unit: int = 1, **more: Any) -> Deadline:
    given: dict[str, Any] = {"label": "每月訪視", "opened_at": NOW, "due_at": NOW + dt.timedelta(days=30)}
    given["rule_label"] = "訪視"
    return clock.open_deadline(**{**SUBJECT, "unit_id": unit, **given, **more})


def test_a_rule_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="name"):
        opened(rule_label=" ")


def test_opening_twice_is_opening_once_and_a_further_round_is_another_duty() -> None:
    assert opened().pk == opened(label="別的字", due_at=NOW).pk
    assert opened(sequence=11505).pk != opened().pk
    with acting(SYSTEM):
        assert Deadline.objects.get(sequence=1).label == "每月訪視"
        assert clock.next_sequence(**SUBJECT) == 11506


def test_meeting_one_round_leaves_the_others_open() -> None:
    opened()
    opened(sequence=2)
    assert clock.meet_deadline(**SUBJECT, at=NOW, sequence=2, by_member_id=5)
    assert not clock.meet_deadline(**SUBJECT, at=NOW, sequence=2)
    with acting(SYSTEM):
        assert [each.sequence for each in Deadline.objects.filter(met_at=None)] == [1]
        assert Deadline.objects.get(sequence=2).met_by_member_id == 5


def test_a_term_is_counted_by_the_office_calendar_only_where_it_says_working_days() -> None:
    # Friday 24 April; the first of May is a holiday (a Friday): five working days end on Monday the fourth.
    five = opened(due_at=None, term=Term(TermKind.WORKING_DAYS, 5))
    assert five.due_at == dt.datetime(2026, 5, 4, 23, 59, tzinfo=TAIPEI)
    week = opened(due_at=None, term=Term(TermKind.DAYS, 7), sequence=2)
    assert week.due_at == dt.datetime(2026, 5, 1, 23, 59, tzinfo=TAIPEI)
    day = opened(
        due_at=None, term=Term(TermKind.HOURS, 24), sequence=3, started_at=NOW - dt.timedelta(hours=2)
    )
    assert day.due_at == dt.datetime(2026, 4, 25, 7, 30, tzinfo=TAIPEI)
    with pytest.raises(ValueError, match="due moment or a term"):
        opened(due_at=None, sequence=4)


def test_a_withdrawn_duty_leaves_the_worklist_and_says_why() -> None:
    county.establish("luodong.worker")
    member = county.context("luodong.worker")
    assert member.unit_id is not None
    opened(member.unit_id)
    opened(member.unit_id, rule_id="case.review")
    with pytest.raises(ValueError, match="reason"):
        clock.withdraw_deadline(subject_kind="case", subject_id=7, at=NOW, reason=" ")
    assert (
        clock.withdraw_deadline(subject_kind="case", subject_id=7, at=NOW, reason="已結案", by_member_id=3)
        == 2
    )
    with acting(member):
        assert not shown(View.UNIT, unit_id=member.unit_id, member_id=None, now=NOW).exists()
        assert {each.reason for each in DeadlineChange.objects.all()} == {"已結案"}
    assert not clock.meet_deadline(**SUBJECT, at=NOW), "what fell away is not met afterwards"


def test_a_duty_is_handed_to_another_owner_and_unit_by_whoever_decides() -> None:
    county.establish("luodong.supervisor", "yilan.worker")
    giver, taker = county.context("luodong.supervisor"), county.context("yilan.worker")
    assert giver.unit_id is not None
    opened(giver.unit_id, owner_member_id=11)
    with acting(giver):
        moved = clock.reassign_deadline(
            subject_kind="case",
            subject_id=7,
            at=NOW,
            reason="遷居宜蘭",
            owner_member_id=taker.member_id,
            unit_id=taker.unit_id,
            by_member_id=giver.member_id,
        )
        assert moved == 1
        assert not Deadline.objects.exists(), "it is the other unit's now"
    with acting(taker):
        (duty,) = Deadline.objects.all()
        (change,) = duty.changes.all()
    assert duty.owner_member_id == taker.member_id
    assert (change.old_owner_member_id, change.old_unit_id) == (11, giver.unit_id)
    again = {"at": NOW, "reason": "同上", "owner_member_id": taker.member_id, "unit_id": taker.unit_id}
    assert clock.reassign_deadline(subject_kind="case", subject_id=7, **again) == 0  # type: ignore[arg-type]


def test_a_moved_duty_keeps_its_old_moment_and_its_reason() -> None:
    duty = opened(due_at=None, term=Term(TermKind.WORKING_DAYS, 5))
    later = duty.due_at + dt.timedelta(days=10)
    assert clock.move_deadline(**SUBJECT, at=NOW, due_at=later, reason="督導核准展延", by_member_id=3) == 1
    assert clock.move_deadline(**SUBJECT, at=NOW, due_at=later, reason="督導核准展延") == 0
    with acting(SYSTEM):
        found = Deadline.objects.get()
        change = DeadlineChange.objects.get()
    assert (found.due_at, found.term_kind) == (later, "")
    assert (change.old_due_at, change.new_due_at) == (duty.due_at, later)
