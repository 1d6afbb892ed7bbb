"""抽案: drawing the month's sample, and what the second reader says. Whoever reads does not see what was decided."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from anwang.agencies.rules import Permission
from anwang.platform import audit, clock
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import Term, TermKind
from anwang.policy import Policy
from anwang.services.intake.models import Report
from anwang.services.intake.vocabulary import Urgency

from .holding import DispatchError, check_desk, check_permission
from .models import Dispatch, NotOpened, SampledReport
from .rules import TEXT_MAX, text_problem
from .sampling_rules import Candidate, Size, draw

SUBJECT, READ = "report_sample", "sampling.read"


def month_bounds(period: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a month and of the next, local time."""
    first = period.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    return tuple(timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, after))  # type: ignore[return-value]


def size_on(policy: Policy, on: dt.date) -> Size:
    return Size(
        policy.number("sampling.share_percent", on=on),
        policy.number("sampling.minimum", on=on),
        policy.number("sampling.maximum", on=on),
        policy.number("sampling.controls_percent", on=on),
    )


def _secret() -> bytes:
    return hashlib.sha256(b"report-sample:" + settings.SECRET_KEY.encode()).digest()


@transaction.atomic
def draw_sample(
    *, period: dt.date, unit_id: int | None = None, by: AccessContext, by_name: str, now: dt.datetime
) -> int:
    """Draw a finished month's sample for the desk, once; returns how many reports it has.

    `unit_id` names the desk where the system draws; a member draws for the own unit. Raises PermissionDenied, or
    DispatchError while the month is not over.
    """
    if by.actor is Actor.MEMBER:
        check_permission(by, Permission.READ_SAMPLES)
        check_desk(by)
        unit_id = by.unit_id
    unit = unit_id or 0
    period = period.replace(day=1)
    start, end = month_bounds(period)
    if now < end:
        raise DispatchError("這個月還沒結束，下個月一日起才能抽案。")
    with acting(SYSTEM):
        with (
            connection.cursor() as cursor
        ):  # the job and the button at once: the second finds the sample drawn
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"report sample {unit} {period}"])
        drawn = SampledReport.objects.filter(unit_id=unit, period=period).count()
        if drawn:
            return drawn
        policy = policy_in_force()
        candidates, deciders = _candidates(unit, start, end, policy, period)
        found = draw(
            candidates, period=f"{unit}:{period:%Y-%m}", secret=_secret(), size=size_on(policy, period)
        )
        SampledReport.objects.bulk_create(
            SampledReport(
                report_id=each.report,
                unit_id=unit,
                period=period,
                stratum=each.stratum,
                drawn_at=now,
                drawn_of=each.of,
                opened=each.opened,
                decided_by_member_id=deciders[each.report],
            )
            for each in found
        )
    if found:
        days = policy.number("sampling.read.days", on=period)
        clock.open_deadline(
            subject_kind=SUBJECT,
            subject_id=f"{unit}-{period:%Y-%m}",
            rule_id=READ,
            rule_label="抽案複閱",
            label=f"抽案複閱：{period.year - 1911}年{period.month}月，{len(found)} 件",
            unit_id=unit,
            opened_at=now,
            term=Term(TermKind.DAYS, days),
            citation=str(policy.citation("sampling.share_percent")),
            url=f"/dispatch/samples/{period:%Y-%m}/",
        )
    audit.record(
        context=by,
        at=now,
        action=audit.Action.DREW_SAMPLE,
        subject_kind=SUBJECT,
        subject_id=f"{unit}-{period:%Y-%m}",
        member_name=by_name,
        detail={"drawn": len(found), "of": len(candidates)},
    )
    return len(found)


def _candidates(
    unit: int, start: dt.datetime, end: dt.datetime, policy: Policy, period: dt.date
) -> tuple[list[Candidate], dict[int, int | None]]:
    """What was decided in the month: not opened, and accepted by a unit. A report counts as it was decided last."""
    strata = policy.texts("sampling.strata", on=period)
    decided: dict[int, tuple[dt.datetime, bool, int | None]] = {}
    closed = NotOpened.objects.filter(unit_id=unit, at__gte=start, at__lt=end, taken_back_at__isnull=True)
    for report, at, member in closed.values_list("report_id", "at", "by_id"):
        decided[report] = (at, False, member)
    taken = Dispatch.objects.filter(
        unit_id=unit, state="accepted", answered_at__gte=start, answered_at__lt=end
    )
    for report, answered_at, member in taken.values_list("report_id", "answered_at", "sent_by_id"):
        if answered_at and (report not in decided or decided[report][0] < answered_at):
            decided[report] = (answered_at, True, member)
    reports = Report.objects.filter(pk__in=decided).only("pk", *strata)
    candidates = [
        Candidate(report.pk, "|".join(str(getattr(report, name)) for name in strata), decided[report.pk][1])
        for report in reports
    ]
    return candidates, {report: member for report, (_, _, member) in decided.items()}


@transaction.atomic
def read_sample(
    *,
    sample_id: int,
    verdict: str,
    urgency: str,
    text: str,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> SampledReport:
    """What the second reader says, written once. Raises PermissionDenied, DispatchError with problems by field, also for
    whoever decided on this report."""
    check_permission(by, Permission.READ_SAMPLES)
    found = (
        SampledReport.objects.select_for_update(of=("self",))
        .filter(pk=sample_id, unit_id=by.unit_id or 0)
        .first()
    )
    if found is None:
        raise DispatchError("沒有這件抽案，或不屬於您的單位。")
    if found.decided_by_member_id is not None and found.decided_by_member_id == by.member_id:
        raise DispatchError("這件由您經手，請由其他督導複閱。")
    if found.read_at is not None:
        if found.read_by_id == by.member_id and found.verdict == verdict:
            return found
        raise DispatchError("這件已經有人複閱；複閱結果不再更改。")
    problems = {}
    if verdict not in set(SampledReport.Verdict.values):
        problems["verdict"] = "請選擇您的判斷。"
    if urgency not in set(Urgency):
        problems["urgency"] = "請選擇緊急程度。"
    if problem := text_problem(text, "判斷的依據", TEXT_MAX):
        problems["text"] = problem
    if problems:
        raise DispatchError(problems=problems)
    found.verdict, found.urgency, found.text = verdict, urgency, " ".join(text.split())
    found.read_at, found.read_by_id, found.read_by_name = now, by.member_id, by_name
    found.save(update_fields=["verdict", "urgency", "text", "read_at", "read_by", "read_by_name"])
    if not SampledReport.objects.filter(
        unit_id=found.unit_id, period=found.period, read_at__isnull=True
    ).exists():
        clock.meet_deadline(
            subject_kind=SUBJECT,
            subject_id=f"{found.unit_id}-{found.period:%Y-%m}",
            rule_id=READ,
            at=now,
            by_member_id=by.member_id,
        )
    audit.record(
        context=by,
        at=now,
        action=audit.Action.READ_SAMPLE,
        subject_kind=SUBJECT,
        subject_id=found.pk,
        member_name=by_name,
        detail={"verdict": verdict},
    )
    return found
