"""After 收案: the first contact without a case, joining the report to a case that is there, sending it on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client

from anwang.agencies.models import Member, Unit
from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions as cases
from anwang.services.cases.joining import cases_about
from anwang.services.cases.models import Case, ReportJoined
from anwang.services.cases.new_reports import new_reports
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.process import CaseState
from anwang.services.cases.queries import programmes_by_id
from anwang.services.cases.timeline import own_timeline, timeline
from anwang.services.cases.vocabulary import CaseRole
from anwang.services.dispatch import actions, queries
from anwang.services.dispatch.models import Dispatch, FamilyContact
from anwang.services.dispatch.rules import ContactGiven, ContactHow
from anwang.services.intake.investigating import conclude, record_first_contact
from anwang.services.intake.investigation_rules import Conclusion, Level, Safety
from tests.county import establish
from tests.flows.cases import made as case_made

from .made import DAY, HOUR, MINUTE, NOW, by, do, fresh, open_duties, sent

pytestmark = pytest.mark.django_db
CONTACT = "dispatch.first_contact"
WORKER, OTHER = "luodong.worker", "yilan.worker"


@pytest.fixture(autouse=True)
def county() -> None:
    establish()


def taken(**about: object) -> Dispatch:
    dispatch = sent(**about)  # type: ignore[arg-type]
    do(WORKER, actions.accept, dispatch_id=dispatch.pk, now=NOW + MINUTE)
    with acting(SYSTEM):
        return Dispatch.objects.select_related("report").get(pk=dispatch.pk)


def call(at: dt.datetime, **changes: object) -> ContactGiven:
    given = ContactGiven(ContactHow.PHONE, at, True, "案母接電話，孩子在家，約好週一家訪。", "案母")
    return replace(given, **changes)  # type: ignore[arg-type]


def contacted(dispatch: Dispatch, given: ContactGiven, now: dt.datetime, who: str = WORKER) -> FamilyContact:
    return do(who, actions.record_family_contact, dispatch_id=dispatch.pk, given=given, now=now)


def contact_duty(dispatch: Dispatch) -> Deadline:
    with acting(SYSTEM):
        return Deadline.objects.get(rule_id=CONTACT, subject_id=str(dispatch.report_id))


def test_who_is_reached_meets_the_duty_and_a_try_does_not() -> None:
    dispatch = taken()
    assert open_duties(dispatch.report) == [(CONTACT, "luodong_center")]
    assert contact_duty(dispatch).url == f"/dispatch/received/{dispatch.pk}/"
    at = NOW + HOUR
    contacted(dispatch, call(at, reached=False, text="響了很久沒有人接，傍晚再打。"), at + MINUTE)
    assert open_duties(dispatch.report) == [(CONTACT, "luodong_center")]
    for _ in range(2):  # a double click
        contacted(dispatch, call(at + HOUR), at + 2 * HOUR)
    assert open_duties(dispatch.report) == []
    assert contact_duty(dispatch).met_at == at + HOUR
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert [each.reached for each in queries.family_contacts(dispatch.pk)] == [False, True]
        assert queries.first_reached(dispatch.pk) == at + HOUR
    with acting(SYSTEM):
        assert AuditEntry.objects.filter(action="contacted_family").count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"how": None}, "how"),
        ({"reached": None}, "reached"),
        ({"at": None}, "at"),
        ({"at": NOW + DAY}, "at"),
        ({"at": NOW - 2 * HOUR}, "at"),
        ({"text": "好"}, "text"),
        ({"with_whom": "人" * 81}, "with_whom"),
    ],
)
def test_what_cannot_be_is_said_by_field(changes: dict[str, object], field: str) -> None:
    dispatch = taken()
    with pytest.raises(actions.DispatchError) as caught:
        contacted(dispatch, replace(call(NOW + HOUR), **changes), NOW + 2 * HOUR)  # type: ignore[arg-type]
    assert set(caught.value.problems) == {field}
    assert open_duties(dispatch.report) == [(CONTACT, "luodong_center")]


def test_only_the_unit_in_charge_writes_it_and_only_it_reads_it() -> None:
    waiting = sent()
    with pytest.raises(NotPossible, match="不由本單位主責"):
        contacted(waiting, call(NOW), NOW)
    dispatch = taken()
    for who in (OTHER, "luodong.supervisor", "intake"):
        point = transaction.savepoint()
        allowed = who == "luodong.supervisor"
        try:
            contacted(dispatch, call(NOW + HOUR), NOW + 2 * HOUR, who)
            done = True
        except (NotPossible, PermissionDenied):
            done = False
        assert done is allowed, who
        transaction.savepoint_rollback(point)
    kept = contacted(dispatch, call(NOW + HOUR), NOW + 2 * HOUR)
    for who in (OTHER, "intake", "auditor"):
        with acting(by(who)["by"]):  # type: ignore[arg-type]
            assert not FamilyContact.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic(), acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        FamilyContact.objects.filter(pk=kept.pk).update(text="改寫")
    investigated = taken(programme="child_protection")
    with pytest.raises(NotPossible, match="請記在調查裡"):
        contacted(investigated, call(NOW + HOUR), NOW + 2 * HOUR)


def test_a_case_opened_afterwards_knows_that_the_family_was_reached() -> None:
    dispatch = taken()
    contacted(dispatch, call(NOW + HOUR), NOW + HOUR)
    case = case_made.open_case(now=NOW + 2 * HOUR, dispatch_id=dispatch.pk)
    assert (case.state, case.started_at) == (CaseState.ACTIVE, NOW + HOUR)
    assert not [rule for rule in case_made.open_duties(case) if rule.startswith("case.first_contact")]
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        told = [entry.title for entry in timeline(case, programmes_by_id()[case.programme])]
    assert "首次聯繫・電話・案母" in told


def joined(dispatch: Dispatch, case: Case, now: dt.datetime, who: str = WORKER) -> ReportJoined:
    return cases.join_report(
        dispatch_id=dispatch.pk, case_id=case.pk, text="同一事件，調整訪視頻率。", **case_made.who(who, now)
    )


def test_joined_to_a_case_that_has_met_the_family_since_the_duty_is_met() -> None:
    case = case_made.open_case(now=NOW - 10 * DAY)
    dispatch = taken()
    case_made.visit(case, NOW + HOUR)
    for _ in range(2):
        joined(dispatch, case, NOW + 3 * HOUR)
    assert open_duties(dispatch.report) == []
    assert contact_duty(dispatch).met_at == NOW + HOUR
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        told = timeline(case, programmes_by_id()[case.programme])
        assert [e.text for e in told if e.title == f"併入通報 {dispatch.report.number}"] == [
            "同一事件，調整訪視頻率。"
        ]
        assert ReportJoined.objects.count() == 1


def test_joined_without_a_contact_the_duty_goes_on_in_the_case_with_its_moment() -> None:
    case = case_made.open_case(now=NOW - 10 * DAY)
    case_made.visit(case, NOW - 9 * DAY)
    dispatch = taken()
    due = contact_duty(dispatch).due_at
    joined(dispatch, case, NOW + HOUR)
    assert contact_duty(dispatch).withdrawn_at == NOW + HOUR
    duty = case_made.open_duties(case)["case.first_contact.joined"]
    assert (duty.due_at, duty.owner_member_id, duty.sequence) == (due, case.worker_id, dispatch.report_id)
    case_made.visit(case, NOW + 5 * HOUR)
    assert "case.first_contact.joined" not in case_made.open_duties(case)
    with acting(SYSTEM):
        duty.refresh_from_db()
    assert duty.met_at == NOW + 5 * HOUR


def test_a_report_is_joined_once_and_only_by_the_unit_that_has_it() -> None:
    case, dispatch = case_made.open_case(now=NOW - DAY), taken()
    with pytest.raises(cases.NoSuchCase):
        joined(dispatch, case, NOW + HOUR, OTHER)
    with pytest.raises(cases.NotAccepted) as caught:
        cases.join_report(
            dispatch_id=dispatch.pk, case_id=None, text="好", **case_made.who(WORKER, NOW + HOUR)
        )
    assert set(caught.value.problems) == {"case", "text"}
    joined(dispatch, case, NOW + HOUR)
    with pytest.raises(cases.NotAccepted, match="已併入個案"):
        case_made.open_case(now=NOW + 2 * HOUR, dispatch_id=dispatch.pk)
    again = taken()
    with pytest.raises(DatabaseError), transaction.atomic(), acting(by(OTHER)["by"]):  # type: ignore[arg-type]
        ReportJoined.objects.create(
            case=case, unit=case.unit, report=again.report, dispatch=again, note="別的單位", at=NOW
        )


def test_the_cases_of_those_in_the_report_are_found() -> None:
    case, dispatch = case_made.open_case(now=NOW - DAY), taken()
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert cases_about(dispatch.report_id) == []
    with acting(SYSTEM):
        dispatch.report.persons.update(person_id=case.client_id)
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert cases_about(dispatch.report_id) == [case]
    with acting(by(OTHER)["by"]):  # type: ignore[arg-type]
        assert cases_about(dispatch.report_id) == []


def investigated() -> Dispatch:
    return taken(programme="child_protection")


def test_an_investigation_is_concluded_before_its_report_is_sent_on() -> None:
    dispatch = investigated()
    with acting(SYSTEM):
        investigation = dispatch.report.investigations.get()
    said = {"report_id": dispatch.report_id, "reason": "查證為經濟困難，請脆弱家庭服務接手"}
    with pytest.raises(NotPossible, match="先提出調查結果"):
        do(WORKER, actions.send_on, now=NOW + HOUR, **said)
    do(WORKER, record_first_contact, investigation_id=investigation.pk, contact_at=NOW + HOUR, now=NOW + HOUR)
    given = Conclusion(
        substantiated=False, finding="孩子無受虐跡象，家中斷炊。", safety=Safety.SAFE, level=Level.REFERRAL,
        plan=(), referred_to="羅東社會福利服務中心",
    )  # fmt: skip
    do(WORKER, conclude, investigation_id=investigation.pk, given=given, now=NOW + 2 * HOUR)
    do(WORKER, actions.send_on, now=NOW + 3 * HOUR, **said)
    assert (fresh(dispatch.report).state, fresh(dispatch.report).due_at) == ("screened", NOW + 3 * HOUR + DAY)
    assert open_duties(dispatch.report) == [("intake.handle", "intake")]
    told = queries.sent_on(dispatch.report_id)
    assert (told[dispatch.pk].reason, told[dispatch.pk].by_name) == (said["reason"], WORKER)
    with pytest.raises(
        NotPossible, match="調查後改派"
    ):  # the one key would send it back to where it came from
        do("intake", actions.dispatch_as_suggested, report_id=dispatch.report_id, now=NOW + 4 * HOUR)
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert queries.dispatch_in_charge(dispatch.report_id, dispatch.to_unit_id) is None


def test_what_was_sent_on_is_neither_opened_nor_joined_nor_contacted_by_the_unit() -> None:
    case, dispatch = case_made.open_case(now=NOW - DAY), taken()
    do(WORKER, actions.send_on, report_id=dispatch.report_id, reason="案家已搬到宜蘭市", now=NOW + HOUR)
    with pytest.raises(cases.NotAccepted, match="改派"):
        case_made.open_case(now=NOW + 2 * HOUR, dispatch_id=dispatch.pk)
    with pytest.raises(cases.NotAccepted, match="改派"):
        joined(dispatch, case, NOW + 2 * HOUR)
    with pytest.raises(NotPossible, match="不由本單位主責"):
        contacted(dispatch, call(NOW + HOUR), NOW + 2 * HOUR)


def case_in(dispatch: Dispatch, **changes: object) -> Case:
    """An open case of the family that the report names, older than the report."""
    case = case_made.open_case(now=NOW - 10 * DAY, **changes)
    with acting(SYSTEM):
        dispatch.report.persons.update(person_id=case.client_id)
    return case


def seen(case: Case, dispatch: Dispatch, now: dt.datetime) -> None:
    cases.see_report(
        case_id=case.pk,
        report_id=dispatch.report_id,
        text="看過，下週一去學校。",
        **case_made.who(WORKER, now),
    )


def test_to_take_note_of_a_report_that_the_unit_took_reaches_nobody() -> None:
    dispatch = taken()
    case = case_in(dispatch)
    seen(case, dispatch, NOW + HOUR)
    assert open_duties(dispatch.report) == [(CONTACT, "luodong_center")]
    joined(dispatch, case, NOW + 2 * HOUR)  # that it was seen keeps nobody from joining it
    assert "case.first_contact.joined" in case_made.open_duties(case)


def test_to_take_note_of_what_was_sent_on_leaves_the_other_unit_its_duty() -> None:
    dispatch = taken()
    case = case_in(dispatch)
    do(WORKER, actions.send_on, report_id=dispatch.report_id, reason="案家已搬到宜蘭市", now=NOW + HOUR)
    there = do(
        "intake", actions.send, report_id=dispatch.report_id, to_unit_id=case_made.unit_id("yilan_center"),
        reason="案家現住宜蘭市", now=NOW + 2 * HOUR,
    )  # fmt: skip
    do(OTHER, actions.accept, dispatch_id=there.pk, now=NOW + 3 * HOUR)
    seen(case, dispatch, NOW + 4 * HOUR)
    assert open_duties(dispatch.report) == [(CONTACT, "yilan_center")]


def test_what_goes_on_in_another_case_of_the_unit_is_taken_note_of_and_not_joined_again() -> None:
    dispatch = taken()
    one = case_in(dispatch)
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert [each.dispatch_id for each in new_reports(one)] == [dispatch.pk]
    other = case_made.open_case(now=NOW + HOUR, dispatch_id=dispatch.pk, client_key="other", household_id=None,
                                members=[NewMember(CaseRole.CLIENT, "陳小明", "長子")])  # fmt: skip
    assert other.pk != one.pk
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert [each.dispatch_id for each in new_reports(one)] == [None]
    seen(one, dispatch, NOW + 2 * HOUR)
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        assert [each.is_seen for each in new_reports(one)] == [True]


def test_who_takes_the_case_over_reads_whom_others_reached_and_the_report_that_was_joined() -> None:
    dispatch = taken()
    case = case_in(dispatch)
    contacted(dispatch, call(NOW + HOUR), NOW + HOUR)
    joined(dispatch, case, NOW + 2 * HOUR)
    offered = cases.offer_transfer(
        case_id=case.pk, to_unit_id=case_made.unit_id("yilan_center"), to_worker_id=None, reason="全家搬到宜蘭市。",
        summary="單親、一名學齡兒童，就學不穩。", **case_made.who(WORKER, NOW + 3 * HOUR),
    )  # fmt: skip
    cases.accept_transfer(transfer_id=offered.pk, **case_made.who(OTHER, NOW + 4 * HOUR))
    programme = programmes_by_id()[case.programme]
    with acting(SYSTEM):
        giver = Unit.objects.get(pk=dispatch.to_unit_id)
    with acting(by(OTHER)["by"]):  # type: ignore[arg-type]
        told = {entry.title: entry for entry in timeline(Case.objects.get(pk=case.pk), programme)}
    assert told["首次聯繫・電話・案母"].facts == [("單位", giver.name)]
    assert told[f"併入通報 {dispatch.report.number}"].facts == [("通報內容", dispatch.report.story)]
    with acting(by(WORKER)["by"]):  # type: ignore[arg-type]
        own = [entry.title for entry in own_timeline(case.pk, programme, giver.pk)]
    assert "首次聯繫・電話・案母" in own


def test_a_contact_that_was_typed_while_the_case_was_opened_is_not_written_where_nobody_looks() -> None:
    dispatch = taken()
    case = case_made.open_case(now=NOW + HOUR, dispatch_id=dispatch.pk)
    client, page = Client(), f"/dispatch/received/{dispatch.pk}/contact/"
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=WORKER))
    assert client.get(page).headers["Location"] == f"/cases/{case.pk}/"
    answer = client.post(
        page, {"how": "phone", "reached": "yes", "at": "115/4/25 15:00", "text": "案母說孩子在家。"}
    )
    assert answer.status_code == 422
    assert "案母說孩子在家。" in answer.content.decode()
    assert case.number in answer.content.decode()
    with acting(SYSTEM):
        assert not FamilyContact.objects.exists()


def test_what_was_investigated_and_sent_on_gets_no_case_of_the_unit() -> None:
    dispatch = investigated()
    with acting(SYSTEM):
        investigation = dispatch.report.investigations.get()
    do(WORKER, record_first_contact, investigation_id=investigation.pk, contact_at=NOW + HOUR, now=NOW + HOUR)
    given = Conclusion(
        substantiated=True, finding="管教過當，案母願意配合。", safety=Safety.SAFE, level=Level.FAMILY_SUPPORT, plan=(),
        level_reason="案母願意配合，先以家庭支持為主。",
    )  # fmt: skip
    do(WORKER, conclude, investigation_id=investigation.pk, given=given, now=NOW + 2 * HOUR)
    do(WORKER, actions.send_on, report_id=dispatch.report_id, reason="案家已搬到宜蘭市", now=NOW + 3 * HOUR)
    with pytest.raises(cases.NotAccepted, match="改派"):
        case_made.open_case(now=NOW + 4 * HOUR, investigation_id=investigation.pk)


@pytest.mark.parametrize("how", ["joined", "opened"])
def test_what_has_a_case_is_not_sent_on_whoever_was_quicker(how: str) -> None:
    """The page asks first; the action asks again while it holds the report, for who opened or joined in between."""
    older = case_made.open_case(now=NOW - 10 * DAY) if how == "joined" else None
    dispatch = taken()
    if older is not None:
        joined(dispatch, older, NOW + HOUR)
    case = older or case_made.open_case(now=NOW + HOUR, dispatch_id=dispatch.pk)
    with pytest.raises(NotPossible, match=f"已經有個案 {case.number}.*移轉"):
        do(
            WORKER,
            actions.send_on,
            report_id=dispatch.report_id,
            reason="案家已搬到宜蘭市",
            now=NOW + 2 * HOUR,
        )
