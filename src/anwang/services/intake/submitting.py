"""通報: a report comes in, whole or not at all, and once however often it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission, permissions_of
from anwang.platform import audit
from anwang.platform.attachments import CheckedFile, attach
from anwang.platform.clock import open_deadline
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import Term, TermKind
from anwang.platform.sealing import seal_field
from anwang.policy import Policy

from .completeness import jurisdiction_township
from .errors import AlreadySubmitted, ReportError
from .keeping_persons import keep_persons
from .marking import mark_re_report
from .models import Report, ReportAttachment, Reporter, ReportPerson, ReportReader
from .process import ReportState
from .reply_rules import REPLY_DAYS, REPLY_NAME, REPLY_RULE
from .report_form import PersonForm, ReporterForm, ReportForm
from .rules import (
    HANDLE_HOURS,
    HANDLE_RULE,
    form_problems,
    handle_due_at,
    happened_parts,
)
from .states import publish_state
from .vocabulary import ReporterKind

SUBJECT = "report"


def check_may(by: AccessContext, permission: Permission) -> None:
    """Raises PermissionDenied when a member's roles do not allow it. Connected systems are let in by their scopes (exchange)."""
    if by.actor is Actor.MEMBER and permission not in permissions_of(by.roles):
        raise PermissionDenied(permission)


def intake_unit() -> Unit:
    """The county's intake centre (003 貳二(1/2)). Raises ReportError when none was set up."""
    found = Unit.objects.filter(kind=Unit.Kind.INTAKE_CENTER).select_related("agency").order_by("pk").first()
    if found is None:
        raise ReportError("縣內還沒有設立集中受理通報與派案中心，請洽系統管理。")
    return found


@transaction.atomic
def submit_report(
    *,
    form: ReportForm,
    persons: Sequence[PersonForm],
    reporter: ReporterForm,
    attachments: Sequence[CheckedFile] = (),
    client_key: str | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Report:
    """Keep a report with all that belongs to it: persons, who reported (sealed), files, the 24-hour clock, the re-report mark.

    It belongs to the intake centre; another unit that enters it may read it afterwards. `client_key` makes sending it
    again harmless: the same sender's same key gives the report that there is. `form.received_at` None means now.
    Raises ReportError with what to mend, AlreadySubmitted when the key was used for another content, PermissionDenied.
    """
    check_may(by, Permission.ENTER_REPORTS)
    local = timezone.localtime(now)
    received_at = timezone.localtime(form.received_at) if form.received_at else local
    digest = _digest(form, persons, reporter, attachments)
    with acting(SYSTEM):
        key = _sender_key(by, client_key)
        if key is not None and (sent := _sent_before(key)):
            if sent.client_digest != digest:
                raise AlreadySubmitted(sent.pk, sent.number)
            return sent
        policy = policy_in_force()
        problems = form_problems(
            _with_receipt(form, received_at), persons, reporter, policy=policy, now=local
        )
        if problems:
            raise ReportError(problems)
        report = _write_report(form, persons, received_at, key, digest, by, by_name, local)
        said = [(number, person) for number, person in enumerate(_said(persons), 1)]
        kept = keep_persons(report, said, by=by, by_name=by_name, now=now)
        _keep_reporter(report, reporter)
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
        if by.unit_id is not None and by.unit_id != report.unit_id:
            ReportReader.objects.create(
                report=report, unit_id=by.unit_id, kind=ReportReader.Kind.REPORTED, since=now
            )
        _start_clock(report)
        if reporter.wants_reply:
            _owe_reply(report)
        mark_re_report(report, now=now)
        publish_state(report=report, now=now)
        note(audit.Action.ENTERED_REPORT, report, kept, by, by_name, now, files=len(attachments))
    return report


def _with_receipt(form: ReportForm, received_at: dt.datetime) -> ReportForm:
    values = {name: getattr(form, name) for name in ReportForm.__dataclass_fields__}
    return ReportForm(**{**values, "received_at": received_at})


def _said(persons: Sequence[PersonForm]) -> list[PersonForm]:
    return [person for person in persons if not person.is_blank]


def _digest(
    form: ReportForm,
    persons: Sequence[PersonForm],
    reporter: ReporterForm,
    attachments: Sequence[CheckedFile],
) -> str:
    # What was shown and what was filled in says nothing of the report itself.
    unsaid = ("asked", "prefilled")
    said = {name: value for name, value in asdict(form).items() if name not in unsaid}
    people = [asdict(person) for person in _said(persons)]
    files = [file.sha256 for file in attachments]
    text = json.dumps([said, people, asdict(reporter), files], default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _sender_key(by: AccessContext, client_key: str | None) -> str | None:
    """The key of this very sender: nobody finds another's report by guessing its key."""
    if not client_key:
        return None
    sender = by.connected_system_id or by.member_id or ""
    return hashlib.sha256(f"{by.actor.value}:{sender}:{client_key}".encode()).hexdigest()


def _sent_before(key: str) -> Report | None:
    with connection.cursor() as cursor:
        # A double click: the second waits until the first is kept.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"report {key}"])
    return Report.objects.filter(client_key=key).first()


def _write_report(
    form: ReportForm,
    persons: Sequence[PersonForm],
    received_at: dt.datetime,
    key: str | None,
    digest: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Report:
    unit = intake_unit()
    happened_on, happened_text = happened_parts(form.happened)
    content = {name: text for name, text in form.content.items() if text}
    if form.late_reason.strip():
        content["late_reason"] = " ".join(form.late_reason.split())
    return Report.objects.create(
        unit=unit,
        state=ReportState.RECEIVED,
        received_at=received_at,
        due_at=handle_due_at(received_at, now, policy=policy_in_force()),
        channel=form.channel,
        reporter_kind=form.reporter_kind,
        mandated_kind=form.mandated_kind if form.reporter_kind == ReporterKind.MANDATED else "",
        reporter_unit_id=by.unit_id if by.unit_id != unit.pk else None,
        happened_on=happened_on,
        happened_text=happened_text,
        township=jurisdiction_township(form.township, _said(persons)),
        place=form.place.strip(),
        story=form.story.strip(),
        dangers=list(form.dangers),
        needs=list(form.needs),
        content=content,
        asked=sorted(set(form.asked)),
        prefilled=sorted(set(form.prefilled) & set(form.asked)),
        programme=form.programme,
        client_key=key,
        client_digest=digest,
        entered_at=now,
        entered_by_id=by.member_id,
        entered_by_name=by_name,
    )


def _keep_reporter(report: Report, reporter: ReporterForm) -> None:
    if reporter.is_blank:
        return
    row = Reporter(report=report, unit_id=report.unit_id, wants_reply=reporter.wants_reply)
    values = {name: getattr(reporter, name).strip() for name in ("name", "phone", "workplace", "address")}
    seal_field(row, "sealed", values)
    row.save(force_insert=True)


def _start_clock(report: Report) -> None:
    policy = policy_in_force()
    hours = policy.number(HANDLE_HOURS, on=timezone.localdate(report.received_at))
    open_deadline(
        subject_kind=SUBJECT,
        subject_id=report.pk,
        rule_id=HANDLE_RULE,
        label=f"通報 {report.number}：{hours} 小時內完成篩派案",
        rule_label=policy.parameter(HANDLE_HOURS).label_zh,
        subject_label=report.number,
        unit_id=report.unit_id,
        opened_at=report.received_at,
        due_at=report.due_at,
        citation=str(policy.citation(HANDLE_HOURS)),
        url=f"/dispatch/{report.pk}/",
    )


def _owe_reply(report: Report) -> None:
    """The reporter asked to hear of it: the desk must reply (`replying`)."""
    policy = policy_in_force()
    open_deadline(
        subject_kind=SUBJECT,
        subject_id=report.pk,
        rule_id=REPLY_RULE,
        label=f"{REPLY_NAME}（{report.number}）",
        rule_label=REPLY_NAME,
        subject_label=report.number,
        unit_id=report.unit_id,
        opened_at=report.received_at,
        term=Term(TermKind.DAYS, policy.number(REPLY_DAYS, on=timezone.localdate(report.received_at))),
        citation=reply_citation(policy),
        url=f"/reports/{report.pk}/reply/",
    )


def reply_citation(policy: Policy) -> str:
    """Where the term of a reply stands, and whose it is."""
    ours = "（本系統預設，待縣府核定）" if policy.is_ours(REPLY_DAYS) else ""
    return f"{policy.citation(REPLY_DAYS)}{ours}"


def note(
    action: str,
    report: Report,
    persons: Sequence[ReportPerson],
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    **detail: object,
) -> None:
    """Write a deed down: for the report, and for everybody in it whom the registry knows."""
    audit.record_each(
        audit.with_persons(SUBJECT, report.pk, (row.person_id for row in persons)),
        context=by,
        at=now,
        action=action,
        member_name=by_name,
        detail={**detail, "report": report.pk, "persons": len(persons)},
    )
