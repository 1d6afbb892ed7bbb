"""A report as somebody types it, for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = dt.datetime(2026, 4, 25, 23, 30, tzinfo=TAIPEI)
STORY = "鄰居聽見孩子哭叫與摔東西的聲音，近一週每晚都有。"
CHILD = PersonForm(
    role="subject",
    name="林小安",
    id_number="A123456789",
    birth="107/5/20",
    phone="0912-345-678",
    address="宜蘭縣羅東鎮公正路186號",
    injuries="手臂瘀傷",
)
MOTHER = PersonForm(role="carer", relation="母親", name="陳怡君", birth="78/3/2")
REPORTER = ReporterForm(name="王老師", phone="03-9321234", workplace="員山國小")


def form(**values: Any) -> ReportForm:
    """A complete report by a teacher on the telephone; `values` in place of its own."""
    given: dict[str, Any] = {
        "channel": "phone",
        "reporter_kind": "mandated",
        "mandated_kind": "education",
        "received_at": NOW - dt.timedelta(minutes=10),
        "happened": "115/4/24",
        "township": "羅東鎮",
        "place": "家裡",
        "story": STORY,
        "dangers": ("alleged_present",),
        "needs": ("safety", "parenting"),
        "asked": ("channel", "story", "township", "person-1-name"),
        "prefilled": ("channel",),
    }
    return ReportForm(**{**given, **values})
