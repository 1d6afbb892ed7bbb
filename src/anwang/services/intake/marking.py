"""Marking a report as a re-report (再通報): the rule applied to what is known, and its Decision kept."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from anwang.platform.context import SYSTEM
from anwang.platform.county_policy import policy_in_force
from anwang.platform.decisions import keep_decision
from anwang.platform.models import Decision

from .history import history_of
from .models import Report, ReportPerson
from .re_reports import RULE, ReReport, re_report
from .screening import queue_by_suggestion


def known_persons(report: Report) -> list[int]:
    """The persons whom the report's rows are about now, as the last matching has it. Call it as the system."""
    rows = ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True, record__person__isnull=False)
    return sorted({pk for pk in rows.values_list("record__person_id", flat=True) if pk is not None})


def mark_re_report(report: Report, *, now: dt.datetime) -> ReReport:
    """Decide anew whether the report is a re-report; the Decision is kept when it says something else than the last.

    The caller saves nothing: the report's own columns are written here, its place in the desk's queue too. Call it as the
    system.
    """
    people = known_persons(report)
    history = history_of(people, before=report.received_at, besides=report.pk)
    result = re_report(
        timezone.localdate(report.received_at),
        history.reports,
        history.services,
        policy=policy_in_force(),
    )
    of = result.of.report_id if result.of else None
    if report.re_report_of_id != of:
        report.re_report_of_id = of
        report.save(update_fields=["re_report_of"])
    facts = {
        "persons": people,
        "reports": [[each.report_id, each.same_person] for each in history.reports],
        "windows": [one.window.value for one in result.found],
        "services": [
            [
                each.programme,
                each.opened_on.isoformat(),
                each.closed_on.isoformat() if each.closed_on else None,
                each.same_person,
            ]
            for each in history.services
        ],
    }
    last = (
        Decision.objects.filter(subject_kind="report", subject_id=str(report.pk), rule_id=RULE)
        .order_by("-pk")
        .first()
    )
    if last is None or (last.outcome, last.reason) != (result.outcome.value, result.reason):
        keep_decision(
            subject_kind="report",
            subject_id=report.pk,
            rule_id=RULE,
            outcome=result.outcome.value,
            reason=result.reason,
            citation=result.citation,
            policy_version=result.policy_version,
            by=SYSTEM,
            now=now,
            facts=facts,
            unit_id=report.unit_id,
        )
    queue_by_suggestion(report)
    return result
