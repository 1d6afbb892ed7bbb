"""After 收案: the first contact without a case, joining the report to a case that is there, sending it on."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import NoSuchCase, NotAccepted, join_report
from anwang.services.cases.joining import cases_about
from anwang.services.cases.queries import case_number, case_of_investigation, cases_of_dispatches
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import record_family_contact, send_on
from anwang.services.dispatch.holding import still_with_unit
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.dispatch.rules import ContactGiven, ContactHow
from anwang.services.intake.investigation_queries import investigation_view, investigations_of_reports
from anwang.services.intake.process import InvestigationState
from anwang.web.clocks import moment_text
from anwang.web.components import Choice, Field
from anwang.web.reading import read_moment, row_number

from .answers import by_of, remember

_YES, _NO, _OTHER = "yes", "no", "other"


@sign_in_required
@require_http_methods(["GET", "POST"])
def contact(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    """首次聯繫: who was reached, how and when; it meets the unit's duty, whether a case is opened or not."""
    require(request, Permission.ACCEPT_DISPATCHES)
    now = timezone.now()
    dispatch = _held(request, dispatch_id)
    if isinstance(dispatch, HttpResponseRedirect):
        return dispatch
    if dispatch.purpose == Dispatch.Purpose.INVESTIGATE:
        messages.info(request, "這件是調查，首次接觸請記在調查裡。")
        return _back(dispatch_id)
    there = cases_of_dispatches([dispatch_id]).get(dispatch_id)
    typed = _typed(request, ("how", "with_whom", "reached", "at", "text"))
    problems: dict[str, str] = {}
    if there is not None and request.method == "GET":
        messages.info(request, f"這件通報已經在個案 {there.number} 裡，聯繫請記在個案。")
        return redirect("case", case_id=there.pk)
    if there is not None:  # opened or joined while this was typed: what was typed stays on the page
        problems["text"] = (
            f"這件通報已經在個案 {there.number} 裡，這筆沒有存；請複製內容，記在個案的「記聯繫」。"
        )
    elif request.method == "POST":
        given = ContactGiven(
            ContactHow(typed["how"]) if typed["how"] in set(ContactHow) else None,
            read_moment(typed["at"]),
            {_YES: True, _NO: False}.get(typed["reached"]),
            typed["text"],
            typed["with_whom"],
        )
        try:
            made = record_family_contact(dispatch_id=dispatch_id, given=given, **by_of(request))
        except NotPossible as error:
            problems = getattr(error, "problems", {})
            if not problems:
                messages.error(request, str(error))
                return _back(dispatch_id)
        else:
            messages.success(
                request,
                "已記下首次聯繫。" if made.reached else "已記下；還沒聯繫上，首次聯繫的期限照常進行。",
            )
            return _back(dispatch_id)
    else:
        typed["at"] = moment_text(now)
    fields = [
        Field("how", "方式", kind="radios", value=typed["how"], error=problems.get("how", ""),
              choices=[Choice(each.value, each.label) for each in ContactHow]),
        Field("with_whom", "對象", value=typed["with_whom"], error=problems.get("with_whom", ""), width=24,
              required=False, hint="例如案母、學校專輔老師。", autocomplete="off"),
        Field("reached", "結果", kind="radios", value=typed["reached"], error=problems.get("reached", ""),
              choices=[Choice(_YES, "聯繫上了"), Choice(_NO, "沒有聯繫上")]),
        Field("at", "時間", value=typed["at"], error=problems.get("at", ""), width=18,
              hint="例如 115/3/1 14:30；先填現在。", autocomplete="off"),
        Field("text", "談了什麼", kind="textarea", rows=4, value=typed["text"], error=problems.get("text", ""),
              hint="沒有聯繫上的，寫明試了什麼、下次何時再試。"),
    ]  # fmt: skip
    return _form(request, dispatch, f"首次聯繫 R-{dispatch.report_id:07d}", fields, problems, button="記錄",
                 sub="紀錄送出後保留；寫錯了，再記一筆說明。")  # fmt: skip


@sign_in_required
@require_http_methods(["GET", "POST"])
def join(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    """併入既有個案: the report goes on in an open case of the unit."""
    require(request, Permission.WORK_CASES)
    dispatch = _held(request, dispatch_id)
    if isinstance(dispatch, HttpResponseRedirect):
        return dispatch
    if dispatch.purpose == Dispatch.Purpose.INVESTIGATE:
        messages.info(request, "這件是調查，請先提出調查結果，再由調查開案。")
        return _back(dispatch_id)
    there = cases_of_dispatches([dispatch_id]).get(dispatch_id)
    if there is not None:
        messages.info(request, f"這件通報已經在個案 {there.number} 裡。")
        return redirect("case", case_id=there.pk)
    known = cases_about(dispatch.report_id)
    typed = _typed(request, ("case", "number", "text"))
    problems: dict[str, str] = {}
    if request.method == "POST":
        is_listed = bool(known) and typed["case"] not in ("", _OTHER)
        chosen = row_number(typed["case"]) if is_listed else case_number(typed["number"])
        try:
            if is_listed and typed["number"]:
                raise NotAccepted(
                    {"number": "上面已選了個案；要併入這一案，請改選「其他個案」，否則請清空這一欄。"}
                )
            made = join_report(dispatch_id=dispatch_id, case_id=chosen, text=typed["text"], **by_of(request))
        except NoSuchCase as error:
            raise Http404("dispatch") from error
        except NotAccepted as error:
            problems = error.problems
            if "case" in problems and (typed["case"] == _OTHER or typed["number"] or not known):
                problems["number"] = problems.pop("case")
        except NotPossible as error:
            problems = {"case" if known else "number": str(error)}
        else:
            messages.success(request, f"R-{dispatch.report_id:07d} 已併入個案 {made.case.number}。")
            return redirect("case", case_id=made.case_id)
    else:
        asked, keys = request.GET.get("case", ""), [str(each.pk) for each in known]
        typed["case"] = asked if asked in keys else keys[0] if len(keys) == 1 else ""
    remember(request, audit.Action.OPENED_DISPATCH, "dispatch", dispatch_id, timezone.now(), cases=len(known))
    number = Field("number", "其他個案的編號" if known else "個案編號", value=typed["number"], width=14,
                   error=problems.get("number", ""), required=not known, hint="例如 C-0000012，須是本單位服務中的個案。",
                   autocomplete="off")  # fmt: skip
    fields = [
        number,
        Field("text", "對個案的影響與處理", kind="textarea", rows=4, value=typed["text"], error=problems.get("text", ""),
              hint="會寫在個案的時間軸上。"),
    ]  # fmt: skip
    if known:
        choices = [
            Choice(str(each.pk), f"{each.number}　{each.worker.name if each.worker else '未分派'}")
            for each in known
        ]
        fields.insert(0, Field("case", "通報中的人已有的個案", kind="radios", value=typed["case"],
                               error=problems.get("case", ""), choices=[*choices, Choice(_OTHER, "其他個案")]))  # fmt: skip
    return _form(
        request, dispatch, f"併入既有個案 R-{dispatch.report_id:07d}", fields, problems, button="併入個案",
        sub="通報後已與案家聯繫的，首次聯繫即完成；還沒有的，原來的期限由個案接續。",
    )  # fmt: skip


@sign_in_required
@require_http_methods(["GET", "POST"])
def pass_on(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    """調查後改派: another unit or programme must go on; the report waits at the desk again."""
    require(request, Permission.ACCEPT_DISPATCHES)
    dispatch = _held(request, dispatch_id)
    if isinstance(dispatch, HttpResponseRedirect):
        return dispatch
    there = cases_of_dispatches([dispatch_id]).get(dispatch_id)
    if there is not None:
        messages.info(request, "這件通報已經有個案；要由其他單位接手，請用個案的「移轉」。")
        return redirect("case", case_id=there.pk)
    if (elsewhere := _of_investigation(request, dispatch)) is not None:
        return elsewhere
    reason = request.POST.get("reason", "").strip()
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            send_on(report_id=dispatch.report_id, reason=reason, **by_of(request))
        except NotPossible as error:
            problems = getattr(error, "problems", {})
            if not problems:
                messages.error(request, str(error))
                return _back(dispatch_id)
        else:
            messages.success(
                request, f"R-{dispatch.report_id:07d} 已送回受理中心改派，由受理中心重新起算 24 小時。"
            )
            return _back(dispatch_id)
    field = Field("reason", "改派的理由", kind="textarea", rows=4, value=reason, error=problems.get("reason", ""),
                  hint="查到什麼、應由哪個方案或單位接手。受理中心會看到。")  # fmt: skip
    return _form(
        request, dispatch, f"改派其他單位 R-{dispatch.report_id:07d}", [field], problems, button="送回改派",
        sub="通報回到派案台重新派案；本單位的首次聯繫期限結束，已寫的調查與紀錄都保留。",
    )  # fmt: skip


def _of_investigation(request: MemberRequest, dispatch: Dispatch) -> HttpResponse | None:
    """Where to go first: to an investigation that has no result yet, or to the case that came of it."""
    number = investigations_of_reports([dispatch.report_id], dispatch.to_unit_id).get(dispatch.report_id)
    view = investigation_view(number) if number is not None else None
    if view is None:
        return None
    if view.investigation.state == InvestigationState.OPEN:
        messages.error(request, "調查還沒有結果，請先提出調查結果，再改派。")
        return redirect("investigation", investigation_id=view.investigation.pk)
    if (case := case_of_investigation(view.investigation.pk)) is not None:
        messages.info(request, "這件通報已經有個案；要由其他單位接手，請用個案的「移轉」。")
        return redirect("case", case_id=case.pk)
    return None


def _held(request: MemberRequest, dispatch_id: int) -> Dispatch | HttpResponseRedirect:
    """The dispatch that the unit took and has still; else back to its page with what is the matter."""
    found = queries.received_one(dispatch_id, request.access.unit_id or 0)
    if found is None:
        raise Http404("dispatch")
    if found.state != DispatchState.ACCEPTED:
        messages.error(request, f"這件派案目前是「{found.get_state_display()}」，請先收案。"
                       if found.state == DispatchState.SENT else
                       f"這件派案目前是「{found.get_state_display()}」，不由本單位主責。")  # fmt: skip
        return _back(dispatch_id)
    if not still_with_unit([found]):
        messages.error(request, "這件通報已經改派，不由本單位主責。")
        return _back(dispatch_id)
    return found


def _back(dispatch_id: int) -> HttpResponseRedirect:
    return redirect("dispatch-received-one", dispatch_id=dispatch_id)


def _typed(request: MemberRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in names}


def _form(
    request: MemberRequest,
    dispatch: Dispatch,
    title: str,
    fields: list[Field],
    problems: Mapping[str, str],
    *,
    button: str,
    sub: str,
) -> HttpResponse:
    return render(
        request,
        "dispatch/form.html",
        {
            "nav": "dispatch",
            "title": title,
            "over": "受派通報",
            "over_href": "dispatch-received",
            "sub": sub,
            "fields": fields,
            "button": button,
            "back": reverse("dispatch-received-one", args=[dispatch.pk]),
        },
        status=422 if problems else 200,
    )
