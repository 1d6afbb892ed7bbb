"""What the worker does for the platform itself: it seals the audit log, takes up what a killed worker left, counts
working-day duties anew after a closure, and deletes old drafts and jobs."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db import close_old_connections
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from . import audit, recomputing
from .context import SYSTEM, acting
from .county_policy import policy_in_force
from .drafts import delete_old_drafts
from .given_up import AGAIN_LATER, SHOWN_DAYS
from .retry_rules import next_try

# A worker reports every ten seconds; after so long without a report it is dead and not only busy.
SILENT_SECONDS = 60
# Longer than a failed job is shown (`given_up`), so that the later one which did its work is still there to tell.
JOBS_KEPT_DAYS = SHOWN_DAYS + 10


@app.periodic(cron="23 * * * *")
@app.task(name="platform.seal_audit", queueing_lock="platform.seal_audit")
def seal_audit(timestamp: int) -> None:
    """Every hour: what is sealed cannot be changed unseen, so no row waits for somebody to ask for a check."""
    close_old_connections()
    with acting(SYSTEM):
        audit.seal(now=timezone.now())


@app.task(name="platform.recompute_deadlines", lock="platform.recompute_deadlines", retry=AGAIN_LATER)
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
    """Every minute: a job whose worker died is done again. Until then it would hold its lock against all later ones.

    One that ends its worker each time waits longer each time and is given up at last (`retry_rules`). Where the next
    of its kind waits already, that one does the same work: two with one queueing lock cannot wait, so the dead one ends.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        later = next_try(job.attempts + 1, timezone.now(), was_killed=True)
        if later is None:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        elif job.queueing_lock and await manager.list_jobs_async(
            queueing_lock=job.queueing_lock, status=Status.TODO.value
        ):
            await manager.finish_job(job, Status.ABORTED, delete_job=False)
        else:
            with suppress(UniqueViolation):  # one came at this very moment: seen in a minute
                await manager.retry_job(job, retry_at=later)


@app.periodic(cron="51 2 * * *")
@app.task(name="platform.delete_old_jobs", queueing_lock="platform.delete_old_jobs", pass_context=True)
async def delete_old_jobs(context: JobContext, timestamp: int) -> None:
    """Every night: jobs that ended long ago, well or not, go; several come every minute, and none was ever deleted."""
    await context.app.job_manager.delete_old_jobs(nb_hours=JOBS_KEPT_DAYS * 24, include_failed=True)
