"""Dispatches and what came of them. Thin tables; row security in the migrations.

A dispatch is one row from the desk (`unit`) to one unit (`to_unit`) for one programme; its answer is in the same row and
written once. A report's dispatches are its history: the next one is a further row.
"""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Member, Unit
from anwang.platform.models import Decision
from anwang.services.intake.models import Report

from .process import DispatchState, DisputeState
from .rules import ContactHow


class Dispatch(models.Model):
    """派案: `round` counts a report's dispatches from 1. `answer_due_at` is when the receiver must have answered; the
    report's own 24 hours run on beside it."""

    class Purpose(models.TextChoices):
        SERVE = "serve", "服務"
        INVESTIGATE = "investigate", "調查"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="dispatches")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=40)
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.SERVE)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.label) for state in DispatchState],
        default=DispatchState.SENT,
    )
    note = models.CharField(max_length=300, blank=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by_name = models.CharField(max_length=80, blank=True)
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=80, blank=True)
    return_reason = models.CharField(max_length=32, blank=True)
    return_text = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "round"], name="dispatch_round_once"),
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(state="sent"), name="one_waiting_dispatch"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_unit", "answer_due_at"],
                name="dispatch_waiting",
                condition=models.Q(state="sent"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.to_unit_id} ({self.round})"


class FamilyContact(models.Model):
    """首次聯繫: a try of the unit that took a report to reach the family, whether a case is opened or not. Rows stay; the
    first with `reached` met the duty. Once there is a case, contacts are written there."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=[(each.value, each.label) for each in ContactHow])
    with_whom = models.CharField(max_length=80, blank=True)
    reached = models.BooleanField()
    contacted_at = models.DateTimeField()
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["dispatch", "contacted_at"], name="family_contact")]

    def __str__(self) -> str:
        return f"contact {self.pk} for dispatch {self.dispatch_id}"


class NotOpened(models.Model):
    """未開案: the decision not to open, its reason, and where the family was referred on to (003 參一).

    A unit that it was referred to reads the report and says that it took it over (`received_at`).
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="not_opened")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=32)
    text = models.CharField(max_length=500)
    referred_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    referred_to = models.CharField(max_length=200, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    received_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(taken_back_at__isnull=True), name="not_opened_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} not opened"


class Dispute(models.Model):
    """主責爭議: two units returned one report. Both supervisors see it; one of them settles who leads."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="disputes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.label) for state in DisputeState],
        default=DisputeState.OPEN,
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    settled_by_name = models.CharField(max_length=80, blank=True)
    lead_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500, blank=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(state="open"), name="one_open_dispute"
            )
        ]

    def __str__(self) -> str:
        return f"dispute of {self.report_id}"


class HandOver(models.Model):
    """交班單: what stood open at the desk when a shift ended, what the one who went said of it, and who took it over."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    # What stood open: {"report", "number", "state", "urgency", "due_at", "band"}; no personal data.
    open_reports = models.JSONField(default=list)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    taken_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "-at"], name="hand_over_unit")]

    def __str__(self) -> str:
        return f"hand-over {self.at:%Y-%m-%d %H:%M}"


class SampledReport(models.Model):
    """抽案: a report drawn for a second reader, who does not see what was decided (003 參一 策進作為二).

    Opened reports (`opened`) are mixed in, so that being drawn tells nothing. `stratum` is what the draw went by, and
    `drawn_of` how many reports of the month were in it. The answer is written once.
    """

    class Verdict(models.TextChoices):
        NO_NEED = "no_need", "不需開案"
        SHOULD_OPEN = "should_open", "應開案"
        UNCLEAR = "unclear", "資料不足，無法判斷"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.DateField()
    stratum = models.CharField(max_length=80)
    drawn_at = models.DateTimeField()
    drawn_of = models.IntegerField()
    opened = models.BooleanField(default=False)
    decided_by_member_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    urgency = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    read_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "period"], name="sampled_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="", read_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(read_at__isnull=False)),
                name="sample_read_whole",
            ),
        ]
        indexes = [models.Index(fields=["unit", "period"], name="sample_period")]

    def __str__(self) -> str:
        return f"{self.report_id} in {self.period}"
