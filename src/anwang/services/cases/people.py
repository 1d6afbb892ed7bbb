"""Who belongs to a case: written down, kept in the registry, added, corrected by a further row, gone from the family."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from anwang.agencies.models import Agency
from anwang.agencies.rules import Permission
from anwang.people.linkage.actions import DecisionNotPossible
from anwang.people.linkage.keeping import keep_person
from anwang.people.registry.keeping import Kept, end_service, resume_service
from anwang.people.registry.presences import end_case, show_case
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import area_code
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import Period, StandardRecord
from anwang.standard.serial import to_json
from anwang.standard.typed import typed_person

from .frame import NoSuchCase, NotAccepted, deed, keep, note, worked_case
from .models import Case, CaseMember
from .opening_rules import NewMember, member_problems
from .rules import text_problem
from .serving import service_of
from .vocabulary import CaseRole

SHARES_THE_HOME = (CaseRole.CLIENT, CaseRole.CARER, CaseRole.FAMILY)


def record_number(case: Case, number: int) -> str:
    """The number of a member's record in the registry: each unit that had the case keeps its own."""
    serial = f".{case.serial}" if case.serial else ""
    return f"{case.pk}{serial}-{number}"


def typed_member(
    number: str, line: int, agency: AgencyCode, given: NewMember, day: dt.date
) -> StandardRecord:
    """The person as typed on a day, in standard form; `number`: of the record, `line`: the member's in the case."""
    return typed_person(
        source=OwnSource.CASE_FILE,
        number=number,
        line=line,
        agency=agency,
        period=Period(day.year, day.month),
        name=given.name,
        id_number=given.id_number,
        birth=given.birth,
        sex=given.sex,
        phone=given.phone,
        address=given.address,
        relation=given.relation,
        area=area_code(day),
    )


def keep_member(
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
    record = typed_member(record_number(case, number), number, AgencyCode(agency.code), given, day)
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
                service=service_of(case.programme, day),
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
    keep_member(case, case.unit.agency, number, given, case.household_id, by, by_name, now)
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
    kept = keep_member(
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
