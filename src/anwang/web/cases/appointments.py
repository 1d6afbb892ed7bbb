"""約訪視, 取消訪視 and 記聯繫: short forms of one page."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import (
    NoSuchCase,
    NotAccepted,
    RecordedBefore,
    cancel_visit,
    plan_visit,
    record_contact,
)
from anwang.services.cases.models import ContactNote
from anwang.services.cases.queries import CaseView, unit_members
from anwang.services.cases.visit_rules import ContactRecord
from anwang.services.cases.vocabulary import ContactKind, VisitPlace
from anwang.web.clocks import moment_text
from anwang.web.components import Choice, Field
from anwang.web.reading import read_moment, row_number

from .reading import (
    NAV,
    anew,
    area,
    carried_draft,
    choices,
    code,
    line,
    new_key,
    opened,
    pick,
    sent_off,
    told_before,
    typed_of,
)
from .visits import planned_visit

_YES, _NO = "yes", "no"


@sign_in_required
@require_http_methods(["GET", "POST"])
def plan(request: MemberRequest, case_id: int) -> HttpResponse:
    """約訪視: who goes where and when."""
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    typed, problems = typed_of(request), {}
    if request.method == "POST":
        try:
            made = plan_visit(
                case_id=case_id,
                place=code(VisitPlace, typed.get("place", "")),
                at=read_moment(typed.get("at", "")),
                purpose=typed.get("purpose", ""),
                worker_id=row_number(typed.get("worker", "")),
                client_key=typed.get("key", "")[:64],
                by=access,
                by_name=request.user.name,
                now=now,
            )
        except NoSuchCase as error:
            raise Http404("case") from error
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            problems = {"at": str(error)}
        else:
            messages.success(request, f"已約 {moment_text(made.planned_at)} {VisitPlace(made.place).label}。")
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    if request.method == "GET":
        typed = {"place": VisitPlace.HOME.value, "worker": str(view.case.worker_id or ""), "key": new_key()}
    workers = unit_members(view.case.unit_id, timezone.localdate(now))
    fields = [
        line("at", "時間", typed, problems, width=18, hint="例如 115/3/8 14:00。"),
        pick("place", "方式", choices(VisitPlace), typed, problems),
        pick("worker", "誰去", [Choice("", "主責社工"), *(Choice(str(w.pk), w.name) for w in workers)], typed,
             problems, kind="select", required=False),
        line("purpose", "目的", typed, problems, required=False, hint="會印在訪視單上。"),
    ]  # fmt: skip
    return _simple(request, view, "約訪視", fields, typed, problems, button="約定")


@sign_in_required
@require_http_methods(["GET", "POST"])
def cancel(request: MemberRequest, case_id: int, visit_id: int) -> HttpResponse:
    """A planned visit will not be made."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            cancel_visit(
                visit_id=visit_id,
                reason=typed.get("reason", ""),
                by=access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except NoSuchCase as error:
            raise Http404("visit") from error
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            problems = {"reason": str(error)}
        else:
            messages.success(request, "已取消這次訪視。")
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    planned = planned_visit(view, visit_id)
    assert planned is not None
    fields = [area("reason", "取消的理由", typed, problems, rows=2)]
    title = f"取消訪視：{moment_text(planned.planned_at)} {VisitPlace(planned.place).label}"
    return _simple(request, view, title, fields, typed, problems, button="取消訪視")


@sign_in_required
@require_http_methods(["GET", "POST"])
def contact(request: MemberRequest, case_id: int, contact_id: int | None = None) -> HttpResponse:
    """記聯繫, or (`contact_id`) the correction of one."""
    access, now = require(request, Permission.WORK_CASES), timezone.now()
    typed, problems, told = typed_of(request), dict[str, str](), ""
    carried = carried_draft(typed, f"contact-{case_id}-")
    draft = carried or f"contact-{case_id}-{contact_id or 'new'}"
    if request.method == "POST":
        given = ContactRecord(
            code(ContactKind, typed.get("kind", "")),
            read_moment(typed.get("at", "")),
            typed.get("text", ""),
            typed.get("with_whom", ""),
            typed.get("reached", _YES) != _NO,
            typed.get("key", "")[:64],
        )
        try:
            record_contact(
                case_id=case_id,
                given=given,
                replaces_id=contact_id,
                why=typed.get("why", ""),
                by=access,
                by_name=request.user.name,
                now=now,
            )
        except NoSuchCase as error:
            raise Http404("contact") from error
        except RecordedBefore as error:
            # What is typed stands in the correction of what was recorded before.
            contact_id, told, typed = error.row, str(error), anew(typed)
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            problems = {"": str(error)}
        else:
            sent_off(request, draft)
            messages.success(
                request, "已記錄聯繫。" if contact_id is None else "已更正；原來的紀錄仍看得到。"
            )
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    old = None
    if (
        contact_id is not None
        and (old := ContactNote.objects.filter(pk=contact_id, case_id=case_id).first()) is None
    ):
        raise Http404("contact")
    if request.method == "GET":
        typed = {"at": moment_text(now), "reached": _YES, "key": new_key()}
        if old is not None:
            typed |= {
                "kind": old.kind, "at": moment_text(old.contacted_at), "with_whom": old.with_whom,
                "text": old.text, "reached": _YES if old.reached else _NO,
            }  # fmt: skip
    fields = [
        pick("kind", "方式", choices(ContactKind), typed, problems),
        line("with_whom", "對象", typed, problems, width=24, required=False, hint="例如案母、學校專輔老師。"),
        pick("reached", "結果", [Choice(_YES, "聯繫上了"), Choice(_NO, "沒有聯繫上")], typed, problems),
        line("at", "時間", typed, problems, width=18, hint="例如 115/3/1 14:30；先填現在。"),
        area("text", "談了什麼", typed, problems),
    ]
    if old is not None:
        fields.append(
            area("why", "為什麼更正", typed, problems, rows=2, hint="原來的紀錄會留著，標示已更正。")
        )
    title = "記聯繫" if old is None else "更正聯繫紀錄"
    return _simple(
        request, view, title, fields, typed, problems, button="更正" if told else "記錄", draft=draft, told=told,
        already=old.text if old and told else "",
        action=reverse("case-contact-correct", args=[case_id, old.pk]) if old else "",
    )  # fmt: skip


def _simple(
    request: MemberRequest,
    view: CaseView,
    title: str,
    fields: list[Field],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    button: str,
    draft: str = "",
    told: str = "",
    already: str = "",
    action: str = "",
) -> HttpResponse:
    return render(
        request,
        "cases/form.html",
        {
            "nav": NAV,
            "it": view,
            "title": title,
            "fields": fields,
            "key": typed.get("key", ""),
            "button": button,
            "draft": draft,
            "is_typed": request.method == "POST",
            "errors": [problems[""]] if "" in problems else [],
            "action": action,
            **told_before(request, told, already),
        },
        status=422 if problems or told else 200,
    )
