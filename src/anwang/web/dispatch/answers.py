"""What the pages of dispatch share: who may open them, the audit row of an opening, words for a report's parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission, permissions_of
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.services.dispatch import queries
from anwang.services.dispatch.desk_queries import DeskCounts, DeskRow, desk_counts
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.process import ReportState
from anwang.services.intake.screening import age_text
from anwang.services.intake.vocabulary import ReporterKind, ReportRole, Urgency
from anwang.services.programs.loading import programmes
from anwang.standard.report_answers import Danger, MandatedKind, Need
from anwang.web.components import Choice, Tab, tag
from anwang.web.drafts import Drafts

TONES = {Urgency.IMMEDIATE: "red", Urgency.PRIORITY: "amber", Urgency.ORDINARY: ""}


def may(request: MemberRequest, *wanted: Permission) -> bool:
    return bool(permissions_of(request.access.roles) & set(wanted))


def at_desk(request: MemberRequest) -> AccessContext:
    """Whoever works at an intake desk: screens, or supervises there. Raises PermissionDenied for everybody else."""
    access = request.access
    if may(request, Permission.SCREEN_REPORTS):
        return access
    if may(request, Permission.SETTLE_DISPUTES, Permission.READ_SAMPLES) and is_desk(access.unit_id):
        return access
    raise PermissionDenied(Permission.SCREEN_REPORTS)


def is_desk(unit_id: int | None) -> bool:
    return Unit.objects.filter(pk=unit_id or 0, kind=Unit.Kind.INTAKE_CENTER).exists()


def by_of(request: MemberRequest) -> dict[str, Any]:
    """The last three arguments of every deed."""
    return {"by": request.access, "by_name": request.user.name, "now": timezone.now()}


def remember(
    request: MemberRequest,
    action: str,
    kind: str,
    subject: object,
    now: dt.datetime,
    persons: Iterable[ReportPerson] = (),
    **detail: object,
) -> None:
    """The audit row of an opening, and one for every person of it whom the registry knows."""
    audit.record_each(
        audit.with_persons(kind, subject, (person.person_id for person in persons)),
        context=request.access,
        at=now,
        action=action,
        member_name=request.user.name,
        detail=detail,
    )


def desk_tabs(request: MemberRequest, current: str, counts: DeskCounts | None = None) -> list[Tab]:
    """The views of the desk, each with its address and count."""
    unit = request.access.unit_id or 0
    found = counts or desk_counts(unit, timezone.now())
    tabs = [
        Tab("待派案", reverse("dispatch-desk"), found.at_desk, current == "desk"),
        Tab(
            "待收案",
            reverse("dispatch-desk-tab", args=["sent"]),
            found.of(ReportState.SENT),
            current == "sent",
        ),
        Tab("主責爭議", reverse("dispatch-disputes"), found.of(ReportState.DISPUTED), current == "disputes"),
        Tab("未開案", reverse("dispatch-not-opened"), None, current == "not-opened"),
        Tab("交班單", reverse("dispatch-hand-overs"), None, current == "hand-over"),
    ]
    if may(request, Permission.READ_SAMPLES):
        tabs.append(Tab("抽案", reverse("dispatch-samples"), None, current == "samples"))
    return tabs


def unit_tabs(request: MemberRequest, current: str) -> list[Tab]:
    """The views of a unit that is sent reports."""
    unit = request.access.unit_id or 0
    waiting = queries.received(unit).count()
    tabs = [Tab("受派通報", reverse("dispatch-received"), waiting, current == "received")]
    if may(request, Permission.SETTLE_DISPUTES):
        open_ones = queries.disputes(open_only=True).count()
        tabs.append(Tab("主責爭議", reverse("dispatch-disputes"), open_ones, current == "disputes"))
    return tabs


def tabs_of(request: MemberRequest, current: str) -> list[Tab]:
    return desk_tabs(request, current) if is_desk(request.access.unit_id) else unit_tabs(request, current)


def programme_label(code: str, on: dt.date) -> str:
    """A programme's name; "" for none, the code for one that is not in the catalogue any more."""
    found = programmes(on).get(code)
    return found.label if found else code


def urgency_tag(urgency: str) -> str:
    found = Urgency(urgency)
    return tag(found.label, TONES[found])


def urgency_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in Urgency]


def programmes_text(row: DeskRow, on: dt.date) -> str:
    """The programme of a report at the desk; those between which an age decides, side by side."""
    codes = [each.programme for each in row.undecided] or [row.programme]
    return "或".join(programme_label(code, on) for code in codes)


def ages_text(ages: Sequence[str]) -> str:
    """「2 歲、約40歲、年齡不詳」: the subjects of a report, without a name."""
    return "、".join(age or "年齡不詳" for age in ages[:4]) + (f"等 {len(ages)} 人" if len(ages) > 4 else "")


def reporter_text(report: Report) -> str:
    """Who reported, by kind; never by name."""
    if report.reporter_kind == ReporterKind.MANDATED and report.mandated_kind:
        return f"{MandatedKind(report.mandated_kind).label}（責任通報）"
    return ReporterKind(report.reporter_kind).label


def _labels(codes: Iterable[str], kind: type[Danger] | type[Need]) -> str:
    known = set(kind)
    return "、".join(kind(code).label if code in known else "（已停用的選項）" for code in codes)


def report_facts(report: Report) -> list[tuple[str, str]]:
    """The report's own words, for every page on which somebody decides about it."""
    return [
        ("發生", report.happened_text or "—"),
        ("地點", " ".join(filter(None, (report.township, report.place)))),
        ("通報人", f"{reporter_text(report)}・{report.get_channel_display()}"),
        ("危險情形", _labels(report.dangers, Danger)),
        ("需要", _labels(report.needs, Need)),
    ]


def person_lines(report: Report, persons: Sequence[ReportPerson]) -> list[dict[str, str]]:
    """The persons of a report as rows: who, age, relation, address, injuries."""
    on = timezone.localdate(report.received_at)
    lines = []
    for person in persons:
        name = person.content.get("name", {})
        lines.append(
            {
                "name": str(name.get("text", "")) or "姓名不詳",
                "role": ReportRole(person.role).label,
                "relation": person.relation,
                "age": age_text(person.content, on) or "不詳",
                "address": str(person.content.get("address", {}).get("raw", "")),
                "injuries": person.injuries,
                "note": person.note,
            }
        )
    return lines


def forget_draft(request: MemberRequest, form: str) -> None:
    """What was typed has become a deed: the draft of it must not come back."""
    Drafts.of(request, form).finish(request)
