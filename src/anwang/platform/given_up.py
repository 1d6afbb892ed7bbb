"""Jobs that were given up: what failed for good is shown to the administrator, who may have it tried once more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job

from . import audit
from .context import AccessContext
from .retry_rules import next_try

SHOWN_DAYS = 30
"""What failed longer ago is history: its work was done by a later job, or asked for anew."""


class AgainLater(BaseRetryStrategy):
    """For jobs that nothing else brings about again: an error is tried again after growing pauses, then given up.

    Not for a job with a queueing lock: where the next of its kind waits already, it could not be put back beside it.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        from django.utils import timezone

        later = next_try(job.attempts + 1, timezone.now(), was_killed=False)
        return RetryDecision(retry_at=later) if later else None


AGAIN_LATER = AgainLater()


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A job that failed for good: its number, the task, its row numbers and months, how often it was tried, since when."""

    job_id: int
    task: str
    arguments: Mapping[str, Any]
    tries: int
    at: dt.datetime | None


class NotAgain(Exception):
    """It is not tried again now; the text is for the user (zh-TW)."""


def given_up_jobs(*, now: dt.datetime) -> list[GivenUp]:
    """What failed for good and was not done by a later job, the newest first; one line for each task and its arguments.

    A regular job is there only while its newest run is the failed one: the next that ends well has done its work.
    """
    since = now - dt.timedelta(days=SHOWN_DAYS)
    failed = list(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:500])
    last = {
        row["job_id"]: row["at"]
        for row in ProcrastinateEvent.objects.filter(job_id__in=[job.pk for job in failed])
        .order_by("at")
        .values("job_id", "at")
    }
    done: dict[str, list[tuple[int, str]]] = {}
    tasks = {job.task_name for job in failed}
    oldest = min((job.pk for job in failed), default=0)
    ended = ProcrastinateJob.objects.filter(status="succeeded", task_name__in=tasks, id__gt=oldest)
    for number, task, args in ended.values_list("id", "task_name", "args"):
        done.setdefault(task, []).append((number, _same(args)))
    found: dict[tuple[str, str], GivenUp] = {}
    for job in failed:
        key, at = (job.task_name, _same(job.args)), last.get(job.pk)
        if key in found or (at is not None and at < since):
            continue
        if any(number > job.pk and same == key[1] for number, same in done.get(job.task_name, ())):
            continue
        found[key] = GivenUp(job.pk, job.task_name, _said(job.args), job.attempts, at)
    return list(found.values())


def _said(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments without the moment at which a regular job was due."""
    return {name: value for name, value in args.items() if name != "timestamp"}


def _same(args: Mapping[str, Any]) -> str:
    return repr(sorted(_said(args).items()))


@transaction.atomic
def try_again(*, job_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> str:
    """One more try of a job that was given up; returns its task. Raises NotAgain when it is under way or waits already."""
    with connection.cursor() as cursor:
        cursor.execute("select status, task_name from procrastinate_jobs where id = %s for update", [job_id])
        row = cursor.fetchone()
    if row is None or row[0] != "failed":
        raise NotAgain("這項工作已經重新執行，或不在了；請重新整理看結果。")
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id=job_id, retry_at=now)
    except UniqueViolation as error:
        raise NotAgain("同一項工作已經在等候執行，不用再排。") from error
    audit.record(
        context=by,
        at=now,
        action=audit.Action.TRIED_JOB_AGAIN,
        subject_kind="job",
        subject_id=job_id,
        member_name=by_name,
        detail={"task": row[1]},
    )
    return str(row[1])
