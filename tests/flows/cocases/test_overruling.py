"""An entry left out by a person: with a reason, kept, taken back until sent, and counted rightly in the next months."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction

from anwang.network.cocases.actions import SendingError, leave_out, send_list, take_back
from anwang.network.cocases.exporting import lists_json
from anwang.network.cocases.models import ListEntry, SendingEntry
from anwang.network.cocases.queries import SendingState
from anwang.people.registry.models import ServicePresence
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Deadline, Decision
from tests.county import context, establish

from .month import APRIL, HOMES, MARCH, PEOPLE, Registry, Row, moment, renumbered
from .office import copies_of, line_of, make, officer, send, sending_to

pytestmark = pytest.mark.django_db

WHY = "電話查證，已由里長找到，全家平安。"


@pytest.fixture
def registry() -> Registry:
    establish("lists", "luodong.supervisor", "police")
    found = Registry()
    found.load(MARCH, PEOPLE, HOMES)
    make(5)
    return found


def entry(list_code: str, period=MARCH) -> ListEntry:  # type: ignore[no-untyped-def]
    with acting(SYSTEM):
        return ListEntry.objects.filter(period=period.first_day, list_code=list_code).first()  # type: ignore[return-value]


def leave(list_code: str, reason: str = WHY, day: int = 5) -> ListEntry:
    with acting(officer()):
        return leave_out(
            entry_id=entry(list_code).pk, reason=reason, by=officer(), by_name="林承辦", now=moment(day)
        )


def test_leaving_out_is_a_decision_that_is_kept_and_can_be_taken_back(registry: Registry) -> None:
    number = sending_to("police_office", "missing_child")
    left = leave("missing_child")
    assert line_of(number, 5).state is SendingState.LEFT_OUT
    with acting(SYSTEM):
        decision = Decision.objects.get()
        assert (decision.outcome, decision.reason, decision.citation) == ("left_out", WHY, left.citation)
        assert decision.made_by_member_id == context("lists").member_id
        assert ListEntry.objects.get(pk=left.pk).left_out == decision
        duty = Deadline.objects.get(subject_id=f"{number}.1", rule_id="list.send")
        assert duty.met_at == moment(5)
        assert lists_json(MARCH)["missing_child"] == []
    with acting(officer()), pytest.raises(SendingError, match="已經全部送出"):
        send_list(sending_id=number, by=officer(), by_name="林承辦", now=moment(5))
    make(5)  # made again, it stays left out
    assert line_of(number, 5).state is SendingState.LEFT_OUT
    with acting(officer()):
        take_back(entry_id=left.pk, by=officer(), by_name="林承辦", now=moment(6))
    assert line_of(number, 5).waiting == 1
    with acting(SYSTEM):
        back = Decision.objects.order_by("pk").last()
        assert back is not None
        assert (back.outcome, back.overrules) == ("taken_back", decision)
        duty.refresh_from_db()
        assert duty.met_at is None
        actions = AuditEntry.objects.filter(subject_kind="list_entry").order_by("pk")
        assert [row.action for row in actions] == ["left_out_entry", "took_back_entry"]
    send("police_office", "missing_child")
    with acting(officer()), pytest.raises(SendingError, match="已經送出"):
        leave_out(entry_id=left.pk, reason=WHY, by=officer(), by_name="林承辦", now=moment(7))


def test_who_may_leave_out_and_with_what_reason(registry: Registry) -> None:
    for reason in ("", "不要", " 不 必 "):
        with pytest.raises(SendingError, match="請寫明理由"):
            leave("missing_child", reason)
    for username in ("lists", "police"):  # without the purpose, and another unit
        with acting(context(username)), pytest.raises(SendingError, match="沒有這一列"):
            leave_out(
                entry_id=entry("missing_child").pk,
                reason=WHY,
                by=context(username),
                by_name="甲",
                now=moment(5),
            )
    leave("missing_child")
    with pytest.raises(SendingError, match="已經決定不送"):
        leave("missing_child")
    with acting(SYSTEM):
        pending = ListEntry.objects.get(standing="pending")
    with acting(officer()), pytest.raises(SendingError, match="不在名單上"):
        leave_out(entry_id=pending.pk, reason=WHY, by=officer(), by_name="林承辦", now=moment(5))


def test_one_left_out_and_its_neighbours_go(registry: Registry) -> None:
    number = sending_to("luodong_center", "cocase")
    assert line_of(number, 5).waiting == 2
    leave("cocase")
    assert (line_of(number, 5).waiting, line_of(number, 5).left_out) == (1, 1)
    send("luodong_center", "cocase")
    assert sorted(copy.sent_at is not None for copy in copies_of(number)) == [False, True]
    with acting(context("luodong.supervisor")):
        assert SendingEntry.objects.count() == 1
    assert line_of(number, 6).state is SendingState.SENT


def test_a_cocase_that_is_left_out_shows_nobody_who_else_serves(registry: Registry) -> None:
    home = registry.households["陳家"]

    def shown() -> set[bool]:
        with acting(SYSTEM):
            found = ServicePresence.objects.filter(household_id=home)
            return set(found.values_list("is_cocase", flat=True))

    assert shown() == {True}
    left = leave("cocase")
    assert shown() == {False}
    make(6)
    assert shown() == {False}
    with acting(officer()):
        take_back(entry_id=left.pk, by=officer(), by_name="林承辦", now=moment(6))
    assert shown() == {True}


def test_next_month_what_was_left_out_is_new_and_never_ended(registry: Registry) -> None:
    leave("missing_child")
    leave("xingfu")
    rows = [row for row in renumbered(PEOPLE, "4") if row.person != "林月霞"]
    registry.load(APRIL, rows, {home: people for home, people in HOMES.items() if home != "林家"})
    make(5, APRIL, 5)
    with acting(SYSTEM):
        april = dict(ListEntry.objects.filter(period=APRIL.first_day).values_list("list_code", "standing"))
        assert april["missing_child"] == "new"
        assert "xingfu" not in april
        assert april["cocase"] in {"continuing", "ended"}
        assert not ListEntry.objects.filter(period=APRIL.first_day, left_out__isnull=False).exists()


def test_a_changed_reason_asks_for_a_new_decision(registry: Registry) -> None:
    leave("cocase")  # 陳家
    home = registry.households["陳家"]
    assert entry("cocase").household_id == home
    more = Row("陳小安", PEOPLE[5].roster, "H-9", birth="112/9/9", details=PEOPLE[5].details)
    registry.load(MARCH, [*PEOPLE, more], HOMES)
    make(8)
    with acting(SYSTEM):
        again = ListEntry.objects.get(period=MARCH.first_day, list_code="cocase", household_id=home)
        assert again.left_out is None
        assert Decision.objects.order_by("pk").last().outcome == "lapsed"  # type: ignore[union-attr]
    assert line_of(sending_to("luodong_center", "cocase"), 8).waiting == 2


def test_an_entry_that_a_correction_takes_away_leaves_a_trace_of_the_decision(registry: Registry) -> None:
    leave("xingfu")  # 林家
    registry.load(MARCH, [row for row in PEOPLE if row.person != "林月霞"], HOMES)
    make(8)
    with acting(SYSTEM):
        assert not ListEntry.objects.filter(list_code="xingfu").exists()
        last = Decision.objects.order_by("pk").last()
        assert last is not None
        assert (last.outcome, last.overrules.outcome) == ("lapsed", "left_out")  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_a_making_of_the_same_month(registry: Registry) -> None:
    """Else the making, which read the entries before, would write over the decision."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(hashtext('lists 115-03'))")
            assert cursor.fetchone() == (True,)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '200ms'")
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                leave("missing_child")
    finally:
        other.close()
    leave("missing_child")
