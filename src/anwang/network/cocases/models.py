"""The month's lists (001 參三(六)): entries, their standing against last month, sendings and receipts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from anwang.agencies.models import Unit
from anwang.people.registry.models import Household, Person
from anwang.platform.models import Decision

from .facts import ListCode
from .returning import ReturnOutcome
from .rules import Standing

LISTED = (Standing.NEW, Standing.CONTINUING)
LIST_CHOICES = [(code.value, code.label) for code in ListCode]
STANDING_CHOICES = [(standing.value, standing.label) for standing in Standing]


class ListMonth(models.Model):
    """That the lists of a month were asked for and made: by whom, from which rosters, and what could not be used.

    `made_at` before `requested_at` (or null): the making is still under way. `known_until`: first day of the latest month
    whose rosters counted.
    """

    period = models.DateField(unique=True)
    requested_at = models.DateTimeField()
    requested_by_name = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(null=True)
    made_by_name = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(null=True)
    known_until = models.DateField(null=True)
    records = models.IntegerField(default=0)
    unlinked = models.IntegerField(default=0)
    rosters = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    policy_version = models.CharField(max_length=64, blank=True)

    @property
    def is_under_way(self) -> bool:
        return self.made_at is None or self.made_at < self.requested_at

    def __str__(self) -> str:
        return str(self.period)


class ListEntry(models.Model):
    """A person or household on one of the four lists in one month, with the reason and the records behind it.

    `members`: the household's persons when it was decided on; `behind`: each record as key, roster, period and the
    sender's number, so that it can be told after a correction; `undelivered`: bureaus without a unit, and why;
    `left_out`: the decision of a person that it is not sent this month.
    """

    list_code = models.CharField(max_length=20, choices=LIST_CHOICES)
    period = models.DateField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE)
    standing = models.CharField(max_length=12, choices=STANDING_CHOICES)
    centre = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    township = models.CharField(max_length=20, blank=True)
    priority = models.JSONField(default=list)
    marks = models.JSONField(default=list)
    certain = models.BooleanField(default=True)
    reason = models.TextField()
    brief = models.TextField(blank=True)
    citation = models.CharField(max_length=200)
    rule_id = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=64)
    missing = models.JSONField(default=list)
    records = ArrayField(models.BigIntegerField())
    subject_records = ArrayField(models.BigIntegerField())
    behind = models.JSONField(default=list)
    members = ArrayField(models.BigIntegerField(), default=list)
    flags = models.JSONField(default=list)
    undelivered = models.JSONField(default=list)
    shown = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    left_out = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list_code", "period", "household", "person"], nulls_distinct=False, name="entry_once"
            )
        ]
        indexes = [models.Index(fields=["period", "list_code", "centre"], name="entry_month")]

    def __str__(self) -> str:
        return f"{self.list_code} {self.period} {self.household_id}"


class ListSending(models.Model):
    """One month's list as sent to one unit, and that unit's receipt. `round` counts the sendings, from 1: what became
    known later goes out in another round, with clocks of its own."""

    list_code = models.CharField(max_length=20, choices=LIST_CHOICES)
    period = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    due_at = models.DateTimeField()
    citation = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.BigIntegerField(null=True)
    sent_by_name = models.CharField(max_length=80, blank=True)
    receipt_due_at = models.DateTimeField(null=True)
    receipted_at = models.DateTimeField(null=True)
    receipted_by = models.BigIntegerField(null=True)
    receipted_by_name = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list_code", "period", "unit"], name="sending_once")]

    def __str__(self) -> str:
        return f"{self.list_code} {self.period} to {self.unit_id}"


class SendingEntry(models.Model):
    """One entry as sent to one unit: a copy that holds only what that unit may see (`receivers.visible_fields`).

    Once sent it stays as it was sent; only its standing tells when the entry was withdrawn afterwards.
    """

    sending = models.ForeignKey(ListSending, on_delete=models.CASCADE)
    entry = models.ForeignKey(ListEntry, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    standing = models.CharField(max_length=12, choices=STANDING_CHOICES)
    citation = models.CharField(max_length=200)
    shown = models.JSONField(default=dict)
    due_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sending", "entry"], name="sending_entry_once")]

    def __str__(self) -> str:
        return f"{self.sending_id}: {self.entry_id}"


class ListReturn(models.Model):
    """That a unit gave back an entry that it was sent, and why. A further row: what was sent stays as it was.

    `number` counts the returns of one copy; `whole` tells that the unit gave back all it had of the list.
    """

    copy = models.ForeignKey(SendingEntry, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField(default=1)
    whole = models.BooleanField(default=False)
    reason = models.CharField(max_length=32)
    text = models.CharField(max_length=200, blank=True)
    returned_at = models.DateTimeField()
    returned_by = models.BigIntegerField(null=True)
    returned_by_name = models.CharField(max_length=80, blank=True)
    answer_due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["copy", "number"], name="return_once")]

    def __str__(self) -> str:
        return f"{self.copy_id} back from {self.unit_id}"


class ReturnAnswer(models.Model):
    """What the sending office did with a return: sent it again, sent it elsewhere, or closed it, and why."""

    answered = models.OneToOneField(ListReturn, on_delete=models.PROTECT, related_name="answer")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=12, choices=[(o.value, o.label) for o in ReturnOutcome])
    to_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    answered_at = models.DateTimeField()
    answered_by = models.BigIntegerField(null=True)
    answered_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="elsewhere", to_unit__isnull=False)
                | (~models.Q(outcome="elsewhere") & models.Q(to_unit__isnull=True)),
                name="answer_names_the_other_unit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.answered_id}"
