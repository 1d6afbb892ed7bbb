"""What the pages of the lists share: who may open them, the audit row of an opening, and lists as files."""

from __future__ import annotations

import datetime as dt
import io

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from anwang.agencies.middleware import with_purpose
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.documents import Sheet, write_sheet
from anwang.platform import audit
from anwang.platform.context import AccessContext, Purpose

FORMS = {
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
    "odt": "application/vnd.oasis.opendocument.text",
}


def may(request: MemberRequest, *wanted: Permission) -> bool:
    """Whether the member may do one of these."""
    return bool(permissions_of(request.access.roles) & set(wanted))


def as_office(request: MemberRequest) -> AccessContext:
    """Act for the office that makes and sends the month's lists. Raises PermissionDenied for everybody else."""
    if not may(request, Permission.MAKE_LISTS, Permission.SEND_LISTS):
        raise PermissionDenied(Permission.SEND_LISTS)
    return with_purpose(request, Purpose.MONTHLY_LISTS)


def remember(
    request: MemberRequest, action: str, kind: str, subject: object, now: dt.datetime, **detail: object
) -> None:
    """The audit row of opening or exporting a list, in the transaction of the request."""
    access = request.access
    audit.record(
        context=access,
        at=now,
        action=action,
        subject_kind=kind,
        subject_id=subject,
        purpose=access.purpose or "",
        member_name=member_name(request),
        detail=detail,
    )


def file_answer(sheet: Sheet, suffix: str) -> HttpResponse:
    """A list as a file to save. Raises Http404 for a form that there is not."""
    if suffix not in FORMS:
        raise Http404(suffix)
    stream = io.BytesIO()
    write_sheet(stream, sheet, suffix)
    answer = HttpResponse(stream.getvalue(), content_type=FORMS[suffix])
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{sheet.title}.{suffix}") or ""
    return answer


def member_name(request: MemberRequest) -> str:
    """The name that the audit and the receipt keep."""
    return request.user.name


def this_moment() -> dt.datetime:
    return timezone.now()
