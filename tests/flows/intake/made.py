"""Reports for tests of what follows a report, made as the intake room keeps them."""

from __future__ import annotations

import datetime as dt

from anwang.agencies.models import Unit
from anwang.platform.context import SYSTEM, acting
from anwang.services.intake.models import Report, ReportPerson, ReportReader
from anwang.services.intake.process import ReportState
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole, Urgency


def report(
    *,
    received_at: dt.datetime,
    urgency: Urgency = Urgency.ORDINARY,
    sent_to: str = "",
    township: str = "羅東鎮",
) -> Report:
    """A report with one child in it; `sent_to` is the unit that may read it and has accepted it."""
    with acting(SYSTEM):
        intake = Unit.objects.get(code="intake")
        made = Report.objects.create(
            unit=intake,
            state=ReportState.ACCEPTED if sent_to else ReportState.RECEIVED,
            urgency=urgency,
            received_at=received_at,
            due_at=received_at + dt.timedelta(hours=24),
            handled_at=received_at + dt.timedelta(hours=1) if sent_to else None,
            channel=Channel.PHONE,
            reporter_kind=ReporterKind.CITIZEN,
            township=township,
            story="鄰居聽見孩子哭叫與摔東西的聲音，近一週每晚都有。",
            entered_at=received_at,
        )
        ReportPerson.objects.create(
            report=made,
            unit=intake,
            number=1,
            role=ReportRole.SUBJECT,
            content={"name": {"text": "林小安"}},
            injuries="手臂瘀傷",
        )
        if sent_to:
            unit = Unit.objects.get(code=sent_to)
            ReportReader.objects.create(
                report=made, unit=unit, kind=ReportReader.Kind.SENT, since=received_at
            )
        return made
