"""Sending in the worker. Jobs take row numbers only; each may be killed at any point and done again."""

from __future__ import annotations

from django.db import close_old_connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from anwang.platform.outbox import RELAY

from . import relaying


@app.periodic(cron="* * * * *")
@app.task(name=RELAY, queueing_lock=RELAY, lock=RELAY)
def relay(timestamp: int) -> None:
    """Every minute, and whenever something happened: lay events out and set off what is due."""
    close_old_connections()
    for subscription_id in relaying.relay(now=timezone.now()):
        name = f"exchange.deliver.{subscription_id}"
        try:
            with transaction.atomic():
                deliver.configure(queueing_lock=name, lock=name).defer(subscription_id=subscription_id)
        except AlreadyEnqueued:
            continue


@app.task(name="exchange.deliver", queue="deliveries")
def deliver(subscription_id: int) -> None:
    """Send to one receiver. The job's lock keeps it to one worker at a time, so that events arrive in order."""
    close_old_connections()
    relaying.deliver(subscription_id=subscription_id)


@app.periodic(cron="41 3 * * *")
@app.task(name="exchange.tidy", queueing_lock="exchange.tidy")
def tidy(timestamp: int) -> None:
    """Every night: what is long done with goes."""
    close_old_connections()
    while relaying.tidy(now=timezone.now()) == relaying.TIDY_BATCH:
        continue
