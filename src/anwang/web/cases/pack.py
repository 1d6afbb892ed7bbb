"""今日訪視: a day's planned visits as one pack to print, a sheet for each with room to write."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.models import CaseMember, Visit
from anwang.services.cases.people import current_members
from anwang.services.cases.process import VisitState
from anwang.services.cases.queries import visits_on
from anwang.standard.serial import from_json
from anwang.web.clocks import roc_day
from anwang.web.reading import read_day

from .reading import NAV


@sign_in_required
@require_GET
def pack(request: MemberRequest) -> HttpResponse:
    """今日訪視: the day's planned visits as one pack to print, a sheet for each with room to write."""
    access, today = require(request, Permission.WORK_CASES), timezone.localdate()
    day = read_day(request.GET.get("on", "")) or today
    everybody = request.GET.get("who") == "unit"
    found = visits_on(unit_id=access.unit_id or 0, day=day, worker_id=None if everybody else access.member_id)
    sheets, shown = [], []
    for each in found:
        members = [member for member in current_members(each.case_id) if member.left_on is None]
        shown += [
            (SUBJECT, each.case_id),
            *(("person", member.person_id) for member in members if member.person_id),
        ]
        sheets.append((each, _sheet_members(members), _address(members), _last(each)))
    audit.record_each(
        dict.fromkeys(shown),
        context=access,
        at=timezone.now(),
        action=audit.Action.READ_CASE,
        member_name=request.user.name,
        purpose="列印訪視單",
        detail={"visits": len(found), "on": day.isoformat()},
    )
    return render(
        request,
        "cases/pack.html",
        {"nav": NAV, "day": day, "sheets": sheets, "everybody": everybody, "on": roc_day(day, "short")},
    )


def _sheet_members(members: list[CaseMember]) -> list[tuple[str, str, str, str]]:
    found = []
    for member in members:
        record = from_json(member.content)
        found.append(
            (
                member.name or "（姓名不詳）",
                member.relation or member.get_role_display(),
                record.birth.raw if record.birth else "",
                record.phones[0].raw if record.phones else "",
            )
        )
    return found


def _address(members: list[CaseMember]) -> str:
    for member in members:
        address = from_json(member.content).address
        if address is not None and address.raw:
            return address.raw
    return ""


def _last(planned: Visit) -> Visit | None:
    return (
        Visit.objects.filter(case_id=planned.case_id, state=VisitState.DONE, replaced_by__isnull=True)
        .order_by("-visited_at")
        .first()
    )
