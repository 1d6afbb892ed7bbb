"""A report as it comes in, and who does something."""

from __future__ import annotations

import datetime as dt

from anwang.services.intake.actions import submit_report
from anwang.services.intake.models import Report
from tests.county import context

from .typed import CHILD, MOTHER, NOW, REPORTER, form


def submit(username: str = "intake", /, **values: object) -> Report:
    given: dict[str, object] = {"form": form(), "persons": [CHILD, MOTHER], "reporter": REPORTER}
    return submit_report(**{**given, "by": context(username), "by_name": username, "now": NOW, **values})  # type: ignore[arg-type]


def who(username: str = "intake", now: dt.datetime = NOW) -> dict[str, object]:
    return {"by": context(username), "by_name": username, "now": now}
