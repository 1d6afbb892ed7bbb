"""What the pages of the lists share: who may open them, the audit row of an opening, and lists as files."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone

from anwang.agencies.middleware import with_purpose
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.network.cocases.documents import Sheet, write_sheet
from anwang.platform import audit
from anwang.platform.context import AccessContext, Purpose
from anwang.web.downloads import DOCUMENT_TYPES, as_download


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
    return as_download(
        sheet.title, suffix, lambda stream: write_sheet(stream, sheet, suffix), types=DOCUMENT_TYPES
    )


def member_name(request: MemberRequest) -> str:
    """The name that the audit and the receipt keep."""
    return request.user.name


def this_moment() -> dt.datetime:
    return timezone.now()
