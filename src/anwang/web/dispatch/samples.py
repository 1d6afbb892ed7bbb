"""抽案: the second reader reads the report as it came, not what was decided; afterwards, how far the two agree."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import require, sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.agencies.rules import Permission
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.transitions import NotPossible
from anwang.services.dispatch import queries
from anwang.services.dispatch.actions import draw_sample, read_sample
from anwang.services.dispatch.models import SampledReport
from anwang.services.dispatch.sampling_rules import Agreement
from anwang.services.intake.screening import persons_of
from anwang.services.intake.vocabulary import ReporterKind, Urgency
from anwang.web.clocks import moment_text, roc_day
from anwang.web.components import Basis, Cell, Choice, Column, Field, Row, Table, tag

from .answers import (
    at_desk,
    by_of,
    desk_tabs,
    person_lines,
    programme_label,
    remember,
    report_facts,
    urgency_choices,
)

_MONTHS = (
    Column("月份", narrow=True),
    Column("抽出", numeric=True),
    Column("已複閱", numeric=True),
    Column("狀態"),
)
_TO_READ = (Column("件次", narrow=True), Column("狀態"))
_STRATA = (
    Column("分層（方案・緊急程度・通報人）"),
    Column("已複閱", numeric=True),
    Column("一致", numeric=True),
    Column("一致率（95% 信賴區間）"),
)


def _reader(request: MemberRequest) -> AccessContext:
    require(request, Permission.READ_SAMPLES)
    return at_desk(request)


@sign_in_required
@require_http_methods(["GET", "POST"])
def months(request: MemberRequest) -> HttpResponse:
    """The months that were drawn; POST draws the month before this one, if the job has not done it yet."""
    access = _reader(request)
    now = timezone.now()
    last = (timezone.localdate(now).replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    if request.method == "POST":
        try:
            drawn = draw_sample(period=last, **by_of(request))
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                f"{roc_day(last, 'month')}抽出 {drawn} 件。"
                if drawn
                else f"{roc_day(last, 'month')}沒有可以抽的案件。",
            )
        return redirect("dispatch-samples")
    found = queries.sample_months(access.unit_id or 0)
    rows = [
        Row(
            (
                Cell(
                    roc_day(each.period, "month"), href=reverse("dispatch-sample-month", args=[each.period])
                ),
                str(each.drawn),
                str(each.read),
                "已讀完" if each.read == each.drawn else f"還有 {each.drawn - each.read} 件",
            )
        )
        for each in found
    ]
    policy = policy_in_force()
    parameters = ("share_percent", "minimum", "maximum", "controls_percent")
    return render(
        request,
        "dispatch/samples.html",
        {
            "nav": "dispatch",
            "tabs": desk_tabs(request, "samples"),
            "table": Table("各月抽案", _MONTHS, rows, hide_caption=True),
            "last": roc_day(last, "month"),
            "is_drawn": any(each.period == last for each in found),
            "basis": Basis(
                "抽案複閱",
                "；".join(
                    f"{policy.parameter(f'sampling.{name}').label_zh}：{policy.value(f'sampling.{name}', on=last)}{policy.parameter(f'sampling.{name}').unit}"
                    for name in parameters
                )
                + "。以月份與本機的密鑰決定抽中哪些：事前無法預知，事後可以重算查核。",
                str(policy.citation("sampling.share_percent")),
            ),
        },
    )


@sign_in_required
@require_http_methods(["GET"])
def month(request: MemberRequest, period: dt.date) -> HttpResponse:
    """A month's sample to read, and once all of it is read, how far the readers agree."""
    access = _reader(request)
    found = queries.samples(access.unit_id or 0, period)
    if not found:
        raise Http404("no sample")
    rows = []
    for number, each in enumerate(found, 1):
        own = each.decided_by_member_id is not None and each.decided_by_member_id == access.member_id
        if each.read_at:
            state: str = f"{each.read_by_name} 已複閱（{moment_text(each.read_at)}）"
        else:
            state = "由您經手，請由其他督導複閱" if own else tag("待複閱", "amber")
        rows.append(
            Row(
                (
                    Cell(
                        f"第 {number} 件",
                        href="" if each.read_at or own else reverse("dispatch-sample", args=[each.pk]),
                    ),
                    state,
                )
            )
        )
    # Until all are read, a result would tell what was decided.
    whole = all(each.read_at for each in found)
    result = queries.sample_result(access.unit_id or 0, period) if whole else None
    return render(
        request,
        "dispatch/sample_month.html",
        {
            "nav": "dispatch",
            "tabs": desk_tabs(request, "samples"),
            "month": roc_day(period, "month"),
            "table": Table("抽出的案件", _TO_READ, rows, hide_caption=True),
            "drawn": len(found),
            "read": sum(1 for each in found if each.read_at),
            "result": result,
            "summary": _summary(result.whole) if result else [],
            "missed": _percent(result.missed_share) if result else "",
            "strata": Table(
                "不開案通報，按分層", _STRATA, [_stratum(*item, period) for item in result.by_stratum.items()]
            )
            if result
            else None,
            "disagreements": [
                (
                    each.report.number,
                    each.text,
                    each.read_by_name,
                    each.report.state == "not_opened",
                    each.report_id,
                )
                for each in result.disagreements
            ]
            if result
            else [],
        },
    )


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"（{low * 100:.1f}%–{high * 100:.1f}%）"


def _summary(whole: Agreement) -> list[tuple[str, str]]:
    kappa = "無法計算（兩位的答案沒有變化）"
    if whole.kappa is not None:
        kappa = f"{whole.kappa:.2f}"
        if whole.kappa_low is not None and whole.kappa_high is not None:
            kappa += f"（{whole.kappa_low:.2f} 至 {whole.kappa_high:.2f}）"
    return [
        ("已複閱", f"{whole.read} 件"),
        ("一致", f"{whole.agreed} 件，{_percent(whole.raw)}{_interval(whole.low, whole.high)}"),
        ("Cohen κ（95% 信賴區間）", kappa),
    ]


def _stratum(name: str, found: Agreement, period: dt.date) -> Row:
    parts = name.split("|")
    if len(parts) == 3 and parts[1] in set(Urgency) and parts[2] in set(ReporterKind):
        shown = "・".join(
            (
                programme_label(parts[0], period) or "未定方案",
                Urgency(parts[1]).label,
                ReporterKind(parts[2]).label,
            )
        )
    else:
        shown = "・".join(parts)
    return Row(
        (
            shown,
            str(found.read),
            str(found.agreed),
            f"{_percent(found.raw)}{_interval(found.low, found.high)}",
        )
    )


@sign_in_required
@require_http_methods(["GET", "POST"])
def read(request: MemberRequest, sample_id: int) -> HttpResponse:
    """One report as it came. Nothing on this page says what was decided, by whom, or what became of it."""
    access = _reader(request)
    now = timezone.now()
    found = queries.sample(sample_id, access.unit_id or 0)
    if found is None:
        raise Http404("sample")
    if found.read_at is not None or found.decided_by_member_id == access.member_id:
        messages.error(request, "這件已經複閱，或由您經手，請讀其他件。")
        return redirect("dispatch-sample-month", period=found.period)
    typed = {name: request.POST.get(name, "").strip() for name in ("verdict", "urgency", "text")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            read_sample(
                sample_id=sample_id,
                verdict=typed["verdict"],
                urgency=typed["urgency"],
                text=typed["text"],
                **by_of(request),
            )
        except NotPossible as error:
            problems = getattr(error, "problems", {})
            if not problems:
                messages.error(request, str(error))
                return redirect("dispatch-sample-month", period=found.period)
        else:
            messages.success(request, "已記下您的判斷。")
            return redirect("dispatch-sample-month", period=found.period)
    report = queries.report_of(found.report_id)
    if report is None:
        raise Http404("report")
    persons = persons_of([found.report_id])[found.report_id]
    remember(request, audit.Action.OPENED_SAMPLE, "report_sample", sample_id, now, persons)
    number = [each.pk for each in queries.samples(access.unit_id or 0, found.period)].index(sample_id) + 1
    fields = [
        Field("verdict", "依這份通報，應不應該開案", kind="radios", value=typed["verdict"], error=problems.get("verdict", ""),
              choices=[Choice(value, label) for value, label in SampledReport.Verdict.choices]),
        Field("urgency", "緊急程度", kind="radios", value=typed["urgency"], choices=urgency_choices(),
              error=problems.get("urgency", "")),
        Field("text", "判斷的依據", kind="textarea", rows=3, value=typed["text"], error=problems.get("text", "")),
    ]  # fmt: skip
    return render(
        request,
        "dispatch/sample.html",
        {
            "nav": "dispatch",
            "number": number,
            "period": found.period,
            "month": roc_day(found.period, "month"),
            "report": report,
            "facts": report_facts(report),
            "persons": person_lines(report, persons),
            "fields": fields,
        },
        status=422 if problems else 200,
    )
