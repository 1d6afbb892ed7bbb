"""What the worker does for the platform itself: it seals the audit log, takes up what a killed worker left, counts
working-day duties anew after a closure, and deletes old drafts."""

from __future__ import annotations

import datetime as dt

from django.db import close_old_connections
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from . import audit, recomputing
from .context import SYSTEM, acting
from .county_policy import policy_in_force
from .drafts import delete_old_drafts

# A worker reports every ten seconds; after so long without a report it is dead and not only busy.
SILENT_SECONDS = 60


@app.periodic(cron="23 * * * *")
@app.task(name="platform.seal_audit", queueing_lock="platform.seal_audit")
def seal_audit(timestamp: int) -> None:
    """Every hour: what is sealed cannot be changed unseen, so no row waits for somebody to ask for a check."""
    close_old_connections()
    with acting(SYSTEM):
        audit.seal(now=timezone.now())


@app.task(name="platform.recompute_deadlines", lock="platform.recompute_deadlines")
def recompute_deadlines(closure_id: int) -> None:
    """A closure was entered or withdrawn."""
    close_old_connections()
    recomputing.recompute(now=timezone.now(), closure_id=closure_id)


@app.periodic(cron="11 0 * * *")
@app.task(
    name="platform.recompute_all", lock="platform.recompute_deadlines", queueing_lock="platform.recompute_all"
)
def recompute_all(timestamp: int) -> None:
    """Every night: a new year's table came with an update or in the home, or a job was lost."""
    close_old_connections()
    recomputing.recompute(now=timezone.now())


@app.periodic(cron="41 2 * * *")
@app.task(name="platform.delete_old_drafts", queueing_lock="platform.delete_old_drafts")
def delete_old_drafts_job(timestamp: int) -> None:
    """Every night: a draft that nobody goes on with holds what people said for no purpose any more."""
    close_old_connections()
    now = timezone.now()
    days = policy_in_force().number("draft.keep.days", on=timezone.localdate(now))
    with acting(SYSTEM):
        delete_old_drafts(before=now - dt.timedelta(days=days))


@app.periodic(cron="* * * * *")
@app.task(name="platform.take_up_jobs", queueing_lock="platform.take_up_jobs", pass_context=True)
async def take_up_jobs(context: JobContext, timestamp: int) -> None:
    """Every minute: a job whose worker died is done again. Until then it would hold its lock against all later ones."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job)
