"""The entries of the case's frame: how it began, new reports, hand-overs, closings, its people, further decisions."""

from __future__ import annotations

from anwang.services.intake.models import Report

from .entries import Entry, EntryKind
from .models import Case


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
