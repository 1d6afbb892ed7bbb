"""門檻: how good the matching is at each threshold, from decided pairs; what moving it would do; where it is set."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.requests import MemberRequest
from anwang.people.linkage import queries
from anwang.people.linkage.bands import EDGES, RIVAL, STEPS
from anwang.people.linkage.estimates import (
    BandSample,
    Interval,
    ThresholdEstimate,
    effect,
    estimates,
    neighbours,
)
from anwang.people.linkage.link_settings import LINK_AT
from anwang.people.linkage.standing import standing
from anwang.people.linkage.threshold_queries import band_samples
from anwang.platform.county_policy import policy_in_force
from anwang.web.charts import Limits, PairColumn, ThresholdPoint, threshold_chart
from anwang.web.charts.thresholds import limits_words
from anwang.web.clocks import roc_day
from anwang.web.components import Basis, Cell, Column, Row, Table, tag
from anwang.web.downloads import list_download

from .pages import reviewer_of
from .words import effect_words, percent

_COLUMNS = (
    "門檻",
    "精確度",
    "精確度下限",
    "精確度上限",
    "找回率",
    "找回率下限",
    "找回率上限",
    "連結",
    "要覆核",
)


@sign_in_required
@require_GET
def threshold(request: MemberRequest) -> HttpResponse:
    """No person is on this page: only how many pairs there are, and how they were decided."""
    reviewer_of(request)
    run = queries.latest_run()
    now, samples = standing(run), band_samples(run)
    found = estimates(samples)
    present = next((each for each in found if each.link_at == now.link_at), None)
    today = timezone.localdate()
    return render(
        request,
        "review/threshold.html",
        {
            "nav": "review",
            "run": run,
            "link_at": percent(now.link_at),
            "present": present,
            "precision": limits_words(_limits(present.precision if present else None)),
            "recall": limits_words(_limits(present.recall if present else None)),
            "missing": sum(sample.missing for sample in samples),
            "blind": sum(not sample.is_known for sample in samples),
            "chart": _chart(found, samples, now.link_at) if samples else None,
            "table": _table(found, now.link_at),
            "bands": _band_table(samples),
            "effects": [
                effect_words(effect(samples, now.link_at, to))
                for to in neighbours(now.link_at)
                if to is not None
            ],
            "setting": percent(policy_in_force().number(LINK_AT, on=today) / 100),
            "is_pending": policy_in_force().number(LINK_AT, on=today) / 100 != now.link_at,
            "parameter": LINK_AT,
            "basis": _basis(today),
            "counts": queries.review_counts(),
        },
    )


@sign_in_required
@require_GET
def threshold_file(request: MemberRequest, suffix: str) -> HttpResponse:
    reviewer_of(request)
    rows = (
        (
            percent(each.link_at),
            *_shares(each.precision),
            *_shares(each.recall),
            each.links,
            each.to_review,
        )
        for each in estimates(band_samples(queries.latest_run()))
    )
    return list_download("比對門檻", suffix, _COLUMNS, rows, ("各門檻的精確度與找回率（95% 信賴區間）",))


def _shares(each: Interval | None) -> tuple[float | str, ...]:
    return (round(each.value, 4), round(each.low, 4), round(each.high, 4)) if each else ("", "", "")


def _limits(each: Interval | None) -> Limits | None:
    return Limits(each.low, each.value, each.high) if each else None


def _basis(today: dt.date) -> Basis:
    policy = policy_in_force()
    parameter = policy.parameter(LINK_AT)
    since = max(day for day in parameter.values if day <= today)
    source = "本系統預設，待縣府核定" if policy.is_ours(LINK_AT) else "縣府核定"
    return Basis(
        rule=f"{parameter.label_zh}（{LINK_AT}）",
        reason=f"{parameter.on(today)}%，自{roc_day(since)}起；{source}。",
        citation=str(policy.citation(LINK_AT)),
        about="比對門檻",
    )


def _chart(found: list[ThresholdEstimate], samples: list[BandSample], link_at: float) -> object:
    by_number = {sample.number: sample for sample in samples}
    columns = [
        PairColumn(begins, by_number[k].pairs, by_number[k].decided)
        if k in by_number
        else PairColumn(begins, 0, 0)
        for k, begins in enumerate(EDGES)
    ]
    points = [
        ThresholdPoint(
            STEPS.index(each.link_at) + 1, each.link_at, _limits(each.precision), _limits(each.recall)
        )
        for each in found
    ]
    return threshold_chart(points, columns, link_at)


def _table(found: list[ThresholdEstimate], link_at: float) -> Table:
    rows = [
        Row(
            (
                Cell(percent(each.link_at), sub=tag("現行", "act") if each.link_at == link_at else ""),
                Cell(limits_words(_limits(each.precision))),
                Cell(limits_words(_limits(each.recall))),
                Cell(f"{each.links:,}"),
                Cell(f"{each.to_review:,}"),
            )
        )
        for each in found
    ]
    columns = (
        Column("門檻", narrow=True),
        Column("精確度（95% 信賴區間）"),
        Column("找回率（95% 信賴區間）"),
        Column("連結", numeric=True),
        Column("要覆核", numeric=True),
    )
    return Table("各門檻", columns, rows, hide_caption=True)


def _band_words(number: int) -> str:
    if number == RIVAL:
        return "另有其他人同樣可能"
    ends = percent(EDGES[number + 1]) if number + 1 < len(EDGES) else "100%"
    return f"{percent(EDGES[number])} 到 {ends}"


def _counted(sample: BandSample) -> str:
    if sample.open:
        return f"另 {sample.open} 對未決定"
    return "全部" if sample.pairs and sample.sample == sample.pairs else ""


def _band_table(samples: list[BandSample]) -> Table:
    rows = [
        Row(
            (
                Cell(_band_words(sample.number)),
                Cell(f"{sample.pairs:,}"),
                Cell(f"{sample.decided:,}"),
                Cell(f"{sample.sample - sample.open:,}", sub=_counted(sample)),
                Cell(f"{sample.same:,}" if sample.sample else "—"),
                Cell(f"{sample.missing:,}" if sample.missing else "—"),
            )
        )
        for sample in samples
        if sample.pairs
    ]
    columns = (
        Column("可能性"),
        Column("比對數", numeric=True),
        Column("已決定", numeric=True),
        Column("計入估計", numeric=True),
        Column("其中同一人", numeric=True),
        Column("還缺", numeric=True),
    )
    return Table("各區間的比對", columns, rows, hide_caption=True)
