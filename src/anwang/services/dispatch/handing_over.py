"""交班: what stands open at the desk when a shift ends, what is said of it, and who takes it over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.services.intake.models import Report
from anwang.services.intake.vocabulary import Urgency

from .holding import DispatchError, check_desk, check_permission
from .models import HandOver
from .rules import TWICE_WITHIN, band

NOTE_MAX = 2000


@transaction.atomic
def hand_over(*, text: str, by: AccessContext, by_name: str, now: dt.datetime) -> HandOver:
    """Write the sheet of the shift that ends: every open report as it stands now, and a note. The same press twice is
    one sheet. Raises PermissionDenied or DispatchError."""
    check_permission(by, Permission.SCREEN_REPORTS)
    check_desk(by)
    said = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(said) > NOTE_MAX:
        raise DispatchError(problems={"note": f"交班事項請在 {NOTE_MAX} 個字以內（現在 {len(said)} 個字）。"})
    last = HandOver.objects.filter(unit_id=by.unit_id or 0).order_by("-at").first()
    if (
        last is not None
        and last.by_id == by.member_id
        and last.note == said
        and now - last.at <= TWICE_WITHIN
    ):
        return last
    open_ones = Report.objects.filter(unit_id=by.unit_id or 0, handled_at__isnull=True).order_by(
        "due_at", "pk"
    )
    made = HandOver.objects.create(
        unit_id=by.unit_id or 0,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
        note=said,
        open_reports=[
            {
                "report": report.pk,
                "number": report.number,
                "state": report.state,
                "urgency": report.urgency,
                "township": report.township,
                "due_at": report.due_at.isoformat(),
                "band": band(Urgency(report.urgency), report.due_at, now).value,
            }
            for report in open_ones
        ],
    )
    _note(audit.Action.HANDED_OVER, made, by, by_name, now, reports=len(made.open_reports))
    return made


@transaction.atomic
def take_over(*, hand_over_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> HandOver:
    """The next shift takes the sheet over. Raises DispatchError when it is one's own, or somebody else took it."""
    check_permission(by, Permission.SCREEN_REPORTS)
    found = HandOver.objects.select_for_update(of=("self",)).filter(pk=hand_over_id).first()
    if found is None:
        raise DispatchError("沒有這張交班單，或不屬於您的單位。")
    if found.taken_at is not None:
        if found.taken_by_id == by.member_id:
            return found
        raise DispatchError(f"這張交班單已由{found.taken_by_name}接班。")
    if found.by_id == by.member_id:
        raise DispatchError("自己寫的交班單要由下一班接班。")
    found.taken_at, found.taken_by_id, found.taken_by_name = now, by.member_id, by_name
    found.save(update_fields=["taken_at", "taken_by", "taken_by_name"])
    _note(audit.Action.TOOK_OVER, found, by, by_name, now)
    return found


def _note(
    action: str, made: HandOver, by: AccessContext, by_name: str, now: dt.datetime, **detail: object
) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind="hand_over",
        subject_id=made.pk,
        member_name=by_name,
        detail=detail,
    )
