"""Duties with a time, what changed about them, how far they rose; and the closures that move some of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .due_rules import TermKind

OPEN = models.Q(met_at__isnull=True, withdrawn_at__isnull=True)
"""The duties that still wait."""


class Deadline(models.Model):
    """A duty with a time. The worklist is one query over open deadlines (house.md).

    `sequence` tells the rounds of a recurring duty apart (a monthly visit); 1 for one that comes once. `owner_member_id`
    is whose duty it is, null the unit's. `label`, `rule_label` and `subject_label` hold no personal data: a duty is read
    by supervisors and the head office. With `term_kind` and `term` the due moment can be computed anew from `started_at`.
    `is_promise`: what the owner promised of their own (a visit, a goal of a plan), no legal clock; it stands after those.
    """

    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    rule_id = models.CharField(max_length=64)
    sequence = models.IntegerField(default=1, db_default=1)
    label = models.CharField(max_length=200)
    rule_label = models.CharField(max_length=80, blank=True, default="", db_default="")
    subject_label = models.CharField(max_length=80, blank=True, default="", db_default="")
    citation = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    unit_id = models.BigIntegerField()
    owner_member_id = models.BigIntegerField(null=True)
    township_code = models.CharField(max_length=8, blank=True, default="", db_default="")
    term_kind = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        choices=[(kind.value, kind.label) for kind in TermKind],
    )
    term = models.IntegerField(null=True)
    # Columns of later migrations have defaults in the database too: whoever loads rows in bulk may leave them out.
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    met_by_member_id = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    escalation_level = models.SmallIntegerField(default=0, db_default=0)
    escalated_at = models.DateTimeField(null=True)
    escalated_unit_id = models.BigIntegerField(null=True)
    is_promise = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule_id", "unit_id", "sequence"], name="deadline_once"
            ),
            models.CheckConstraint(
                condition=models.Q(met_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="deadline_ends_one_way",
            ),
            models.CheckConstraint(
                condition=models.Q(term_kind="", term__isnull=True)
                | (~models.Q(term_kind="") & models.Q(term__gte=0, started_at__isnull=False)),
                name="deadline_term_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit_id", "is_promise", "due_at", "id"], name="deadline_open", condition=OPEN
            ),
            models.Index(
                fields=["owner_member_id", "is_promise", "due_at", "id"],
                name="deadline_owner",
                condition=OPEN,
            ),
            models.Index(
                fields=["escalated_unit_id", "due_at", "id"],
                name="deadline_risen",
                condition=OPEN & models.Q(escalated_unit_id__isnull=False),
            ),
            # For the jobs, which work for all units: what may still rise, and what a closure may move. Both have a
            # condition that the worklist does not say, so that its query is never led over them.
            models.Index(
                fields=["due_at", "id"],
                name="deadline_may_rise",
                condition=OPEN & models.Q(escalation_level__lt=2),
            ),
            models.Index(
                fields=["id"], name="deadline_working", condition=OPEN & models.Q(term_kind="working_days")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject_kind} {self.subject_id}"


class DeadlineChange(models.Model):
    """What changed about a duty, and what stood there before. Append-only."""

    class Kind(models.TextChoices):
        RECOMPUTED = "recomputed", "因停班改期"
        MOVED = "moved", "改期"
        REASSIGNED = "reassigned", "改派"
        WITHDRAWN = "withdrawn", "免辦"
        RESTORED = "restored", "恢復"

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="changes")
    unit_id = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reason = models.CharField(max_length=200)
    by_member_id = models.BigIntegerField(null=True)
    closure = models.ForeignKey("Closure", null=True, on_delete=models.PROTECT, related_name="changes")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    old_unit_id = models.BigIntegerField()
    old_owner_member_id = models.BigIntegerField(null=True)
    new_owner_member_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.deadline_id}"


class Escalation(models.Model):
    """An overdue duty rose one level, once for each due moment and unit that it had. Append-only."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="escalations")
    level = models.SmallIntegerField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    unit_id = models.BigIntegerField()
    to_unit_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "level", "due_at", "unit_id"], name="escalation_once")
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} level {self.level}"


class Closure(models.Model):
    """A day on which offices are closed (停班), in the whole county or in named townships.

    Never deleted and never changed: a wrong one is withdrawn with a reason, and entered anew.
    """

    class Part(models.TextChoices):
        WHOLE_DAY = "whole_day", "全日"
        MORNING = "morning", "上午"
        AFTERNOON = "afternoon", "下午"

    on = models.DateField(db_index=True)
    part = models.CharField(max_length=12, choices=Part.choices)
    township_codes = ArrayField(models.CharField(max_length=8), default=list)
    reason = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    entered_by_member_id = models.BigIntegerField(null=True)
    entered_by_name = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_member_id = models.BigIntegerField(null=True)
    withdrawn_by_name = models.CharField(max_length=80, blank=True)
    withdrawn_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["on", "part", "township_codes"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="closure_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_part_display()}"

    @property
    def is_county_wide(self) -> bool:
        return not self.township_codes
