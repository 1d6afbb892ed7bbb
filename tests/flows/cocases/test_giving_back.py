"""退回: a unit gives back what it was sent; the office sends it again, elsewhere, or closes it. Nothing sent changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from anwang.agencies.models import Unit
from anwang.network.cocases import queries
from anwang.network.cocases.actions import (
    Answered,
    SendingError,
    answer_returns,
    receipt_list,
    remind_overdue,
    return_entries,
)
from anwang.network.cocases.duties import renew_sending
from anwang.network.cocases.household_queries import listings_of_household
from anwang.network.cocases.models import ListEntry, ListReturn, ReturnAnswer, SendingEntry
from anwang.network.cocases.queries import SendingState
from anwang.people.registry.household_queries import household_view
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Deadline, Decision
from tests.county import context, establish

from .month import HOMES, MARCH, PEOPLE, Registry, moment
from .office import copies_of, line_of, make, officer, send, sending_to

pytestmark = pytest.mark.django_db

WHY = "已與縣府確認轄區。"


@pytest.fixture
def registry() -> Registry:
    establish("lists", "luodong.supervisor", "yilan.worker", "jiaoxi.worker", "police", "labour", "health")
    found = Registry()
    found.load(MARCH, PEOPLE, HOMES)
    make(5)
    return found


def give_back(
    number: int, username: str, copies: list[int] | None = None, reason: str = "not_ours", text: str = "", day: int = 7
) -> int:  # fmt: skip
    by = context(username)
    with acting(by):
        return return_entries(
            sending_id=number,
            copy_ids=copies,
            reason=reason,
            text=text,
            by=by,
            by_name="黃督導",
            now=moment(day),
        )


def answer(number: int, outcome: str, to_unit: str = "", text: str = WHY, day: int = 8, **also) -> Answered:  # type: ignore[no-untyped-def]
    with acting(SYSTEM):
        unit = Unit.objects.filter(code=to_unit).first()
        open_ones = ListReturn.objects.filter(copy__sending_id=number, answer=None)
        wanted = also.get("returns") or list(open_ones.values_list("pk", flat=True))
    with acting(officer()):
        return answer_returns(
            sending_id=number,
            return_ids=wanted,
            outcome=outcome,
            to_unit_id=unit.pk if unit else None,
            text=text,
            by=officer(),
            by_name="林承辦",
            now=moment(day),
        )


def receipt(number: int, username: str, day: int = 9) -> None:
    by = context(username)
    with acting(by):
        receipt_list(sending_id=number, by=by, by_name="黃督導", now=moment(day))


def snapshot() -> list[tuple[object, ...]]:
    with acting(SYSTEM):
        return list(
            SendingEntry.objects.filter(sent_at__isnull=False)
            .order_by("pk")
            .values_list(
                "pk", "sending", "entry", "unit", "household", "citation", "shown", "due_on", "sent_at"
            )
        )


def test_a_whole_list_goes_back_instead_of_a_receipt(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    before = snapshot()
    assert give_back(number, "luodong.supervisor") == 2
    assert snapshot() == before
    line = line_of(number, 7)
    assert (line.state, line.returned, line.due_at) == (
        SendingState.RETURNED,
        2,
        moment(10, hour=23).replace(minute=59),
    )
    assert line_of(number, 12).state is SendingState.LATE_TO_ANSWER
    assert remind_overdue(now=moment(20)) == 0
    supervisor = context("luodong.supervisor")
    with acting(supervisor):
        assert household_view(registry.households["陳家"]) is None
        assert listings_of_household(registry.households["陳家"]) == []
        assert SendingEntry.objects.count() == 2  # what was sent stays to be seen
        (mine,) = queries.received(supervisor.unit_id or 0, moment(7))
        assert mine.state is SendingState.RETURNED
    with pytest.raises(SendingError, match="整份退回"):
        receipt(number, "luodong.supervisor")
    with acting(SYSTEM):
        duties = {d.rule_id: d for d in Deadline.objects.filter(subject_id__startswith=f"{number}.")}
        assert duties["list.receipt"].met_at == moment(7)
        todo = duties["list.answer"]
        assert (todo.unit_id, todo.met_at) == (context("lists").unit_id, None)
        assert todo.label.endswith("羅東社會福利服務中心退回 2 筆")
        row = AuditEntry.objects.get(action="returned_list")
        assert (row.detail["entries"], row.detail["whole"], row.member_name) == (2, True, "黃督導")


def test_one_entry_goes_back_and_the_rest_is_receipted(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    one, _ = copies_of(number)
    assert give_back(number, "luodong.supervisor", [one.pk], "moved_away") == 1
    assert line_of(number, 7).state is SendingState.RETURNED
    assert line_of(number, 10).state is SendingState.LATE_TO_RECEIPT
    unit = context("luodong.supervisor")
    with acting(unit):  # its own duty first
        (mine,) = queries.received(unit.unit_id or 0, moment(7))
        assert (mine.state, mine.due_at) == (SendingState.SENT, mine.sending.receipt_due_at)
    with pytest.raises(SendingError, match="已退回"):
        give_back(number, "luodong.supervisor", [one.pk])
    receipt(number, "luodong.supervisor")
    with acting(SYSTEM):
        assert AuditEntry.objects.get(action="receipted_list").detail["entries"] == 1
    with pytest.raises(SendingError, match="已經簽收"):
        give_back(number, "luodong.supervisor", None)
    answer(number, "closed")
    assert line_of(number, 10).state is SendingState.RECEIPTED


def test_who_may_give_back_and_why(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    waiting = sending_to("luodong_center", "high_risk_child")
    with pytest.raises(SendingError, match="沒有送到您的單位"):
        give_back(number, "yilan.worker")
    with pytest.raises(SendingError, match="沒有送到您的單位"):
        give_back(waiting, "luodong.supervisor")
    for reason, text, said in (("", "", "請選擇"), ("lazy", "", "請選擇"), ("other", "不要", "請寫明"), ("other", "字" * 201, "200 個字以內")):  # fmt: skip
        with pytest.raises(SendingError, match=said):
            give_back(number, "luodong.supervisor", None, reason, text)
    other = copies_of(send("yilan_center", "xingfu"))[0]
    with pytest.raises(SendingError, match="勾選"):
        give_back(number, "luodong.supervisor", [other.pk])
    stranger = context("yilan.worker")  # the database refuses it too
    copy = copies_of(number)[0]
    values = {
        "unit_id": stranger.unit_id,
        "reason": "other",
        "returned_at": moment(7),
        "answer_due_at": moment(9),
    }
    with acting(stranger), pytest.raises(DatabaseError), transaction.atomic():
        ListReturn.objects.create(copy_id=copy.pk, **values)
    with acting(SYSTEM):
        assert not ListReturn.objects.exists()


def test_sent_again_it_is_owed_anew_and_can_come_back_once_more(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    give_back(number, "luodong.supervisor")
    answer(number, "again", day=15)
    line = line_of(number, 15)
    assert (line.state, line.returned, line.settled) == (SendingState.SENT, 0, 0)
    assert line.sending.receipt_due_at == moment(18, hour=23).replace(minute=59)  # a clock of its own
    with acting(context("luodong.supervisor")):
        assert household_view(registry.households["陳家"]) is not None
    assert give_back(number, "luodong.supervisor", day=16) == 2
    with acting(SYSTEM):
        assert sorted(ListReturn.objects.values_list("number", flat=True)) == [1, 1, 2, 2]
        assert Deadline.objects.get(subject_id=f"{number}.returns").met_at is None
    answer(number, "again", day=17)
    receipt(number, "luodong.supervisor", 18)
    assert line_of(number, 18).state is SendingState.RECEIPTED
    with acting(SYSTEM):
        assert not Deadline.objects.filter(subject_id__startswith=f"{number}.", met_at=None).exists()
        assert not Decision.objects.exists()  # the rule was followed


def test_sent_again_what_waits_in_the_list_is_still_to_be_sent(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    give_back(number, "luodong.supervisor")
    with acting(SYSTEM):  # a correction adds one
        entry = ListEntry.objects.filter(list_code="high_risk_child").first()
        old = SendingEntry.objects.filter(sending_id=number).first()
        assert entry is not None
        assert old is not None
        SendingEntry.objects.create(
            sending_id=number, entry=entry, unit_id=old.unit_id, household_id=old.household_id,
            standing="new", citation=old.citation, due_on=moment(20).date(),
        )  # fmt: skip
        renew_sending([old.sending], moment(8))
    answer(number, "again")
    line = line_of(number, 8)
    assert (line.state, line.waiting) == (SendingState.TO_SEND, 1)
    with acting(SYSTEM):
        (duty,) = Deadline.objects.filter(
            subject_id__startswith=f"{number}.", rule_id="list.send", met_at=None
        )
        assert duty.due_at == moment(20, hour=23).replace(minute=59)
    send("luodong_center", "cocase", 9)
    with acting(SYSTEM):
        assert not Deadline.objects.filter(
            rule_id="list.send", subject_id=duty.subject_id, met_at=None
        ).exists()


def test_closed_ends_it_with_a_reason_that_is_a_decision(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    give_back(number, "luodong.supervisor")
    with pytest.raises(SendingError, match="請寫明理由"):
        answer(number, "closed", text="")
    answer(number, "closed")
    assert line_of(number, 20).state is SendingState.SETTLED
    with acting(SYSTEM):
        assert set(Decision.objects.values_list("outcome", "reason")) == {("closed", WHY)}
        assert Deadline.objects.get(subject_id=f"{number}.returns").met_at == moment(8)
        returns = list(ListReturn.objects.values_list("pk", flat=True))
    with pytest.raises(SendingError, match="別人可能剛處理過"):
        answer(number, "again", returns=returns)
    make(20)  # made again, nothing is sent again and nothing opens again
    assert line_of(number, 20).state is SendingState.SETTLED
    with acting(context("luodong.supervisor")):
        assert household_view(registry.households["陳家"]) is None


def test_sent_elsewhere_it_waits_in_the_other_units_list_and_survives_a_new_making(
    registry: Registry,
) -> None:
    number = send("luodong_center", "high_risk_child")
    give_back(number, "luodong.supervisor", reason="not_ours")
    answered = answer(number, "elsewhere", "jiaoxi_center")
    assert line_of(number, 8).state is SendingState.SETTLED
    other = sending_to("jiaoxi_center", "high_risk_child")
    assert answered == Answered(1, other)
    (old,), (new,) = copies_of(number), copies_of(other)
    assert (new.shown, new.entry_id, new.sent_at) == (old.shown, old.entry_id, None)
    assert new.note == "羅東社會福利服務中心退回後改送。"
    make(9)
    assert [c.pk for c in copies_of(other)] == [new.pk]
    assert line_of(other, 9).state is SendingState.TO_SEND
    send("jiaoxi_center", "high_risk_child", 9)
    make(10)
    assert line_of(other, 10).state is SendingState.SENT
    with acting(context("jiaoxi.worker")):
        assert household_view(registry.households["陳家"]) is not None
        assert not ListReturn.objects.exists()  # why the other unit gave it back is not theirs
    with acting(context("luodong.supervisor")):
        (row,) = ReturnAnswer.objects.select_related("to_unit")
        assert str(row.to_unit) == "礁溪社會福利服務中心"


@pytest.mark.parametrize(
    ("list_code", "unit", "to_unit", "said"),
    [
        ("high_risk_child", "luodong_center", "", "請選擇要改送的單位"),
        ("high_risk_child", "luodong_center", "luodong_center", "不能收"),
        ("high_risk_child", "luodong_center", "police_office", "已有這一列"),
        ("high_risk_child", "luodong_center", "labour_office", "不能收"),  # no task in this list
        ("high_risk_child", "luodong_center", "social_office", "不能收"),
        ("cocase", "health_office", "police_office", "不能收"),
    ],
)
def test_where_it_cannot_go(registry: Registry, list_code: str, unit: str, to_unit: str, said: str) -> None:
    number = send(unit, list_code)
    give_back(number, {"luodong_center": "luodong.supervisor", "health_office": "health"}[unit])
    with pytest.raises(SendingError, match=said):
        answer(number, "elsewhere", to_unit)
    with acting(SYSTEM):
        assert not ReturnAnswer.objects.exists()


def test_another_bureau_gets_only_what_its_task_needs(registry: Registry) -> None:
    number = send("police_office", "high_risk_child")
    give_back(number, "police")
    with acting(SYSTEM):  # as if the rule had not sent it there
        SendingEntry.objects.filter(sending__list_code="high_risk_child", unit__code="civil_office").delete()
    answer(number, "elsewhere", "civil_office")
    (copy,) = copies_of(sending_to("civil_office", "high_risk_child"))
    text = "".join(copy.shown.values())
    assert copy.shown["name"] == "陳小安"
    assert not [word for word in ("藥癮", "毒品", "個管") if word in text]


def test_a_correction_settles_what_it_withdraws(registry: Registry) -> None:
    number = send("police_office", "missing_child")
    give_back(number, "police")
    found = [row for row in PEOPLE if row.person != "吳小平"]
    registry.load(MARCH, found, {home: people for home, people in HOMES.items() if home != "吳家"})
    make(8)
    with acting(SYSTEM):
        assert Deadline.objects.get(subject_id=f"{number}.returns").met_at == moment(8)
    with pytest.raises(SendingError, match="勾選"):
        answer(number, "again")
    # nothing of it is the unit's any more: no receipt is owed, and none asked after
    assert not line_of(number, 20).owes_receipt
    assert line_of(number, 20).state is SendingState.SETTLED
    assert remind_overdue(now=moment(20)) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "deed",
    [
        lambda _: send("police_office", "missing_child"),
        lambda number: give_back(number, "luodong.supervisor"),
    ],
    ids=["send", "give back"],
)
def test_sending_and_giving_back_wait_for_a_making_of_the_same_month(
    registry: Registry, deed: Callable[[int], int]
) -> None:
    """Else its duties would be those of a round that is over, or of copies that it withdraws."""
    number = send("luodong_center", "cocase")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(hashtext('lists 115-03'))")
            assert cursor.fetchone() == (True,)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '200ms'")
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                deed(number)
            receipt(number, "luodong.supervisor")  # that disturbs no making
    finally:
        other.close()


def test_the_database_refuses_to_change_what_was_sent_or_given_back(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    give_back(number, "luodong.supervisor")
    answer(number, "closed")
    for context_of in (SYSTEM, officer(), context("luodong.supervisor")):
        for change in ({"text": "改"}, {"reason": "other"}):
            with (
                acting(context_of),
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
            ):
                ListReturn.objects.update(**change)
        for model in (ListReturn, ReturnAnswer):
            with (
                acting(context_of),
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
            ):
                model.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    for change in ({"shown": {}}, {"due_on": "2026-05-01"}, {"sent_at": None}, {"citation": ""}):
        with acting(SYSTEM), pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            SendingEntry.objects.filter(sending_id=number).update(**change)
