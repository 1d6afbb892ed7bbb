"""A case of our own in a later report: named by its programme, and counted for the windows of 004 附錄2 1-2 and 1-3."""

from __future__ import annotations

import datetime as dt

import pytest

from anwang.people.registry.models import Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Decision
from anwang.services.cases import actions
from anwang.services.cases.models import Case
from anwang.services.intake.actions import submit_report
from anwang.services.intake.models import Report
from anwang.services.intake.report_form import PersonForm
from tests.county import context, establish
from tests.flows.intake import typed

from . import made
from .made import NOW, SUPERVISOR, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    establish()


def closed(case: Case, at: dt.datetime, reason: str = "goals_reached") -> None:
    actions.close_in_spite(
        case_id=case.pk,
        reason=reason,
        summary="家庭已無需求，主動要求結束。",
        overrule="家庭堅持不再受訪",
        **who(SUPERVISOR, at),
    )


def reported(case: Case, at: dt.datetime) -> tuple[Report, Decision]:
    """The client of the case is reported; the desk says that it is the same person."""
    with acting(SYSTEM):
        client = made.fresh(case).client_id
    report = submit_report(
        form=typed.form(received_at=at, happened="昨晚"),
        persons=[PersonForm(name="林小安", birth="109/3/1", person_id=client)],
        reporter=typed.REPORTER,
        by=context("intake", at.date()),
        by_name="許派案",
        now=at,
    )
    with acting(SYSTEM):
        return report, Decision.objects.get(
            subject_kind="report", subject_id=str(report.pk), rule_id="re_report"
        )


def test_within_six_months_after_our_own_case_was_closed():
    case = made.open_case()
    closed(case, NOW + made.days(100))
    _, decision = reported(case, NOW + made.days(200))
    assert decision.reason.startswith("本人的脆弱家庭服務於 115年7月29日 結案，6 個月的期間到 116年1月29日")
    assert "若成案，計入指標 1-3" in decision.reason
    assert decision.facts["windows"] == ["after_closure"]
    assert {each[0] for each in decision.facts["services"]} == {"vulnerable_family"}
    _, later = reported(case, NOW + made.days(300))
    assert "after_closure" not in later.facts["windows"]


def test_three_months_into_our_own_case():
    case = made.open_case()
    _, early = reported(case, NOW + made.days(30))
    assert early.reason.startswith("本人自 115年4月20日 起接受脆弱家庭服務，服務未滿 3 個月")
    assert "指標" not in early.reason
    _, late = reported(case, NOW + made.days(100))
    assert "服務已滿 3 個月仍被通報。若為保護案件，計入指標 1-2" in late.reason


def test_a_case_of_another_programme_is_named_and_not_counted():
    case = made.open_case(programme="self_reliance")
    closed(case, NOW + made.days(10), "employed")
    _, decision = reported(case, NOW + made.days(20))
    assert decision.reason.startswith("本人的脫貧與社勞政聯合就業於 115年4月30日 結案")
    assert "指標" not in decision.reason


def test_a_case_that_went_to_another_unit_was_not_closed():
    case = made.open_case()
    moved = NOW + made.days(60)
    offer = actions.offer_transfer(
        case_id=case.pk,
        to_unit_id=made.unit_id("yilan_center"),
        to_worker_id=None,
        reason="全家遷居宜蘭市",
        summary="單親、一名學齡兒童，就學不穩。",
        **who(made.WORKER, moved),
    )
    actions.accept_transfer(
        transfer_id=offer.pk,
        worker_id=made.member_id("yilan.worker"),
        **who("yilan.supervisor", moved),
    )
    _, decision = reported(case, NOW + made.days(110))
    assert "結案" not in decision.reason
    assert decision.reason.startswith("本人自 115年4月20日 起接受脆弱家庭服務，服務已滿 3 個月")


def test_services_of_older_homes_get_their_names_once():
    case = made.open_case()
    with acting(SYSTEM):
        Touchpoint.objects.filter(label="脆弱家庭服務").update(programme="case_file", label="")
    assert actions.name_older_services() == 2
    assert actions.name_older_services() == 0
    with acting(SYSTEM):
        assert set(Touchpoint.objects.values_list("programme", "label")) == {
            ("vulnerable_family", "脆弱家庭服務")
        }
    _, decision = reported(case, NOW + made.days(100))
    assert "指標 1-2" in decision.reason
