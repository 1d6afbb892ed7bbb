"""Who reads and writes a case: role by agency by state; hand-overs; what the database itself refuses; two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test import Client

from anwang.agencies.models import Member, Unit
from anwang.people.registry.household_queries import household_view
from anwang.people.registry.models import ServicePresence, Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions
from anwang.services.cases.frame import NotAccepted
from anwang.services.cases.models import (
    Assessment,
    Case,
    CaseClosing,
    CaseMember,
    ContactNote,
    Plan,
    SupportingAgency,
    Transfer,
    Visit,
)
from anwang.services.cases.process import CaseState
from anwang.services.cases.queries import (
    case_view,
    cases_of,
    cases_of_household,
    former_case,
    supported_by,
    unit_caseloads,
    visits_on,
    waiting_in,
)
from anwang.services.cases.timeline import own_timeline, timeline
from anwang.services.cases.vocabulary import OtherAgency, VisitPlace
from tests import county
from tests.county import context

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, open_duties, who

USERS = (
    WORKER, SUPERVISOR, "luodong.clerk", "yilan.worker", "yilan.supervisor", "intake", "intake.supervisor",
    "health", "police", "protection.worker", "data", "lists", "auditor", "admin",
)  # fmt: skip
READS = {WORKER, SUPERVISOR}
TABLES = (Case, CaseMember, Visit, Assessment, Plan, CaseClosing)
PAGES = (
    "",
    "visit/",
    "contact/",
    "assess/",
    "assessments/",
    "plan/",
    "transfer/",
    "close/",
    "members/",
    "support/",
    "clocks/",
    "forms/",
    "forms/visit/",
)


def whole() -> Case:
    """A case with something in every table."""
    case = made.open_case(dispatch_id=made.dispatched().pk)
    made.visit(case, NOW + days(1))
    made.assessed(case, NOW + days(2))
    plan = made.approved(case, NOW + days(3))
    made.goals_reached(case, plan, NOW + days(4))
    made.ask_closing(case, NOW + days(5))
    return case


def signed_in(username: str) -> Client:
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=username))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closing", "closed"])
@pytest.mark.parametrize("username", USERS)
def test_only_who_works_cases_in_the_unit_reads_it(username: str, state: str) -> None:
    county.establish()
    case = whole()
    if state == "closed":
        actions.grant_closing(case_id=case.pk, **who(SUPERVISOR, NOW + days(6)))
    with acting(context(username)):
        counts = [model.objects.count() for model in TABLES]
        if username in READS:
            assert all(counts)
        else:
            assert not any(counts)
    client = signed_in(username)
    for page in PAGES:
        answer = client.get(f"/cases/{case.pk}/{page}", follow=True)
        assert (answer.status_code == 200) is (username in READS), page
        assert ("林小安" in answer.content.decode()) is (username in READS), page


@pytest.mark.django_db
@pytest.mark.parametrize("username", [name for name in USERS if name not in READS])
def test_nobody_else_writes_in_it(username: str) -> None:
    county.establish()
    case = made.open_case()
    with pytest.raises((PermissionDenied, actions.NoSuchCase)):
        made.visit(case, NOW + days(1), username)
    with pytest.raises((PermissionDenied, actions.NoSuchCase)):
        actions.reopen_case(case_id=case.pk, reason="再試試看能不能", **who(username))
    with pytest.raises((PermissionDenied, actions.NoSuchCase)):
        actions.close_in_spite(
            case_id=case.pk,
            reason="died",
            summary="試試看能不能結案",
            overrule="試試看能不能",
            **who(username),
        )


@pytest.mark.django_db
def test_a_worker_may_not_approve_grant_or_close_in_spite_also_in_the_tables() -> None:
    county.establish()
    case = made.open_case()
    plan = made.submitted(case, NOW)
    for deed, given in (
        (actions.approve_plan, {"plan_id": plan.pk}),
        (actions.return_plan, {"plan_id": plan.pk, "text": "請補上由誰陪同"}),
        (actions.grant_closing, {"case_id": case.pk}),
        (actions.return_closing, {"case_id": case.pk, "text": "還要訪視"}),
        (actions.assign_worker, {"case_id": case.pk, "worker_id": None}),
    ):
        with pytest.raises(PermissionDenied):
            deed(**given, **who(WORKER))  # type: ignore[operator]
    with (
        acting(context(WORKER)),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Plan.objects.filter(pk=plan.pk).update(state="approved")


@pytest.mark.django_db
def test_the_database_refuses_to_change_what_was_written() -> None:
    county.establish()
    case = whole()
    with acting(SYSTEM):
        assert Visit.objects.filter(state="done").exists()
    for model, state in ((Visit, "done"), (Plan, "approved")):
        with acting(SYSTEM), pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            model.objects.filter(case=case, state=state).update(unit_id=case.unit_id)
    for model in (Assessment, CaseMember):
        with (
            acting(context(WORKER)),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            model.objects.filter(case=case).update(why="偷偷改掉")
    for model in (Visit, Plan, Assessment, CaseMember, ContactNote, Transfer, Case):
        with acting(SYSTEM), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            model.objects.filter(pk__gt=0)._raw_delete(using="default")


@pytest.mark.django_db
def test_a_supporting_unit_knows_that_it_supports_and_nothing_more() -> None:
    county.establish()
    case = whole()
    actions.take_back_closing(case_id=case.pk, **who(WORKER, NOW + days(6)))
    made_ = actions.add_supporting(
        case_id=case.pk, unit_id=made.unit_id("health_office"), task=OtherAgency.SERVICE, contact="王護理師",
        **who(WORKER, NOW + days(6)),
    )  # fmt: skip
    again = actions.add_supporting(
        case_id=case.pk,
        unit_id=made.unit_id("health_office"),
        task=OtherAgency.SERVICE,
        contact="",
        **who(WORKER, NOW + days(6)),
    )
    assert again.pk == made_.pk
    with acting(context("health")):
        (seen,) = supported_by(context("health").unit_id or 0)
        assert (seen.case_id, seen.task) == (case.pk, OtherAgency.SERVICE)
        assert not any(model.objects.exists() for model in TABLES)
    html = signed_in("health").get("/cases/").content.decode()
    assert case.number in html
    assert "林小安" not in html
    assert signed_in("health").get(f"/cases/{case.pk}/").status_code == 404
    actions.end_supporting(supporting_id=made_.pk, **who(SUPERVISOR, NOW + days(7)))
    with acting(context("health")):
        assert supported_by(context("health").unit_id or 0) == []
    with pytest.raises(actions.NoSuchCase):
        actions.end_supporting(supporting_id=made_.pk, **who("health", NOW + days(8)))
    with acting(SYSTEM):
        assert SupportingAgency.objects.get().until_on == (NOW + days(7)).date()


def offered(case: Case, **changes: Any) -> Transfer:
    given: dict[str, Any] = {
        "to_unit_id": made.unit_id("yilan_center"),
        "to_worker_id": None,
        "reason": "全家遷居宜蘭市",
        "summary": "單親、一名學齡兒童，就學不穩。",
        **changes,
    }
    return actions.offer_transfer(case_id=case.pk, **given, **who(WORKER, NOW + days(4)))


@pytest.mark.django_db
def test_another_unit_takes_the_case_with_its_duties_and_history() -> None:
    county.establish()
    case = made.open_case(dispatch_id=made.dispatched().pk)
    made.visit(case, NOW + days(1))
    planned = actions.plan_visit(
        case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(9), **who(WORKER, NOW + days(2))
    )
    transfer = offered(case)
    assert (transfer.caseload, transfer.shown["members"]) == (0, 2)
    assert "林" not in str(transfer.shown)
    with pytest.raises(NotPossible, match="已請"):
        offered(case)
    receiver = context("yilan.worker")
    with acting(receiver):
        assert case_view(case.pk, NOW) is None  # not before it accepts
        assert [each.pk for each in waiting_in(receiver.unit_id or 0).transfers] == [transfer.pk]
    taken = actions.accept_transfer(transfer_id=transfer.pk, **who("yilan.worker", NOW + days(5)))
    assert (taken.unit_id, taken.worker_id) == (receiver.unit_id, receiver.member_id)
    assert taken.supervisor_id == made.member_id("yilan.supervisor")
    duties = open_duties(case)
    assert "case.transfer" not in duties
    assert {duty.unit_id for duty in duties.values()} == {receiver.unit_id}
    assert {duty.owner_member_id for duty in duties.values()} == {receiver.member_id}
    with acting(receiver):
        view = case_view(case.pk, NOW + days(6))
        assert view is not None
        assert [member.name for member in view.members] == ["林小安", "林美惠"]
        assert view.planned[0].worker_id == receiver.member_id
        assert any(entry.text.startswith("母女都在") for entry in timeline(view.case, view.programme))
        assert view.case.report is not None  # the report goes along
        home = household_view(case.household_id or 0)
        assert home is not None
        assert {member.name for member in home.known} == {"林小安", "林美惠"}
        actions.record_visit(
            case_id=case.pk,
            visit_id=planned.pk,
            given=made.met(NOW + days(9)),
            **who("yilan.worker", NOW + days(9.1)),
        )
    giver = context(WORKER)
    with acting(giver):
        assert case_view(case.pk, NOW) is None
        former = former_case(case.pk, giver.unit_id or 0)
        assert former is not None
        assert [member.name for member in former.members] == ["林小安", "林美惠"]
        told = own_timeline(case.pk, view.programme, giver.unit_id or 0)
        assert {entry.who for entry in told} == {"林社工"}  # nothing of what came after
        assert not Visit.objects.filter(pk=planned.pk).exists()
    with acting(SYSTEM):
        open_now = Touchpoint.objects.filter(person_id=case.client_id, closed_on__isnull=True)
        assert list(open_now.values_list("unit_id", flat=True)) == [receiver.unit_id]
        here = ServicePresence.objects.filter(household_id=case.household_id, until_on__isnull=True)
        assert list(here.values_list("unit_id", flat=True)) == [receiver.unit_id]
    with pytest.raises(NotPossible, match="已接手"):
        actions.accept_transfer(transfer_id=transfer.pk, **who("yilan.worker", NOW + days(6)))


@pytest.mark.django_db
def test_a_transfer_is_declined_called_back_or_refused_with_what_to_do() -> None:
    county.establish()
    case = made.open_case()
    with pytest.raises(actions.NotAccepted) as caught:
        offered(case, to_unit_id=None, reason="", summary="")
    assert set(caught.value.problems) == {"unit", "reason", "summary"}
    for changes, field in (
        ({"to_unit_id": made.unit_id("health_office")}, "unit"),
        ({"to_unit_id": case.unit_id}, "worker"),
        ({"to_unit_id": case.unit_id, "to_worker_id": case.worker_id}, "worker"),
        ({"to_worker_id": case.worker_id}, "worker"),
    ):
        with pytest.raises(actions.NotAccepted) as caught:
            offered(case, **changes)
        assert set(caught.value.problems) == {field}
    transfer = offered(case)
    with pytest.raises(actions.NotAccepted):
        actions.decline_transfer(transfer_id=transfer.pk, reason="不", **who("yilan.worker", NOW + days(5)))
    actions.decline_transfer(
        transfer_id=transfer.pk, reason="本中心案量已滿", **who("yilan.supervisor", NOW + days(5))
    )
    assert fresh(case).unit_id == case.unit_id
    second = offered(case, to_worker_id=made.member_id("yilan.worker"))
    with pytest.raises(actions.NoSuchCase):
        actions.accept_transfer(transfer_id=second.pk, **who("jiaoxi.worker", NOW + days(5)))
    with pytest.raises(actions.NoSuchCase):
        actions.call_back_transfer(
            transfer_id=second.pk, reason="先不移轉了", **who("yilan.worker", NOW + days(5))
        )
    actions.call_back_transfer(transfer_id=second.pk, reason="家庭決定不搬了", **who(WORKER, NOW + days(5)))
    assert "case.transfer" not in open_duties(case)


@pytest.mark.django_db
def test_a_case_changes_hands_within_the_unit_and_waits_for_what_is_open() -> None:
    county.establish()
    case = made.open_case()
    own = {"to_unit_id": case.unit_id, "to_worker_id": made.member_id(SUPERVISOR)}
    plan = made.submitted(case, NOW)
    with pytest.raises(NotPossible, match="待督導核定"):
        offered(case, **own)
    actions.take_back_plan(plan_id=plan.pk, **who(WORKER))
    transfer = offered(case, **own)
    with pytest.raises(PermissionDenied):
        actions.accept_transfer(transfer_id=transfer.pk, **who(WORKER, NOW + days(5)))
    actions.accept_transfer(transfer_id=transfer.pk, **who(SUPERVISOR, NOW + days(5)))
    assert fresh(case).worker_id == made.member_id(SUPERVISOR)
    with acting(context(WORKER)):
        assert Case.objects.filter(pk=case.pk).exists()
        assert former_case(case.pk, case.unit_id) is None
        assert CaseMember.objects.filter(case=case, replaced_by__isnull=True).count() == 2
    with pytest.raises(NotPossible, match="已有主責"):
        actions.assign_worker(
            case_id=case.pk, worker_id=made.member_id(WORKER), **who(SUPERVISOR, NOW + days(6))
        )


@pytest.mark.django_db
def test_whose_worker_left_is_given_to_another() -> None:
    from anwang.agencies.models import Post

    county.establish()
    case = made.open_case()
    with acting(SYSTEM):
        Post.objects.filter(member__username=WORKER).update(until_on=(NOW + days(1)).date())
    actions.assign_worker(
        case_id=case.pk, worker_id=made.member_id(SUPERVISOR), **who(SUPERVISOR, NOW + days(3))
    )
    assert {duty.owner_member_id for duty in open_duties(case).values()} == {made.member_id(SUPERVISOR)}


@pytest.mark.django_db
def test_lists_loads_and_the_day() -> None:
    county.establish()
    case = made.open_case()
    made.open_case(
        members=[made.NewMember(made.CaseRole.CLIENT, "王大明")], worker_id=made.member_id(SUPERVISOR)
    )
    actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(1), **who(WORKER))
    unit = case.unit_id
    with acting(context(WORKER)):
        assert [c.pk for c in cases_of(unit_id=unit, worker_id=made.member_id(WORKER))] == [case.pk]
        assert cases_of(unit_id=unit).count() == 2
        assert cases_of(unit_id=unit, words="大明").count() == 1
        assert [c.pk for c in cases_of(unit_id=unit, words=case.number)] == [case.pk]
        assert (
            cases_of(unit_id=unit, closed=True).count()
            == cases_of(unit_id=unit, unassigned=True).count()
            == 0
        )
        loads = {each.member.name: each.load for each in unit_caseloads(unit, NOW + days(60)) if each.member}
        assert (loads["林社工"].cases, loads["林社工"].overdue) == (1, 1)
        assert [v.case_id for v in visits_on(unit_id=unit, day=(NOW + days(1)).date())] == [case.pk]
        assert visits_on(unit_id=unit, day=(NOW + days(1)).date(), worker_id=made.member_id(SUPERVISOR)) == []
        assert [c.pk for c in cases_of_household(case.household_id or 0)] == [case.pk]


@pytest.mark.django_db
def test_the_household_page_leads_to_the_units_case_and_shows_others_nothing() -> None:
    county.establish()
    case = made.open_case()
    html = signed_in(WORKER).get(f"/households/{case.household_id}/").content.decode()
    assert f"/cases/{case.pk}/" in html
    assert "本單位 個案" in html  # the lane
    assert signed_in("yilan.worker").get(f"/households/{case.household_id}/").status_code == 404
    filled = signed_in(WORKER).get(f"/cases/open/?household={case.household_id}").content.decode()
    assert "林美惠" in filled
    assert "A234567893" in filled


@pytest.mark.django_db
def test_a_presence_by_a_case_outlives_the_making_of_lists() -> None:
    from anwang.network.cocases.making import make_lists
    from anwang.standard.record import Period

    county.establish()
    case = made.open_case()
    make_lists(period=Period(2026, 4), by=SYSTEM, by_name="系統", now=NOW + days(1))
    with acting(SYSTEM):
        (here,) = ServicePresence.objects.filter(household_id=case.household_id, until_on__isnull=True)
        assert (here.unit_id, here.is_cocase) == (case.unit_id, False)


@pytest.mark.django_db
def test_reading_and_writing_are_in_the_log_without_names() -> None:
    county.establish()
    case = made.open_case()
    signed_in(WORKER).get(f"/cases/{case.pk}/")
    signed_in("yilan.worker").get(f"/cases/{case.pk}/")
    with acting(SYSTEM):
        rows = AuditEntry.objects.filter(subject_kind="case", subject_id=str(case.pk))
        assert set(rows.values_list("action", flat=True)) == {"opened_case", "read_case"}
        assert rows.filter(action="read_case").count() == 1
        assert "林" not in str(list(rows.values_list("detail", flat=True)))


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each deed in a thread of its own, all starting together; what each gave or raised."""
    results: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(number: int) -> None:
        try:
            gate.wait()
            results[number] = deeds[number]()
        except Exception as error:  # the test looks at it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_a_double_click_opens_one_case() -> None:
    county.establish()
    sent = made.dispatched()
    given, someone = made.opening(dispatch_id=sent.pk, client_key="double"), who(WORKER)
    found = at_once(*[lambda: actions.open_case(opening=given, **someone)] * 4)
    assert len({case.pk for case in found if isinstance(case, Case)}) == 1
    assert all(isinstance(case, Case) for case in found)
    with acting(SYSTEM):
        assert Case.objects.count() == 1
        assert CaseMember.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_phone_sends_a_visit_many_times_and_two_people_record_one() -> None:
    county.establish()
    case = made.open_case()
    someone = who(WORKER, NOW + days(1.1))
    given = made.met(NOW + days(1), client_key="phone")
    found = at_once(*[lambda: actions.record_visit(case_id=case.pk, given=given, **someone)] * 4)
    assert len({visit.pk for visit in found if isinstance(visit, Visit)}) == 1
    planned = actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(2), **who(WORKER))
    other, later = who(SUPERVISOR, NOW + days(2.2)), made.met(NOW + days(2))
    mine = who(WORKER, NOW + days(2.1))
    found = at_once(
        lambda: actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=later, **mine),
        lambda: actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=later, **other),
    )
    assert sorted(type(each).__name__ for each in found) == ["NotPossible", "Visit"]


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_answer_one_plan_and_closing_waits_for_a_visit_that_is_written_now() -> None:
    county.establish()
    case = made.open_case()
    plan = made.submitted(case, NOW)
    boss = who(SUPERVISOR, NOW + days(1))
    found = at_once(
        lambda: actions.approve_plan(plan_id=plan.pk, **boss),
        lambda: actions.return_plan(plan_id=plan.pk, text="請補上由誰陪同", **boss),
    )
    assert sorted(type(each).__name__ for each in found) == ["NotPossible", "Plan"]
    worker = who(WORKER, NOW + days(1))
    given = {
        "reason": "died",
        "summary": "案主過世，家屬已辦理後事。",
        "overrule": "案主已過世，計畫不再進行",
    }
    found = at_once(
        lambda: actions.close_in_spite(case_id=case.pk, **given, **boss),
        lambda: actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(9), **worker),
    )
    state, planned = fresh(case).state, Visit.objects.none()
    with acting(SYSTEM):
        planned = Visit.objects.filter(case=case, state="planned")
        assert (state == CaseState.CLOSED) is not planned.exists()
        assert Unit.objects.exists()


@pytest.mark.django_db
def test_a_households_number_alone_opens_no_case_there() -> None:
    """The form sends the household as a number; one that the unit may not open is refused and nothing is kept."""
    county.establish()
    with acting(context(WORKER, NOW.date())):
        theirs = made.open_case()
    assert theirs.household_id is not None
    with acting(context("yilan.worker", NOW.date())), pytest.raises(NotAccepted) as refused:
        actions.open_case(
            opening=made.opening(
                worker_id=made.member_id("yilan.worker"),
                supervisor_id=made.member_id("yilan.supervisor"),
                household_id=theirs.household_id,
                client_key="another",
            ),
            **who("yilan.worker"),
        )
    assert set(refused.value.problems) == {"members"}
    with acting(SYSTEM):
        assert Case.objects.count() == 1
