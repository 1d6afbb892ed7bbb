"""The entries of visits, contacts, assessments, plans and the programme's own forms."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from anwang.platform.context import SYSTEM, acting
from anwang.services.programs.models import FormEntry
from anwang.services.programs.programme import Programme

from .entries import Entry, EntryKind, Made, Own, roc
from .frame import SUBJECT
from .models import Assessment, CaseMember, ContactNote, Plan, PlanReview, Visit
from .process import PlanState, VisitState
from .vocabulary import ChildSeen, ContactKind, GoalState, Safety, VisitPlace


def _level(programme: Programme, level: str) -> str:
    found = programme.risk_level(level)
    return found.label if found else level


def _later(row: Any) -> str:
    replaced = getattr(row, "replaced_by", None)
    return (replaced.why or "已更正") if replaced is not None else ""


def _names(case_id: int, own: Own) -> dict[int, str]:
    found: dict[int, str] = {}
    for member in CaseMember.objects.filter(case_id=case_id, **own).order_by("pk"):
        found[member.number] = member.name or member.relation or member.get_role_display()
    return found


def visits(case_id: int, programme: Programme, own: Own) -> Made:
    names = _names(case_id, own)
    for visit in Visit.objects.filter(case_id=case_id, **own).select_related("replaced_by", "worker"):
        state, place = VisitState(visit.state), VisitPlace(visit.place)
        at = visit.visited_at or visit.planned_at or visit.made_at
        facts = []
        if state is VisitState.CANCELLED:
            # What did not happen stands where it was decided, not on the day that it was meant for.
            facts.append(("原約定", f"{roc(at)} {timezone.localtime(at):%H:%M}"))
            at = visit.recorded_at or at
        if visit.seen:
            facts.append(("見到", "、".join(names.get(number, str(number)) for number in visit.seen)))
        if visit.child_seen:
            facts.append(("孩子", ChildSeen(visit.child_seen).label))
        if visit.safety:
            facts.append(("安全", Safety(visit.safety).label))
        if visit.not_met_reason:
            facts.append(("原因", visit.get_not_met_reason_display()))
        if visit.next_step:
            facts.append(("下一步", visit.next_step))
        if visit.purpose and state is VisitState.PLANNED:
            facts.append(("目的", visit.purpose))
        if visit.cancel_reason:
            facts.append(("取消的理由", visit.cancel_reason))
        danger = visit.safety == Safety.DANGER
        yield Entry(
            at,
            EntryKind.VISIT,
            f"{state.label}・{place.label}",
            visit.recorded_by_name or (visit.worker.name if visit.worker else visit.made_by_name),
            visit.text,
            facts,
            "red" if danger else "amber" if state is VisitState.NOT_MET else "",
            row=visit.pk,
            record="visit" if state in (VisitState.DONE, VisitState.NOT_MET) else "",
            corrected=_later(visit),
            corrects=visit.why,
        )


def contacts(case_id: int, programme: Programme, own: Own) -> Made:
    for contact in ContactNote.objects.filter(case_id=case_id, **own).select_related("replaced_by"):
        kind = ContactKind(contact.kind)
        reached = "" if contact.reached else "（未聯繫上）"
        yield Entry(
            contact.contacted_at,
            EntryKind.CONTACT,
            f"{kind.label}{reached}" + (f"・{contact.with_whom}" if contact.with_whom else ""),
            contact.by_name,
            contact.text,
            row=contact.pk,
            record="contact",
            corrected=_later(contact),
            corrects=contact.why,
        )


def assessments(case_id: int, programme: Programme, own: Own) -> Made:
    for made in Assessment.objects.filter(case_id=case_id, **own).select_related("replaced_by"):
        facts = [("評估日期", roc(made.assessed_on))]
        if made.suggested and made.suggested != made.level:
            facts.append(("建議", _level(programme, made.suggested)))
            facts.append(("不同的理由", made.reason))
        basis = made.basis
        yield Entry(
            made.at,
            EntryKind.ASSESSMENT,
            f"家庭評估・{_level(programme, made.level) or '未分級'}",
            made.by_name,
            "",
            facts,
            basis=("風險分級建議", basis["reason"], basis["citation"]) if basis and made.suggested else None,
            row=made.pk,
            record="assessment",
            corrected=_later(made),
            corrects=made.why,
        )


def plans(case_id: int, programme: Programme, own: Own) -> Made:
    for plan in Plan.objects.filter(case_id=case_id, **own).prefetch_related("goals"):
        goals = [
            (f"目標 {goal.number}", f"{goal.goal}（{goal.owner}，到 {roc(goal.due_on)}）")
            for goal in sorted(plan.goals.all(), key=lambda each: each.number)
        ]
        state = PlanState(plan.state)
        if state in (PlanState.APPROVED, PlanState.RETURNED) and plan.answered_at is not None:
            yield Entry(
                plan.answered_at,
                EntryKind.PLAN,
                f"第 {plan.version} 版計畫{state.label}",
                plan.answered_by_name,
                plan.answer,
                tone="amber" if state is PlanState.RETURNED else "",
                row=plan.pk,
                step=1,
                record="plan",
            )
        if plan.submitted_at is not None:
            yield Entry(
                plan.submitted_at,
                EntryKind.PLAN,
                f"第 {plan.version} 版計畫送督導",
                plan.submitted_by_name,
                plan.summary,
                goals,
                row=plan.pk,
                record="plan",
            )


def reviews(case_id: int, programme: Programme, own: Own) -> Made:
    for review in PlanReview.objects.filter(case_id=case_id, **own).prefetch_related("progress__goal"):
        facts = [
            (each.goal.goal, GoalState(each.state).label + (f"：{each.text}" if each.text else ""))
            for each in sorted(review.progress.all(), key=lambda p: p.goal.number)
        ]
        yield Entry(review.at, EntryKind.PLAN, "檢討計畫", review.by_name, review.text, facts, row=review.pk)


def forms(case_id: int, programme: Programme, own: Own) -> Made:
    """The programme's own forms that were filled in: which, about whom, by whom. What stands in one is read on its page,
    which writes that down. A unit that has the case reads those of the units before it."""
    names, labels = _names(case_id, own), {form.id: form.label for form in programme.forms}
    with acting(SYSTEM):
        rows = FormEntry.objects.filter(subject_kind=SUBJECT, subject_id=str(case_id), **own)
        found = list(rows.select_related("corrected_by").order_by("pk"))
    for filled in found:
        about = filled.about_number
        yield Entry(
            filled.entered_at,
            EntryKind.FORM,
            labels.get(filled.form, filled.form),
            filled.entered_by_name,
            facts=[("關於", names.get(about, f"第 {about} 位") if about is not None else "")],
            row=filled.pk,
            record="" if own else "form",
            corrected="見後一份" if hasattr(filled, "corrected_by") else "",
            corrects="前一份" if filled.corrects_id else "",
        )
