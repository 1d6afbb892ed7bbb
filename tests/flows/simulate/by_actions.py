"""The deeds of the past, done one by one by the rooms' real actions, as the members who did them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.services.cases import actions as case_actions
from anwang.services.cases.assessing import GivenAssessment, read_assessment, subject_labels, suggestion_for
from anwang.services.cases.duties import NEW_REPORT, programme_of
from anwang.services.cases.models import Case, CaseClosing, Plan, Visit
from anwang.services.cases.new_reports import new_reports
from anwang.services.cases.opening_rules import Opening
from anwang.services.cases.plan_rules import GoalDraft, PlanDraft, ProgressGiven
from anwang.services.cases.process import WORKED_ON, CaseState, ClosingState, PlanState, VisitState
from anwang.services.cases.rules import level_of
from anwang.services.cases.standing import goal_states, plan_in_force
from anwang.services.dispatch import actions as dispatch_actions
from anwang.services.dispatch.models import Dispatch, Dispute, NotOpened
from anwang.services.dispatch.places import home_township
from anwang.services.intake import actions as intake_actions
from anwang.services.intake import investigating
from anwang.services.intake.models import Investigation, Report, ReportPerson
from anwang.services.intake.reply_rules import ReplyGiven, ReplyHow, ReplyOutcome
from anwang.services.intake.screening import screen, suggestions
from anwang.services.intake.screening_rules import is_overruling
from anwang.simulate.past import deeds, words
from anwang.simulate.past.staff import AtWork, Staff, staff
from anwang.simulate.past.writing_plans import WHY


@dataclass
class Members:
    """Does deeds. `person_of`, `report_of`, `case_of`: the simulation's numbers to the database's."""

    staff: Staff
    person_of: dict[int, int] = field(default_factory=dict)
    report_of: dict[int, int] = field(default_factory=dict)
    case_of: dict[int, int] = field(default_factory=dict)

    def do(self, done: Sequence[deeds.Deed]) -> None:
        each: dict[type[deeds.Deed], Callable[[Any], None]] = {
            deeds.Submitted: self.submit,
            deeds.Screened: self.screen,
            deeds.Sent: self.send,
            deeds.Accepted: self.accept,
            deeds.Returned: self.return_,
            deeds.Settled: self.settle,
            deeds.NotOpened: self.not_open,
            deeds.ReferralReceived: self.receive_referral,
            deeds.InvestigatorNamed: self.name_investigator,
            deeds.FirstContact: self.first_contact,
            deeds.Concluded: self.conclude,
            deeds.Replied: self.reply,
            deeds.Noticed: self.notice,
            deeds.ReportSeen: self.see_report,
            deeds.CaseOpened: self.open_case,
            deeds.VisitPlanned: self.plan_visit,
            deeds.VisitRecorded: self.record_visit,
            deeds.Assessed: self.assess,
            deeds.PlanSubmitted: self.submit_plan,
            deeds.PlanAnswered: self.answer_plan,
            deeds.Reviewed: self.review,
            deeds.ClosingAsked: self.ask_closing,
            deeds.ClosingGranted: self.grant_closing,
        }
        for deed in done:
            each[type(deed)](deed)

    # ---- reports ------------------------------------------------------------------------------------------------

    def submit(self, deed: deeds.Submitted) -> None:
        by = self.staff.who_enters(deed.form, deed.report)
        persons = [
            replace(form, person_id=self.person_of.get(sim)) if sim is not None else form
            for sim, form in deed.persons
        ]
        made = as_member(
            by, deed.at, intake_actions.submit_report, form=deed.form, persons=persons, reporter=deed.reporter
        )
        self.report_of[deed.report] = made.pk
        with acting(SYSTEM):
            rows = {row.number: row for row in ReportPerson.objects.filter(report=made)}
        for number, (sim, _) in enumerate(deed.persons, 1):
            if sim is not None:
                self.person_of[sim] = rows[number].person_id

    def screen(self, deed: deeds.Screened) -> None:
        by, report = self.staff.dispatcher(deed.report), self.report(deed)
        with acting(by.context):
            found = suggestions([report])[report.pk]
        offered = [each.programme for each in found.programmes]
        otherwise = is_overruling(found.urgency, offered, found.urgency, deed.programme)
        as_member(
            by, deed.at, screen, report_id=report.pk, urgency=found.urgency, programme=deed.programme,
            reason=deed.reason if otherwise else "",
        )  # fmt: skip

    def send(self, deed: deeds.Sent) -> None:
        report = self.report(deed)
        unit = self.staff.in_charge(report.programme, self.township(report))
        if deed.reason:
            unit = self.staff.another(unit, deed.report)
        as_member(
            self.staff.dispatcher(deed.report), deed.at, dispatch_actions.send, report_id=report.pk, to_unit_id=unit,
            message=deed.message, reason=deed.reason,
        )  # fmt: skip

    def accept(self, deed: deeds.Accepted) -> None:
        last = self.last_dispatch(deed)
        by = self.staff.worker(last.to_unit_id, deed.report)
        as_member(by, deed.at, dispatch_actions.accept, dispatch_id=last.pk)

    def return_(self, deed: deeds.Returned) -> None:
        last = self.last_dispatch(deed)
        by = self.staff.worker(last.to_unit_id, deed.report)
        as_member(
            by,
            deed.at,
            dispatch_actions.return_dispatch,
            dispatch_id=last.pk,
            reason=deed.reason,
            text=deed.text,
        )

    def settle(self, deed: deeds.Settled) -> None:
        report = self.report(deed)
        with acting(SYSTEM):
            dispute = Dispute.objects.get(report=report)
        lead = self.staff.in_charge(report.programme, self.township(report))
        as_member(
            self.staff.supervisor(self.staff.desk_unit), deed.at, dispatch_actions.settle_dispute,
            dispute_id=dispute.pk, lead_unit_id=lead, text=deed.text,
        )  # fmt: skip

    def not_open(self, deed: deeds.NotOpened) -> None:
        report = self.report(deed)
        unit = self.staff.in_charge("vulnerable_family", self.township(report)) if deed.to_centre else None
        as_member(
            self.staff.dispatcher(deed.report), deed.at, dispatch_actions.not_open, report_id=report.pk,
            reason=deed.reason, text=deed.text, referred_unit_id=unit, referred_to=deed.place,
        )  # fmt: skip

    def receive_referral(self, deed: deeds.ReferralReceived) -> None:
        with acting(SYSTEM):
            made = NotOpened.objects.get(report_id=self.report_of[deed.report])
        if made.referred_unit_id is not None:
            by = self.staff.worker(made.referred_unit_id, deed.report)
            as_member(by, deed.at, dispatch_actions.receive_referral, not_opened_id=made.pk)

    def name_investigator(self, deed: deeds.InvestigatorNamed) -> None:
        made = self.investigation(deed)
        worker = self.staff.worker(made.unit_id, deed.report)
        as_member(
            self.staff.supervisor(made.unit_id), deed.at, investigating.assign_worker, investigation_id=made.pk,
            worker_id=worker.member_id,
        )  # fmt: skip

    def first_contact(self, deed: deeds.FirstContact) -> None:
        made = self.investigation(deed)
        by = self.staff.worker(made.unit_id, deed.report)
        as_member(
            by,
            deed.at,
            investigating.record_first_contact,
            investigation_id=made.pk,
            contact_at=deed.contact_at,
        )

    def conclude(self, deed: deeds.Concluded) -> None:
        made = self.investigation(deed)
        by = self.staff.worker(made.unit_id, deed.report)
        as_member(by, deed.at, investigating.conclude, investigation_id=made.pk, given=deed.conclusion)

    def reply(self, deed: deeds.Replied) -> None:
        given = ReplyGiven(ReplyOutcome.REPLIED, ReplyHow.PHONE, deed.at, words.REPLY)
        as_member(
            self.staff.dispatcher(deed.report), deed.at, intake_actions.record_reply,
            report_id=self.report_of[deed.report], given=given,
        )  # fmt: skip

    def notice(self, deed: deeds.Noticed) -> None:
        case_actions.note_new_reports(now=deed.at)

    def see_report(self, deed: deeds.ReportSeen) -> None:
        number = self.report_of[deed.report]
        with acting(SYSTEM):
            asked = Deadline.objects.filter(OPEN, subject_kind="case", rule_id=NEW_REPORT, sequence=number)
            waiting = sorted(int(each) for each in asked.values_list("subject_id", flat=True))
        for case_id in waiting:
            case = self.case(case_id)
            with acting(SYSTEM):
                waits = {each.report_id: each.dispatch_id for each in new_reports(case)}
            if (dispatch := waits.get(number)) is not None:
                done, what = case_actions.join_report, {"dispatch_id": dispatch}
            else:
                done, what = case_actions.see_report, {"report_id": number}
            as_member(self.worker(case), deed.at, done, case_id=case_id, text=deed.text, **what)

    # ---- cases --------------------------------------------------------------------------------------------------

    def open_case(self, deed: deeds.CaseOpened) -> None:
        dispatch = investigation = None
        if deed.report is not None:
            dispatch = self.last_dispatch(deed)
            with acting(SYSTEM):
                investigation = Investigation.objects.filter(report_id=dispatch.report_id).first()
        unit = dispatch.to_unit_id if dispatch else self.staff.in_charge(deed.programme, deed.township)
        members = [replace(given, person_id=self.person_of.get(sim)) for sim, given in deed.members]
        opening = Opening(
            deed.programme, members, deed.reason,
            worker_id=self.staff.worker(unit, deed.case).member_id,
            supervisor_id=self.staff.supervisor(unit).member_id,
            dispatch_id=dispatch.pk if dispatch else None,
            investigation_id=investigation.pk if investigation else None,
            township=deed.township,
        )  # fmt: skip
        case = as_member(self.staff.worker(unit, deed.case), deed.at, case_actions.open_case, opening=opening)
        self.case_of[deed.case] = case.pk
        with acting(SYSTEM):
            kept = dict(case.members.values_list("number", "person_id"))
        for number, (sim, _) in enumerate(deed.members, 1):
            self.person_of[sim] = kept[number]

    def plan_visit(self, deed: deeds.VisitPlanned) -> None:
        case = self.worked(deed)
        if case is not None:
            as_member(
                self.worker(case), deed.at, case_actions.plan_visit, case_id=case.pk, place=deed.place,
                at=deed.planned_at, purpose=deed.purpose,
            )  # fmt: skip

    def record_visit(self, deed: deeds.VisitRecorded) -> None:
        case = self.worked(deed)
        if case is None:
            return
        with acting(SYSTEM):
            planned = Visit.objects.get(case=case, state=VisitState.PLANNED)
        as_member(
            self.worker(case), deed.at, case_actions.record_visit, case_id=case.pk, visit_id=planned.pk,
            given=deed.record,
        )  # fmt: skip

    def assess(self, deed: deeds.Assessed) -> None:
        case = self.worked(deed)
        if case is None:
            return
        given = GivenAssessment(
            deed.assessed_on, deed.household, {1: deed.client} if deed.client else {}, deed.level
        )
        today = timezone.localdate(deed.at)
        with acting(SYSTEM):
            programme = programme_of(case)
            read = read_assessment(programme, given, today, subject_labels(case.pk))
            grade = suggestion_for(case, read.items, today).grade
        suggested = level_of(grade, [level.id for level in programme.risk_levels])
        given = replace(given, reason=deed.reason if deed.level != suggested else "")
        as_member(self.worker(case), deed.at, case_actions.assess, case_id=case.pk, given=given)

    def submit_plan(self, deed: deeds.PlanSubmitted) -> None:
        case = self.worked(deed)
        if case is None:
            return
        by, today = self.worker(case), timezone.localdate(deed.at)
        plan = as_member(by, deed.at, case_actions.begin_plan, case_id=case.pk)
        if plan.state != PlanState.DRAFT:
            return
        with acting(SYSTEM):
            goals = [
                GoalDraft(
                    g.goal, g.services, g.owner, g.due_on if g.due_on >= today else deed.until_on, g.need,
                    g.continues_id or 0,
                )
                for g in plan.goals.order_by("number")
            ]  # fmt: skip
        known = {goal.goal for goal in goals}
        goals += [
            GoalDraft(g.goal, g.services, by.name, g.due_on, g.need)
            for g in deed.goals
            if g.goal not in known
        ]
        draft = PlanDraft(goals, deed.summary, "yes", "", deed.until_on)
        as_member(by, deed.at, case_actions.submit_plan, plan_id=plan.pk, revision=plan.revision, draft=draft)

    def answer_plan(self, deed: deeds.PlanAnswered) -> None:
        case = self.worked(deed)
        with acting(SYSTEM):
            plan = Plan.objects.filter(case=case, state=PlanState.SUBMITTED).first()
        if case is None or plan is None:
            return
        by = self.staff.supervisor(case.unit_id)
        if deed.returned_for:
            as_member(by, deed.at, case_actions.return_plan, plan_id=plan.pk, text=deed.returned_for)
        else:
            as_member(by, deed.at, case_actions.approve_plan, plan_id=plan.pk)

    def review(self, deed: deeds.Reviewed) -> None:
        case = self.worked(deed)
        if case is None:
            return
        with acting(SYSTEM):
            plan, states = plan_in_force(case.pk), goal_states(case)
            goals = list(plan.goals.order_by("number")) if plan else []
        if plan is None:
            return
        given = []
        for goal in goals:
            if states[goal.pk].is_open:
                state = deed.states.get(goal.goal, deed.otherwise)
                given.append(ProgressGiven(goal.pk, state, WHY.get(state, "")))
        as_member(
            self.worker(case), deed.at, case_actions.review_plan, case_id=case.pk, given=given, text=deed.text
        )

    def ask_closing(self, deed: deeds.ClosingAsked) -> None:
        case = self.worked(deed)
        if case is None:
            return
        with suppress(case_actions.NotClosable):
            as_member(
                self.worker(case), deed.at, case_actions.ask_closing, case_id=case.pk, reason=deed.reason,
                summary=deed.summary, text=deed.text, referred_to=deed.referred_to, aftercare=deed.aftercare,
            )  # fmt: skip

    def grant_closing(self, deed: deeds.ClosingGranted) -> None:
        case = self.worked(deed)
        if case is None:
            return
        by, asked = self.staff.supervisor(case.unit_id), deed.asked
        with acting(SYSTEM):
            waits = CaseClosing.objects.filter(case=case, state=ClosingState.ASKED).exists()
        if not waits:
            with suppress(case_actions.NotClosable):
                as_member(
                    by, deed.at, case_actions.close_in_spite, case_id=case.pk, reason=asked.reason,
                    summary=asked.summary, text=asked.text, referred_to=asked.referred_to, aftercare=asked.aftercare,
                    overrule=deed.overrule,
                )  # fmt: skip
            return
        try:
            as_member(by, deed.at, case_actions.grant_closing, case_id=case.pk)
        except case_actions.NotAccepted:
            as_member(by, deed.at, case_actions.grant_closing, case_id=case.pk, overrule=deed.overrule)
        except case_actions.NotClosable:
            pass

    # ---- what a deed is about -----------------------------------------------------------------------------------

    def report(self, deed: deeds.OfReport) -> Report:
        with acting(SYSTEM):
            return Report.objects.get(pk=self.report_of[deed.report])

    def township(self, report: Report) -> str:
        with acting(SYSTEM):
            return home_township(report, report.persons.filter(withdrawn_at__isnull=True).order_by("number"))

    def last_dispatch(self, deed: Any) -> Dispatch:
        with acting(SYSTEM):
            found = Dispatch.objects.filter(report_id=self.report_of[deed.report]).order_by("-round").first()
        assert found is not None
        return found

    def investigation(self, deed: deeds.OfReport) -> Investigation:
        with acting(SYSTEM):
            return Investigation.objects.get(report_id=self.report_of[deed.report])

    def case(self, case_id: int) -> Case:
        with acting(SYSTEM):
            return Case.objects.get(pk=case_id)

    def worked(self, deed: deeds.OfCase) -> Case | None:
        case = self.case(self.case_of[deed.case]) if deed.case in self.case_of else None
        return case if case is not None and CaseState(case.state) in WORKED_ON else None

    def worker(self, case: Case) -> AtWork:
        found = [each for several in self.staff.by_role.values() for each in several]
        return next(
            each
            for each in found
            if each.member_id == case.worker_id and each.context.unit_id == case.unit_id
        )


def as_member(who: AtWork, moment: dt.datetime, action: Callable[..., Any], /, **given: Any) -> Any:
    with acting(who.context):
        return action(**given, by=who.context, by_name=who.name, now=moment)


def done_by_members(done: Sequence[deeds.Deed], on: dt.date) -> Members:
    with acting(SYSTEM):
        members = Members(staff(on))
    members.do(done)
    return members
