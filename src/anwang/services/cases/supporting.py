"""協辦單位: other units that support a case, each knowing that it does, for which programme, and whom to call."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext

from .frame import NoSuchCase, NotAccepted, deed, keep, note, worked_case
from .models import Case, SupportingAgency
from .vocabulary import OtherAgency


@deed(Permission.WORK_CASES)
def add_supporting(
    *,
    case_id: int,
    unit_id: int,
    task: OtherAgency,
    contact: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> SupportingAgency:
    """Another unit supports the case. It learns that it does, for which programme, and whom to call; nothing else."""
    case = worked_case(case_id, "加協辦單位")
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or unit.pk == case.unit_id:
        raise NotAccepted({"unit": "請選擇本單位以外的單位。"})
    if len(contact) > 120:
        raise NotAccepted({"contact": "對方的窗口請在 120 個字以內。"})
    there = SupportingAgency.objects.filter(case=case, supporting_unit=unit, until_on__isnull=True).first()
    if there is not None:
        return there
    made = SupportingAgency.objects.create(
        case=case,
        unit_id=case.unit_id,
        supporting_unit=unit,
        programme=case.programme,
        task=task,
        contact=contact.strip(),
        from_on=timezone.localdate(now),
        by_id=by.member_id,
        by_name=by_name,
    )
    keep(case)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "add_supporting", unit=unit.pk)
    return made


@deed(Permission.WORK_CASES)
def end_supporting(
    *, supporting_id: int, by: AccessContext, by_name: str, now: dt.datetime
) -> SupportingAgency:
    """The support ends today; with the case it ends by itself."""
    found = SupportingAgency.objects.select_for_update().filter(pk=supporting_id).first()
    if found is None or not Case.objects.filter(pk=found.case_id).exists():
        raise NoSuchCase(supporting_id)
    if found.until_on is None:
        found.until_on = timezone.localdate(now)
        found.save(update_fields=["until_on"])
        note(
            audit.Action.CHANGED_CASE,
            found.case,
            by,
            by_name,
            now,
            "end_supporting",
            unit=found.supporting_unit_id,
        )
    return found
