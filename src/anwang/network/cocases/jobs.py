"""Work that runs in the worker: matching anew (重新歸戶), making a big county's month, asking after overdue receipts.

Jobs take row numbers and months, never data of a person.
"""

from __future__ import annotations

import datetime as dt

from django.db import close_old_connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from anwang.agencies.models import Member
from anwang.agencies.queries import context_of
from anwang.people.linkage.actions import Reviewer
from anwang.people.linkage.running import run_linkage
from anwang.people.registry.queries import periods_with_records
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.platform.given_up import AGAIN_LATER
from anwang.standard.record import Period

from .actions import make_lists, remind_overdue

TASK = "link"
BY = "重新歸戶"
_OPEN = ("todo", "doing")


@app.task(name="cocases.make_lists", queue="lists", retry=AGAIN_LATER)
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


@app.task(name=TASK, queueing_lock=TASK, lock=TASK)
def link() -> None:
    """Match everything anew and make the lists of every month from what was found."""
    close_old_connections()
    run_linkage(by=SYSTEM, by_name=BY, now=timezone.now())
    with acting(SYSTEM):
        periods = [Period(day.year, day.month) for day in periods_with_records()]
    for period in periods:
        make_lists(period=period, by=SYSTEM, by_name=BY, now=timezone.now())


def queue_linkage(*, by: Reviewer, now: dt.datetime) -> bool:
    """Ask the worker to match anew (重新歸戶). Returns False when a run is waiting already; that one will do."""
    try:
        with transaction.atomic():  # the refused insertion must not spoil the transaction of the request
            link.defer()
    except AlreadyEnqueued:
        return False
    audit.record(
        context=by.context,
        at=now,
        action=audit.Action.LINKED,
        subject_kind="job",
        subject_id=TASK,
        member_name=by.name,
        detail={"queued": True},
    )
    return True


def is_linkage_queued() -> bool:
    """True while a run waits or is at work."""
    return ProcrastinateJob.objects.filter(task_name=TASK, status__in=_OPEN).exists()
