"""A connected system delivers a report: once, however often it is sent and in whatever order; and it asks how far it is."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from anwang.platform import audit
from anwang.platform.attachments import AttachmentLimits, CheckedFile, checked_attachment
from anwang.platform.context import SYSTEM, acting
from anwang.platform.files.refused import FileRefused
from anwang.services.intake.completeness import completeness
from anwang.services.intake.errors import AlreadySubmitted, ReportError
from anwang.services.intake.models import Report
from anwang.services.intake.process import STOPS_THE_CLOCK, ReportState
from anwang.services.intake.submitting import submit_report

from .body import FILE_BYTES, FileBody, ReportBody, forms_of, pointer_of
from .door import Caller
from .models import Submission
from .problems import Problem

_OTHER_BODY = (
    "這個 Idempotency-Key 已經送過另一份內容，那一份已成為 {number}。這次的內容沒有收下；新的通報請用新的鍵。"
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The answer to a delivery; `is_new` False when it was delivered before and the answer is that of then."""

    answer: dict[str, Any]
    is_new: bool


@transaction.atomic
def deliver_report(*, caller: Caller, key: str, raw: bytes, body: ReportBody, now: dt.datetime) -> Delivered:
    """Keep the report and the answer under the connected system's key, or give the answer of the first time.

    `raw` is the body as it was sent: the same key with any other one is refused (409), and nothing is kept of it.
    Runs in the connected system's context. Raises Problem.
    """
    key_digest = hashlib.sha256(key.encode()).hexdigest()
    body_digest = _body_digest(raw)
    with (
        connection.cursor() as cursor
    ):  # the same delivery twice at once: the second waits and finds the first
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"api {caller.system_id} {key_digest}"]
        )
    before = Submission.objects.filter(system_id=caller.system_id, key=key_digest).first()
    if before is not None:
        if not hmac.compare_digest(before.body, body_digest):
            raise Problem(409, _OTHER_BODY.format(number=before.answer["number"]), code="other_body")
        return Delivered(before.answer, False)
    files = _files(body.attachments)
    form, persons, reporter = forms_of(body)
    try:
        report = submit_report(
            form=form,
            persons=persons,
            reporter=reporter,
            attachments=files,
            client_key=f"api {key_digest}",
            by=caller.context,
            by_name=caller.name,
            now=now,
        )
    except AlreadySubmitted as error:
        raise Problem(
            409, _OTHER_BODY.format(number=Report(pk=error.report_id).number), code="other_body"
        ) from None
    except ReportError as error:
        raise Problem(
            422,
            "通報內容有問題，請依 errors 修正後再送。",
            errors=[(pointer_of(field), text) for field, text in error.problems.items()],
        ) from None
    answer = _answer(report)
    answer["warnings"] = _warnings(completeness(form, persons).text, files)
    Submission.objects.create(
        system_id=caller.system_id,
        key=key_digest,
        body=body_digest,
        report=report,
        answer=answer,
        at=now,
        changed_at=now,
    )
    audit.record(
        context=caller.context,
        at=now,
        action=audit.Action.DELIVERED_REPORT,
        subject_kind="report",
        subject_id=report.pk,
        member_name=caller.name,
        detail={"system": caller.system_id},
    )
    return Delivered(answer, True)


def _body_digest(raw: bytes) -> str:
    """Keyed: a body could be guessed, and its plain digest would then prove the guess."""
    key = hashlib.sha256(b"api-body:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, raw, hashlib.sha256).hexdigest()


def _files(sent: Sequence[FileBody]) -> list[CheckedFile]:
    found, problems = [], []
    for number, each in enumerate(sent):
        try:
            content = base64.b64decode(each.content, validate=True)
            found.append(
                checked_attachment(each.name, io.BytesIO(content), limits=AttachmentLimits(size=FILE_BYTES))
            )
        except binascii.Error:
            problems.append((f"/attachments/{number}/content", "不是合格的 Base64。"))
        except FileRefused as refused:
            problems.append((f"/attachments/{number}", str(refused)))
    if problems:
        raise Problem(422, "附件有問題，整件通報都沒有收下；請修正或拿掉附件後再送。", errors=problems)
    return found


def _warnings(gaps: str, files: Sequence[CheckedFile]) -> list[dict[str, str]]:
    """What the sender should know of what it sent itself. Nothing here may depend on what the county knew before: a
    system that learns whether a report is a 再通報 can ask of anybody whether the social bureau knows them."""
    found = []
    if gaps and "還缺" in gaps:
        found.append(("incomplete", gaps))
    found += [("file", note) for file in files for note in file.notes]
    return [{"code": code, "message": message} for code, message in found]


def _answer(report: Report) -> dict[str, Any]:
    state = ReportState(report.state)
    return {
        "number": report.number,
        "state": state.value,
        "state_label": state.label,
        "received_at": timezone.localtime(report.received_at).isoformat(),
        "due_at": timezone.localtime(report.due_at).isoformat(),
        "handled_at": timezone.localtime(report.handled_at).isoformat() if report.handled_at else None,
        "is_closed": state in STOPS_THE_CLOCK,
    }


@transaction.atomic
def state_of(*, caller: Caller, number: str, now: dt.datetime) -> dict[str, Any] | None:
    """How far a report is that this connected system delivered; None for any other number, whether there is such a report or not.

    Which rows it may ask for is row security's: the list of its own deliveries. Of those, four columns are read.
    """
    pk = int(number.removeprefix("R-"))
    own = Submission.objects.filter(system_id=caller.system_id, report_id=pk).first()
    if own is None:
        return None
    found = _states([own])
    _log_read(caller, [own], now)
    return found[0]


@transaction.atomic
def states_since(
    *, caller: Caller, turn: int, since: dt.datetime | None, limit: int, now: dt.datetime
) -> tuple[list[dict[str, Any]], int, bool]:
    """A page of the connected system's own reports in the order of their last change, the cursor after it, and whether more wait.

    Asking again with that cursor gives what changed after it, a report anew each time that it changed.
    """
    rows = Submission.objects.filter(system_id=caller.system_id, turn__gt=turn)
    if since is not None:
        rows = rows.filter(changed_at__gte=since)
    page = list(rows.order_by("turn")[: limit + 1])
    shown = page[:limit]
    if shown:
        _log_read(caller, shown, now)
    last = max((row.turn for row in shown if row.turn is not None), default=turn)
    return _states(shown), last, len(page) > limit


def _states(rows: Sequence[Submission]) -> list[dict[str, Any]]:
    with acting(SYSTEM):  # a connected system sees no report; of its own these columns
        columns = ("unit_id", "state", "received_at", "due_at", "handled_at")
        reports = Report.objects.only(*columns).in_bulk([row.report_id for row in rows])
    return [
        {**_answer(reports[row.report_id]), "changed_at": timezone.localtime(row.changed_at).isoformat()}
        for row in rows
    ]


def _log_read(caller: Caller, rows: Sequence[Submission], now: dt.datetime) -> None:
    audit.record_each(
        [("report", row.report_id) for row in rows],
        context=caller.context,
        at=now,
        action=audit.Action.READ_REPORT_STATE,
        member_name=caller.name,
        detail={"system": caller.system_id},
    )
