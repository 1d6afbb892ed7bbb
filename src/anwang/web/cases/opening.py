"""開案: from an accepted dispatch, a substantiated investigation, a household, or from nothing. Nothing known is asked
again: it stands in the form, and can be mended there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.models import Township, Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.people.registry.household_queries import household_view
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import NotAccepted, RecordedBefore, open_case
from anwang.services.cases.frame import APPROVERS, SUBJECT, on_duty
from anwang.services.cases.opening_rules import MEMBERS_MAX, NewMember, Opening
from anwang.services.cases.queries import cases_of_dispatches
from anwang.services.cases.vocabulary import CaseRole
from anwang.services.dispatch.actions import DispatchError
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.intake.models import Investigation, Report, ReportPerson
from anwang.services.intake.process import InvestigationState
from anwang.services.intake.vocabulary import ReportRole
from anwang.services.programs.loading import programmes
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json
from anwang.web.components import Choice, Field
from anwang.web.reading import row_number

from .reading import NAV, area, choices, code, new_key, pick, sent_off, told_before, typed_of

FIELDS = ("role", "name", "relation", "id_number", "birth", "sex", "phone", "address", "person")
LINES, MORE = 2, 4
_ROLES = {
    ReportRole.SUBJECT: CaseRole.CLIENT,
    ReportRole.CARER: CaseRole.CARER,
    ReportRole.FAMILY: CaseRole.FAMILY,
    ReportRole.ALLEGED: CaseRole.ALLEGED,
    ReportRole.OTHER: CaseRole.OTHER,
}


@sign_in_required
@require_http_methods(["GET", "POST"])
def open_new(request: MemberRequest) -> HttpResponse:
    """The form, filled with what is known; sent, it opens the case."""
    access = require(request, Permission.WORK_CASES)
    asked = row_number(request.GET.get("dispatch", ""))
    there = cases_of_dispatches([asked]).get(asked) if asked is not None else None
    if request.method == "GET" and there is not None:
        messages.info(request, "這件派案已經開案。")
        return redirect("case", case_id=there.pk)
    typed = typed_of(request) if request.method == "POST" else _prefilled(request)
    problems: dict[str, str] = {}
    told, there_id = "", None
    if request.method == "POST" and "more" not in request.POST:
        try:
            case = open_case(
                opening=_opening(typed), by=access, by_name=request.user.name, now=timezone.now()
            )
        except RecordedBefore as error:
            told, there_id = str(error), error.row
        except NotAccepted as error:
            problems = error.problems
        except (NotPossible, DispatchError) as error:
            problems = {"dispatch": str(error)}
        else:
            sent_off(request, _draft_of(typed))
            messages.success(request, f"已開案 {case.number}。期限已排入「我的今天」。")
            return redirect("case", case_id=case.pk)
    lines = min(_lines(typed) + (MORE if "more" in request.POST else 0), MEMBERS_MAX)
    fields = _fields(access, typed, problems)
    return render(
        request,
        "cases/open.html",
        {
            "nav": NAV,
            "fields": fields,
            "members": [_member_fields(number, typed) for number in range(1, lines + 1)],
            "lines": lines,
            "draft": _draft_of(typed),
            "is_typed": request.method == "POST",
            "hidden": {
                name: typed.get(name, "") for name in ("dispatch", "investigation", "household", "key")
            },
            "source": typed.get("source", ""),
            "story": typed.get("story", ""),
            "prefilled": typed.get("prefilled", ""),
            # The lines of the family are one place to mend, named by what is wrong in them.
            "summary": [*fields, Field("members", "家裡的人", error=problems.get("members", ""))],
            "errors": [problems["dispatch"]] if "dispatch" in problems else [],
            "members_error": problems.get("members", ""),
            "there": there_id,
            **told_before(request, told),
        },
        status=422 if problems or told else 200,
    )


def _draft_of(typed: Mapping[str, str]) -> str:
    """The draft's key: of the dispatch, investigation or household that the case comes from, so that none is mixed up."""
    for name in ("dispatch", "investigation", "household"):
        if found := row_number(typed.get(name, "")):
            return f"case-open-{name}-{found}"
    return "case-open"


def _fields(access: AccessContext, typed: Mapping[str, str], problems: Mapping[str, str]) -> list[Field]:
    unit, today = Unit.objects.select_related("agency").get(pk=access.unit_id or 0), timezone.localdate()
    known = [each for each in programmes(today).values() if unit.agency.code in each.agencies]
    here = [each for each in known if unit.kind in each.unit_kinds]
    ordered = [*here, *(each for each in known if each not in here)]
    workers, supervisors = on_duty(unit.pk, today), on_duty(unit.pk, today, APPROVERS)
    towns = Township.objects.order_by("code").values_list("name", flat=True)
    return [
        pick("programme", "方案", [Choice("", "請選擇"), *(Choice(p.id, p.label) for p in ordered)], typed, problems, kind="select"),
        area("reason", "開案事由", typed, problems, rows=3, hint="為什麼需要服務；接手的人會先看這一段。"),
        pick("worker", "主責社工", [Choice("", "請選擇"), *(Choice(str(m.pk), m.name) for m in workers)], typed, problems, kind="select"),
        pick("supervisor", "督導", [Choice("", "未指定"), *(Choice(str(m.pk), m.name) for m in supervisors)], typed, problems, kind="select", required=False),
        pick("township", "居住鄉鎮市", [Choice("", "不明"), *(Choice(t, t) for t in towns)], typed, problems, kind="select", required=False),
    ]  # fmt: skip


def _member_fields(row: int, typed: Mapping[str, str]) -> dict[str, Field]:
    def one(
        name: str, label: str, width: int = 0, kind: str = "text", options: list[Choice] | None = None
    ) -> Field:
        key = f"{name}_{row}"
        return Field(
            key, f"{label}（第 {row} 人）", kind=kind, value=typed.get(key, ""), width=width,
            choices=options or [], required=False, autocomplete="off",
        )  # fmt: skip

    first = row == 1
    roles = [CaseRole.CLIENT] if first else [each for each in CaseRole if each is not CaseRole.CLIENT]
    return {
        "role": one("role", "角色", kind="select", options=choices(roles)),
        "name": one("name", "姓名", 12),
        "relation": one("relation", "稱謂", 8),
        "birth": one("birth", "生日或年齡", 10),
        "sex": one(
            "sex", "性別", kind="select", options=[Choice("", "—"), Choice("女", "女"), Choice("男", "男")]
        ),
        "id_number": one("id_number", "證號", 12),
        "phone": one("phone", "電話", 14),
        "address": one("address", "地址"),
        "person": one("person", "人員編號"),
    }


def _lines(typed: Mapping[str, str]) -> int:
    """How many people the form has room for."""
    return min(row_number(typed.get("lines", "")) or LINES, MEMBERS_MAX)


def _opening(typed: Mapping[str, str]) -> Opening:
    return Opening(
        programme=typed.get("programme", ""),
        members=[_member(row, typed) for row in range(1, _lines(typed) + 1)],
        reason=typed.get("reason", ""),
        worker_id=row_number(typed.get("worker", "")),
        supervisor_id=row_number(typed.get("supervisor", "")),
        dispatch_id=row_number(typed.get("dispatch", "")),
        investigation_id=row_number(typed.get("investigation", "")),
        household_id=row_number(typed.get("household", "")),
        township=typed.get("township", "")[:20],
        client_key=typed.get("key", "")[:64],
    )


def _member(row: int, typed: Mapping[str, str]) -> NewMember:
    given = {name: typed.get(f"{name}_{row}", "") for name in FIELDS}
    role = CaseRole.CLIENT if row == 1 else code(CaseRole, given["role"]) or CaseRole.FAMILY
    return NewMember(
        role=CaseRole.FAMILY if row > 1 and role is CaseRole.CLIENT else role,
        name=given["name"],
        relation=given["relation"],
        id_number=given["id_number"],
        birth=given["birth"],
        sex=given["sex"],
        phone=given["phone"],
        address=given["address"],
        person_id=row_number(given["person"]),
    )


def _prefilled(request: MemberRequest) -> dict[str, str]:
    """What is known already: of the dispatch's report, of the investigation's, or of the household's own records."""
    access = request.access
    typed = {"key": new_key(), "lines": str(LINES), "worker": str(access.member_id or "")}
    supervisors = on_duty(access.unit_id or 0, timezone.localdate(), APPROVERS)
    if len(supervisors) == 1:
        typed["supervisor"] = str(supervisors[0].pk)
    if (sent := row_number(request.GET.get("dispatch", ""))) is not None:
        typed |= _from_dispatch(sent, access)
    elif (investigated := row_number(request.GET.get("investigation", ""))) is not None:
        typed |= _from_investigation(investigated, access)
    elif (household := row_number(request.GET.get("household", ""))) is not None:
        typed |= _from_household(household)
    if typed.get("source"):
        _log(request, typed)
    return typed


def _from_dispatch(dispatch_id: int, access: AccessContext) -> dict[str, str]:
    found = (
        Dispatch.objects.select_related("report")
        .filter(pk=dispatch_id, to_unit_id=access.unit_id or 0)
        .filter(state__in=(DispatchState.SENT, DispatchState.ACCEPTED))
        .first()
    )
    if found is None:
        raise Http404("dispatch")
    return {"dispatch": str(found.pk), "programme": found.programme, **_from_report(found.report)}


def _from_investigation(investigation_id: int, access: AccessContext) -> dict[str, str]:
    found = (
        Investigation.objects.select_related("report")
        .filter(pk=investigation_id, unit_id=access.unit_id or 0, state=InvestigationState.SUBSTANTIATED)
        .first()
    )
    if found is None:
        raise Http404("investigation")
    return {"investigation": str(found.pk), "programme": found.programme, **_from_report(found.report)}


def _from_report(report: Report) -> dict[str, str]:
    persons = list(ReportPerson.objects.filter(report=report, withdrawn_at__isnull=True).order_by("number"))
    persons.sort(key=lambda each: each.role != ReportRole.SUBJECT)
    typed = {
        "source": f"通報 {report.number}",
        "story": report.story,
        "reason": report.story[:500],
        "township": report.township,
        "lines": str(max(len(persons) + 1, LINES)),
    }
    for row, person in enumerate(persons, 1):
        role = CaseRole.CLIENT if row == 1 else _ROLES[ReportRole(person.role)]
        role = CaseRole.FAMILY if row > 1 and role is CaseRole.CLIENT else role
        typed |= _line(row, role, _facts(person.content), person.relation, person.person_id)
    typed["prefilled"] = str(_count(typed))
    return typed


def _from_household(household_id: int) -> dict[str, str]:
    view = household_view(household_id)
    if view is None or not view.known:
        raise Http404("household")
    typed = {"household": str(household_id), "source": f"家戶 {view.household.number}"}
    typed["lines"] = str(max(len(view.known), LINES))
    for row, member in enumerate(view.known, 1):
        facts: dict[str, str] = {}
        for record in member.newest:
            for name, value in _of_record(record).items():
                facts.setdefault(name, value)
        role = CaseRole.CLIENT if row == 1 else CaseRole.FAMILY
        typed |= _line(row, role, facts, facts.pop("relation", ""), member.person.pk)
    typed["prefilled"] = str(_count(typed))
    return typed


def _line(
    row: int, role: CaseRole, facts: Mapping[str, str], relation: str, person_id: int | None
) -> dict[str, str]:
    values = {**facts, "role": role.value, "relation": relation, "person": str(person_id or "")}
    return {f"{name}_{row}": value for name, value in values.items() if value}


def _count(typed: Mapping[str, str]) -> int:
    shown = ("name_", "birth_", "id_number_", "phone_", "address_", "relation_")
    return sum(bool(value) and name.startswith(shown) for name, value in typed.items())


def _facts(content: dict[str, Any]) -> dict[str, str]:
    """The facts of a person as kept in standard form; only the name where there is no more than that."""
    try:
        return _of_record(from_json(content))
    except (KeyError, ValueError):
        return {"name": str(content.get("name", {}).get("text", ""))}


def _of_record(record: StandardRecord) -> dict[str, str]:
    number_, birth, address = record.id_number, record.birth, record.address
    found = {
        "name": record.name.text,
        "relation": record.relation_raw,
        "id_number": number_.text if number_ else "",
        "birth": birth.raw if birth else "",
        "sex": record.sex.label if record.sex and record.sex.label in ("女", "男") else "",
        "phone": record.phones[0].raw if record.phones else "",
        "address": address.raw if address else "",
    }
    return {name: value for name, value in found.items() if value}


def _log(request: MemberRequest, typed: Mapping[str, str]) -> None:
    """Filling the form opens data of persons: that is written down like any other opening."""
    persons = (row_number(typed.get(f"person_{row}", "")) for row in range(1, _lines(typed) + 1))
    audit.record_each(
        audit.with_persons(SUBJECT, "", persons),
        context=request.access,
        at=timezone.now(),
        action=audit.Action.READ_CASE,
        member_name=request.user.name,
        detail={
            "opening_from": {
                name: typed[name] for name in ("dispatch", "investigation", "household") if typed.get(name)
            },
            "lines": _lines(typed),
        },
    )
