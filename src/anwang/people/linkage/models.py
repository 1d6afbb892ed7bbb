"""Runs of the matching, the pairs it leaves to a person, and what persons decided."""

from __future__ import annotations

from django.db import models

from anwang.people.registry.models import SourceRecord


class LinkRun(models.Model):
    """One run of record linkage and household consolidation (歸戶)."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    model_digest = models.CharField(max_length=64, blank=True)
    records = models.IntegerField(default=0)
    persons = models.IntegerField(default=0)
    households = models.IntegerField(default=0)
    review_pairs = models.IntegerField(default=0)
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"run {self.pk}"


class PairDecision(models.Model):
    """A person's word that two records are, or are not, about the same person. Survives every re-run."""

    class Kind(models.TextChoices):
        SAME = "same", "同一人"
        DIFFERENT = "different", "不同人"

    record_a = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    record_b = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.BigIntegerField()
    decided_by_name = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_a", "record_b"],
                condition=models.Q(undone_at__isnull=True),
                name="one_decision_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(record_a__lt=models.F("record_b")), name="pair_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_a_id} {self.kind} {self.record_b_id}"


class ReviewPair(models.Model):
    """A pair in the grey band, waiting for a person (比對覆核)."""

    run = models.ForeignKey(LinkRun, on_delete=models.CASCADE)
    record_a = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    record_b = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    linked = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    contributions = models.JSONField(default=list)
    decision = models.ForeignKey(PairDecision, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_a", "record_b"], name="review_pair_once"),
            models.CheckConstraint(
                condition=models.Q(record_a__lt=models.F("record_b")), name="review_pair_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_a_id} ? {self.record_b_id}"
