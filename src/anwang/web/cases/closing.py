"""結案: the checks with what to do about each, asking, the supervisor's answer; 重新開案."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import (
    NoSuchCase,
    NotAccepted,
    NotClosable,
    ask_closing,
    close_in_spite,
    grant_closing,
    reopen_case,
    return_closing,
    take_back_closing,
)
from anwang.services.cases.closing import checks_of
from anwang.services.cases.closing_rules import Check, may_be_passed_over, may_close
from anwang.services.cases.frame import takes_back
from anwang.services.cases.models import CaseClosing
from anwang.services.cases.queries import CaseView
from anwang.web.components import Basis, Choice, Field

from .reading import NAV, area, line, opened, pick, sent_off, supervises, typed_of


@sign_in_required
@require_http_methods(["GET", "POST"])
def close(request: MemberRequest, case_id: int) -> HttpResponse:
    """The worker asks; who supervises may also close in spite of what can be passed over, with a reason."""
    access, typed, now = require(request, Permission.WORK_CASES), typed_of(request), timezone.now()
    problems: dict[str, str] = {}
    refused = False
    if request.method == "POST" and "look" not in request.POST:
        given = {
            name: typed.get(name, "") for name in ("reason", "summary", "text", "referred_to", "aftercare")
        }
        in_spite = "spite" in request.POST
        who = {"by": access, "by_name": request.user.name, "now": now}
        try:
            if in_spite:
                close_in_spite(case_id=case_id, overrule=typed.get("overrule", ""), **given, **who)  # type: ignore[arg-type]
            else:
                ask_closing(case_id=case_id, **given, **who)  # type: ignore[arg-type]
        except NoSuchCase as error:
            raise Http404("case") from error
        except NotAccepted as error:
            problems = error.problems
        except NotClosable:
            refused = True
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case", case_id=case_id)
        else:
            sent_off(request, f"close-{case_id}")
            messages.success(request, "已結案。" if in_spite else "已提結案，等督導核定。")
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    if view.closing is not None:
        return _answer_page(request, view, view.closing, typed, problems)
    checks = checks_of(view.case, typed.get("reason", ""), now)
    return _close_page(request, view, checks, typed, problems, refused)


def _close_page(
    request: MemberRequest,
    view: CaseView,
    checks: Sequence[Check],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    refused: bool,
) -> HttpResponse:
    reasons = [Choice("", "請選擇"), *(Choice(r.id, r.label) for r in view.programme.closing_reasons)]
    fields: list[Field] = [
        pick("reason", "原因", reasons, typed, problems, kind="select"),
        line("text", "說明", typed, problems, required=False, hint="拒絕服務、失聯、不符對象或其他時必填。"),
        line("referred_to", "接手的單位", typed, problems, required=False, hint="轉由其他單位或遷離時必填。"),
        area("summary", "服務摘要與成效", typed, problems, rows=5, hint="再開案時接手的人先看這一段。"),
        line("aftercare", "結案後還有誰關心這一家", typed, problems, required=False),
    ]
    spite = not may_close(checks) and may_be_passed_over(checks) and supervises(request)
    overrule = area("overrule", "仍要結案的理由", typed, problems, rows=2) if spite else None
    return render(
        request,
        "cases/close.html",
        {
            "nav": NAV,
            "it": view,
            "checks": [(check, _basis(check)) for check in checks],
            "fields": fields,
            "shown": [*fields, *([overrule] if overrule else [])],
            "passed": may_close(checks),
            "overrule": overrule,
            "may_be_passed": may_be_passed_over(checks),
            "refused": refused,
            "errors": ["還不能結案：請先完成下面打叉的事。"] if refused else [],
            "draft": f"close-{view.case.pk}",
            "is_typed": request.method == "POST",
        },
        status=409 if refused else 422 if problems else 200,
    )


def _basis(check: Check) -> Basis:
    return Basis(check.label, check.text, check.citation or "—", about=check.label)


def _answer_page(
    request: MemberRequest,
    view: CaseView,
    closing: CaseClosing,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    refused: bool = False,
) -> HttpResponse:
    checks = checks_of(view.case, closing.reason, timezone.now())
    reason = view.programme.closing_reason(closing.reason)
    overrule = (
        area("overrule", "仍要結案的理由", typed, problems, rows=2)
        if not may_close(checks) and may_be_passed_over(checks)
        else None
    )
    fields = [area("answer", "退回時：還要做什麼", typed, problems, rows=2, required=False)]
    return render(
        request,
        "cases/closing.html",
        {
            "nav": NAV,
            "it": view,
            "closing": closing,
            "reason": reason.label if reason else closing.reason,
            "checks": [(check, _basis(check)) for check in checks],
            "passed": may_close(checks),
            "may_be_passed": may_be_passed_over(checks),
            "overrule": overrule,
            "fields": fields,
            "shown": [*fields, *([overrule] if overrule else [])],
            "supervises": supervises(request),
            "takes_back": takes_back(view.case, closing.asked_by_id, request.access),
            "errors": ["還不能結案：提出之後又有新的事。"] if refused else [],
        },
        status=409 if refused else 422 if problems else 200,
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def answer(request: MemberRequest, case_id: int) -> HttpResponse:
    """The supervisor grants or returns; the worker takes back."""
    access, typed, now = require(request, Permission.WORK_CASES), typed_of(request), timezone.now()
    problems: dict[str, str] = {}
    refused = False
    if request.method == "POST":
        try:
            if "take_back" in request.POST:
                take_back_closing(case_id=case_id, by=access, by_name=request.user.name, now=now)
                messages.success(request, "已收回結案，繼續服務。")
            elif "return" in request.POST:
                return_closing(
                    case_id=case_id,
                    text=typed.get("answer", ""),
                    by=access,
                    by_name=request.user.name,
                    now=now,
                )
                messages.success(request, "已退回結案，繼續服務。")
            else:
                grant_closing(
                    case_id=case_id,
                    overrule=typed.get("overrule", ""),
                    by=access,
                    by_name=request.user.name,
                    now=now,
                )
                messages.success(request, "已核定結案。")
            return redirect("case", case_id=case_id)
        except NoSuchCase as error:
            raise Http404("case") from error
        except NotAccepted as error:
            problems = error.problems
        except NotClosable:
            refused = True
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    if view.closing is None:
        messages.error(request, "沒有待核定的結案，可能已收回或已處理。")
        return redirect("case", case_id=case_id)
    return _answer_page(request, view, view.closing, typed, problems, refused=refused)


@sign_in_required
@require_http_methods(["GET", "POST"])
def reopen(request: MemberRequest, case_id: int) -> HttpResponse:
    """A closed case goes on."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            reopen_case(
                case_id=case_id,
                reason=typed.get("reason", ""),
                by=access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except NoSuchCase as error:
            raise Http404("case") from error
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("case", case_id=case_id)
        else:
            messages.success(request, "已重新開案；首次接觸等期限重新起算。")
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    fields = [area("reason", "重新開案的理由", typed, problems, rows=3, hint="例如再次通報、家庭情況改變。")]
    return render(
        request,
        "cases/form.html",
        {"nav": NAV, "it": view, "title": "重新開案", "fields": fields, "button": "重新開案"},
        status=422 if problems else 200,
    )
