"""The matching as a job of the worker: queued by a person, at most one waiting."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from anwang.platform import audit
from anwang.platform.context import SYSTEM

from .actions import Reviewer

TASK = "link"
_OPEN = ("todo", "doing")


@app.task(name=TASK, queueing_lock=TASK, lock=TASK)
def link() -> None:
    """Match everything anew, as the system."""
    from .running import run_linkage

    run_linkage(by=SYSTEM, by_name="重新歸戶", now=timezone.now())


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
