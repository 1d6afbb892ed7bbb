"""個案時間軸: one case as a line that can be filtered, with what was promised and not kept pinned above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.due_rules import end_of_day
from anwang.platform.models import Deadline
from anwang.platform.transitions import NotPossible
from anwang.services.cases.actions import NoSuchCase, NotAccepted, assign_worker, see_report
from anwang.services.cases.duties import short_label
from anwang.services.cases.entries import Entry, EntryKind
from anwang.services.cases.frame import SUBJECT
from anwang.services.cases.process import CASE, CaseState
from anwang.services.cases.queries import CaseView, former_case, programmes_by_id, unit_members
from anwang.services.cases.standing import goal_states
from anwang.services.cases.timeline import own_timeline, timeline
from anwang.services.cases.transferring import caseloads_of
from anwang.services.programs.programme import Programme
from anwang.standard.serial import from_json
from anwang.web.clocks import ClockText, clock_text, moment_text, roc_day
from anwang.web.components import Basis, Choice, Field, Pages, Tab
from anwang.web.downloads import list_download
from anwang.web.paging import page_number
from anwang.web.reading import row_number

from .reading import NAV, code, opened, supervises, typed_of, worker_choices

PAGE = 50


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as the page shows it: its moment in words, its 依據, and where it is corrected."""

    entry: Entry
    when: str
    basis: Basis | None
    href: str


@sign_in_required
@require_GET
def one(request: MemberRequest, case_id: int) -> HttpResponse:
    """The case; a unit that handed it on sees what it wrote."""
    access = require(request, Permission.WORK_CASES)
    former = former_case(case_id, access.unit_id or 0)
    if former is not None:
        return _former(request, case_id)
    view = opened(request, case_id)
    kind = code(EntryKind, request.GET.get("kind", ""))
    entries = timeline(view.case, view.programme)
    shown = [entry for entry in entries if kind is None or entry.kind is kind]
    if request.GET.get("format"):
        return _download(view, shown, request.GET["format"])
    return show(request, view, entries, kind)


def show(
    request: MemberRequest,
    view: CaseView,
    entries: Sequence[Entry],
    kind: EntryKind | None,
    *,
    problems: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    problems, typed = problems or {}, typed or {}
    now = timezone.localtime()
    state = CaseState(view.case.state)
    is_open = view.case.closed_at is None
    wanted = [entry for entry in entries if kind is None or entry.kind is kind]
    pages, part = _paged(request, wanted, {"kind": kind.value if kind else ""})
    shown = [_shown(entry, view.case.pk, is_open) for entry in part]
    return render(
        request,
        "cases/case.html",
        {
            "nav": NAV,
            "it": view,
            "case": view.case,
            "state": state,
            "is_open": is_open,
            "tone": _level_tone(view),
            "now": now,
            "tabs": _tabs(entries, kind),
            "entries": shown,
            "pages": pages,
            "kind": kind.value if kind else "",
            "duties": [_duty(duty, view) for duty in view.duties if not duty.is_promise],
            "planned": [
                (each, clock_text(end_of_day(timezone.localdate(each.planned_at)), now))
                for each in view.planned
                if each.planned_at is not None
            ],
            "promises": [(each, clock_text(each.due_at or each.due_on, now)) for each in view.promises],
            "members": [(member, _member_line(member.content)) for member in view.members],
            "goals": _goals(view),
            "assessment_basis": _assessment_basis(view),
            "supervises": supervises(request),
            "may": {each.deed: True for each in CASE.deeds_from(state)},
            "assign": _assign_field(view, typed, problems)
            if _needs_worker(view) and supervises(request)
            else None,
            "problems": problems,
            "report_fields": [
                (report, _report_field(report.report_id, typed, problems)) for report in view.reports
            ],
        },
        status=422 if problems else 200,
    )


def _paged(
    request: MemberRequest, entries: Sequence[Entry], keep: dict[str, str]
) -> tuple[Pages, Sequence[Entry]]:
    """The page of the timeline that was asked for, the last where there are fewer; its links keep the filter."""
    number = min(page_number(request), max(1, -(-len(entries) // PAGE)))
    return Pages(number, PAGE, len(entries), keep), entries[(number - 1) * PAGE : number * PAGE]


def _former(request: MemberRequest, case_id: int) -> HttpResponse:
    former = former_case(case_id, request.access.unit_id or 0)
    if former is None:
        raise Http404("case")
    audit.record_each(
        audit.with_persons(SUBJECT, case_id, (member.person_id for member in former.members)),
        context=request.access,
        at=timezone.now(),
        action=audit.Action.READ_CASE,
        member_name=request.user.name,
        purpose="移轉前本單位的紀錄",
        detail={"members": len(former.members), "former": True},
    )
    programme = _programme(former.transfer.shown.get("programme", ""))
    entries = own_timeline(case_id, programme, request.access.unit_id or 0)
    pages, part = _paged(request, entries, {})
    return render(
        request,
        "cases/former.html",
        {
            "nav": NAV,
            "it": former,
            "shown": former.transfer.shown,
            "entries": [_shown(entry, case_id, False) for entry in part],
            "pages": pages,
        },
    )


def _programme(label: str) -> Programme:
    known = programmes_by_id()
    return next((each for each in known.values() if each.label == label), next(iter(known.values())))


def _shown(entry: Entry, case_id: int, may_correct: bool) -> ShownEntry:
    basis = Basis(*entry.basis, about=entry.title) if entry.basis else None
    href = ""
    if entry.record == "plan":
        href = f"/cases/{case_id}/plans/{entry.row}/"
    elif entry.record == "form":
        href = reverse("case-form-entry", args=[case_id, entry.row])
    elif entry.record and may_correct and not entry.corrected:
        href = f"/cases/{case_id}/{entry.record}s/{entry.row}/correct/"
    return ShownEntry(entry, moment_text(entry.at), basis, href)


def _tabs(entries: Sequence[Entry], kind: EntryKind | None) -> list[Tab]:
    tabs = [Tab("全部", "?", len(entries), kind is None)]
    for each in EntryKind:
        count = sum(entry.kind is each for entry in entries)
        if count or kind is each:
            tabs.append(Tab(each.label, f"?kind={each.value}", count, kind is each))
    return tabs


def _duty(duty: Deadline, view: CaseView) -> tuple[Deadline, str, str]:
    """A duty, what to do, and its term in words: what the rule's name says besides."""
    label = short_label(duty, view.case)
    return duty, label, duty.rule_label.removeprefix(label).strip("（），")


def _level_tone(view: CaseView) -> str:
    levels = view.programme.risk_levels
    return "amber" if levels and view.case.risk_level == levels[0].id else ""


def _member_line(content: dict[str, object]) -> str:
    """Birth and phone of a member in one line."""
    try:
        record = from_json(content)
    except (KeyError, ValueError):
        return ""
    parts = [record.birth.raw if record.birth else "", record.phones[0].raw if record.phones else ""]
    return "・".join(part for part in parts if part)


def _goals(view: CaseView) -> list[tuple[str, str, str, ClockText | None]]:
    if view.plan is None:
        return []
    states, now = goal_states(view.case), timezone.localtime()
    found = []
    for goal in view.plan.goals.order_by("number"):
        state = states[goal.pk]
        clock = clock_text(end_of_day(goal.due_on), now) if goal.due_on and state.is_open else None
        found.append((goal.goal, goal.owner, state.label, clock))
    return found


def _assessment_basis(view: CaseView) -> Basis | None:
    made = view.assessment
    if made is None or not made.basis or not made.suggested:
        return None
    reason = made.basis["reason"]
    if made.suggested != made.level:
        suggested = view.programme.risk_level(made.suggested)
        reason = f"規則建議「{suggested.label if suggested else made.suggested}」：{reason}決定的理由：{made.reason}"
    return Basis("風險分級建議", reason, made.basis["citation"], decided_by=made.by_name, about="風險等級")


def _needs_worker(view: CaseView) -> bool:
    if view.case.closed_at is not None:
        return False
    here = {member.pk for member in unit_members(view.case.unit_id, timezone.localdate())}
    return view.case.worker_id not in here


def _assign_field(view: CaseView, typed: dict[str, str], problems: dict[str, str]) -> Field:
    unit = view.case.unit_id
    options = worker_choices(unit, caseloads_of([unit]))
    return Field(
        "worker", "指派主責社工", kind="select", value=typed.get("worker", ""),
        error=problems.get("worker", ""), choices=[Choice("", "請選擇"), *options],
    )  # fmt: skip


def _report_field(report_id: int, typed: dict[str, str], problems: dict[str, str]) -> Field:
    mine = typed.get("report") == str(report_id)
    return Field(
        f"text_{report_id}", "怎麼處理", kind="textarea", rows=2,
        value=typed.get(f"text_{report_id}", "") if mine else "",
        error=problems.get("text", "") if mine else "",
    )  # fmt: skip


def _download(view: CaseView, shown: Sequence[Entry], suffix: str) -> HttpResponse:
    columns = ("時間", "種類", "事項", "內容", "細節", "記錄人", "更正")
    rows = (
        (
            moment_text(e.at),
            e.kind.label,
            e.title,
            e.text,
            "；".join(f"{label}：{value}" for label, value in e.facts if value),
            e.who,
            f"已由後一筆更正：{e.corrected}" if e.corrected else e.corrects,
        )
        for e in shown
    )
    title = f"{view.programme.label}・{roc_day(timezone.localdate())}"
    return list_download(f"{view.case.number}時間軸", suffix, columns, rows, [title])


@sign_in_required
@require_POST
def report_seen(request: MemberRequest, case_id: int, report_id: int) -> HttpResponse:
    """The unit in charge took note of a new report."""
    access, typed = require(request, Permission.WORK_CASES), typed_of(request)
    try:
        see_report(
            case_id=case_id,
            report_id=report_id,
            text=typed.get(f"text_{report_id}", ""),
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NoSuchCase as error:
        raise Http404("report") from error
    except NotAccepted as error:
        view = opened(request, case_id)
        typed["report"] = str(report_id)
        entries = timeline(view.case, view.programme)
        return show(request, view, entries, None, problems=error.problems, typed=typed)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("case", case_id=case_id)
    messages.success(request, "已記下對新通報的處理。")
    return redirect("case", case_id=case_id)


@sign_in_required
@require_POST
def assign(request: MemberRequest, case_id: int) -> HttpResponse:
    """A supervisor gives a case of nobody to a worker."""
    access, typed = require(request, Permission.APPROVE_PLANS), typed_of(request)
    try:
        made = assign_worker(
            case_id=case_id,
            worker_id=row_number(typed.get("worker", "")),
            by=access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except NoSuchCase as error:
        raise Http404("case") from error
    except NotAccepted as error:
        view = opened(request, case_id)
        entries = timeline(view.case, view.programme)
        return show(request, view, entries, None, problems=error.problems, typed=typed)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("case", case_id=case_id)
    messages.success(request, f"已由{made.worker}主責。")
    return redirect("case", case_id=case_id)
