"""Work of this room that runs in the worker: raising overdue duties."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from .escalating import escalate


@app.periodic(cron="*/10 * * * *")
@app.task(name="agencies.escalate", queueing_lock="agencies.escalate", lock="agencies.escalate")
def escalate_job(timestamp: int) -> None:
    """Every ten minutes: a duty of the 24-hour clock must not wait for an hour to be seen."""
    close_old_connections()
    escalate(now=timezone.now())
