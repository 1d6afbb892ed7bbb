"""個案時間軸: everything that happened in a case as one line, the youngest first, in words. What was corrected stays.

Each entry is made from rows that row security shows to the reader: a unit that handed the case on gets what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from anwang.services.programs.programme import Programme

from . import timeline_frame as frame
from . import timeline_records as records
from .entries import Entry, EntryKind, Made, Own
from .models import Case

_MAKERS.items():
        if kind in wanted:
            for make in makers:
                found += make(case_id, programme, {"unit_id": only_unit} if only_unit else {})
    return sorted(found, key=lambda entry: (entry.at, entry.row), reverse=True)


Made = Iterator[Entry]
Own = dict[str, Any]


def roc(day: dt.date | None) -> str:
    return roc_date(day) if day else ""


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


def records.visits(case_id: int, programme: Programme, own: Own) -> Made:
    names = _names(case_id, own)
    for visit in Visit.objects.filter(case_id=case_id, **own).select_related("replaced_by", "worker"):
        state, place = VisitState(visit.state), VisitPlace(visit.place)
        at = visit.visited_at or visit.planned_at or visit.made_at
        facts = []
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


def records.contacts(case_id: int, programme: Programme, own: Own) -> Made:
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


def records.assessments(case_id: int, programme: Programme, own: Own) -> Made:
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


def records.plans(case_id: int, programme: Programme, own: Own) -> Made:
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


def records.reviews(case_id: int, programme: Programme, own: Own) -> Made:
    for review in PlanReview.objects.filter(case_id=case_id, **own).prefetch_related("progress__goal"):
        facts = [
            (each.goal.goal, GoalState(each.state).label + (f"：{each.text}" if each.text else ""))
            for each in sorted(review.progress.all(), key=lambda p: p.goal.number)
        ]
        yield Entry(review.at, EntryKind.PLAN, "檢討計畫", review.by_name, review.text, facts, row=review.pk)


def _transfers(case_id: int, programme: Programme, own: Own) -> Made:
    found = Transfer.objects.filter(case_id=case_id, **own).select_related(
        "unit", "to_unit", "from_worker", "to_worker"
    )
    for transfer in found:
        state = TransferState(transfer.state)
        giver = transfer.from_worker.name if transfer.from_worker else transfer.unit.name
        taker = transfer.to_worker.name if transfer.to_worker else ""
        where = transfer.to_unit.name if transfer.to_unit_id != transfer.unit_id else ""
        yield Entry(
            transfer.offered_at,
            EntryKind.TRANSFER,
            f"移轉：{giver} → {' '.join(filter(None, (where, taker)))}・{state.label}",
            transfer.offered_by_name,
            transfer.summary,
            [
                ("理由", transfer.reason),
                ("接手時案量", f"{transfer.caseload} 案" if transfer.caseload is not None else ""),
                *(
                    [("回復", f"{transfer.answered_by_name} {transfer.answer}".strip())]
                    if transfer.answered_at
                    else []
                ),
            ],
            row=transfer.pk,
        )


def _closings(case_id: int, programme: Programme, own: Own) -> Made:
    for closing in CaseClosing.objects.filter(case_id=case_id, **own).select_related("decision__overrules"):
        state = ClosingState(closing.state)
        reason = programme.closing_reason(closing.reason)
        facts = [("原因", reason.label if reason else closing.reason)]
        facts += [
            (label, text)
            for label, text in (
                ("說明", closing.note),
                ("接手單位", closing.referred_to),
                ("結案後關心的人", closing.aftercare),
            )
            if text
        ]
        yield Entry(
            closing.asked_at,
            EntryKind.DECISION,
            "提結案",
            closing.asked_by_name,
            closing.summary,
            facts,
            row=closing.pk,
        )
        if closing.answered_at is not None:
            over = closing.decision.overrules if closing.decision else None
            yield Entry(
                closing.answered_at,
                EntryKind.DECISION,
                {
                    ClosingState.GRANTED: "核定結案",
                    ClosingState.RETURNED: "退回結案",
                    ClosingState.TAKEN_BACK: "收回結案",
                }.get(state, state.label),
                closing.answered_by_name,
                closing.answer,
                [("未通過的檢核", over.reason)] if over else (),
                "amber" if over or state is ClosingState.RETURNED else "",
                ("結案檢核", closing.decision.reason, closing.decision.citation)
                if closing.decision
                else None,
                row=closing.pk,
            )


def _reopenings(case_id: int, programme: Programme, own: Own) -> Made:
    for again in Reopening.objects.filter(case_id=case_id, **own):
        closed = roc_date(timezone.localdate(again.closed_at))
        yield Entry(
            again.at,
            EntryKind.DECISION,
            "重新開案",
            again.by_name,
            again.reason,
            [("前次結案", closed)],
            row=again.pk,
        )


def _people(case_id: int, programme: Programme, own: Own) -> Made:
    for member in CaseMember.objects.filter(case_id=case_id, **own).select_related("replaces"):
        if member.replaces is None:
            continue  # those of the opening are told by it
        before = member.replaces
        changed = [
            (label, f"{old or '（空白）'} → {new or '（空白）'}")
            for label, old, new in (
                ("姓名", before.name, member.name),
                ("稱謂", before.relation, member.relation),
                ("角色", before.get_role_display(), member.get_role_display()),
                ("離開", roc(before.left_on), roc(member.left_on)),
            )
            if old != new
        ]
        if member.why == "個案移轉":
            continue
        yield Entry(
            member.at,
            EntryKind.PEOPLE,
            f"更正家人資料・{member.name or member.relation}",
            member.by_name,
            member.why,
            changed or [("更正", "證號、生日、電話或地址")],
            row=member.pk,
        )


def _supporting(case_id: int, programme: Programme, own: Own) -> Made:
    for each in SupportingAgency.objects.filter(case_id=case_id, **own).select_related("supporting_unit"):
        yield Entry(
            dt.datetime.combine(each.from_on, dt.time(), timezone.get_current_timezone()),
            EntryKind.PEOPLE,
            f"協辦：{each.supporting_unit.name}・{each.get_task_display()}",
            each.by_name,
            "",
            [(label, text) for label, text in (("聯絡", each.contact), ("到", roc(each.until_on))) if text],
            row=each.pk,
        )


def _reports_seen(case_id: int, programme: Programme, own: Own) -> Made:
    for seen in ReportSeen.objects.filter(case_id=case_id, **own):
        yield Entry(
            seen.at,
            EntryKind.REPORT,
            f"看過新的通報 R-{seen.report_id:07d}",
            seen.by_name,
            seen.note,
            row=seen.pk,
        )


def _decisions(case_id: int, programme: Programme, own: Own) -> Made:
    """What people decided that has no row of its own: approvals of plans are told by the plan, closings by the closing."""
    told = ("case.plan.approval", "case.closing", "case.risk")
    found = Decision.objects.filter(
        subject_kind=SUBJECT, subject_id=str(case_id), made_by_member_id__isnull=False, **own
    ).exclude(rule_id__in=told)
    for decision in found:
        yield Entry(
            decision.made_at,
            EntryKind.DECISION,
            decision.outcome,
            "",
            decision.reason,
            basis=(decision.rule_id, decision.reason, decision.citation),
            row=decision.pk,
        )


_MAKERS: dict[EntryKind, tuple[Callable[[int, Programme, Own], Made], ...]] = {
    EntryKind.REPORT: (frame.reports_seen,),
    EntryKind.VISIT: (records.visits,),
    EntryKind.CONTACT: (records.contacts,),
    EntryKind.ASSESSMENT: (records.assessments,),
    EntryKind.PLAN: (records.plans, records.reviews),
    EntryKind.TRANSFER: (frame.transfers,),
    EntryKind.DECISION: (frame.closings, frame.reopenings, frame.decisions),
    EntryKind.PEOPLE: (frame.people, frame.supporting),
}


def timeline(
    case: Case, programme: Programme, kinds: Iterable[EntryKind] = ()
) -> list[Entry]:
    """All entries of a case (of `kinds`, when given), the youngest first."""
    wanted = set(kinds) or set(EntryKind)
    begun = [entry for entry in frame.beginning(case) if entry.kind in wanted]
    return _sorted([*begun, *_entries(case.pk, programme, wanted, {})])


def own_timeline(case_id: int, programme: Programme, unit_id: int) -> list[Entry]:
    """What a unit wrote itself in a case that it handed on."""
    return _sorted(_entries(case_id, programme, set(EntryKind), {"unit_id": unit_id}))


def _entries(case_id: int, programme: Programme, wanted: set[EntryKind], own: Own) -> list[Entry]:
    return [
        entry
        for kind, makers in _MAKERS.items()
        if kind in wanted
        for make in makers
        for entry in make(case_id, programme, own)
    ]


def _sorted(found: list[Entry]) -> list[Entry]:
    return sorted(found, key=lambda entry: (entry.at, entry.row), reverse=True)
