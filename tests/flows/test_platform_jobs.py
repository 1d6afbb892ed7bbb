"""The worker's own duties: sealing the log, and taking up the jobs of a worker that was killed."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from anwang.network.cocases.jobs import is_linkage_queued, link
from anwang.platform import audit, jobs
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditSeal

pytestmark = pytest.mark.django_db


def _at_work(last_heartbeat: dt.timedelta) -> int:
    """A matching at work at a worker that last reported so long ago."""
    job = link.defer()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s) returning id",
            [last_heartbeat],
        )
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s where id = %s",
            [cursor.fetchone()[0], job],
        )
    return job


def _status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select status from procrastinate_jobs where id = %s", [job])
        return cursor.fetchone()[0]


def _tick() -> None:
    async_to_sync(jobs.take_up_jobs.func)(cast(Any, SimpleNamespace(app=app)), 0)


def test_a_job_of_a_killed_worker_is_done_again() -> None:
    job = _at_work(dt.timedelta(minutes=5))
    assert is_linkage_queued()
    _tick()
    assert _status(job) == "todo"


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    job = _at_work(dt.timedelta(seconds=15))
    _tick()
    assert _status(job) == "doing"


def test_the_log_is_sealed_without_anybody_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    # The worker's connection may be stale; this test's is in the middle of a transaction.
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    long_ago = timezone.now() - dt.timedelta(hours=1)
    with acting(SYSTEM):
        audit.record(context=SYSTEM, at=long_ago, action=audit.Action.LINKED)
    jobs.seal_audit(0)
    with acting(SYSTEM):
        assert AuditSeal.objects.get().count >= 1
        assert audit.verify().is_sound


def test_the_worker_knows_these_duties() -> None:
    names = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    assert {"platform.seal_audit", "platform.take_up_jobs", "cocases.remind_overdue"} <= names
