"""Work on lists that runs in the worker: making a big county's month, and asking after overdue receipts.

Jobs take row numbers and months, never data of a person.
"""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from anwang.agencies.models import Member
from anwang.agencies.queries import context_of
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.standard.record import Period

from .actions import make_lists, remind_overdue


@app.task(name="cocases.make_lists", queue="lists")
def make_lists_job(period: str, member_id: int, unit_id: int) -> None:
    """Make the lists of a month (`115-03`) for a member who asked for it. Done again after a kill, it changes nothing."""
    close_old_connections()
    now = timezone.now()
    with acting(SYSTEM):
        member = Member.objects.get(pk=member_id)
        context: AccessContext | None = context_of(member, timezone.localdate(now), unit_id)
    make_lists(period=Period.parse(period), by=context or SYSTEM, by_name=member.name, now=now)


@app.periodic(cron="7 * * * *")
@app.task(name="cocases.remind_overdue", queue="lists")
def remind_overdue_job(timestamp: int) -> None:
    """Every hour: overdue receipts come to the sending office's worklist too."""
    close_old_connections()
    remind_overdue(now=timezone.now())
