"""The entries of the case's frame: how it began, new reports, hand-overs, closings, its people, further decisions."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Decision
from anwang.services.dispatch.models import FamilyContact
from anwang.services.intake.models import Report
from anwang.services.programs.programme import Programme
from anwang.standard.dates import roc_date

from .entries import Entry, EntryKind, Made, Own, roc
from .frame import SUBJECT
from .models import (
    Case,
    CaseClosing,
    CaseMember,
    Reopening,
    ReportJoined,
    ReportSeen,
    SupportingAgency,
    Transfer,
)
from .process import ClosingState, TransferState


def transfers(case_id: int, programme: Programme, own: Own) -> Made:
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


def closings(case_id: int, programme: Programme, own: Own) -> Made:
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
                step=1,
            )


def reopenings(case_id: int, programme: Programme, own: Own) -> Made:
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


def people(case_id: int, programme: Programme, own: Own) -> Made:
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


def supporting(case_id: int, programme: Programme, own: Own) -> Made:
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


def reports_seen(case_id: int, programme: Programme, own: Own) -> Made:
    for seen in ReportSeen.objects.filter(case_id=case_id, **own):
        yield Entry(
            seen.at,
            EntryKind.REPORT,
            f"看過新的通報 R-{seen.report_id:07d}",
            seen.by_name,
            seen.note,
            row=seen.pk,
        )


def reports_joined(case_id: int, programme: Programme, own: Own) -> Made:
    found = list(ReportJoined.objects.filter(case_id=case_id, **own))
    stories = dict(
        Report.objects.filter(pk__in=[each.report_id for each in found]).values_list("pk", "story")
    )
    for joined in found:
        yield Entry(
            joined.at,
            EntryKind.REPORT,
            f"併入通報 R-{joined.report_id:07d}",
            joined.by_name,
            joined.note,
            [("通報內容", stories.get(joined.report_id, ""))],
            row=joined.pk,
        )


def contacts_before(case_id: int, programme: Programme, own: Own) -> Made:
    """First contacts that were written down with a report, before it had a case or was joined to this one: whoever serves
    the family must know them, also those of a unit that had the report before, or handed the case on since."""
    with acting(SYSTEM):  # the caller has the case, or asks for what its own unit wrote
        opened = dict(Case.objects.filter(pk=case_id).values_list("report_id", "unit_id"))
        joined = ReportJoined.objects.filter(case_id=case_id).values_list("report_id", flat=True)
        reports = {number for number in (*opened, *joined) if number is not None}
        found = FamilyContact.objects.filter(dispatch__report_id__in=reports, **own)
        contacts = list(found.select_related("unit").order_by("pk"))
    here = {own["unit_id"]} if own else set(opened.values())
    for contact in contacts:
        reached = "" if contact.reached else "（未聯繫上）"
        yield Entry(
            contact.contacted_at,
            EntryKind.CONTACT,
            f"首次聯繫・{contact.get_how_display()}{reached}"
            + (f"・{contact.with_whom}" if contact.with_whom else ""),
            contact.by_name,
            contact.text,
            [("單位", "" if contact.unit_id in here else contact.unit.name)],
            row=contact.pk,
        )


def decisions(case_id: int, programme: Programme, own: Own) -> Made:
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


def beginning(case: Case) -> list[Entry]:
    """How the case began: the report that it came from (if the unit may read it), and its opening."""
    found = [
        Entry(
            case.opened_at,
            EntryKind.DECISION,
            "開案",
            case.opened_by_name,
            case.reason,
            row=0,
        )
    ]
    report = Report.objects.filter(pk=case.report_id).first() if case.report_id else None
    if report is not None:
        found.append(
            Entry(
                report.received_at,
                EntryKind.REPORT,
                f"通報 {report.number}・{report.get_channel_display()}",
                "",
                report.story,
                [("狀態", report.get_state_display()), ("急迫", report.get_urgency_display())],
                row=report.pk,
            )
        )
    return found
