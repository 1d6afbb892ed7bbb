"""移轉: to a worker or a unit, with the caseload of who would take it; the receiver's page; calling it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import (
    NoSuchCase,
    NotAccepted,
    accept_transfer,
    call_back_transfer,
    decline_transfer,
    offer_transfer,
)
from anwang.services.cases.models import Transfer
from anwang.services.cases.process import TransferState
from anwang.services.cases.transferring import caseloads_of, may_take
from anwang.web.components import Choice
from anwang.web.reading import row_number

from .reading import NAV, area, opened, pick, sent_off, supervises, typed_of, worker_choices


@sign_in_required
@require_http_methods(["GET", "POST"])
def offer(request: MemberRequest, case_id: int) -> HttpResponse:
    """Ask somebody to take the case. Choosing the unit first shows its workers and how many cases each has."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    problems: dict[str, str] = {}
    if request.method == "POST" and "choose" not in request.POST:
        try:
            made = offer_transfer(
                case_id=case_id,
                to_unit_id=row_number(typed.get("unit", "")),
                to_worker_id=row_number(typed.get("worker", "")),
                reason=typed.get("reason", ""),
                summary=typed.get("summary", ""),
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
            sent_off(request, f"transfer-{case_id}")
            messages.success(request, f"已請{made.to_unit.name}接手，對方接手前仍由您負責。")
            return redirect("case", case_id=case_id)
    view = opened(request, case_id)
    if request.method == "GET":
        typed = {"unit": request.GET.get("unit", str(view.case.unit_id))}
    chosen = row_number(typed.get("unit", ""))
    every = Unit.objects.select_related("agency").order_by("agency_id", "pk")
    found = [unit for unit in every if unit.pk == view.case.unit_id or may_take(unit, view.programme)]
    loads = caseloads_of([unit.pk for unit in found])
    units = [Choice(str(unit.pk), f"{unit.name}（{loads[unit.pk].total()} 案）") for unit in found]
    options = worker_choices(chosen, loads, but=view.case.worker_id) if chosen in loads else []
    first = Choice("", "請選擇" if chosen == view.case.unit_id else "不指定，由對方督導分派")
    return render(
        request,
        "cases/transfer.html",
        {
            "nav": NAV,
            "it": view,
            "unit_field": pick("unit", "接手的單位", [Choice("", "請選擇"), *units], typed, problems, kind="select"),
            "fields": [
                pick("worker", "接手的社工", [first, *options], typed, problems, kind="select", required=False),
                area("reason", "移轉的理由", typed, problems, rows=2, hint="例如遷居、社工異動。"),
                area("summary", "移轉摘要", typed, problems, rows=6,
                     hint="接手的人在接手前只看到這一段、風險等級與件數；不要寫姓名、證號。"),
            ],
            "shown": [
                pick("unit", "接手的單位", [], typed, problems),
                pick("worker", "接手的社工", [], typed, problems),
                area("reason", "移轉的理由", typed, problems),
                area("summary", "移轉摘要", typed, problems),
            ],
            "draft": f"transfer-{case_id}",
            "is_typed": request.method == "POST",
        },
        status=422 if problems else 200,
    )  # fmt: skip


@sign_in_required
@require_http_methods(["GET", "POST"])
def receive(request: MemberRequest, transfer_id: int) -> HttpResponse:
    """The receiver's page: what it would take on, before it knows who."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    found = (
        Transfer.objects.select_related("unit", "to_unit", "from_worker", "to_worker")
        .filter(pk=transfer_id, to_unit_id=access.unit_id or 0)
        .first()
    )
    if found is None:
        raise Http404("transfer")
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            if "decline" in request.POST:
                decline_transfer(
                    transfer_id=transfer_id,
                    reason=typed.get("reason", ""),
                    by=access,
                    by_name=request.user.name,
                    now=timezone.now(),
                )
                messages.success(request, "已回復不接手。")
                return redirect("cases")
            case = accept_transfer(
                transfer_id=transfer_id,
                worker_id=row_number(typed.get("worker", "")),
                by=access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except NotAccepted as error:
            problems = error.problems
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("cases")
        else:
            messages.success(request, f"已接手 {case.number}；期限與約定的訪視都已轉給主責社工。")
            return redirect("case", case_id=case.pk)
    return _receive_page(request, found, typed, problems)


def _receive_page(
    request: MemberRequest, found: Transfer, typed: Mapping[str, str], problems: Mapping[str, str]
) -> HttpResponse:
    unit_id = found.to_unit_id
    options = worker_choices(unit_id, caseloads_of([unit_id]))
    may_name = supervises(request)
    shown = dict(found.shown)
    opened_on = shown.get("opened_on")
    worker = {"worker": str(found.to_worker_id or request.access.member_id or ""), **typed}
    return render(
        request,
        "cases/receive.html",
        {
            "nav": NAV,
            "found": found,
            "shown": shown,
            "opened_on": dt.date.fromisoformat(opened_on) if opened_on else None,
            "waits": found.state == TransferState.OFFERED,
            "is_mine": may_name or found.to_worker_id in (None, request.access.member_id),
            "worker_field": pick("worker", "主責社工", options, worker, problems, kind="select")
            if may_name
            else None,
            "reason_field": area("reason", "不接的理由", typed, problems, rows=2, required=False),
            "fields": [
                area("reason", "不接的理由", typed, problems),
                area("worker", "主責社工", typed, problems),
            ],
        },
        status=422 if problems else 200,
    )


@sign_in_required
@require_POST
def call_back(request: MemberRequest, transfer_id: int) -> HttpResponse:
    """The giver takes the offer back."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    try:
        made = call_back_transfer(
            transfer_id=transfer_id,
            reason=typed.get("reason", ""),
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NoSuchCase as error:
        raise Http404("transfer") from error
    except (NotAccepted, NotPossible) as error:
        messages.error(request, str(error))
        found = Transfer.objects.filter(pk=transfer_id).first()
        return redirect("case", case_id=found.case_id) if found else redirect("cases")
    messages.success(request, "已收回移轉。")
    return redirect("case", case_id=made.case_id)
