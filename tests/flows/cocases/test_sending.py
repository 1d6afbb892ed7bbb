"""Sending, receiving and receipting under row security: each unit its own copies, the fields it needs, the clocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from anwang.agencies.models import Unit
from anwang.network.cocases import queries
from anwang.network.cocases.actions import SendingError, make_lists, receipt_list, remind_overdue, send_list
from anwang.network.cocases.models import ListEntry, ListMonth, ListSending, SendingEntry
from anwang.network.cocases.queries import SendingState
from anwang.people.registry.household_queries import household_view
from anwang.platform.context import SYSTEM, AccessContext, Purpose, acting
from anwang.platform.models import AuditEntry, Deadline
from tests.county import context, establish

from .month import HOMES, MARCH, PEOPLE, Registry, Row, moment

pytestmark = pytest.mark.django_db

# no health, drug or suicide matter, no police matter
SECRET = ("藥癮", "毒品", "自殺", "精神", "個管")


@pytest.fixture
def registry() -> Registry:
    establish("lists", "luodong.supervisor", "yilan.worker", "police", "labour", "education", "health")
    found = Registry()
    found.load(MARCH, PEOPLE, HOMES)
    make(5)
    return found


def officer() -> AccessContext:
    return replace(context("lists"), purpose=Purpose.MONTHLY_LISTS)


def make(day: int) -> None:
    make_lists(period=MARCH, by=officer(), by_name="林承辦", now=moment(day))


def sending_to(unit: str, list_code: str) -> int:
    with acting(SYSTEM):
        return ListSending.objects.get(unit__code=unit, list_code=list_code).pk


def send(unit: str, list_code: str, day: int = 6) -> int:
    number = sending_to(unit, list_code)
    with acting(officer()):
        send_list(sending_id=number, by=officer(), by_name="林承辦", now=moment(day))
    return number


def state(number: int, now: dt.datetime) -> SendingState:
    with acting(officer()):
        line = queries.sending(number, now)
    assert line is not None
    return line.state


def test_before_sending_nobody_but_the_office_sees_anything(registry: Registry) -> None:
    for username in ("luodong.supervisor", "police", "health"):
        with acting(context(username)):
            assert not ListSending.objects.exists()
            assert not SendingEntry.objects.exists()
            assert not ListEntry.objects.exists()
            assert not ListMonth.objects.exists()
    with acting(context("lists")):  # the officer without the stated purpose
        assert not ListEntry.objects.exists()
        assert not SendingEntry.objects.exists()
    with acting(officer()):
        assert ListEntry.objects.count() == 7


def test_a_unit_sees_its_own_copies_and_no_other(registry: Registry) -> None:
    send("luodong_center", "cocase")
    send("police_office", "missing_child")
    with acting(context("luodong.supervisor")):
        assert {c.sending.list_code for c in SendingEntry.objects.select_related("sending")} == {"cocase"}
        assert len(queries.received(context("luodong.supervisor").unit_id or 0, moment(7))) == 1
        assert not ListEntry.objects.exists()
    with acting(context("police")):
        copies = list(SendingEntry.objects.all())
        assert [c.shown["name"] for c in copies] == ["吳小平"]
    with acting(context("yilan.worker")):
        assert not SendingEntry.objects.exists()


def test_each_copy_holds_only_the_fields_of_its_task(registry: Registry) -> None:
    for unit, list_code in (
        ("police_office", "high_risk_child"),
        ("labour_office", "xingfu"),
        ("education_office", "cocase"),
        ("civil_office", "high_risk_child"),
        ("health_office", "high_risk_child"),
        ("luodong_center", "high_risk_child"),
    ):
        send(unit, list_code)
    seen: dict[str, dict[str, dict[str, str]]] = {}
    for username in ("police", "labour", "education", "luodong.supervisor", "health"):
        with acting(context(username)):
            seen[username] = {
                c.sending.list_code: c.shown for c in SendingEntry.objects.select_related("sending")
            }
    for username in ("police", "labour", "education"):
        text = "".join("".join(shown.values()) for shown in seen[username].values())
        assert not [word for word in SECRET if word in text], username
    assert set(seen["police"]["high_risk_child"]) == {"name", "birth", "address", "carer", "brief"}
    assert set(seen["labour"]["xingfu"]) == {"name", "birth", "address", "brief"}
    # of a co-case a bureau gets the names of those whom it serves itself, and whom to call at the others
    assert seen["education"]["cocase"]["name"] == "陳品睿"
    assert "衛生局（社安網聯絡人 03-0000-201）" in seen["education"]["cocase"]["other_agencies"]
    assert "教育處" not in seen["education"]["cocase"]["other_agencies"]
    assert "藥癮個管中" in seen["health"]["high_risk_child"]["reason"]
    assert "phone" not in seen["health"]["high_risk_child"]


def test_receiving_opens_the_household_and_nothing_else(registry: Registry) -> None:
    home = registry.households["吳家"]
    with acting(context("police")):
        assert household_view(home) is None
    send("police_office", "missing_child")
    with acting(context("police")):
        view = household_view(home)
        assert view is not None
        assert view.members[0].records == ()
        assert household_view(registry.households["陳家"]) is None


def test_a_unit_receipts_its_own_list_once(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    supervisor = context("luodong.supervisor")
    stranger = context("yilan.worker")
    with acting(stranger), pytest.raises(SendingError, match="沒有送到您的單位"):
        receipt_list(sending_id=number, by=stranger, by_name="李社工", now=moment(7))
    waiting = sending_to("luodong_center", "high_risk_child")
    with acting(supervisor), pytest.raises(SendingError, match="沒有送到您的單位"):
        receipt_list(sending_id=waiting, by=supervisor, by_name="黃督導", now=moment(7))
    with acting(supervisor):
        receipt_list(sending_id=number, by=supervisor, by_name="黃督導", now=moment(7))
        with pytest.raises(SendingError, match="已經簽收"):
            receipt_list(sending_id=number, by=supervisor, by_name="黃督導", now=moment(7))
    assert state(number, moment(8)) is SendingState.RECEIPTED
    with acting(SYSTEM):
        duty = Deadline.objects.get(rule_id="list.receipt", unit_id=supervisor.unit_id)
        assert duty.met_at == moment(7)
        rows = list(AuditEntry.objects.filter(action__in=["sent_list", "receipted_list"]).order_by("pk"))
    assert [(r.action, r.member_name, r.detail["entries"]) for r in rows] == [
        ("sent_list", "林承辦", 2),
        ("receipted_list", "黃督導", 2),
    ]


def test_nothing_is_sent_twice_and_nobody_sends_without_the_purpose(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    with acting(officer()), pytest.raises(SendingError, match="已經全部送出"):
        send_list(sending_id=number, by=officer(), by_name="林承辦", now=moment(7))
    for username in ("lists", "luodong.supervisor"):
        waiting = sending_to("luodong_center", "high_risk_child")
        with acting(context(username)), pytest.raises(SendingError):
            send_list(sending_id=waiting, by=context(username), by_name="甲", now=moment(7))
    with acting(SYSTEM):
        assert ListSending.objects.get(pk=waiting).sent_at is None


def test_clocks_run_and_overdue_receipts_come_back_to_the_office(registry: Registry) -> None:
    centre = sending_to("luodong_center", "cocase")
    police = sending_to("police_office", "missing_child")
    assert state(police, moment(5, hour=23)) is SendingState.TO_SEND  # at once: the same day
    assert state(police, moment(6)) is SendingState.LATE_TO_SEND
    assert state(centre, moment(8)) is SendingState.TO_SEND
    assert state(centre, moment(9)) is SendingState.LATE_TO_SEND
    send("luodong_center", "cocase", day=9)
    assert state(centre, moment(12)) is SendingState.SENT
    assert remind_overdue(now=moment(12)) == 0
    assert state(centre, moment(13)) is SendingState.LATE_TO_RECEIPT
    assert remind_overdue(now=moment(13)) == 1
    assert remind_overdue(now=moment(14)) == 0
    office = context("lists")
    with acting(office):
        duty = Deadline.objects.get(rule_id="list.remind")
        assert (duty.unit_id, duty.met_at) == (office.unit_id, None)
        assert "羅東社會福利服務中心逾期未簽收" in duty.label
    supervisor = context("luodong.supervisor")
    with acting(supervisor):
        receipt_list(sending_id=centre, by=supervisor, by_name="黃督導", now=moment(15))
    with acting(SYSTEM):
        duty.refresh_from_db()
        assert duty.met_at == moment(15)
        assert AuditEntry.objects.get(action="receipted_list").detail["overdue"] is True


def test_what_is_new_goes_out_in_another_round_with_its_own_clock(registry: Registry) -> None:
    number = send("luodong_center", "high_risk_child")
    supervisor = context("luodong.supervisor")
    with acting(supervisor):
        receipt_list(sending_id=number, by=supervisor, by_name="黃督導", now=moment(7))
    more = [
        *PEOPLE,
        Row("陳小樂", Row("", PEOPLE[3].roster, "").roster, "S-9", birth="113/1/2"),
    ]
    registry.load(MARCH, more, HOMES | {"陳家": (*HOMES["陳家"], "陳小樂")})
    make(10)
    assert state(number, moment(10)) is SendingState.TO_SEND
    with acting(supervisor):  # not there yet
        assert SendingEntry.objects.count() == 1
    send("luodong_center", "high_risk_child", day=11)
    assert state(number, moment(11)) is SendingState.SENT
    with acting(supervisor):
        assert SendingEntry.objects.count() == 2
        line = queries.received_one(number, supervisor.unit_id or 0, moment(11))
        assert line is not None
        assert line.sending.receipted_at is None  # the receipt is asked for again
        assert line.sending.receipt_due_at is not None
        assert line.sending.receipt_due_at.date() == dt.date(2026, 4, 14)
        receipt_list(sending_id=number, by=supervisor, by_name="黃督導", now=moment(12))
    with acting(SYSTEM):
        duties = Deadline.objects.filter(subject_id__startswith=f"{number}.").order_by("pk")
        assert [(d.rule_id, d.met_at) for d in duties] == [
            ("list.send", moment(6)),
            ("list.receipt", moment(7)),
            ("list.send", moment(11)),
            ("list.receipt", moment(12)),
        ]


def test_sending_more_puts_off_no_receipt(registry: Registry) -> None:
    number = send("luodong_center", "high_risk_child", day=6)
    registry.load(
        MARCH,
        [*PEOPLE, Row("陳小樂", PEOPLE[3].roster, "S-9", birth="113/1/2")],
        HOMES | {"陳家": (*HOMES["陳家"], "陳小樂")},
    )
    make(8)
    send("luodong_center", "high_risk_child", day=8)
    assert state(number, moment(10)) is SendingState.LATE_TO_RECEIPT


def test_the_social_office_does_not_send_to_itself(registry: Registry) -> None:
    with acting(SYSTEM):
        office = Unit.objects.get(code="social_office")
        assert not ListSending.objects.filter(unit=office).exists()
        assert ListSending.objects.filter(unit__code="yilan_center", list_code="xingfu").exists()


def test_nobody_deletes_what_was_sent(registry: Registry) -> None:
    number = send("luodong_center", "cocase")
    with acting(SYSTEM):
        kept = SendingEntry.objects.filter(sending_id=number)
        before = kept.count()
        kept._raw_delete("default")  # type: ignore[attr-defined]
        assert kept.count() == before > 0
