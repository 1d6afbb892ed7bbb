"""Receipts of rosters that came in, and the rows that could not be accepted."""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Agency, Unit


class RosterReceipt(models.Model):
    """One file that was loaded or refused as a whole: who, when, what it was, what became of it."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", "已載入"
        REFUSED = "refused", "整檔退回"

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)
    roster = models.CharField(max_length=32, blank=True)
    period = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State.choices)
    message = models.TextField(blank=True)
    recognition = models.JSONField(default=dict)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    loaded_by = models.BigIntegerField(null=True)
    loaded_by_name = models.CharField(max_length=80, blank=True)
    loaded_at = models.DateTimeField()
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes = [models.Index(fields=["roster", "period", "-loaded_at"], name="receipt_month")]

    @property
    def number(self) -> str:
        return f"R-{self.pk:06d}"

    def __str__(self) -> str:
        return self.number


class RosterRemark(models.Model):
    """What was said about a row: refused (with its cells, to send back), accepted with a note, or what a corrected
    roster changed (`value` is the record number; `reason` names the fields of a changed row)."""

    class Kind(models.TextChoices):
        REFUSED = "refused", "退回"
        NOTE = "note", "提醒"
        ADDED = "added", "新增"
        CHANGED = "changed", "變更"
        GONE = "gone", "撤回"

    receipt = models.ForeignKey(RosterReceipt, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    sheet = models.CharField(max_length=80, blank=True)
    line = models.IntegerField()
    column = models.CharField(max_length=80, blank=True)
    field = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300)
    value = models.CharField(max_length=300, blank=True)
    cells = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["receipt", "kind", "line"], name="remark_receipt")]

    def __str__(self) -> str:
        return f"{self.receipt_id} line {self.line}"
