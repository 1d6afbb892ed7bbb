"""Connected systems (介接系統), their tokens and what they delivered; subscriptions and deliveries of events. Thin tables."""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Agency, Unit
from anwang.platform.models import OutboxEvent
from anwang.platform.sealing import SealedField
from anwang.services.intake.models import Report

from .process import DeliveryState


class ConnectedSystem(models.Model):
    """Another system of an agency. `unit` is the one in whose name it reports; `scopes` what it may do.

    `networks` are those that it calls from (empty: any). `calls_per_minute` counts for each of its tokens.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, unique=True)
    contact = models.CharField(max_length=120, blank=True)
    scopes = models.JSONField(default=list)
    networks = models.JSONField(default=list)
    calls_per_minute = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """A connected system's token. Only a digest of its secret is kept; `prefix` is the part by which it is found and named."""

    system = models.ForeignKey(ConnectedSystem, on_delete=models.PROTECT, related_name="tokens")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=80, blank=True)
    expires_on = models.DateField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.prefix


class CallCount(models.Model):
    """How many calls a token made in one minute."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    minute = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "minute"], name="call_count_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.minute:%H:%M} {self.count}"


class Submission(models.Model):
    """A report that a connected system delivered, by its idempotency key: the same delivery again finds this row and its answer.

    Key and body are kept as digests. `turn` orders the connected system's reports by their last change and grows with each one,
    so that a connected system that asks for what came after a turn misses nothing (None until the relay has seen the report).
    """

    system = models.ForeignKey(ConnectedSystem, on_delete=models.PROTECT, related_name="submissions")
    key = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    answer = models.JSONField()
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    turn = models.BigIntegerField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="submission_once"),
            models.UniqueConstraint(fields=["system", "report"], name="submission_report_once"),
        ]
        indexes = [
            models.Index(fields=["system", "turn"], name="submission_turn"),
            models.Index(fields=["report"], name="submission_report"),
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.report_id}"


class Subscription(models.Model):
    """Where a connected system wants to be told of events, signed with `secret`. `kinds` empty: of all that reach it."""

    system = models.ForeignKey(ConnectedSystem, on_delete=models.PROTECT, related_name="subscriptions")
    url = models.CharField(max_length=300)
    secret = SealedField()
    kinds = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "url"], condition=models.Q(ended_at__isnull=True), name="subscription_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.url}"


class Delivery(models.Model):
    """An event on its way to one subscription. `failures` counts since it was last put on its way."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.label) for state in DeliveryState],
        default=DeliveryState.WAITING,
    )
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "next_at"],
                name="delivery_waiting",
                condition=models.Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.subscription_id}"


class Attempt(models.Model):
    """One try to deliver: the receiver's status (None when it did not answer) and what went wrong, as a code."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.problem}"
