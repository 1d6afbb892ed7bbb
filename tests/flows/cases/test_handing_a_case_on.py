"""移轉 and 指派: to another unit with all of it, within the unit, declined, called back; to whom a case of nobody goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from anwang.people.registry.household_queries import household_view
from anwang.people.registry.models import ServicePresence, Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions
from anwang.services.cases.models import (
    Case,
    CaseMember,
    Transfer,
    Visit,
)
from anwang.services.cases.queries import (
    case_view,
    former_case,
    waiting_in,
)
from anwang.services.cases.timeline import own_timeline, timeline
from anwang.services.cases.vocabulary import VisitPlace
from tests import county
from tests.county import context

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, open_duties, who


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
