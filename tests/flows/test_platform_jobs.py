"""The worker's own duties: sealing the log, and taking up the jobs of a worker that was killed."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from anwang.network.cocases.jobs import is_linkage_queued, link
from anwang.platform import audit, jobs
from anwang.platform.context import SYSTEM, acting
from anwang.platform.given_up import NotAgain, given_up_jobs, try_again
from anwang.platform.models import AuditEntry, AuditSeal
from anwang.platform.retry_rules import MOST_TRIES
from anwang.web.jobs.pages import WORDS

pytestmark = pytest.mark.django_db


def _at_work(last_heartbeat: dt.timedelta, tries: int = 0) -> int:
    """A matching at work at a worker that last reported so long ago, after so many tries before."""
    job = link.defer()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s) returning id",
            [last_heartbeat],
        )
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s, attempts = %s where id = %s",
            [cursor.fetchone()[0], tries, job],
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


def test_a_killed_job_whose_successor_waits_already_does_not_hold_it_up() -> None:
    """The regular relay: its worker is killed, and the next minute's run waits behind the dead one's lock."""
    dead = _at_work(dt.timedelta(minutes=5))
    waiting = link.defer()  # may be queued, for the dead one is at work and waits no more
    _tick()
    assert _status(waiting) == "todo"
    assert _status(dead) == "aborted", "the one that waits does the same work"
    assert given_up_jobs(now=timezone.now()) == []


def _waits(job: int) -> dt.timedelta:
    with connection.cursor() as cursor:
        cursor.execute("select scheduled_at - now() from procrastinate_jobs where id = %s", [job])
        found: dt.timedelta = cursor.fetchone()[0]
        return found


def test_a_job_that_ends_its_worker_again_and_again_waits_longer_and_is_given_up() -> None:
    pauses = []
    for tries in range(MOST_TRIES - 1):
        job = _at_work(dt.timedelta(minutes=5), tries)
        _tick()
        assert _status(job) == "todo"
        pauses.append(round(_waits(job).total_seconds() / 60))
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs")
    assert pauses == [0, 2, 4, 8, 16]
    job = _at_work(dt.timedelta(minutes=5), MOST_TRIES - 1)
    _tick()
    assert _status(job) == "failed"
    assert not is_linkage_queued(), "another may be asked for"
    (shown,) = given_up_jobs(now=timezone.now())
    assert (shown.job_id, shown.task, shown.tries) == (job, "link", MOST_TRIES)


def _ended(task: str, args: dict[str, Any], status: str, days_ago: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (task_name, queue_name, args, status, attempts)"
            " values (%s, 'default', %s::jsonb, %s::procrastinate_job_status, 6) returning id",
            [task, json.dumps(args), status],
        )
        job: int = cursor.fetchone()[0]
        cursor.execute("delete from procrastinate_events where job_id = %s", [job])
        cursor.execute(
            "insert into procrastinate_events (job_id, type, at) values (%s, 'failed', now() - %s)",
            [job, dt.timedelta(days=days_ago)],
        )
    return job


def test_what_a_later_job_has_done_is_not_shown_as_given_up() -> None:
    _ended("platform.seal_audit", {"timestamp": 1}, "failed")
    _ended("platform.seal_audit", {"timestamp": 2}, "succeeded")
    _ended("exchange.deliver", {"subscription_id": 1}, "failed")
    other = _ended("exchange.deliver", {"subscription_id": 2}, "failed")
    _ended("exchange.deliver", {"subscription_id": 1}, "succeeded")
    _ended("agencies.escalate", {"timestamp": 1}, "failed")
    newest = _ended("agencies.escalate", {"timestamp": 2}, "failed")
    _ended("dispatch.draw_samples", {"timestamp": 1}, "failed", days_ago=31)
    assert [each.job_id for each in given_up_jobs(now=timezone.now())] == [newest, other]
    assert given_up_jobs(now=timezone.now())[1].arguments == {"subscription_id": 2}


def test_who_looks_after_the_site_has_it_tried_once_more() -> None:
    now, who = timezone.now(), {"by": SYSTEM, "by_name": "葉管理"}
    job = _ended("link", {}, "failed")
    with acting(SYSTEM):
        assert try_again(job_id=job, now=now, **who) == "link"
        assert _status(job) == "todo"
        assert AuditEntry.objects.get(action="tried_job_again").subject_id == str(job)
        with pytest.raises(NotAgain, match="已經重新執行"):
            try_again(job_id=job, now=now, **who)
        with connection.cursor() as cursor:
            cursor.execute(
                "update procrastinate_jobs set status = 'failed', queueing_lock = 'link' where id = %s", [job]
            )
        link.defer()
        with pytest.raises(NotAgain, match="已經在等候"):
            try_again(job_id=job, now=now, **who)
        assert _status(job) == "failed"


def test_an_error_is_tried_again_where_nothing_else_brings_the_job_about() -> None:
    for name in ("cocases.make_lists", "platform.recompute_deadlines"):
        assert app.tasks[name].queueing_lock is None, "it could not be put back beside one that waits"
        job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name=name, attempts=0, priority=0)
        again = app.tasks[name].get_retry_exception(exception=ValueError(), job=job)
        assert again is not None, name
        later = again.retry_decision.retry_at
        assert later is not None
        assert 100 < (later - timezone.now()).total_seconds() <= 120
        last = job.evolve(attempts=MOST_TRIES - 1)
        assert app.tasks[name].get_retry_exception(exception=ValueError(), job=last) is None


def test_old_jobs_are_deleted_by_night() -> None:
    _ended("platform.seal_audit", {"timestamp": 1}, "succeeded", days_ago=jobs.JOBS_KEPT_DAYS + 1)
    kept = _ended("platform.seal_audit", {"timestamp": 2}, "succeeded", days_ago=jobs.JOBS_KEPT_DAYS - 1)
    async_to_sync(jobs.delete_old_jobs.func)(cast(Any, SimpleNamespace(app=app)), 0)
    with connection.cursor() as cursor:
        cursor.execute("select id from procrastinate_jobs")
        assert [row[0] for row in cursor.fetchall()] == [kept]


def test_every_job_has_words_for_who_looks_after_the_site() -> None:
    assert {name for name in app.tasks if "builtin" not in name} <= set(WORDS)


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
