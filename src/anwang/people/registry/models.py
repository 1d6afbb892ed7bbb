"""Persons, households, and the records that say so.

A person or household row is thin on purpose: it carries an identifier, not a fact. Every fact (name, birth, address)
is read from the source records that the reader's unit may see, so nothing leaks by way of a merged "golden" row.
"""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Agency, Unit
from anwang.standard.codes import OwnSource


class Person(models.Model):
    """A human being, with an identifier that stays the same from month to month."""

    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    @property
    def number(self) -> str:
        return f"P-{self.pk:07d}"

    def __str__(self) -> str:
        return self.number


class Household(models.Model):
    """People who live together (家戶), with an identifier that stays the same from month to month."""

    created_at = models.DateTimeField()

    @property
    def number(self) -> str:
        return f"H-{self.pk:06d}"

    def __str__(self) -> str:
        return self.number


class HouseholdMembership(models.Model):
    """That a person belonged to a household over some months, and the evidence for it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    evidence = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until_on__isnull=True), name="one_current_household"
            )
        ]
        indexes = [models.Index(fields=["household", "until_on"], name="membership_household")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"


class SourceRecord(models.Model):
    """One accepted row of one roster in standard form (`content`), and the person whom it is about; or one person of a
    report or a case (`OwnSource`), whose number is current once whatever the month.

    A changed row is a new record that replaces the old one; a row that a corrected roster no longer has is
    withdrawn. Nothing is overwritten.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    roster = models.CharField(max_length=32)
    period = models.DateField()
    record_number = models.CharField(max_length=64)
    line = models.IntegerField()
    receipt = models.BigIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    # Where the person lived in the month of the record: history as the matching dates it.
    household = models.ForeignKey(Household, null=True, on_delete=models.SET_NULL)
    accepted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "period", "record_number"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_current_record",
            ),
            models.UniqueConstraint(
                fields=["roster", "record_number"],
                condition=models.Q(withdrawn_at__isnull=True, roster__in=[s.value for s in OwnSource]),
                name="one_current_own_record",
            ),
        ]
        indexes = [models.Index(fields=["unit", "roster", "period"], name="record_unit")]

    def __str__(self) -> str:
        return f"{self.roster} {self.period} #{self.pk}"


class Touchpoint(models.Model):
    """That an agency serves or served a person (服務足跡). Every service writes it; co-cases read it.

    One with a `record` is of the person whom that record is about, whatever the matching finds. `programme`: the roster,
    the source (a report), or of a case its programme; `label`: what that programme was called when the service began,
    "" where the code is a roster's or a source's.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    programme = models.CharField(max_length=32)
    # Rows written in bulk by the matching do not give it.
    label = models.CharField(max_length=200, blank=True, default="", db_default="")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    contact_on = models.DateField(null=True)
    record = models.ForeignKey(SourceRecord, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "programme", "opened_on", "record"], name="touchpoint_once"
            )
        ]
        indexes = [models.Index(fields=["unit", "person"], name="touchpoint_unit")]

    def __str__(self) -> str:
        return f"{self.programme} for {self.person_id}"


class ViewGrant(models.Model):
    """That a unit may open a household: it serves someone there, received a list, or stated a purpose. Own service
    lasts while the service does; the others until a last day."""

    class Kind(models.TextChoices):
        OWN_SERVICE = "own_service", "本單位服務中"
        RECEIVED_LIST = "received_list", "收到名單"
        STATED_PURPOSE = "stated_purpose", "說明目的"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE)
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.CharField(max_length=200, blank=True)
    member_id = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "household", "kind"], name="grant_once"),
            models.CheckConstraint(
                condition=models.Q(kind="own_service") | models.Q(until_on__isnull=False), name="grant_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.household_id}"


class ServicePresence(models.Model):
    """That an agency's unit serves a household, and since when: existence and contact, nothing else.

    Of a co-case (`is_cocase`) every unit that may open the household sees it; of any other household only who stated
    a purpose.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    is_cocase = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "unit", "from_on"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} at {self.household_id}"


class SearchKey(models.Model):
    """A keyed digest of a searchable piece of a record: two characters of a name, an identity number, a phone
    (`search_keys.pieces_of`).

    Compared with `=` only, so the index works under row security (technology.md, row security).
    """

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False)
    key = models.BigIntegerField()

    class Meta:
        # The record is in the index, so that it answers alone: finding reads no row of the table.
        indexes = [models.Index(fields=["key", "unit"], include=["record"], name="search_key")]

    def __str__(self) -> str:
        return str(self.record_id)
