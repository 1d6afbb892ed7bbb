"""Who reads and writes a case: role by agency by state; what the database itself refuses; lists and the log."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test import Client

from anwang.agencies.models import Member
from anwang.people.registry.models import ServicePresence
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
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
from anwang.services.cases.queries import (
    cases_of,
    cases_of_household,
    supported_by,
    unit_caseloads,
    visits_on,
)
from anwang.services.cases.vocabulary import OtherAgency, VisitPlace
from tests import county
from tests.county import context

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, who

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
    assert "本單位 脆弱家庭服務（個案）" in html  # the lane
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
