"""Telling of a report's state. Whoever writes `report.state` calls this beside it, in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from anwang.platform.outbox import publish

from .models import Report

REPORT_STATE_CHANGED = "report.state_changed"


def publish_state(*, report: Report, now: dt.datetime, units: Sequence[int] = ()) -> None:
    """Put the report's state, as it stands now, into the outbox: its number and the code of its state.

    `units` are those besides the report's own that the change concerns (whom it was sent to).
    """
    publish(
        kind=REPORT_STATE_CHANGED,
        subject_kind="report",
        subject_id=report.pk,
        units=[report.unit_id, *units],
        data={"number": report.number, "state": str(report.state)},
        at=now,
    )
