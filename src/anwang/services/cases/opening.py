"""Opening a case: from an accepted dispatch, a substantiated investigation, or directly."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission
from anwang.people.registry.keeping import lock_together, may_open
from anwang.people.registry.presences import show_case
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.services.dispatch.actions import accept
from anwang.services.dispatch.duties import no_contact_needed
from anwang.services.dispatch.holding import held_by_receiver, still_with_unit
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.dispatch.queries import first_reached, was_passed_on
from anwang.services.intake.models import Investigation, Report
from anwang.services.intake.process import InvestigationState
from anwang.services.programs.loading import programmes
from anwang.standard.codes import AgencyCode
from anwang.standard.dates import roc_short
from anwang.standard.serial import to_json

from .clock_rules import Deed
from .duties import deed_done
from .frame import APPROVERS, NoSuchCase, NotAccepted, begin, deed, keep, note, on_duty, once
from .models import Case, CaseMember, ReportJoined
from .opening_rules import NewMember, Opening, opening_problems
from .people import SHARES_THE_HOME, keep_member, record_number, typed_member
from .sent_again import RecordedBefore
from .vocabulary import CaseRole


@deed(Permission.WORK_CASES)
def open_case(*, opening: Opening, by: AccessContext, by_name: str, now: dt.datetime) -> Case:
    """Open a case of the acting unit with its first duties. The same form again, or the same dispatch, finds the case
    that is there; with other content it raises RecordedBefore. Raises NotAccepted with what to mend, NoSuchCase for who
    acts in no unit."""
    unit = Unit.objects.select_related("agency").filter(pk=by.unit_id or 0).first()
    if unit is None:
        raise NoSuchCase("unit")
    once(opening.client_key)
    # Two tabs are two forms of one dispatch.
    once(f"dispatch {opening.dispatch_id}" if opening.dispatch_id is not None else None)
    if (there := _there(opening)) is not None:
        _check_opened(there, opening)
        return there
    today = timezone.localdate(now)
    known = {code: each for code, each in programmes(today).items() if unit.agency.code in each.agencies}
    problems = opening_problems(
        opening,
        programmes=known,
        workers={each.pk for each in on_duty(unit.pk, today)},
        supervisors={each.pk for each in on_duty(unit.pk, today, APPROVERS)},
    )
    if problems:
        raise NotAccepted(problems)
    dispatch, investigation = _origins(opening, unit, by, by_name, now)
    if opening.household_id is not None and not may_open(unit.pk, opening.household_id, today):
        raise NotAccepted({"members": "本單位目前不能開啟這一戶，請先在家戶頁說明目的，或不帶家戶直接開案。"})
    report_id = dispatch.report_id if dispatch else investigation.report_id if investigation else None
    case = Case.objects.create(
        unit=unit,
        programme=opening.programme,
        worker_id=opening.worker_id,
        supervisor_id=opening.supervisor_id or _only_supervisor(unit.pk, today),
        report_id=report_id,
        dispatch=dispatch,
        investigation=investigation,
        reason=opening.reason.strip(),
        township=opening.township.strip(),
        opened_at=now,
        opened_by_id=by.member_id,
        opened_by_name=by_name,
        client_key=opening.client_key or None,
    )
    members = _in_order(opening)
    home = opening.household_id
    lock_together({each.person_id for each in members if each.person_id is not None})
    for number, each in enumerate(members, 1):
        kept = keep_member(case, unit.agency, number, each, home, by, by_name, now)
        if kept is not None and each.role in SHARES_THE_HOME:
            home = home or kept.household_id
        if kept is not None and number == 1:
            case.client_id, case.household_id = kept.person_id, kept.household_id
    case.household_id = case.household_id or home
    try:
        with transaction.atomic():
            case.save(update_fields=["client", "household"])
    except IntegrityError as error:
        raise NotAccepted({"members": _already(case)}) from error
    if case.household_id is not None:
        show_case(household_id=case.household_id, agency_id=unit.agency_id, unit_id=unit.pk, on=today)
    deed_done(case, Deed.OPENED, now, now, by.member_id)
    if case.report is not None:
        # The duty to reach the family goes on as the case's own, with the case's clock.
        no_contact_needed(case.report, now, "已開案，首次聯繫由個案的期限接續")
    if dispatch is not None and (reached := first_reached(dispatch.pk)) is not None:
        # Who was reached before is not to be reached a first time again.
        begin(case, min(reached, now))
        deed_done(case, Deed.REACHED, min(reached, now), now, by.member_id)
        keep(case, "state", "started_at")
    note(
        audit.Action.OPENED_CASE,
        case,
        by,
        by_name,
        now,
        "open",
        members=len(members),
        programme=case.programme,
    )
    return case


def _there(opening: Opening) -> Case | None:
    if opening.client_key and (found := Case.objects.filter(client_key=opening.client_key).first()):
        return found
    if opening.dispatch_id is not None:
        return Case.objects.filter(dispatch_id=opening.dispatch_id).first()
    return None


def _in_order(opening: Opening) -> list[NewMember]:
    """Who was typed, the client first: in the order of their numbers."""
    return sorted(
        (each for each in opening.members if not each.is_empty),
        key=lambda each: each.role is not CaseRole.CLIENT,
    )


def _check_opened(there: Case, opening: Opening) -> None:
    """Raises RecordedBefore unless the case was opened with what is typed now. Who works on it may have changed since."""
    typed = (opening.programme, opening.reason.strip(), opening.township.strip())
    rows = CaseMember.objects.filter(case=there, replaces__isnull=True, at=there.opened_at).order_by("number")
    written = [(row.role, _said(row.content)) for row in rows]
    agency, day = AgencyCode(there.unit.agency.code), timezone.localdate(there.opened_at)
    said = [
        (
            each.role.value,
            _said(to_json(typed_member(record_number(there, number), number, agency, each, day))),
        )
        for number, each in enumerate(_in_order(opening), 1)
    ]
    if typed == (there.programme, there.reason, there.township) and said == written:
        return
    when = timezone.localtime(there.opened_at)
    raise RecordedBefore(
        f"這一案在 {roc_short(when.date())} {when:%H:%M} 已經由{there.opened_by_name}開案（{there.number}），內容和這次寫的"
        "不同，這次寫的還沒有存。請打開個案：家人的資料按姓名更正，少的人按「加入家人」，其他的寫在「記聯繫」。",
        there.pk,
    )


def _said(content: dict[str, Any]) -> dict[str, Any]:
    """The person without whose record it is: that changes when the case is handed on."""
    return {name: value for name, value in content.items() if name not in ("record_number", "agency")}


def _origins(
    opening: Opening, unit: Unit, by: AccessContext, by_name: str, now: dt.datetime
) -> tuple[Dispatch | None, Investigation | None]:
    """Where the case comes from; both must be this unit's and in a state to be served."""
    dispatch = investigation = None
    if opening.dispatch_id is not None:
        dispatch = Dispatch.objects.filter(pk=opening.dispatch_id, to_unit=unit).first()
        if dispatch is None:
            raise NotAccepted({"dispatch": "沒有這件派案，可能已收回改派。請回派案的清單確認。"})
        if dispatch.state == DispatchState.SENT:
            # Whoever opens a case has taken the report: its 24 hours stop here.
            dispatch = accept(dispatch_id=dispatch.pk, by=by, by_name=by_name, now=now)
        else:
            dispatch, _ = held_by_receiver(dispatch.pk, by)  # nobody sends it on meanwhile
        if (joined := ReportJoined.objects.filter(dispatch=dispatch).first()) is not None:
            raise NotAccepted({"dispatch": f"這件通報已併入個案 {joined.case.number}，請在那一案裡繼續。"})
        if dispatch.state != DispatchState.ACCEPTED or not still_with_unit([dispatch]):
            raise NotAccepted({"dispatch": "這件派案已退派、收回或改派，不能開案。請回派案的清單確認。"})
    if opening.investigation_id is not None:
        investigation = Investigation.objects.filter(pk=opening.investigation_id, unit=unit).first()
        if investigation is None or investigation.state != InvestigationState.SUBSTANTIATED:
            raise NotAccepted({"dispatch": "這件調查還沒有成案，不能開案。"})
        with acting(SYSTEM):  # nobody sends its report on meanwhile
            Report.objects.select_for_update(of=("self",)).get(pk=investigation.report_id)
        if was_passed_on(investigation.report_id, unit.pk):
            raise NotAccepted({"dispatch": "這件通報已經改派其他單位，不由本單位開案。"})
    return dispatch, investigation


def _only_supervisor(unit_id: int, on: dt.date) -> int | None:
    found = on_duty(unit_id, on, APPROVERS)
    return found[0].pk if len(found) == 1 else None


def _already(case: Case) -> str:
    there = Case.objects.filter(
        client_id=case.client_id, unit_id=case.unit_id, programme=case.programme, closed_at__isnull=True
    ).first()
    number = there.number if there else ""
    return f"這位案主在本單位已有同一方案的個案 {number}，請在那一案裡繼續，不用再開。"
