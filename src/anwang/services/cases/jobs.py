"""What the worker process does for cases: new reports about families that have an open case; promises of who left."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from anwang.people.registry.following import follow_all

from .actions import hand_on_promises, note_new_reports


@app.periodic(cron="17 4 * * *")
@app.task(name="services.follow_records", queueing_lock="services.follow_records")
def follow_records_job(timestamp: int) -> None:
    """Every night: what a matching that was killed at its end left behind. After each matching it is done at once."""
    close_old_connections()
    follow_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.note_new_reports", queueing_lock="cases.note_new_reports")
def note_new_reports_job(timestamp: int) -> None:
    """Every ten minutes: a new report about a family becomes a duty of whoever has its case."""
    close_old_connections()
    note_new_reports(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.hand_on_promises", queueing_lock="cases.hand_on_promises")
def hand_on_promises_job(timestamp: int) -> None:
    """Every ten minutes: what a colleague promised whose post has ended goes to the case's worker."""
    close_old_connections()
    hand_on_promises(now=timezone.now())
