"""Reports at the desk, for tests of what follows them; and the deeds with their usual arguments."""

from __future__ import annotations

import datetime as dt

from anwang.agencies.models import Unit
from anwang.platform.clock import open_deadline
from anwang.platform.clock_models import OPEN, Deadline
from anwang.platform.context import SYSTEM, acting
from anwang.services.dispatch import actions
from anwang.services.dispatch.models import Dispatch
from anwang.services.intake.models import Report, ReportPerson
from anwang.services.intake.rules import HANDLE_RULE
from anwang.services.intake.screening import screen
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from tests.county import context

NOW = dt.datetime(2026, 4, 25, 6, 0, tzinfo=dt.UTC)  # 14:00 in Taiwan, a Saturday
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def received(
    *,
    at: dt.datetime = NOW - HOUR,
    township: str = "羅東鎮",
    dangers: tuple[str, ...] = ("none",),
    needs: tuple[str, ...] = ("parenting",),
    birth: tuple[int, int, int] | None = (2015, 5, 1),
    story: str = "老師說孩子連續三天沒有帶便當，家中沒有大人可以聯絡。",
    injuries: str = "",
    kind: str = ReporterKind.CITIZEN,
    mandated: str = "",
) -> Report:
    """A report as the intake room keeps it, its 24 hours begun."""
    with acting(SYSTEM):
        desk = Unit.objects.get(code="intake")
        made = Report.objects.create(
            unit=desk,
            received_at=at,
            due_at=at + DAY,
            channel=Channel.PHONE,
            reporter_kind=kind,
            mandated_kind=mandated,
            township=township,
            dangers=list(dangers),
            needs=list(needs),
            story=story,
            entered_at=at,
        )
        content = {"name": {"text": "林小安"}}
        if birth:
            content["birth"] = ["", *birth]
        ReportPerson.objects.create(
            report=made, unit=desk, number=1, role=ReportRole.SUBJECT, content=content, injuries=injuries
        )
        open_deadline(
            subject_kind="report",
            subject_id=made.pk,
            rule_id=HANDLE_RULE,
            rule_label="通報處理",
            label="通報處理",
            unit_id=desk.pk,
            opened_at=at,
            due_at=at + DAY,
        )
    return made


def unit(code: str) -> Unit:
    with acting(SYSTEM):
        return Unit.objects.get(code=code)


def by(username: str, now: dt.datetime = NOW) -> dict[str, object]:
    """The last three arguments of a deed."""
    return {"by": context(username, now.date()), "by_name": username, "now": now}


def screened(
    *, programme: str = "vulnerable_family", reason: str = "依通報內容判斷", **about: object
) -> Report:
    report = received(**about)  # type: ignore[arg-type]
    who = by("intake")
    with acting(who["by"]):  # type: ignore[arg-type]
        screen(report_id=report.pk, urgency="ordinary", programme=programme, reason=reason, **who)  # type: ignore[arg-type]
    return fresh(report)


def sent(to: str = "luodong_center", *, now: dt.datetime = NOW, **about: object) -> Dispatch:
    report = screened(**about)
    return do(
        "intake",
        actions.send,
        report_id=report.pk,
        to_unit_id=unit(to).pk,
        reason="由這個單位就近處理",
        confirmed=True,
        now=now,
    )


def do(username: str, deed, *, now: dt.datetime = NOW, **arguments: object):  # type: ignore[no-untyped-def]
    """A deed by a member, in the transaction of one request."""
    who = by(username, now)
    with acting(who["by"]):  # type: ignore[arg-type]
        return deed(**arguments, **who)


def fresh(report: Report) -> Report:
    with acting(SYSTEM):
        return Report.objects.get(pk=report.pk)


def open_duties(report: Report) -> list[tuple[str, str]]:
    """Rule and unit code of every open duty about a report, its dispatches, disputes and referrals."""
    with acting(SYSTEM):
        subjects = {("report", str(report.pk))}
        subjects |= {("dispatch", str(pk)) for pk in report.dispatches.values_list("pk", flat=True)}
        subjects |= {("dispute", str(pk)) for pk in report.disputes.values_list("pk", flat=True)}
        subjects |= {("not_opened", str(pk)) for pk in report.not_opened.values_list("pk", flat=True)}
        subjects |= {("investigation", str(pk)) for pk in report.investigations.values_list("pk", flat=True)}
        codes = dict(Unit.objects.values_list("pk", "code"))
        return sorted(
            (duty.rule_id, codes[duty.unit_id])
            for duty in Deadline.objects.filter(OPEN)
            if (duty.subject_kind, duty.subject_id) in subjects
        )
