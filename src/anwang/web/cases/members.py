"""家人與協辦單位: adding, correcting (the old stays), and which other unit supports."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import (
    NoSuchCase,
    NotAccepted,
    add_member,
    add_supporting,
    correct_member,
    end_supporting,
)
from anwang.services.cases.models import SupportingAgency
from anwang.services.cases.opening_rules import NewMember
from anwang.services.cases.vocabulary import CaseRole, OtherAgency
from anwang.standard.serial import from_json
from anwang.web.components import Choice, Field
from anwang.web.reading import day_typed, read_day, row_number

from .reading import NAV, area, choices, code, line, opened, pick, typed_of, unit_choices


@sign_in_required
@require_http_methods(["GET", "POST"])
def member(request: MemberRequest, case_id: int, member_number: int | None = None) -> HttpResponse:
    """A further person, or (`member_number`) the correction of one."""
    access, typed, now = require(request, Permission.WORK_CASES), typed_of(request), timezone.now()
    view = opened(request, case_id)
    old = None
    if member_number is not None:
        old = next((each for each in view.members if each.number == member_number), None)
        if old is None:
            raise Http404("member")
    problems: dict[str, str] = {}
    left_on = read_day(typed.get("left_on", ""))
    if request.method == "POST" and typed.get("left_on") and left_on is None:
        problems["left_on"] = "請輸入日期，例如 115/3/1。"
    elif request.method == "POST":
        try:
            if old is None:
                add_member(
                    case_id=case_id, given=_given(typed, None), by=access, by_name=request.user.name, now=now
                )
            else:
                correct_member(
                    case_id=case_id,
                    number=old.number,
                    given=_given(typed, CaseRole.CLIENT if old.role == CaseRole.CLIENT else None),
                    left_on=left_on,
                    why=typed.get("why", ""),
                    by=access,
                    by_name=request.user.name,
                    now=now,
                )
        except NotAccepted as error:
            problems = {
                ("name" if name == "members" else name): text for name, text in error.problems.items()
            }
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case", case_id=case_id)
        else:
            messages.success(request, "已加入家人。" if old is None else "已更正；原來的資料仍看得到。")
            return redirect("case", case_id=case_id)
    if request.method == "GET" and old is not None:
        record = from_json(old.content)
        typed = {
            "role": old.role,
            "name": old.name,
            "relation": old.relation,
            "birth": record.birth.raw if record.birth else "",
            "sex": record.sex.label if record.sex else "",
            "id_number": record.id_number.raw if record.id_number else "",
            "phone": record.phones[0].raw if record.phones else "",
            "address": record.address.raw if record.address else "",
            "left_on": day_typed(old.left_on),
        }
    is_client = old is not None and old.role == CaseRole.CLIENT
    fields = _fields(typed, problems, is_client=is_client, corrects=old is not None)
    title = "加入家人" if old is None else f"更正：{old.name or old.relation}"
    return render(
        request,
        "cases/form.html",
        {
            "nav": NAV,
            "it": view,
            "title": title,
            "fields": fields,
            "button": "加入" if old is None else "更正",
        },
        status=422 if problems else 200,
    )


def _fields(
    typed: Mapping[str, str], problems: Mapping[str, str], *, is_client: bool, corrects: bool
) -> list[Field]:
    roles = [CaseRole.CLIENT] if is_client else [each for each in CaseRole if each is not CaseRole.CLIENT]
    sexes = [Choice("", "不明"), Choice("女", "女"), Choice("男", "男")]
    found = [
        pick("role", "角色", choices(roles), {"role": roles[0].value, **typed}, problems, kind="select"),
        line("name", "姓名", typed, problems, width=16, required=False),
        line("relation", "稱謂", typed, problems, width=12, required=False, hint="與案主的關係。"),
        line(
            "birth", "生日或年齡", typed, problems, width=12, required=False, hint="例如 109/3/1，或約40歲。"
        ),
        pick("sex", "性別", sexes, typed, problems, kind="select", required=False),
        line("id_number", "證號", typed, problems, width=14, required=False),
        line("phone", "電話", typed, problems, width=18, required=False),
        line("address", "地址", typed, problems, required=False),
    ]
    if corrects:
        found += [
            line(
                "left_on",
                "離開這一家的日期",
                typed,
                problems,
                width=12,
                required=False,
                hint="搬離、過世時填。",
            ),
            area("why", "為什麼更正", typed, problems, rows=2, hint="原來的資料會留著。"),
        ]
    return found


def _given(typed: Mapping[str, str], fixed: CaseRole | None) -> NewMember:
    return NewMember(
        role=fixed or code(CaseRole, typed.get("role", "")) or CaseRole.FAMILY,
        name=typed.get("name", ""),
        relation=typed.get("relation", ""),
        id_number=typed.get("id_number", ""),
        birth=typed.get("birth", ""),
        sex=typed.get("sex", ""),
        phone=typed.get("phone", ""),
        address=typed.get("address", ""),
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def support(request: MemberRequest, case_id: int) -> HttpResponse:
    """Another unit supports the case from today."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    problems: dict[str, str] = {}
    if request.method == "POST":
        task = code(OtherAgency, typed.get("task", ""))
        if task is None:
            problems["task"] = "請選擇請對方做什麼。"
        else:
            try:
                add_supporting(
                    case_id=case_id,
                    unit_id=row_number(typed.get("unit", "")) or 0,
                    task=task,
                    contact=typed.get("contact", ""),
                    by=access,
                    by_name=request.user.name,
                    now=timezone.now(),
                )
            except NoSuchCase as error:
                raise Http404("case") from error
            except NotAccepted as error:
                problems = error.problems
            except NotPossible as error:
                problems = {"unit": str(error)}
            else:
                messages.success(request, "已加協辦單位；對方只看得到有協辦、方案與聯絡方式。")
                return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    fields = [
        pick("unit", "協辦單位", unit_choices(but=view.case.unit_id), typed, problems, kind="select"),
        pick("task", "請對方做什麼", choices(OtherAgency), typed, problems),
        line("contact", "對方的窗口", typed, problems, width=24, required=False),
    ]
    return render(
        request,
        "cases/form.html",
        {"nav": NAV, "it": view, "title": "加協辦單位", "fields": fields, "button": "加入"},
        status=422 if problems else 200,
    )


@sign_in_required
@require_POST
def support_end(request: MemberRequest, supporting_id: int) -> HttpResponse:
    """The support ends today."""
    access = require(request, Permission.WORK_CASES)
    found = SupportingAgency.objects.filter(pk=supporting_id).first()
    if found is None:
        raise Http404("support")
    try:
        end_supporting(supporting_id=supporting_id, by=access, by_name=request.user.name, now=timezone.now())
    except NoSuchCase as error:
        raise Http404("support") from error
    messages.success(request, "協辦已結束。")
    return redirect("case", case_id=found.case_id)
