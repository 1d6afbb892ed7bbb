"""Opening a case, from an accepted dispatch, a substantiated investigation or directly; its members; supporting units."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from anwang.agencies.models import Agency, Unit
from anwang.agencies.rules import Permission
from anwang.people.linkage.actions import DecisionNotPossible
from anwang.people.linkage.keeping import keep_person
from anwang.people.registry.keeping import Kept, end_service, may_open, resume_service
from anwang.people.registry.presences import end_case, show_case
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.services.dispatch.actions import accept
from anwang.services.dispatch.duties import no_contact_needed
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.intake.models import Investigation
from anwang.services.intake.process import InvestigationState
from anwang.services.programs.loading import programmes
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import Period
from anwang.standard.serial import to_json
from anwang.standard.typed import typed_person

from .clock_rules import Deed
from .duties import deed_done
from .frame import APPROVERS, NoSuchCase, NotAccepted, deed, keep, note, on_duty, once, worked_case
from .models import Case, CaseMember, SupportingAgency
from .opening_rules import NewMember, Opening, member_problems, opening_problems
from .rules import text_problem
from .vocabulary import CaseRole, OtherAgency

SHARES_THE_HOME = (CaseRole.CLIENT, CaseRole.CARER, CaseRole.FAMILY)


@deed(Permission.WORK_CASES)
def open_case(*, opening: Opening, by: AccessContext, by_name: str, now: dt.datetime) -> Case:
    """Open a case of the acting unit with its first duties. The same form again, or the same dispatch, finds the case
    that is there. Raises NotAccepted with what to mend."""
    unit = Unit.objects.select_related("agency").get(pk=by.unit_id or 0)
    once(opening.client_key)
    # Two tabs are two forms of one dispatch.
    once(f"dispatch {opening.dispatch_id}" if opening.dispatch_id is not None else None)
    if (there := _there(opening)) is not None:
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
    members = sorted(
        (each for each in opening.members if not each.is_empty),
        key=lambda each: each.role is not CaseRole.CLIENT,
    )
    home = opening.household_id
    for number, each in enumerate(members, 1):
        kept = _keep_member(case, unit.agency, number, each, home, by, by_name, now)
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
        elif dispatch.state != DispatchState.ACCEPTED:
            raise NotAccepted({"dispatch": "這件派案已退派或收回，不能開案。請回派案的清單確認。"})
    if opening.investigation_id is not None:
        investigation = Investigation.objects.filter(pk=opening.investigation_id, unit=unit).first()
        if investigation is None or investigation.state != InvestigationState.SUBSTANTIATED:
            raise NotAccepted({"dispatch": "這件調查還沒有成案，不能開案。"})
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


def record_number(case: Case, number: int) -> str:
    """The number of a member's record in the registry: each unit that had the case keeps its own."""
    serial = f".{case.serial}" if case.serial else ""
    return f"{case.pk}{serial}-{number}"


def _keep_member(
    case: Case,
    agency: Agency,
    number: int,
    given: NewMember,
    household_id: int | None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    replaces: CaseMember | None = None,
    left_on: dt.date | None = None,
    why: str = "",
) -> Kept | None:
    """Write one person down, and keep them in the registry when something is known of who it is."""
    day = timezone.localdate(now)
    record = typed_person(
        source=OwnSource.CASE_FILE,
        number=record_number(case, number),
        line=number,
        agency=AgencyCode(agency.code),
        period=Period(day.year, day.month),
        name=given.name,
        id_number=given.id_number,
        birth=given.birth,
        sex=given.sex,
        phone=given.phone,
        address=given.address,
        relation=given.relation,
    )
    kept = None
    if given.is_known:
        shares = given.role in SHARES_THE_HOME
        try:
            kept = keep_person(
                source=OwnSource.CASE_FILE,
                number=record.record_number,
                record=record,
                unit_id=case.unit_id,
                agency_id=agency.pk,
                person_id=given.person_id,
                household_id=household_id if shares else None,
                lives_by=f"個案 {case.number} 的同住家人" if shares and household_id else "",
                by=by,
                by_name=by_name,
                now=now,
            )
        except DecisionNotPossible as error:
            raise NotAccepted({"members": f"第 {number} 人：{error}"}) from error
    CaseMember.objects.create(
        case=case,
        unit_id=case.unit_id,
        number=number,
        role=given.role,
        name=record.name.text,
        relation=given.relation.strip(),
        content=to_json(record),
        person_id=kept.person_id if kept else None,
        record_id=kept.record_id if kept else None,
        at=now,
        by_id=by.member_id,
        by_name=by_name,
        replaces=replaces,
        left_on=left_on,
        why=why,
    )
    return kept


def current_members(case_id: int) -> list[CaseMember]:
    """Who is in the case, each as last written, by number."""
    return list(CaseMember.objects.filter(case_id=case_id, replaced_by__isnull=True).order_by("number"))


@deed(Permission.WORK_CASES)
def add_member(
    *, case_id: int, given: NewMember, by: AccessContext, by_name: str, now: dt.datetime
) -> CaseMember:
    """Somebody more belongs to the case: a birth, a person who moved in, one whom nobody had named."""
    case = worked_case(case_id, "加入家人")
    if given.is_empty:
        raise NotAccepted({"name": "請寫姓名；不知道時，至少寫稱謂、年齡或生日。"})
    if given.role is CaseRole.CLIENT:
        raise NotAccepted({"role": "一案只有一位案主，請選其他角色。"})
    if problems := member_problems(given):
        raise NotAccepted(problems)
    number = max((each.number for each in current_members(case_id)), default=0) + 1
    _keep_member(case, case.unit.agency, number, given, case.household_id, by, by_name, now)
    keep(case)
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "add_member", member=number)
    return CaseMember.objects.get(case=case, number=number, replaced_by__isnull=True)


@deed(Permission.WORK_CASES)
def correct_member(
    *,
    case_id: int,
    number: int,
    given: NewMember,
    left_on: dt.date | None = None,
    why: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> CaseMember:
    """What was written of a person was wrong or has changed; the old row stays to be seen."""
    case = worked_case(case_id, "更正家人")
    old = CaseMember.objects.filter(case=case, number=number, replaced_by__isnull=True).first()
    if old is None:
        raise NoSuchCase(case_id)
    problems = member_problems(given)
    if given.is_empty:
        problems["name"] = "請寫姓名；不知道時，至少寫稱謂、年齡或生日。"
    if (given.role is CaseRole.CLIENT) is not (old.role == CaseRole.CLIENT):
        problems["role"] = "案主不能改成別的角色，別人也不能改成案主。"
    if problem := text_problem(why, "更正的理由"):
        problems["why"] = problem
    if left_on is not None and left_on > timezone.localdate(now):
        problems["left_on"] = "離開的日期不能在未來；離開之後再更正。"
    if problems:
        raise NotAccepted(problems)
    kept = _keep_member(
        case, case.unit.agency, number, given, case.household_id, by, by_name, now,
        replaces=old, left_on=left_on, why=why.strip(),
    )  # fmt: skip
    made = CaseMember.objects.get(case=case, number=number, replaced_by__isnull=True)
    if kept is not None and old.role == CaseRole.CLIENT and case.client_id != kept.person_id:
        _move_home(case, kept, timezone.localdate(now))
    _serve_or_not(case, number, old.left_on, left_on, now)
    keep(case, "client", "household")
    note(audit.Action.CHANGED_CASE, case, by, by_name, now, "correct_member", member=number)
    return made


def _move_home(case: Case, kept: Kept, on: dt.date) -> None:
    """The client is somebody else: the unit serves that person's household from now on, and the first no longer."""
    before = case.household_id
    case.client_id, case.household_id = kept.person_id, kept.household_id
    if before == kept.household_id:
        return
    if before is not None:
        end_case(household_id=before, unit_id=case.unit_id, on=on)
    show_case(household_id=kept.household_id, agency_id=case.unit.agency_id, unit_id=case.unit_id, on=on)


def _serve_or_not(
    case: Case, number: int, before: dt.date | None, left_on: dt.date | None, now: dt.datetime
) -> None:
    """Who left the family is served no longer, and others see so; who did not leave after all is served on."""
    if left_on is not None:
        end_service(source=OwnSource.CASE_FILE, number=record_number(case, number), on=left_on)
    elif before is not None:
        resume_service(source=OwnSource.CASE_FILE, number=record_number(case, number), now=now)


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


__all__ = [
    "add_member",
    "add_supporting",
    "correct_member",
    "current_members",
    "end_supporting",
    "open_case",
    "record_number",
]
