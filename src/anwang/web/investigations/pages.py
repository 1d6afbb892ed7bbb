"""調查: the unit's investigations, one of them, its worker, the first contact, and going on after a conclusion."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.models import Decision
from anwang.platform.transitions import NotPossible
from anwang.services.cases.queries import case_of_investigation
from anwang.services.dispatch.queries import dispatch_in_charge, sent_on, was_passed_on
from anwang.services.intake.investigating import (
    assign_worker,
    record_first_contact,
    reopen_investigation,
)
from anwang.services.intake.investigation_queries import (
    SUBJECT,
    InvestigationView,
    investigation_view,
    investigations,
    members_of,
)
from anwang.services.intake.investigation_rules import Level, Safety
from anwang.services.intake.models import Investigation
from anwang.services.intake.process import INVESTIGATION, InvestigationState
from anwang.services.intake.vocabulary import ReportRole, Urgency
from anwang.web.clocks import clock_text, moment_text
from anwang.web.components import Basis, Cell, Choice, Column, Field, Pages, Row, Table, tag
from anwang.web.paging import page_number
from anwang.web.reading import MOMENT_WANTED, read_moment, row_number

PAGE = 50
_COLUMNS = (
    Column("期限", narrow=True),
    Column("通報"),
    Column("社工", narrow=True),
    Column("狀態", narrow=True),
)


@sign_in_required
@require_GET
def listing(request: MemberRequest) -> HttpResponse:
    """The open investigations by their clock; `?state=done` the concluded ones."""
    require(request, Permission.WORK_CASES)
    done = request.GET.get("state") == "done"
    found, number, now = investigations(open_only=not done), page_number(request), timezone.now()
    total = found.count()
    shown = found[(number - 1) * PAGE : number * PAGE]
    table = Table(
        "已有結果的調查" if done else "調查中",
        (Column("調查結果", narrow=True), *_COLUMNS[1:]) if done else _COLUMNS,
        [_row(each, now) for each in shown],
        hide_caption=True,
    )
    return render(
        request,
        "investigations/listing.html",
        {
            "nav": "investigations",
            "table": table,
            "total": total,
            "done": done,
            "pages": Pages(number, PAGE, total, {"state": "done"} if done else {}),
        },
    )


def _row(made: Investigation, now: dt.datetime) -> Row:
    is_open = made.state == InvestigationState.OPEN
    due = made.conclusion_due_at if made.first_contact_at else made.first_contact_due_at
    what = "提出結果" if made.first_contact_at else "首次接觸"
    text = clock_text(due, timezone.localtime(now)).text if is_open else moment_text(made.concluded_at)
    state = InvestigationState(made.state)
    return Row(
        (
            Cell(text, sub=what if is_open else ""),
            Cell(
                made.report.number,
                sub="・".join(filter(None, (made.report.township, Urgency(made.report.urgency).label))),
                href=f"/investigations/{made.pk}/",
            ),
            made.worker.name if made.worker else "未分派",
            tag(state.label, "" if is_open else "act"),
        ),
        urgent=is_open and due < now,
    )


@sign_in_required
@require_GET
def one(request: MemberRequest, investigation_id: int) -> HttpResponse:
    """One investigation: the report's persons and story, both clocks, what may be done, what was decided."""
    view = opened(request, investigation_id)
    return show(request, view)


def _plan_line(kept: dict[str, str]) -> dict[str, object]:
    """A line of the kept safety plan, its last day as a date."""
    until = kept.get("until_on")
    return {**kept, "until_on": dt.date.fromisoformat(until) if until else None}


def opened(request: MemberRequest, investigation_id: int) -> InvestigationView:
    """The investigation, with the audit row of opening it. Raises PermissionDenied or Http404."""
    access = require(request, Permission.WORK_CASES)
    view = investigation_view(investigation_id)
    if view is None:
        raise Http404("investigation")
    audit.record_each(
        audit.with_persons(SUBJECT, investigation_id, (person.person_id for person in view.persons)),
        context=access,
        at=timezone.now(),
        action=audit.Action.READ_INVESTIGATION,
        member_name=request.user.name,
        detail={"report": view.investigation.report_id, "persons": len(view.persons)},
    )
    return view


def show(
    request: MemberRequest,
    view: InvestigationView,
    *,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> HttpResponse:
    made, now = view.investigation, timezone.localtime(timezone.now())
    typed, problems = typed or {}, problems or {}
    is_own = made.unit_id == request.access.unit_id
    state = InvestigationState(made.state)
    fields = {
        "worker": Field(
            "worker",
            "承辦社工",
            kind="select",
            value=typed.get("worker", str(made.worker_id or "")),
            error=problems.get("worker", ""),
            choices=[
                Choice("", "請選擇"),
                *(Choice(str(each.pk), each.name) for each in members_of(made.unit_id, timezone.localdate())),
            ],
        ),
        "contact": Field(
            "contact_at",
            "首次接觸的時間",
            value=typed.get("contact_at", ""),
            error=problems.get("contact_at", ""),
            hint="面訪或通話都算，例如 115/3/1 14:30。",
            width=18,
            autocomplete="off",
        ),
        "reason": Field(
            "reason",
            "為什麼重新調查",
            kind="textarea",
            rows=3,
            value=typed.get("reason", ""),
            error=problems.get("reason", ""),
        ),
    }
    return render(
        request,
        "investigations/one.html",
        {
            "nav": "investigations",
            "it": made,
            "shown": list(fields.values()),
            "state": state,
            "urgency": Urgency(made.report.urgency),
            "persons": _persons(view),
            "now": now,
            "is_open": state is InvestigationState.OPEN and is_own,
            "may_reopen": INVESTIGATION.allows(state, "reopen")
            and is_own
            and "supervisor" in request.access.roles,
            **_going_on(made, state, is_own),
            "worker_field": fields["worker"],
            "contact_field": fields["contact"],
            "reason_field": fields["reason"],
            "problems": problems,
            "decided": [_decided(each) for each in view.decisions],
            "plan_lines": [_plan_line(line) for line in made.safety_plan.get("lines", ())],
            "safety": Safety(made.safety_plan["safety"]).label if made.safety_plan.get("safety") else "",
            "level": Level(made.level).label if made.level else "",
        },
        status=422 if problems else 200,
    )


def _going_on(made: Investigation, state: InvestigationState, is_own: bool) -> dict[str, object]:
    """After the result: the case that came of it, or opening one; the dispatch, if the report may be sent on."""
    if state is InvestigationState.OPEN or not is_own:
        return {}
    case = case_of_investigation(made.pk)
    return {
        "case": case,
        "may_open": state is InvestigationState.SUBSTANTIATED
        and not was_passed_on(made.report_id, made.unit_id),
        "send_on": dispatch_in_charge(made.report_id, made.unit_id) if case is None else None,
        "sent_on": list(sent_on(made.report_id).values()),
    }


def _persons(view: InvestigationView) -> Table:
    rows = []
    for each in view.persons:
        name = each.content.get("name", {}).get("text", "") or "（姓名不詳）"
        rows.append(Row((Cell(name, sub=each.relation), ReportRole(each.role).label, each.injuries or "—")))
    return Table("通報中的人", (Column("姓名"), Column("角色"), Column("傷勢")), rows, hide_caption=True)


def _decided(decision: Decision) -> tuple[str, str, Basis]:
    facts = decision.facts
    if "result" in facts:
        title = f"{InvestigationState(facts['result']).label}・{Level(decision.outcome).label}"
        text = facts.get("finding", "")
    else:
        title, text = "重新調查", decision.reason
    reason = decision.reason
    if decision.overrules is not None and decision.overrules.outcome in set(Level):
        reason = f"規則建議「{Level(decision.overrules.outcome).label}」：{decision.overrules.reason} 決定的理由：{reason}"
    return (
        f"{moment_text(decision.made_at)} {title}",
        text,
        Basis(title, reason, decision.citation, about=title),
    )


@sign_in_required
@require_POST
def worker(request: MemberRequest, investigation_id: int) -> HttpResponse:
    """Give it to a member of the unit."""
    access = require(request, Permission.WORK_CASES)
    chosen = request.POST.get("worker", "")
    try:
        made = assign_worker(
            investigation_id=investigation_id,
            worker_id=row_number(chosen) or 0,
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NotPossible as error:
        return show(
            request,
            opened(request, investigation_id),
            typed={"worker": chosen},
            problems={"worker": str(error)},
        )
    messages.success(request, f"已由{made.worker}承辦。")
    return redirect("investigation", investigation_id=investigation_id)


@sign_in_required
@require_POST
def first_contact(request: MemberRequest, investigation_id: int) -> HttpResponse:
    """Record when somebody first saw or reached the person; the clock of that duty stops."""
    access = require(request, Permission.WORK_CASES)
    text = request.POST.get("contact_at", "").strip()
    at, problem = read_moment(text), MOMENT_WANTED
    if at is not None:
        try:
            record_first_contact(
                investigation_id=investigation_id,
                contact_at=at,
                by=access,
                by_name=request.user.name,
                now=timezone.now(),
            )
        except NotPossible as error:
            problem = str(error)
        else:
            messages.success(request, "已記錄首次接觸。")
            return redirect("investigation", investigation_id=investigation_id)
    return show(
        request,
        opened(request, investigation_id),
        typed={"contact_at": text},
        problems={"contact_at": problem},
    )


@sign_in_required
@require_http_methods(["POST"])
def reopen(request: MemberRequest, investigation_id: int) -> HttpResponse:
    """A supervisor goes on with a concluded investigation, with a reason."""
    access = require(request, Permission.APPROVE_PLANS)
    reason = request.POST.get("reason", "")
    try:
        reopen_investigation(
            investigation_id=investigation_id,
            reason=reason,
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NotPossible as error:
        return show(
            request,
            opened(request, investigation_id),
            typed={"reason": reason},
            problems={"reason": str(error)},
        )
    messages.success(request, "已重新調查，提出結果的期限從今天起算。")
    return redirect("investigation", investigation_id=investigation_id)
