"""One report: who and what, its clock, who may be meant, what was before, its files and its history."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.people.linkage.lookup_reads import CurrentService
from anwang.services.intake.actions import open_attachment, open_report, take_back_attachment
from anwang.services.intake.history import history_of, known_besides
from anwang.services.intake.models import Report, ReportAttachment, ReportChange
from anwang.services.intake.persons import shown_name
from anwang.services.intake.queries import PersonLine, ReportView, Standpoint, report_view
from anwang.services.intake.re_reports import EarlierReport
from anwang.services.intake.replying import replies_of, reply_due
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from anwang.standard.codes import Sex
from anwang.standard.dates import roc_short
from anwang.standard.report_answers import Danger, MandatedKind, Need
from anwang.web.components import Basis

from .services import services_of
from .words import change_words, labels, re_report_basis, state_tag

MOST_LOOKED_UP = 8
_AT_DESK = {Permission.SCREEN_REPORTS, Permission.SETTLE_DISPUTES}  # who may open the desk's page of a report


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A person of a report as the page shows them. `may_decide`: whom they are is still open, and the desk may say."""

    line: PersonLine
    name: str
    role: str
    details: str
    services: tuple[CurrentService, ...]
    decided: str
    may_decide: bool

    @property
    def number(self) -> int:
        return self.line.row.number


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the history."""

    change: ReportChange
    what: str
    text: str


def view_or_404(request: MemberRequest, report_id: int) -> ReportView:
    """The report as the member's unit may see it. Raises Http404 for any other, PermissionDenied without the role."""
    require(request, Permission.ENTER_REPORTS)
    view = report_view(report_id, request.access)
    if view is None:
        raise Http404("report")
    return view


def note_opened(request: MemberRequest, view: ReportView, lines: Sequence[PersonLine]) -> None:
    """Write down that a page shows the report with these persons."""
    open_report(
        report=view.report,
        persons=[line.row for line in lines],
        by=request.access,
        by_name=request.user.name,
        now=timezone.now(),
    )


@sign_in_required
@require_GET
def report(request: MemberRequest, report_id: int) -> HttpResponse:
    """The report. Opening it is written down, with everybody in it."""
    view = view_or_404(request, report_id)
    now = timezone.localtime(timezone.now())
    note_opened(request, view, (*view.persons, *view.withdrawn))
    it, desk = view.report, view.standpoint is Standpoint.DESK
    people = _people(request, view)
    return render(
        request,
        "intake/one.html",
        {
            "nav": "reports",
            "now": now,
            "view": view,
            "it": it,
            "is_desk": desk,
            "state": state_tag(it),
            "channel": Channel(it.channel).label,
            "reporter": _reporter_words(it),
            "dangers": [
                (Danger(code).label, Danger(code).is_sign) for code in it.dangers if code in set(Danger)
            ],
            "needs": labels(it.needs, Need),
            "people": people,
            "withdrawn": [shown_name(line.record) for line in view.withdrawn],
            "written": [Written(change, *change_words(change)) for change in view.changes],
            "basis": re_report_basis(view.decision),
            "earlier": _earlier(view) if desk else (),
            "gaps": [(gap.label, gap.why) for gap in view.completeness.missing],
            "helpful": [gap.label for gap in view.completeness.helpful],
            "clock_basis": Basis(
                "收到通報後 24 小時內完成篩派案",
                "自收到起算，夜間與假日照算；受派單位收案，或決定不開案並轉介，才停止。",
                "003 貳二(2/2)",
                about="處理時限",
            ),
            "may_add": desk or view.standpoint is Standpoint.REPORTED,
            "may_dispatch": desk and bool(permissions_of(request.access.roles) & _AT_DESK),
            "may_open_reporter": desk and Permission.OPEN_REPORTER in permissions_of(request.access.roles),
            "reply_due": reply_due(it.pk) if desk else None,
            "replies": replies_of(it.pk) if desk else (),
            "is_undecided": any(each.may_decide for each in people),
            "look_up": desk and len(people) <= MOST_LOOKED_UP,
        },
    )


def _reporter_words(it: Report) -> str:
    kind = ReporterKind(it.reporter_kind).label
    return f"{kind}（{MandatedKind(it.mandated_kind).label}）" if it.mandated_kind else kind


def _people(request: MemberRequest, view: ReportView) -> list[ShownPerson]:
    desk = view.standpoint is Standpoint.DESK
    known = {line.row.person_id for line in view.persons if line.row.person_id}
    services = services_of(request.access, known) if desk else {}
    before = (
        known_besides([line.row.record_id for line in view.persons if line.row.record_id]) if desk else set()
    )
    said = {change.field: change for change in view.changes if change.field.endswith("-who")}
    found = []
    for line in view.persons:
        change = said.get(f"person-{line.row.number}-who")
        decided = change.reason if change else ""
        if not decided and line.row.person_id in before:
            decided = "認定是同一人"
        found.append(
            ShownPerson(
                line,
                shown_name(line.record),
                ReportRole(line.row.role).label.split("（")[0],
                _details(line),
                services.get(line.row.person_id or 0, ()),
                decided,
                desk and line.row.record_id is not None and not decided,
            )
        )
    return found


def _details(line: PersonLine) -> str:
    form = line.form
    sex = Sex(form.sex).label if form.sex else ""
    return "・".join(part for part in (form.birth, sex, form.id_number, form.phone, form.address) if part)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was before, for the desk: reports (those that it may open), services with their days."""

    reports: tuple[EarlierReport, ...]
    services: tuple[str, ...]


def _earlier(view: ReportView) -> Earlier:
    known = [line.row.person_id for line in view.persons if line.row.person_id]
    history = history_of(known, before=view.report.received_at, besides=view.report.pk)
    services = tuple(
        f"{'本人' if each.same_person else '家人'}・{each.label}：{roc_short(each.opened_on)}"
        + (f" 至 {roc_short(each.closed_on)}" if each.closed_on else " 起，服務中")
        for each in history.services
    )
    return Earlier(history.reports, services)


@sign_in_required
@require_GET
def attachment(request: MemberRequest, report_id: int, attachment_id: uuid.UUID) -> HttpResponse:
    """A file of a report, as a download under a name of our own. Written down."""
    view = view_or_404(request, report_id)
    row = ReportAttachment.objects.filter(pk=attachment_id, report=view.report).first()
    if row is None or row.withdrawn_at is not None:
        raise Http404("attachment")
    content = open_attachment(
        report=view.report,
        attachment=row,
        by=request.access,
        by_name=request.user.name,
        now=timezone.now(),
    )
    answer = HttpResponse(content, content_type=row.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, row.download_name) or ""
    return answer


@sign_in_required
@require_POST
def withdraw(request: MemberRequest, report_id: int, attachment_id: uuid.UUID) -> HttpResponse:
    """Withdraw a wrong file."""
    view_or_404(request, report_id)
    try:
        done = take_back_attachment(
            report_id=report_id,
            attachment_id=attachment_id,
            by=request.access,
            by_name=request.user.name,
            now=timezone.now(),
        )
    except ReportAttachment.DoesNotExist:
        raise Http404("attachment") from None
    messages.success(request, "已撤回附件，不能再開啟。" if done else "這個附件先前已經撤回。")
    return redirect("report", report_id=report_id)
