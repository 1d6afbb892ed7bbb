"""What the worker does by itself: on the second of each month it draws the sample of the month before."""

from __future__ import annotations

import datetime as dt

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from anwang.agencies.models import Unit
from anwang.platform.context import SYSTEM, acting

from .sampling import draw_sample


@app.periodic(cron="30 1 2 * *")
@app.task(name="dispatch.draw_samples", queueing_lock="dispatch.draw_samples")
def draw_samples(timestamp: int) -> None:
    """Once a month, for every desk; a month that was drawn already is left as it is."""
    close_old_connections()
    now = timezone.now()
    last_month = (timezone.localdate(now).replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    with acting(SYSTEM):
        for unit in Unit.objects.filter(kind=Unit.Kind.INTAKE_CENTER).order_by("pk"):
            draw_sample(period=last_month, unit_id=unit.pk, by=SYSTEM, by_name="", now=now)
