"""A case from opening to closure and on: each deed meets its duties and opens the next, twice is once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anwang.people.registry.household_queries import household_view
from anwang.people.registry.models import Touchpoint
from anwang.platform.clock_models import Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry, Decision
from anwang.platform.transitions import NotPossible
from anwang.services.cases import actions
from anwang.services.cases.frame import NotAccepted
from anwang.services.cases.models import Case, CaseMember, Reopening, Visit
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.process import CaseState
from anwang.services.cases.visit_rules import ContactRecord
from anwang.services.cases.vocabulary import (
    CaseRole,
    ChildSeen,
    ContactKind,
    NotMetReason,
    Safety,
    VisitPlace,
)
from anwang.services.dispatch.models import Dispatch
from tests.county import establish

from . import made
from .made import NOW, SUPERVISOR, WORKER, days, fresh, open_duties, who

pytestmark = pytest.mark.django_db
CONTACT, VISIT_DUTY = "case.first_contact.first_contact", "case.visit.visit"


@pytest.fixture(autouse=True)
def _county() -> None:
    establish()


def test_opening_from_a_dispatch_takes_over_what_is_known_and_starts_the_clocks() -> None:
    sent = made.dispatched()
    case = made.open_case(dispatch_id=sent.pk, client_key="k-1")
    assert (case.state, case.report_id) == (CaseState.OPEN, sent.report_id)
    duties = open_duties(case)
    assert set(duties) == {
        CONTACT,
        "case.assessment.first_visit",
        "case.assessment.assessment",
        "case.plan.plan",
    }
    assert (
        duties[CONTACT].started_at == sent.answered_at
    )  # the clock runs from the acceptance, not from typing it in
    # 脆家通報辦法第5條: visited within 10 days of the report, assessed within 30.
    for rule, term in (("first_visit", 10), ("assessment", 30)):
        duty = duties[f"case.assessment.{rule}"]
        assert (duty.started_at, duty.term) == (sent.report.received_at, term)
    assert duties["case.plan.plan"].started_at == NOW
    assert all(duty.owner_member_id == made.member_id(WORKER) for duty in duties.values())
    assert all("林" not in duty.label for duty in duties.values())
    again = made.open_case(dispatch_id=sent.pk, client_key="k-2")
    assert again.pk == case.pk
    with acting(SYSTEM):
        assert Case.objects.count() == 1
        assert [e.detail["deed"] for e in AuditEntry.objects.filter(action="opened_case")] == ["open"]


def test_a_dispatch_that_went_on_to_another_unit_opens_no_case() -> None:
    sent = made.dispatched()
    with acting(SYSTEM):
        Dispatch.objects.create(
            report=sent.report, unit=sent.unit, to_unit_id=made.unit_id("yilan_center"), programme=sent.programme,
            round=2, state="accepted", sent_at=NOW, answer_due_at=NOW, answered_at=NOW,
        )  # fmt: skip
    with pytest.raises(NotAccepted, match="改派"):
        made.open_case(dispatch_id=sent.pk, client_key="k-1")


def test_opening_from_a_dispatch_that_still_waits_accepts_it_and_stops_its_clock() -> None:
    sent = made.dispatched()
    with acting(SYSTEM):
        type(sent).objects.filter(pk=sent.pk).update(state="sent", answered_at=None)
        type(sent.report).objects.filter(pk=sent.report_id).update(state="sent", handled_at=None)
    made.open_case(dispatch_id=sent.pk)
    with acting(SYSTEM):
        sent.refresh_from_db()
        sent.report.refresh_from_db()
        assert (sent.state, sent.answered_at, sent.report.state, sent.report.handled_at) == (
            "accepted",
            NOW,
            "accepted",
            NOW,
        )
        # The family is to be reached once: by the case's own clock.
        assert not Deadline.objects.filter(
            subject_kind="report", rule_id="dispatch.first_contact", withdrawn_at__isnull=True
        ).exists()
    with pytest.raises(actions.NotAccepted) as caught:
        made.open_case("yilan.worker", dispatch_id=made.dispatched().pk, worker_id=None, supervisor_id=None)
    assert "worker" in caught.value.problems or "dispatch" in caught.value.problems


def test_the_family_becomes_visible_and_stays_findable_by_its_unit_only() -> None:
    case = made.open_case()
    assert case.household_id is not None
    with acting(who(WORKER)["by"]):
        view = household_view(case.household_id)
        assert view is not None
        assert {member.name for member in view.known} == {"林小安", "林美惠"}
    with acting(who("yilan.worker")["by"]):
        assert household_view(case.household_id) is None or not household_view(case.household_id).members  # type: ignore[union-attr]
    with acting(SYSTEM):
        assert Touchpoint.objects.filter(person_id=case.client_id, closed_on__isnull=True).count() == 1


def test_a_person_has_one_open_case_of_a_programme_in_a_unit() -> None:
    case = made.open_case()
    again = [replace(made.FAMILY[0], person_id=case.client_id)]
    with pytest.raises(actions.NotAccepted) as caught:
        made.open_case(members=again)
    assert case.number in caught.value.problems["members"]
    with acting(SYSTEM):
        assert Case.objects.count() == 1


def test_a_child_without_a_name_and_forty_children_are_taken() -> None:
    family = [NewMember(CaseRole.CLIENT, "", "不詳女嬰", birth="約1歲")]
    family += [NewMember(CaseRole.FAMILY, f"王小{n:02d}", "手足") for n in range(40)]
    case = made.open_case(members=family)
    with acting(who(WORKER)["by"]):
        assert CaseMember.objects.filter(case=case).count() == 41
        assert CaseMember.objects.get(case=case, number=1).record_id is None
    assert case.client_id is None


def test_a_unit_without_anybody_on_duty_can_open_and_its_duties_are_the_units() -> None:
    with acting(SYSTEM):
        from anwang.agencies.models import Post

        Post.objects.filter(member__username=SUPERVISOR).update(until_on=NOW.date() - days(30))
    case = made.open_case(supervisor_id=None)
    assert case.supervisor_id is None
    plan = made.submitted(case, NOW + days(1))
    assert open_duties(case)["case.approval.plan"].owner_member_id is None
    assert plan.state == "submitted"


def test_a_visit_meets_the_first_contact_and_opens_the_next_by_risk() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1))
    after = fresh(case)
    assert (after.state, after.started_at) == (CaseState.ACTIVE, NOW + days(1))
    duties = open_duties(case)
    assert CONTACT not in duties
    assert "case.assessment.first_visit" not in duties
    # Not graded yet: the strictest term, seven days.
    assert duties[VISIT_DUTY].due_at.astimezone(NOW.tzinfo).date() == (NOW + days(8)).date()
    made.assessed(case, NOW + days(2))
    graded = open_duties(case)[VISIT_DUTY]
    assert (
        graded.due_at.astimezone(NOW.tzinfo).date() == (NOW + days(31)).date()
    )  # low: 30 days from the visit
    made.visit(case, NOW + days(5))
    assert open_duties(case)[VISIT_DUTY].due_at.astimezone(NOW.tzinfo).date() == (NOW + days(35)).date()


def test_a_visit_written_down_late_moves_no_later_one_back() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(5))
    actions.record_visit(case_id=case.pk, given=made.met(NOW + days(2)), **who(WORKER, NOW + days(6)))
    assert open_duties(case)[VISIT_DUTY].started_at == NOW + days(5)


def test_a_call_is_a_first_contact_but_no_visit() -> None:
    case = made.open_case()
    given = ContactRecord(ContactKind.CALL, NOW + days(1), "約好週三到家裡。", "案母")
    actions.record_contact(case_id=case.pk, given=given, **who(WORKER, NOW + days(1)))
    duties = open_duties(case)
    assert CONTACT not in duties
    assert "case.assessment.first_visit" in duties
    due = duties[VISIT_DUTY].due_at
    actions.record_contact(
        case_id=case.pk, given=replace(given, at=NOW + days(3)), **who(WORKER, NOW + days(3))
    )
    assert open_duties(case)[VISIT_DUTY].due_at == due  # a second call puts no visit off


def test_the_same_form_sent_again_makes_no_second_visit() -> None:
    case = made.open_case()
    first = made.visit(case, NOW + days(1), client_key="phone-1", next_at=NOW + days(9))
    again = made.visit(case, NOW + days(1), client_key="phone-1", next_at=NOW + days(9))
    assert first.pk == again.pk
    with acting(SYSTEM):
        assert Visit.objects.filter(case=case, state="done").count() == 1
        assert Visit.objects.filter(case=case, state="planned").count() == 1  # the next one, planned once
        assert Deadline.objects.filter(subject_id=str(case.pk), rule_id=VISIT_DUTY).count() == 1


def test_a_planned_visit_is_recorded_once_whoever_comes_second() -> None:
    case = made.open_case()
    planned = actions.plan_visit(case_id=case.pk, place=VisitPlace.HOME, at=NOW + days(1), **who(WORKER, NOW))
    given = made.met(NOW + days(1))
    actions.record_visit(case_id=case.pk, visit_id=planned.pk, given=given, **who(WORKER, NOW + days(1.1)))
    with pytest.raises(NotPossible, match="已訪"):
        actions.record_visit(
            case_id=case.pk, visit_id=planned.pk, given=given, **who(SUPERVISOR, NOW + days(1.2))
        )
    with pytest.raises(NotPossible):
        actions.cancel_visit(visit_id=planned.pk, reason="家長改期，另約", **who(WORKER, NOW + days(1.2)))


def test_a_visit_that_met_nobody_meets_no_duty() -> None:
    case = made.open_case()
    made.visit(case, NOW + days(1), met=False, not_met_reason=NotMetReason.ABSENT, text="")
    assert CONTACT in open_duties(case)
    assert fresh(case).state == CaseState.OPEN


def test_a_corrected_visit_stays_beside_the_new_one() -> None:
    case = made.open_case()
    old = made.visit(case, NOW + days(1))
    with pytest.raises(actions.NotAccepted) as caught:
        actions.correct_visit(
            visit_id=old.pk, given=made.met(NOW + days(1)), why="錯", **who(WORKER, NOW + days(2))
        )
    assert set(caught.value.problems) == {"why"}
    given = made.met(NOW + days(1), child_seen=ChildSeen.SOME, safety=Safety.CONCERN)
    new = actions.correct_visit(
        visit_id=old.pk, given=given, why="弟弟當天不在家", **who(WORKER, NOW + days(2))
    )
    with acting(SYSTEM):
        kept = Visit.objects.get(pk=old.pk)
        assert (kept.child_seen, new.child_seen, new.replaces_id) == (ChildSeen.ALL, ChildSeen.SOME, old.pk)
    with pytest.raises(actions.NotAccepted, match="剛被更正過"):
        actions.correct_visit(
            visit_id=old.pk, given=given, why="再更正一次看看", **who(WORKER, NOW + days(2))
        )


def test_the_rule_suggests_a_level_and_overruling_it_takes_a_reason() -> None:
    case = made.open_case()
    with pytest.raises(actions.NotAccepted) as caught:
        made.assessed(case, NOW + days(1), {"care": "none"}, level="low")
    assert set(caught.value.problems) == {"reason"}
    first = made.assessed(case, NOW + days(1), {"care": "none"}, level="high")
    assert (first.suggested, first.level, fresh(case).risk_level) == ("high", "high", "high")
    second = made.assessed(case, NOW + days(2), {"care": "none"}, level="medium", reason="外婆已搬來同住照顧")
    assert fresh(case).risk_level == "medium"
    with acting(SYSTEM):
        decision = Decision.objects.select_related("overrules").get(pk=second.decision_id)
        assert decision.overrules is not None
        assert (decision.outcome, decision.overrules.outcome) == ("medium", "high")
        assert "照顧" in decision.overrules.reason
        assert "林" not in decision.overrules.reason


def test_an_older_assessment_written_later_does_not_set_the_level() -> None:
    case = made.open_case()
    made.assessed(case, NOW + days(5), {"care": "none"}, level="high")
    made.assessed(case, NOW + days(6), assessed_on=(NOW + days(1)).date())
    assert fresh(case).risk_level == "high"


def test_a_new_report_is_a_duty_and_keeps_the_case_open_until_it_is_read() -> None:
    case = made.open_case()
    again = made.dispatched("jiaoxi_center", NOW + days(2)).report
    with acting(SYSTEM):
        again.persons.update(person_id=case.client_id)
    assert actions.note_new_reports(now=NOW + days(2)) == 1
    assert actions.note_new_reports(now=NOW + days(2.5)) == 1
    duty = open_duties(case)["case.new_report"]
    assert (duty.unit_id, duty.owner_member_id) == (case.unit_id, case.worker_id)
    with pytest.raises(actions.NotClosable) as caught:
        made.ask_closing(case, NOW + days(3))
    assert "reports" in {check.id for check in caught.value.checks if not check.passed}
    with acting(who(WORKER)["by"]):
        from anwang.services.cases.new_reports import new_reports
        from anwang.services.intake.models import Report

        (found,) = new_reports(case)
        assert (found.report_id, found.is_seen) == (again.pk, False)
        assert not Report.objects.filter(pk=again.pk).exists()  # that it is there, not what it says
    actions.see_report(
        case_id=case.pk, report_id=again.pk, text="已電話確認孩子安全", **who(WORKER, NOW + days(3))
    )
    assert "case.new_report" not in open_duties(case)
    assert actions.note_new_reports(now=NOW + days(3)) == 0


def test_a_closed_case_goes_on_with_its_clocks_anew() -> None:
    case = made.open_case(dispatch_id=made.dispatched().pk)
    made.visit(case, NOW + days(1))
    actions.close_in_spite(
        case_id=case.pk,
        reason="goals_reached",
        summary="家庭已無需求，主動要求結束。",
        overrule="家庭堅持不再受訪",
        **who(SUPERVISOR, NOW + days(2)),
    )
    with pytest.raises(actions.NotAccepted):
        actions.reopen_case(case_id=case.pk, reason="再", **who(WORKER, NOW + days(20)))
    actions.reopen_case(case_id=case.pk, reason="學校再次通報缺課", **who(WORKER, NOW + days(20)))
    after = fresh(case)
    assert (after.state, after.closed_at) == (CaseState.REOPENED, None)
    assert open_duties(case)[CONTACT].started_at == NOW + days(20)
    with acting(SYSTEM):
        assert Reopening.objects.get(case=case).closed_at == NOW + days(2)
        assert Touchpoint.objects.filter(person_id=case.client_id, closed_on__isnull=True).exists()
    made.visit(case, NOW + days(21))
    assert fresh(case).state == CaseState.ACTIVE
    with pytest.raises(NotPossible, match="服務中"):
        actions.reopen_case(case_id=case.pk, reason="再按一次看看", **who(WORKER, NOW + days(22)))


def test_members_are_added_and_corrected_and_the_old_row_stays() -> None:
    case = made.open_case()
    baby = NewMember(CaseRole.FAMILY, "林小寶", "次女", birth="115/4/1")
    added = actions.add_member(case_id=case.pk, given=baby, **who(WORKER, NOW + days(1)))
    assert (added.number, added.person_id is not None) == (3, True)
    fixed = actions.correct_member(
        case_id=case.pk,
        number=3,
        given=replace(baby, name="林曉寶"),
        why="姓名寫錯，依戶籍更正",
        **who(WORKER, NOW + days(2)),
    )
    with acting(SYSTEM):
        assert list(
            CaseMember.objects.filter(case=case, number=3).order_by("pk").values_list("name", flat=True)
        ) == [
            "林小寶",
            "林曉寶",
        ]
    assert fixed.person_id == added.person_id
    with pytest.raises(actions.NotAccepted) as caught:
        actions.correct_member(
            case_id=case.pk,
            number=1,
            given=replace(made.FAMILY[0], role=CaseRole.FAMILY),
            why="案主其實是母親",
            **who(WORKER, NOW + days(2)),
        )
    assert "role" in caught.value.problems
