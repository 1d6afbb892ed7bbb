"""Reads of the units and supervisors: what was sent to them, disputes, referrals, hand-over sheets, samples."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import Decision
from anwang.services.intake.models import Report

from .duties import REPORT
from .holding import still_with_unit
from .models import Dispatch, Dispute, FamilyContact, HandOver, NotOpened, SampledReport
from .process import DispatchState, DisputeState
from .rules import SEND_ON_RULE
from .sampling_rules import Agreement, Reading, agreement, should_have_opened


def received(unit_id: int) -> QuerySet[Dispatch]:
    """Dispatches to a unit that wait for its answer, the most pressing first."""
    return (
        Dispatch.objects.filter(to_unit_id=unit_id, state=DispatchState.SENT)
        .select_related("report", "unit")
        .order_by("answer_due_at", "pk")
    )


def answered(unit_id: int) -> QuerySet[Dispatch]:
    """What a unit answered, the newest first. A returned report may not be read any more: only the dispatch is."""
    return Dispatch.objects.filter(to_unit_id=unit_id, answered_at__isnull=False).order_by(
        "-answered_at", "-pk"
    )


def received_one(dispatch_id: int, unit_id: int) -> Dispatch | None:
    return (
        Dispatch.objects.filter(pk=dispatch_id, to_unit_id=unit_id).select_related("to_unit", "unit").first()
    )


def family_contacts(dispatch_id: int) -> list[FamilyContact]:
    """How the unit tried to reach the family before there was a case, by time."""
    return list(FamilyContact.objects.filter(dispatch_id=dispatch_id).order_by("contacted_at", "pk"))


def first_reached(dispatch_id: int) -> dt.datetime | None:
    """When the family was first reached because of a dispatch; None when nobody did."""
    return FamilyContact.objects.filter(dispatch_id=dispatch_id, reached=True).aggregate(
        first=Min("contacted_at")
    )["first"]


def dispatch_in_charge(report_id: int, unit_id: int) -> Dispatch | None:
    """The dispatch by which a unit has a report now; None when it has it no more."""
    found = list(
        Dispatch.objects.filter(report_id=report_id, to_unit_id=unit_id, state=DispatchState.ACCEPTED)
    )
    here = still_with_unit(found)
    return next((each for each in found if each.pk in here), None)


def was_passed_on(report_id: int, unit_id: int) -> bool:
    """Whether a unit had taken a report and has it no more."""
    taken = Dispatch.objects.filter(report_id=report_id, to_unit_id=unit_id, state=DispatchState.ACCEPTED)
    return taken.exists() and dispatch_in_charge(report_id, unit_id) is None


@dataclass(frozen=True, slots=True)
class SentOn:
    """調查後改派: why a unit that had taken a report wants another one to go on."""

    at: dt.datetime
    by_name: str
    reason: str


def sent_on(report_id: int) -> dict[int, SentOn]:
    """By dispatch, why its report was sent on. For whoever may see the dispatch: the desk and the unit."""
    with acting(SYSTEM):
        found = Decision.objects.filter(
            subject_kind=REPORT, subject_id=str(report_id), rule_id=SEND_ON_RULE
        ).order_by("pk")
        return {
            each.facts["dispatch"]: SentOn(each.made_at, each.facts["by_name"], each.reason) for each in found
        }


def report_of(report_id: int) -> Report | None:
    """A report that the acting unit may read; None when it may not (any more)."""
    return Report.objects.filter(pk=report_id).select_related("re_report_of", "reporter_unit").first()


def earlier_returns(dispatch: Dispatch) -> list[Dispatch]:
    """Returns of the report before this dispatch, for the unit that is asked next: why the others did not take it."""
    return list(
        Dispatch.objects.filter(
            report_id=dispatch.report_id, round__lt=dispatch.round, state=DispatchState.RETURNED
        )
        .select_related("to_unit")
        .order_by("round")
    )


def disputes(*, open_only: bool) -> QuerySet[Dispute]:
    """Disputes that the acting unit may see: as one of the two, or as the desk."""
    found = Dispute.objects.select_related("first__to_unit", "second__to_unit", "lead_unit")
    if open_only:
        return found.filter(state=DisputeState.OPEN).order_by("due_at", "pk")
    return found.exclude(state=DisputeState.OPEN).order_by("-settled_at", "-pk")


def dispute(dispute_id: int) -> Dispute | None:
    return (
        Dispute.objects.filter(pk=dispute_id)
        .select_related("first__to_unit", "second__to_unit", "lead_unit", "decision")
        .first()
    )


def dispute_counts(unit_id: int, since: dt.datetime) -> dict[str, int]:
    """How many disputes of a desk stand open, and how many began since a moment."""
    return Dispute.objects.filter(unit_id=unit_id).aggregate(
        open=Count("pk", filter=Q(state=DisputeState.OPEN)), begun=Count("pk", filter=Q(opened_at__gte=since))
    )


def not_opened(unit_id: int) -> QuerySet[NotOpened]:
    """A desk's decisions not to open that stand, the newest first."""
    return (
        NotOpened.objects.filter(unit_id=unit_id, taken_back_at__isnull=True)
        .select_related("report", "referred_unit")
        .order_by("-at", "-pk")
    )


def referrals(unit_id: int) -> QuerySet[NotOpened]:
    """Not-opened reports that were referred to a unit and that it has not taken over yet."""
    return (
        NotOpened.objects.filter(
            referred_unit_id=unit_id, received_at__isnull=True, taken_back_at__isnull=True
        )
        .select_related("report")
        .order_by("at", "pk")
    )


def referral(not_opened_id: int, unit_id: int) -> NotOpened | None:
    return (
        NotOpened.objects.filter(pk=not_opened_id, referred_unit_id=unit_id)
        .select_related("referred_unit")
        .first()
    )


def hand_overs(unit_id: int) -> QuerySet[HandOver]:
    return HandOver.objects.filter(unit_id=unit_id).order_by("-at", "-pk")


def hand_over(hand_over_id: int, unit_id: int) -> HandOver | None:
    return HandOver.objects.filter(pk=hand_over_id, unit_id=unit_id).first()


def now_of(sheet: HandOver) -> dict[int, str]:
    """The state of a sheet's reports as it is now: what the shift before left may be done by now."""
    numbers = [line["report"] for line in sheet.open_reports]
    return {
        report.pk: report.get_state_display()
        for report in Report.objects.filter(pk__in=numbers).only("pk", "state")
    }


# ---- samples ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SampleMonth:
    """A month's sample: how many were drawn and read."""

    period: dt.date
    drawn: int
    read: int


def sample_months(unit_id: int) -> list[SampleMonth]:
    rows = (
        SampledReport.objects.filter(unit_id=unit_id)
        .values("period")
        .annotate(drawn=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
        .order_by("-period")
    )
    return [SampleMonth(row["period"], row["drawn"], row["read"]) for row in rows]


def samples(unit_id: int, period: dt.date) -> list[SampledReport]:
    """A month's sample in the order of the draw, which tells nothing."""
    return list(SampledReport.objects.filter(unit_id=unit_id, period=period).order_by("pk"))


def sample(sample_id: int, unit_id: int) -> SampledReport | None:
    return SampledReport.objects.filter(pk=sample_id, unit_id=unit_id).first()


@dataclass(frozen=True, slots=True)
class SampleResult:
    """How the readers of a month agreed: in all, by stratum of the not-opened ones, and the share that should have been
    opened, weighted by stratum. `disagreements`: not-opened reports that the reader would have opened."""

    whole: Agreement
    by_stratum: dict[str, Agreement]
    missed_share: float | None
    unclear: int
    disagreements: tuple[SampledReport, ...]


def sample_result(unit_id: int, period: dt.date) -> SampleResult:
    """Agreement over the readings of a month that say yes or no; those without enough information are counted apart."""
    read = list(
        SampledReport.objects.filter(unit_id=unit_id, period=period, read_at__isnull=False)
        .select_related("report")
        .order_by("pk")
    )
    unclear = SampledReport.Verdict.UNCLEAR
    told = [each for each in read if each.verdict != unclear]
    readings = [
        Reading(each.stratum, each.opened, each.verdict == SampledReport.Verdict.SHOULD_OPEN) for each in told
    ]
    strata: dict[str, list[Reading]] = defaultdict(list)
    for each in readings:
        if not each.first:
            strata[each.stratum].append(each)
    return SampleResult(
        agreement(readings),
        {name: agreement(found) for name, found in sorted(strata.items())},
        should_have_opened(readings, {each.stratum: each.drawn_of for each in read if not each.opened}),
        len(read) - len(told),
        tuple(e for e in told if not e.opened and e.verdict == SampledReport.Verdict.SHOULD_OPEN),
    )
