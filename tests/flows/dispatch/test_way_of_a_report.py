"""The way of a report through the desk: screened, sent, taken, returned, disputed, settled, not opened, opened again."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Deadline, Decision
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispatch, Dispute, NotOpened
from anwang.services.intake.models import Report, ReportReader, Screening
from anwang.services.intake.screening import NotScreened, screen
from tests.county import context, establish

from .made import DAY, HOUR, MINUTE, NOW, do, fresh, open_duties, received, screened, sent, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def _return(dispatch: Dispatch, who: str, now: dt.datetime = NOW) -> Dispatch:
    return do(
        who,
        actions.return_dispatch,
        dispatch_id=dispatch.pk,
        reason="not_our_area",
        text="住址其實在宜蘭市。",
        now=now,
    )


def _disputed() -> tuple[Report, Dispute]:
    first = sent("luodong_center")
    _return(first, "luodong.worker")
    report = fresh(first.report)
    second = do(
        "intake",
        actions.send,
        report_id=report.pk,
        to_unit_id=unit("yilan_center").pk,
        reason="羅東退派，改由宜蘭評估",
        now=NOW + HOUR,
    )
    _return(second, "yilan.worker", NOW + 2 * HOUR)
    with acting(SYSTEM):
        return fresh(report), Dispute.objects.get()


def test_a_report_is_screened_sent_and_taken_and_its_clock_stops() -> None:
    report = received()
    assert open_duties(report) == [("intake.handle", "intake")]
    do("intake", screen, report_id=report.pk, urgency="ordinary", programme="vulnerable_family")
    dispatch = do(
        "intake",
        actions.send,
        report_id=report.pk,
        to_unit_id=unit("luodong_center").pk,
        message="孩子下課後在校等",
    )
    assert dispatch.answer_due_at == NOW + 8 * HOUR
    assert fresh(report).state == "sent"
    assert open_duties(report) == [("dispatch.answer", "luodong_center"), ("intake.handle", "intake")]
    with acting(context("luodong.worker")):
        assert Report.objects.filter(pk=report.pk).exists()
    with acting(context("yilan.worker")):
        assert not Report.objects.filter(pk=report.pk).exists()
    do("luodong.worker", actions.accept, dispatch_id=dispatch.pk, now=NOW + HOUR)
    report = fresh(report)
    assert (report.state, report.handled_at) == ("accepted", NOW + HOUR)
    assert open_duties(report) == [("dispatch.first_contact", "luodong_center")]
    with acting(SYSTEM):
        assert Deadline.objects.get(rule_id="intake.handle").met_at == NOW + HOUR
        # 3 working days: a closure of 羅東鎮 moves it.
        assert Deadline.objects.get(rule_id="dispatch.first_contact").township_code == "10002020"
        assert [
            each.action
            for each in AuditEntry.objects.filter(
                action__in=("screened_report", "sent_dispatch", "accepted_dispatch")
            ).order_by("pk")
        ] == [
            "screened_report",
            "sent_dispatch",
            "accepted_dispatch",
        ]


def test_screening_otherwise_than_suggested_needs_a_reason_and_is_a_decision() -> None:
    report = received(dangers=("weapon",))
    with pytest.raises(NotScreened) as refused:
        do("intake", screen, report_id=report.pk, urgency="ordinary", programme="child_protection")
    assert set(refused.value.problems) == {"reason"}
    assert fresh(report).state == "received"
    made = do(
        "intake",
        screen,
        report_id=report.pk,
        urgency="priority",
        programme="child_protection",
        reason="警方已到場並收走刀械",
    )
    assert (made.suggested, made.urgency) == ("immediate", "priority")
    assert [factor["code"] for factor in made.factors] == ["weapon", "child", "parenting", "child_harm"]
    with acting(SYSTEM):
        ours, rule = made.decision, made.decision.overrules
        assert (ours.outcome, ours.reason) == ("priority", "警方已到場並收走刀械")
        assert (rule.outcome, rule.made_by_member_id) == ("immediate", None)


def test_another_unit_than_proposed_needs_a_reason_and_overrules() -> None:
    report = screened()
    with pytest.raises(actions.DispatchError) as refused:
        do("intake", actions.send, report_id=report.pk, to_unit_id=unit("yilan_center").pk)
    assert set(refused.value.problems) == {"reason"}
    do(
        "intake",
        actions.send,
        report_id=report.pk,
        to_unit_id=unit("yilan_center").pk,
        reason="案家已搬到宜蘭市居住",
    )
    with acting(SYSTEM):
        chosen = Decision.objects.filter(rule_id="dispatch.unit").order_by("-pk")[0]
        assert chosen.overrules is not None
        assert chosen.overrules.outcome == str(unit("luodong_center").pk)


def test_one_key_screens_and_sends_as_suggested() -> None:
    report = received()
    dispatch = do("intake", actions.dispatch_as_suggested, report_id=report.pk)
    assert (dispatch.to_unit.code, dispatch.programme) == ("luodong_center", "vulnerable_family")
    again = do("intake", actions.dispatch_as_suggested, report_id=report.pk, now=NOW + MINUTE)
    assert again.pk == dispatch.pk


def test_without_a_township_a_person_must_choose() -> None:
    report = received(township="")
    with pytest.raises(NotPossible, match="請開啟通報選擇"):
        do("intake", actions.dispatch_as_suggested, report_id=report.pk)


def test_a_protective_report_is_investigated_and_has_the_clocks_of_an_investigation() -> None:
    report = received(dangers=("alleged_present",), injuries="手臂瘀傷")
    dispatch = do("intake", actions.dispatch_as_suggested, report_id=report.pk)
    assert (dispatch.to_unit.code, dispatch.purpose) == ("protection", "investigate")
    do("protection.worker", actions.accept, dispatch_id=dispatch.pk)
    assert open_duties(report) == [
        ("investigation.conclusion", "protection"),
        ("investigation.first_contact", "protection"),
    ]


def test_nobody_on_duty_is_said_before_sending_and_told_to_the_head_office() -> None:
    report = screened(township="蘇澳鎮")
    centre = unit("suao_center")
    with acting(SYSTEM):
        from anwang.agencies.models import Post

        Post.objects.filter(unit=centre).update(until_on=NOW.date() - DAY)
    with pytest.raises(actions.NobodyOnDuty, match="沒有可以收案的人員"):
        do("intake", actions.send, report_id=report.pk, to_unit_id=centre.pk)
    assert fresh(report).state == "screened"
    dispatch = do("intake", actions.send, report_id=report.pk, to_unit_id=centre.pk, confirmed=True)
    assert ("dispatch.nobody_on_duty", "social_office") in open_duties(report)
    do("intake", actions.call_back, report_id=report.pk, reason="該中心今日無人，改由羅東支援")
    assert open_duties(report) == [("intake.handle", "intake")]
    with acting(SYSTEM):
        assert not ReportReader.objects.filter(report=report, until__isnull=True).exists()
        assert Dispatch.objects.get(pk=dispatch.pk).state == "called_back"


def test_a_return_goes_back_with_its_reason_and_the_unit_reads_no_more() -> None:
    dispatch = sent()
    with pytest.raises(actions.DispatchError) as refused:
        do("luodong.worker", actions.return_dispatch, dispatch_id=dispatch.pk, reason="", text="不是")
    assert set(refused.value.problems) == {"reason", "text"}
    returned = _return(dispatch, "luodong.worker")
    assert (returned.state, returned.return_reason) == ("returned", "not_our_area")
    report = fresh(dispatch.report)
    assert (report.state, report.handled_at) == ("returned", None)
    assert open_duties(report) == [("intake.handle", "intake")]
    with acting(context("luodong.worker")):
        assert not Report.objects.filter(pk=report.pk).exists()
        assert Dispatch.objects.filter(pk=dispatch.pk).exists()


def test_the_second_return_is_a_dispute_that_a_supervisor_settles() -> None:
    report, dispute = _disputed()
    assert report.state == "disputed"
    assert dispute.due_at == NOW + 6 * HOUR
    assert open_duties(report) == [
        ("dispatch.settle", "luodong_center"),
        ("dispatch.settle", "yilan_center"),
        ("intake.handle", "intake"),
    ]
    for who in ("luodong.supervisor", "yilan.supervisor", "intake.supervisor"):
        with acting(context(who)):
            assert Dispute.objects.filter(pk=dispute.pk).exists(), who
            assert Report.objects.filter(pk=report.pk).exists(), who
    with acting(context("jiaoxi.supervisor")):
        assert not Dispute.objects.exists()
    done = do(
        "luodong.supervisor",
        actions.settle_dispute,
        dispute_id=dispute.pk,
        lead_unit_id=unit("yilan_center").pk,
        text="案家實際住在宜蘭市",
        now=NOW + 3 * HOUR,
    )
    assert (done.state, done.lead_unit_id) == ("settled", unit("yilan_center").pk)
    report = fresh(report)
    assert (report.state, report.handled_at) == ("accepted", NOW + 3 * HOUR)
    assert open_duties(report) == [("dispatch.first_contact", "yilan_center")]
    with acting(context("yilan.worker")):
        assert Report.objects.filter(pk=report.pk).exists()
    with acting(context("luodong.supervisor")):  # the outcome stays in sight, the report does not
        assert Dispute.objects.get(pk=dispute.pk).text == "案家實際住在宜蘭市"
        assert not Report.objects.filter(pk=report.pk).exists()
    with acting(SYSTEM):
        assert list(report.dispatches.order_by("round").values_list("state", flat=True)) == [
            "returned",
            "returned",
            "accepted",
        ]


def test_a_third_unit_is_named_by_the_desks_supervisor_only() -> None:
    report, dispute = _disputed()
    third = unit("suao_center").pk
    with pytest.raises(actions.DispatchError) as refused:
        do(
            "yilan.supervisor",
            actions.settle_dispute,
            dispute_id=dispute.pk,
            lead_unit_id=third,
            text="應由蘇澳處理",
        )
    assert set(refused.value.problems) == {"lead"}
    do(
        "intake.supervisor",
        actions.settle_dispute,
        dispute_id=dispute.pk,
        lead_unit_id=third,
        text="案家已搬到蘇澳鎮",
    )
    assert open_duties(report) == [("dispatch.first_contact", "suao_center")]


def test_not_opening_needs_somebody_who_goes_on() -> None:
    report = screened()
    with pytest.raises(actions.DispatchError) as refused:
        do("intake", actions.not_open, report_id=report.pk, reason="supported", text="親友已協助照顧孩子")
    assert set(refused.value.problems) == {"referred_to"}
    made = do(
        "intake",
        actions.not_open,
        report_id=report.pk,
        reason="supported",
        text="親友已協助照顧孩子",
        referred_unit_id=unit("education_office").pk,
    )
    report = fresh(report)
    assert (report.state, report.handled_at) == ("not_opened", NOW)
    assert open_duties(report) == [("dispatch.referral", "education_office")]
    with acting(context("education")):
        assert Report.objects.filter(pk=report.pk).exists()
        assert NotOpened.objects.filter(pk=made.pk).exists()
    do("education", actions.receive_referral, not_opened_id=made.pk)
    assert open_duties(report) == []


def test_a_not_opened_report_is_opened_again_with_hours_of_its_own() -> None:
    report = screened()
    do(
        "intake",
        actions.not_open,
        report_id=report.pk,
        reason="supported",
        text="親友已協助照顧孩子",
        referred_to="縣外家庭服務中心",
    )
    later = NOW + 10 * DAY
    do("intake.supervisor", actions.reopen, report_id=report.pk, reason="複閱認為孩子仍無人照顧", now=later)
    report = fresh(report)
    assert (report.state, report.handled_at, report.due_at) == ("screened", None, later + DAY)
    assert open_duties(report) == [("intake.handle", "intake")]
    dispatch = do(
        "intake", actions.send, report_id=report.pk, to_unit_id=unit("luodong_center").pk, now=later
    )
    do("luodong.worker", actions.accept, dispatch_id=dispatch.pk, now=later + HOUR)
    do(
        "luodong.worker",
        actions.send_on,
        report_id=report.pk,
        reason="調查後應由保護服務接手",
        now=later + 2 * HOUR,
    )
    report = fresh(report)
    assert (report.state, report.handled_at) == ("screened", None)
    assert open_duties(report) == [("intake.handle", "intake")]


def test_a_disputed_report_that_is_not_opened_leaves_no_dispute_behind() -> None:
    report, _ = _disputed()
    do(
        "intake",
        actions.not_open,
        report_id=report.pk,
        reason="outside_county",
        text="案家已遷往外縣市居住",
        referred_to="遷入地社會局",
    )
    assert open_duties(report) == []
    with acting(SYSTEM):
        assert Dispute.objects.get().state == "settled"


def test_a_double_click_is_one_deed_and_a_late_one_is_told_apart() -> None:
    report = received()
    for _ in range(2):
        do("intake", screen, report_id=report.pk, urgency="ordinary", programme="vulnerable_family")
    for _ in range(2):
        dispatch = do("intake", actions.send, report_id=report.pk, to_unit_id=unit("luodong_center").pk)
    for _ in range(2):
        do("luodong.worker", actions.accept, dispatch_id=dispatch.pk)
    with acting(SYSTEM):
        assert (Screening.objects.count(), Dispatch.objects.count()) == (1, 1)
        assert AuditEntry.objects.filter(action="accepted_dispatch").count() == 1
    with pytest.raises(NotPossible, match="可能別人剛處理過"):
        do("luodong.supervisor", actions.accept, dispatch_id=dispatch.pk, now=NOW + MINUTE)
    with pytest.raises(NotPossible, match="可能別人剛處理過"):
        do("intake", actions.send, report_id=report.pk, to_unit_id=unit("luodong_center").pk, now=NOW + HOUR)
