"""移轉: to another worker or another unit, accepted by the receiver; and giving a case to somebody within the unit.

When another unit accepts, the case, its open duties and what is planned are that unit's; it reads the whole history and
keeps records of its own in the registry. The unit before it keeps reading what it wrote itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.rules import Permission, permissions_of
from anwang.people.registry.keeping import end_service, keep_person_record
from anwang.people.registry.presences import end_case, show_case
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch.holding import let_read
from anwang.services.intake.models import ReportReader
from anwang.services.programs.programme import Programme
from anwang.standard.codes import OwnSource
from anwang.standard.serial import from_json, to_json

from . import duties
from .frame import APPROVERS, NoSuchCase, NotAccepted, deed, keep, member_of, note, on_duty, worked_case
from .models import Case, CaseMember, Plan, ReportJoined, SupportingAgency, Transfer, Visit
from .people import current_members, record_number
from .process import TRANSFER, WORKED_ON, CaseState, PlanState, TransferState, VisitState
from .promising import hand_over_visits, keep_promises
from .rules import text_problem
from .serving import service_of

SUMMARY_MAX = 3000


def caseloads_of(unit_ids: Collection[int]) -> dict[int, Counter[int | None]]:
    """How many cases each worker (None: nobody) of each unit carries now; a unit's `total()` is all of them. Counts
    only, so any unit may ask before it hands on."""
    found: dict[int, Counter[int | None]] = {unit: Counter() for unit in unit_ids}
    with acting(SYSTEM):
        rows = Case.objects.filter(unit_id__in=unit_ids, state__in=WORKED_ON)
        for unit, worker, cases in rows.values_list("unit_id", "worker_id").annotate(Count("pk")):
            found[unit][worker] = cases
    return found


@deed(Permission.WORK_CASES)
def offer_transfer(
    *,
    case_id: int,
    to_unit_id: int | None,
    to_worker_id: int | None,
    reason: str,
    summary: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Transfer:
    """Ask a worker of the own unit, or another unit, to take the case. Raises NotAccepted or NotPossible."""
    case = worked_case(case_id, "移轉")
    there = Transfer.objects.filter(case=case, state=TransferState.OFFERED).first()
    if there is not None:
        raise NotPossible(f"個案已請{there.to_unit.name}接手，請等對方回復，或先收回。")
    if case.state == CaseState.CLOSING:
        raise NotPossible("個案已提結案，請先收回結案再移轉。")
    if Plan.objects.filter(case=case, state=PlanState.SUBMITTED).exists():
        raise NotPossible("有一版計畫待督導核定，請先核定或收回再移轉。")
    unit = Unit.objects.filter(pk=to_unit_id or 0).select_related("agency").first()
    problems = _offer_problems(case, unit, to_worker_id, reason, summary, now)
    if problems:
        raise NotAccepted(problems)
    assert unit is not None
    programme, load = duties.programme_of(case), caseloads_of([unit.pk])[unit.pk]
    made = Transfer.objects.create(
        case=case,
        unit_id=case.unit_id,
        from_worker_id=case.worker_id,
        to_unit=unit,
        to_worker_id=to_worker_id,
        reason=reason.strip(),
        summary=summary.strip(),
        shown=_shown(case, programme),
        caseload=load.total() if to_worker_id is None else load[to_worker_id],
        offered_at=now,
        offered_by_id=by.member_id,
        offered_by_name=by_name,
    )
    duties.ask(
        case,
        duties.TRANSFER,
        now,
        owner=to_worker_id,
        unit_id=unit.pk,
        sequence=made.pk,
        url=f"/cases/transfers/{made.pk}/",
    )
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "offer_transfer", unit=unit.pk)
    return made


def may_take(unit: Unit, programme: Programme) -> bool:
    """Whether a unit is one of those that the programme is for: its bureau's, and of a kind that takes it."""
    return unit.agency.code in programme.agencies and unit.kind in programme.unit_kinds


def _offer_problems(
    case: Case, unit: Unit | None, worker_id: int | None, reason: str, summary: str, now: dt.datetime
) -> dict[str, str]:
    found: dict[str, str] = {}
    programme = duties.programme_of(case)
    if unit is None:
        found["unit"] = "請選擇接手的單位。"
    elif unit.pk != case.unit_id and not may_take(unit, programme):
        found["unit"] = f"{unit.name}不辦理「{programme.label}」，請選其他單位。"
    elif unit.pk == case.unit_id:
        with acting(SYSTEM):
            known = member_of(unit.pk, worker_id, now)
        if known is None:
            found["worker"] = "單位內移轉請選擇接手的社工。"
        elif worker_id == case.worker_id:
            found["worker"] = "這位社工已經是主責。"
    elif worker_id is not None:
        with acting(SYSTEM):
            if member_of(unit.pk, worker_id, now) is None:
                found["worker"] = "這位社工不在所選的單位；可以不指定，由對方督導分派。"
    if problem := text_problem(reason, "移轉的理由"):
        found["reason"] = problem
    if problem := text_problem(summary, "移轉摘要", SUMMARY_MAX):
        found["summary"] = problem
    return found


def _shown(case: Case, programme: Programme) -> dict[str, object]:
    """What the receiver learns before it accepts: how much, how urgent, where; nobody's name."""
    members = current_members(case.pk)
    level = programme.risk_level(case.risk_level)
    return {
        "programme": programme.label,
        "risk_level": level.label if level else "",
        "township": case.township,
        "members": sum(member.left_on is None for member in members),
        "opened_on": timezone.localdate(case.opened_at).isoformat(),
        "duties": len(duties.open_duties(case)),
        "visits": Visit.objects.filter(case=case, state=VisitState.DONE, replaced_by__isnull=True).count(),
    }


@deed(Permission.WORK_CASES)
def accept_transfer(
    *,
    transfer_id: int,
    worker_id: int | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Case:
    """The receiver takes the case. A worker who was asked takes it themselves; a supervisor of the unit may name who."""
    transfer, case = _offered(transfer_id, by)
    after = TRANSFER.after(TransferState(transfer.state), "accept")
    supervises = Permission.APPROVE_PLANS in permissions_of(by.roles)
    chosen = worker_id if supervises and worker_id is not None else transfer.to_worker_id or by.member_id
    if not supervises and chosen != by.member_id:
        raise PermissionDenied("transfer")
    if member_of(transfer.to_unit_id, chosen, now) is None:
        raise NotAccepted({"worker": "請選擇本單位現職的社工。"})
    _answer(transfer, after, "", by, by_name, now)
    duties.answered(case, duties.TRANSFER, now, by.member_id, sequence=transfer.pk)
    with acting(SYSTEM):
        crosses = case.unit_id != transfer.to_unit_id
        giver, case.worker_id = case.worker_id, chosen
        if crosses:
            _cross(case, transfer.to_unit, by, by_name, now)
        hand_over_visits(case, now, giver=None if crosses else giver)
        Plan.objects.filter(case=case, state=PlanState.DRAFT).update(unit_id=case.unit_id)
        keep(case, "unit", "worker", "supervisor", "serial")
        duties.hand_over(case, now, by.member_id)
        keep_promises(case, now, by.member_id, "個案移轉")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "accept_transfer", crosses=crosses)
    return case


def _cross(case: Case, unit: Unit, by: AccessContext, by_name: str, now: dt.datetime) -> None:
    """The case becomes another unit's, and so do the persons' records: each unit keeps and sees its own."""
    day = timezone.localdate(now)
    members = current_members(case.pk)
    for member in members:
        if member.record_id is not None:
            end_service(source=OwnSource.CASE_FILE, number=record_number(case, member.number), on=day)
    if case.household_id is not None:
        end_case(household_id=case.household_id, unit_id=case.unit_id, on=day)
        show_case(household_id=case.household_id, agency_id=unit.agency_id, unit_id=unit.pk, on=day)
    # Who supported the case and has it now supports nobody else's.
    SupportingAgency.objects.filter(case=case, supporting_unit=unit, until_on__isnull=True).update(
        until_on=day
    )
    case.unit, case.serial = unit, case.serial + 1
    supervisors = on_duty(unit.pk, day, APPROVERS)
    case.supervisor_id = supervisors[0].pk if len(supervisors) == 1 else None
    for member in members:
        _take_over(case, unit, member, by, by_name, now)
    joined = ReportJoined.objects.filter(case=case).values_list("report_id", flat=True)
    for report_id in sorted({*filter(None, (case.report_id,)), *joined}):
        let_read(report_id, unit.pk, ReportReader.Kind.SENT, now)


def _take_over(
    case: Case, unit: Unit, member: CaseMember, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    content, record_id = member.content, member.record_id
    if member.record_id is not None and member.left_on is None:
        number = record_number(case, member.number)
        content = {**content, "record_number": number, "agency": unit.agency.code}
        kept = keep_person_record(
            source=OwnSource.CASE_FILE,
            number=number,
            unit_id=unit.pk,
            agency_id=unit.agency_id,
            record=from_json(content),
            person_id=member.person_id,
            service=service_of(case.programme, timezone.localdate(case.opened_at)),
            now=now,
        )
        content, record_id = to_json(from_json(content)), kept.record_id
    CaseMember.objects.create(
        case=case,
        unit=unit,
        number=member.number,
        role=member.role,
        name=member.name,
        relation=member.relation,
        content=content,
        person_id=member.person_id,
        record_id=record_id,
        left_on=member.left_on,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
        replaces=member,
        why="個案移轉",
    )


@deed(Permission.WORK_CASES)
def decline_transfer(
    *, transfer_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Transfer:
    """The receiver does not take it; the case stays where it is, and the giver reads why."""
    transfer, case = _offered(transfer_id, by)
    after = TRANSFER.after(TransferState(transfer.state), "decline")
    if problem := text_problem(reason, "不接的理由"):
        raise NotAccepted({"reason": problem})
    _answer(transfer, after, reason, by, by_name, now)
    duties.answered(case, duties.TRANSFER, now, by.member_id, sequence=transfer.pk)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "decline_transfer")
    return transfer


@deed(Permission.WORK_CASES)
def call_back_transfer(
    *, transfer_id: int, reason: str, by: AccessContext, by_name: str, now: dt.datetime
) -> Transfer:
    """The giver takes the offer back before it was answered."""
    transfer = Transfer.objects.select_for_update().filter(pk=transfer_id, unit_id=by.unit_id or 0).first()
    if transfer is None:
        raise NoSuchCase(transfer_id)
    case = worked_case(transfer.case_id, "收回移轉")
    after = TRANSFER.after(TransferState(transfer.state), "call_back")
    if problem := text_problem(reason, "收回的理由"):
        raise NotAccepted({"reason": problem})
    _answer(transfer, after, reason, by, by_name, now)
    duties.fall_away(case, "移轉收回", now, by.member_id, duties.TRANSFER)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "call_back_transfer")
    return transfer


def _offered(transfer_id: int, by: AccessContext) -> tuple[Transfer, Case]:
    """The transfer that the acting unit was asked for, and its case (which it cannot read yet)."""
    found = Transfer.objects.filter(pk=transfer_id, to_unit_id=by.unit_id or 0).first()
    if found is None:
        raise NoSuchCase(transfer_id)
    with acting(SYSTEM):
        case = (
            Case.objects.select_for_update(of=("self",)).select_related("unit__agency").get(pk=found.case_id)
        )
        found = (
            Transfer.objects.select_for_update(of=("self",))
            .select_related("to_unit__agency")
            .get(pk=transfer_id)
        )
    return found, case


def _answer(
    transfer: Transfer, after: TransferState, text: str, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    transfer.state, transfer.answer, transfer.answered_at = after, text.strip(), now
    transfer.answered_by_id, transfer.answered_by_name = by.member_id, by_name
    transfer.save(update_fields=["state", "answer", "answered_at", "answered_by", "answered_by_name"])


@deed(Permission.APPROVE_PLANS)
def assign_worker(
    *, case_id: int, worker_id: int | None, by: AccessContext, by_name: str, now: dt.datetime
) -> Case:
    """A supervisor gives a case of nobody (or of somebody who left) to a worker of the unit, or takes on its supervision."""
    case = worked_case(case_id, "指派")
    if member_of(case.unit_id, worker_id, now) is None:
        raise NotAccepted({"worker": "請選擇本單位現職的社工。"})
    if case.worker_id is not None and member_of(case.unit_id, case.worker_id, now) is not None:
        raise NotPossible("這一案已有主責社工，換人請用移轉，讓接手的人知道要接什麼。")
    case.worker_id = worker_id
    case.supervisor_id = case.supervisor_id or by.member_id
    keep(case, "worker", "supervisor")
    hand_over_visits(case, now)
    duties.hand_over(case, now, by.member_id)
    keep_promises(case, now, by.member_id, "指派主責社工")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "assign_worker", worker=worker_id)
    return case
