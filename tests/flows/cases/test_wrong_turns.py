"""What went wrong with a case once, or could: forms that fail, tabs that race, things that outlive their end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from anwang.people.registry.models import ServicePresence, Touchpoint
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions
from anwang.services.cases.duties import programme_of
from anwang.services.cases.models import Case, CaseMember, PlanReview, SupportingAgency, Visit
from anwang.services.cases.new_reports import new_reports
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.plan_rules import ProgressGiven
from anwang.services.cases.queries import cases_of_household, supported_by, waiting_in
from anwang.services.cases.vocabulary import CaseRole, GoalState, NotMetReason, OtherAgency, VisitPlace
from tests.county import context, establish

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, open_duties, who
from .test_two_at_once import at_once

VISIT_DUTY = "case.visit.visit"


@pytest.fixture(autouse=True)
def _county(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("transactional_db" if request.node.get_closest_marker("slow_database") else "db")
    establish()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_open_one_case_of_a_dispatch() -> None:
    sent = made.dispatched()
    someone = who(WORKER)
    given = [made.opening(dispatch_id=sent.pk, client_key=f"tab {number}") for number in range(4)]
    found = at_once(*[lambda each=each: actions.open_case(opening=each, **someone) for each in given])  # type: ignore[misc]
    assert [each for each in found if not isinstance(each, Case)] == []
    assert len({each.pk for each in found if isinstance(each, Case)}) == 1


def test_a_plan_of_a_closed_case_waits_for_nobody_and_support_ends_with_the_case() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    made.submitted(case, NOW + days(2))
    actions.add_supporting(
        case_id=case.pk,
        unit_id=made.unit_id("yilan_center"),
        task=OtherAgency.SERVICE,
        contact="",
        **who(WORKER),
    )
    actions.close_in_spite(
        case_id=case.pk,
        reason="goals_reached",
        summary="家庭已無需求，主動要求結束。",
        overrule="家庭堅持不再受訪",
        **who(SUPERVISOR, NOW + days(3)),
    )
    with acting(context(SUPERVISOR, (NOW + days(3)).date())):
        assert not waiting_in(case.unit_id)
    with acting(context("yilan.worker", (NOW + days(3)).date())):
        assert supported_by(made.unit_id("yilan_center")) == []
    with acting(SYSTEM):
        assert SupportingAgency.objects.get().until_on == (NOW + days(3)).date()


def test_the_supervisors_duty_stays_the_supervisors_when_the_worker_changes() -> None:
    case = made.open_case(worker_id=made.member_id(SUPERVISOR), supervisor_id=made.member_id(SUPERVISOR))
    made.submitted(case, NOW + days(1))
    with acting(SYSTEM):
        Case.objects.filter(pk=case.pk).update(worker_id=None)
    actions.assign_worker(case_id=case.pk, worker_id=made.member_id(WORKER), **who(SUPERVISOR, NOW + days(2)))
    duties = open_duties(case)
    assert duties["case.approval.plan"].owner_member_id == made.member_id(SUPERVISOR)
    assert duties["case.first_contact.first_contact"].owner_member_id == made.member_id(WORKER)


def test_a_visit_that_was_written_as_not_met_by_mistake_counts_once_it_is_corrected() -> None:
    case = made.open_case()
    at = NOW + days(1)
    missed = actions.record_visit(
        case_id=case.pk,
        given=replace(made.met(at), met=False, not_met_reason=NotMetReason.ABSENT),
        **who(WORKER, at),
    )
    assert "case.first_contact.first_contact" in open_duties(case)
    actions.correct_visit(
        visit_id=missed.pk, given=made.met(at), why="按錯了，其實有見到", **who(WORKER, at + days(1))
    )
    assert "case.first_contact.first_contact" not in open_duties(case)
    assert fresh(case).state == "active"
    assert fresh(case).started_at == at
    with acting(SYSTEM):
        assert Touchpoint.objects.filter(contact_on=at.date()).exists()


def test_a_call_after_it_does_not_move_the_visit_that_is_due() -> None:
    case = made.open_case()
    home, call = NOW + days(1), NOW + days(4)
    actions.record_visit(case_id=case.pk, given=made.met(call, place=VisitPlace.PHONE), **who(WORKER, call))
    actions.record_visit(case_id=case.pk, given=made.met(home), **who(WORKER, call + days(1)))
    assert open_duties(case)[VISIT_DUTY].started_at == home


def test_who_was_taken_for_another_person_brings_no_report_of_theirs() -> None:
    case = made.open_case()
    phone = "0933-222-111"
    wrong, right = (
        made.open_case(
            members=[NewMember(CaseRole.CLIENT, name, phone=phone)], client_key=name, household_id=None
        )
        for name in ("王大明", "王小明")
    )
    added = actions.add_member(
        case_id=case.pk,
        given=NewMember(CaseRole.FAMILY, "王大明", phone=phone, person_id=wrong.client_id),
        **who(WORKER, NOW + days(1)),
    )
    assert added.person_id == wrong.client_id
    actions.correct_member(
        case_id=case.pk,
        number=added.number,
        given=NewMember(CaseRole.FAMILY, "王小明", phone=phone, person_id=right.client_id),
        why="認錯人，已改正",
        **who(WORKER, NOW + days(1)),
    )
    again = made.dispatched("jiaoxi_center", NOW + days(2)).report
    with acting(SYSTEM):
        again.persons.update(person_id=wrong.client_id)
    with acting(context(WORKER)):
        assert [each.report_id for each in new_reports(wrong)] == [again.pk]
        assert new_reports(case) == []
        assert [each.pk for each in cases_of_household(wrong.household_id or 0)] == [wrong.pk]
    assert actions.note_new_reports(now=NOW + days(2)) == 1


def test_who_left_the_family_is_not_served_any_more() -> None:
    case = made.open_case()
    with acting(SYSTEM):
        person = CaseMember.objects.get(case=case, number=2).person_id
    left = (NOW + days(3)).date()
    given: dict[str, Any] = {"case_id": case.pk, "number": 2, "given": made.FAMILY[1]}
    with pytest.raises(actions.NotAccepted) as caught:
        actions.correct_member(**given, left_on=left, why="搬到高雄工作", **who(WORKER, NOW + days(1)))
    assert set(caught.value.problems) == {"left_on"}
    actions.correct_member(**given, left_on=left, why="搬到高雄工作", **who(WORKER, NOW + days(4)))
    with acting(SYSTEM):
        assert Touchpoint.objects.get(person_id=person).closed_on == left
    actions.correct_member(**given, why="其實沒有搬走", **who(WORKER, NOW + days(5)))
    with acting(SYSTEM):
        assert Touchpoint.objects.get(person_id=person).closed_on is None


def test_a_corrected_assessment_with_an_earlier_day_gives_the_level_back() -> None:
    case = made.open_case()
    made.assessed(case, NOW + days(1))
    wrong = made.assessed(case, NOW + days(2), level="high", reason="母親失聯三天了")
    assert fresh(case).risk_level == "high"
    with acting(SYSTEM):
        answers = dict(wrong.household)
    actions.assess(
        case_id=case.pk,
        given=actions.GivenAssessment(
            assessed_on=NOW.date(),
            household={name: str(value) for name, value in answers.items()},
            level="high",
            reason="母親失聯三天了",
        ),
        replaces_id=wrong.pk,
        why="日期填錯了",
        **who(WORKER, NOW + days(3)),
    )
    assert fresh(case).risk_level == "low"


def test_an_assessment_with_too_long_a_reason_says_so() -> None:
    case = made.open_case()
    with pytest.raises(actions.NotAccepted) as caught:
        made.assessed(case, NOW + days(1), reason="長" * 400)
    assert set(caught.value.problems) == {"reason"}


def test_a_client_who_is_somebody_else_moves_the_case_to_their_household() -> None:
    case = made.open_case(members=made.FAMILY[:1])
    phone = "0933-222-111"
    right = made.open_case(
        "yilan.worker",
        members=[NewMember(CaseRole.CLIENT, "林小安", phone=phone)],
        worker_id=made.member_id("yilan.worker"),
        supervisor_id=None,
        client_key="right",
    )
    before = case.household_id
    actions.correct_member(
        case_id=case.pk,
        number=1,
        given=NewMember(CaseRole.CLIENT, "林小安", phone=phone, person_id=right.client_id),
        why="同名的另一人，已改正",
        **who(WORKER, NOW + days(1)),
    )
    assert fresh(case).household_id == right.household_id != before
    with acting(SYSTEM):
        here = ServicePresence.objects.filter(unit_id=case.unit_id, until_on__isnull=True)
        assert [each.household_id for each in here] == [right.household_id]


def test_who_supported_a_case_and_takes_it_supports_it_no_longer() -> None:
    case = made.open_case()
    unit = made.unit_id("yilan_center")
    actions.add_supporting(case_id=case.pk, unit_id=unit, task=OtherAgency.SERVICE, contact="", **who(WORKER))
    offered = actions.offer_transfer(
        case_id=case.pk,
        to_unit_id=unit,
        to_worker_id=None,
        reason="搬到宜蘭市居住",
        summary="母女二人，孩子到校不穩定。",
        **who(WORKER),
    )
    actions.accept_transfer(transfer_id=offered.pk, **who("yilan.worker", NOW + days(1)))
    with acting(context("yilan.worker")):
        assert supported_by(unit) == []


def test_nothing_typed_is_cut_off_without_a_word() -> None:
    case = made.open_case()
    at, long = NOW + days(1), "長" * 301
    for name, deed in (
        ("next_step", lambda: made.visit(case, at, next_step=long)),
        (
            "purpose",
            lambda: actions.plan_visit(
                case_id=case.pk, place=VisitPlace.HOME, at=at, purpose=long, **who(WORKER)
            ),
        ),
        ("aftercare", lambda: made.ask_closing(case, at, aftercare=long)),
        (
            "contact",
            lambda: actions.add_supporting(
                case_id=case.pk,
                unit_id=made.unit_id("yilan_center"),
                task=OtherAgency.SERVICE,
                contact=long,
                **who(WORKER),
            ),
        ),
    ):
        with pytest.raises(actions.NotAccepted) as caught:
            deed()
        assert set(caught.value.problems) == {name}


def test_a_programme_is_that_of_the_day_here_and_not_of_utc() -> None:
    case = made.open_case()
    early = NOW.replace(hour=6)  # yesterday, in UTC
    with acting(SYSTEM):
        Case.objects.filter(pk=case.pk).update(opened_at=early)
        again = Case.objects.get(pk=case.pk)
    asked: list[object] = []

    class Versions:
        latest = {again.programme: object()}

        def on(self, day: object) -> dict[str, object]:
            asked.append(day)
            return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anwang.services.cases.duties.catalogue_in_force", Versions)
        programme_of(again)
    assert asked == [NOW.date()]


def test_a_review_sent_again_is_one_and_another_content_under_its_key_is_told() -> None:
    case = made.open_case()
    plan = made.approved(case, NOW + days(1))
    with acting(SYSTEM):
        (goal,) = plan.goals.values_list("pk", flat=True)
    given = {"case_id": case.pk, "client_key": "review-1", **who(WORKER, NOW + days(30))}
    reached = [ProgressGiven(goal, GoalState.REACHED)]
    first = actions.review_plan(given=reached, text="每天都到校了。", **given)
    assert actions.review_plan(given=reached, text="每天都到校了。 ", **given).pk == first.pk
    for other, text in (
        (reached, "每天都到校，媽媽也開始工作。"),
        ([ProgressGiven(goal, GoalState.BETTER)], "每天都到校了。"),
    ):
        with pytest.raises(actions.NotAccepted, match="沒有存"):
            actions.review_plan(given=other, text=text, **given)
    with acting(SYSTEM):
        assert PlanReview.objects.filter(case=case).count() == 1


def test_a_planned_visit_sent_again_is_one_and_another_content_under_its_key_is_told() -> None:
    case = made.open_case()
    given: dict[str, Any] = {
        "case_id": case.pk, "place": VisitPlace.HOME, "at": NOW + days(3), "purpose": "看孩子的作息",
        "client_key": "visit-1", **who(WORKER),
    }  # fmt: skip
    first = actions.plan_visit(**given)
    assert actions.plan_visit(**given).pk == first.pk
    for change in ({"at": NOW + days(4)}, {"place": VisitPlace.SCHOOL}, {"purpose": "看媽媽"}):
        with pytest.raises(actions.NotAccepted, match="沒有存"):
            actions.plan_visit(**{**given, **change})
    actions.record_visit(
        case_id=case.pk, visit_id=first.pk, given=made.met(NOW + days(3)), **who(WORKER, NOW + days(3.1))
    )
    assert actions.plan_visit(**given).pk == first.pk  # what became of it is no difference
    with acting(SYSTEM):
        assert Visit.objects.filter(case=case).count() == 1
