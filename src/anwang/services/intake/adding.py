"""補充: words, persons and files added to a report; somebody taken out of it; whom somebody in it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.attachments import CheckedFile, attach
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting

from .changing import desk_report, locked_report, write_changes
from .errors import ReportError
from .keeping_persons import form_of, keep_persons, take_out
from .marking import mark_re_report
from .models import Report, ReportAttachment, ReportChange, ReportPerson, ReportReader
from .report_form import PersonForm
from .rules import MOST_PERSONS, person_problems, reason_problem
from .submitting import SUBJECT, check_may, note

ADDITION = "addition"
ADDITION_MAX = 5000


@transaction.atomic
def add_to_report(
    *,
    report_id: int,
    text: str = "",
    persons: Sequence[PersonForm] = (),
    attachments: Sequence[CheckedFile] = (),
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Report:
    """Add words, persons or files to a report: by the desk, or by the unit that reported. Nothing is changed, so nothing
    can conflict. The same words sent twice are added once. Raises Report.DoesNotExist, ReportError, PermissionDenied.
    """
    check_may(by, Permission.ENTER_REPORTS)
    report = locked_report(report_id, by)
    if by.actor is Actor.MEMBER and not _may_add(report, by):
        raise PermissionDenied("只有受理中心與通報的單位可以補充。")
    words, said = text.strip(), [person for person in persons if not person.is_blank]
    if not words and not said and not attachments:
        raise ReportError({"text": "請寫要補充的內容，或加一個人、一個附件。"})
    if len(words) > ADDITION_MAX:
        raise ReportError({"text": f"補充請在 {ADDITION_MAX} 個字以內（現在 {len(words)} 個字）。"})
    with acting(SYSTEM):
        changes: list[tuple[str, Any, Any]] = []
        if words and not _added_before(report, words, by, now):
            changes.append((ADDITION, None, words))
        rows = _add_persons(report, said, by, by_name, now)
        changes += [(f"person-{row.number}", None, row.content) for row in rows]
        for file in attachments:
            attach(
                ReportAttachment,
                file,
                unit_id=report.unit_id,
                subject_kind=SUBJECT,
                subject_id=report.pk,
                by=by,
                by_name=by_name,
                now=now,
                report=report,
            )
        write_changes(report, changes, "", by, by_name, now)
        if rows:
            mark_re_report(report, now=now)
        if changes:
            fields = [each[0] for each in changes]
            note(audit.Action.CHANGED_REPORT, report, rows, by, by_name, now, fields=fields)
    return report


def _may_add(report: Report, by: AccessContext) -> bool:
    if by.unit_id == report.unit_id:
        return True
    with acting(by):
        return ReportReader.objects.filter(
            report=report, unit_id=by.unit_id or 0, kind=ReportReader.Kind.REPORTED, until__isnull=True
        ).exists()


def _added_before(report: Report, words: str, by: AccessContext, now: dt.datetime) -> bool:
    """The same words by the same member within a quarter of an hour: a double click, a page sent again."""
    return ReportChange.objects.filter(
        report=report,
        field=ADDITION,
        after=words,
        by_id=by.member_id,
        at__gt=now - dt.timedelta(minutes=15),
    ).exists()


def _add_persons(
    report: Report, persons: Sequence[PersonForm], by: AccessContext, by_name: str, now: dt.datetime
) -> list[ReportPerson]:
    if not persons:
        return []
    numbers = list(ReportPerson.objects.filter(report=report).values_list("number", flat=True))
    there = ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True).count()
    if there + len(persons) > MOST_PERSONS:
        raise ReportError(f"一件通報最多 {MOST_PERSONS} 人，這一件已有 {there} 人，請另立一件。")
    _check_rows(persons, now)
    first = max(numbers, default=0) + 1
    return keep_persons(report, list(enumerate(persons, first)), by=by, by_name=by_name, now=now)


def _check_rows(persons: Sequence[PersonForm], now: dt.datetime) -> None:
    problems = person_problems(persons, now=timezone.localtime(now))
    # Somebody who is added need not be the one who needs help: the report has them already.
    problems = {name: text for name, text in problems.items() if not text.startswith("請指出")}
    if problems:
        raise ReportError(problems)


@transaction.atomic
def withdraw_person(
    *, report_id: int, number: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Report:
    """Take somebody out of a report who does not belong there. The last person stays. Raises as `correct_report`."""
    report = desk_report(report_id, by)
    if problem := reason_problem(reason):
        raise ReportError({"reason": problem})
    with acting(SYSTEM):
        rows = list(ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True))
        row = next((each for each in rows if each.number == number), None)
        if row is None:
            raise ReportError("這個人已經不在這件通報裡。")
        if len(rows) == 1:
            raise ReportError("通報至少要有一個人；寫錯的請改用更正。")
        take_out(report, row, now=now)
        write_changes(report, [(f"person-{number}", row.content, None)], reason, by, by_name, now)
        mark_re_report(report, now=now)
        note(audit.Action.CHANGED_REPORT, report, [row], by, by_name, now, fields=[f"person-{number}"])
    return report


@transaction.atomic
def decide_match(
    *,
    report_id: int,
    number: int,
    person_id: int | None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Report:
    """Say whom the person in row `number` is (`person_id`), or that it is none of those shown (None). The desk only.

    Raises ReportError where what the report says has nothing in common with who was chosen.
    """
    report = desk_report(report_id, by)
    with acting(SYSTEM):
        row = ReportPerson.objects.filter(report=report, number=number, withdrawn_at__isnull=True).first()
        if row is None:
            raise ReportError("這個人已經不在這件通報裡。")
        form = replace(form_of(row), person_id=person_id)
        if not form.is_named:
            raise ReportError("沒有姓名也沒有統一編號的人，不能認定是誰；請先更正。")
        kept = keep_persons(
            report, [(number, form)], is_other=person_id is None, by=by, by_name=by_name, now=now
        )
        # Kept even where nothing moves: that somebody looked and found none of them is an answer too.
        change = (
            f"person-{number}-who",
            row.person_id,
            kept[0].person_id if person_id is not None else None,
        )
        reason = "認定是同一人" if person_id is not None else "認定不是所列的人"
        write_changes(report, [change], reason, by, by_name, now)
        mark_re_report(report, now=now)
        note(audit.Action.CHANGED_REPORT, report, kept, by, by_name, now, fields=[f"person-{number}-who"])
    return report
