"""Cases and who belongs to them. What was written in them is in `records.py`; row security is in the migrations.

A case belongs to one unit (`unit`), which reads all of it, also what a unit before it wrote. A unit that handed it on
keeps reading what it wrote itself; a supporting unit knows that it supports, and nothing more. Nothing is overwritten:
who corrects a row writes a further one that `replaces` it.
"""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Member, Unit
from anwang.people.registry.models import Household, Person, SourceRecord
from anwang.platform.models import Decision
from anwang.services.dispatch.models import Dispatch
from anwang.services.intake.models import Investigation, Report

from .process import CaseState, ClosingState, TransferState
from .vocabulary import CaseRole, OtherAgency


def choices_of(codes: type) -> list[tuple[str, str]]:
    return [(code.value, code.label) for code in codes]  # type: ignore[attr-defined]


class Case(models.Model):
    """One case (個案) of one programme. `worker` is whose work it is (none: the unit's, to be given out), `supervisor`
    who approves. `risk_level` is one of the programme's levels, "" before the first assessment. `serial` counts the
    hand-overs, so that each unit keeps records of its own in the registry. `revision` counts the changes of this row.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=40)
    worker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+")
    dispatch = models.ForeignKey(Dispatch, null=True, on_delete=models.PROTECT, related_name="+")
    investigation = models.ForeignKey(Investigation, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=choices_of(CaseState), default=CaseState.OPEN)
    risk_level = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    township = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    opened_by_name = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    client_key = models.CharField(max_length=64, null=True)
    serial = models.PositiveSmallIntegerField(default=0)
    revision = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_key"], name="case_once"),
            models.UniqueConstraint(fields=["dispatch"], name="case_of_dispatch_once"),
            models.UniqueConstraint(
                fields=["client", "unit", "programme"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_case",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="case_closed_when_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="case_unit"),
            models.Index(fields=["unit", "-closed_at"], name="case_closed"),
            models.Index(fields=["household"], name="case_home"),
            models.Index(fields=["worker"], name="case_worker"),
        ]

    @property
    def number(self) -> str:
        return f"C-{self.pk:07d}"

    def __str__(self) -> str:
        return self.number


class CaseMember(models.Model):
    """Somebody of the household in the case. `number` stays the same through corrections and hand-overs; `content` is
    the person in standard form (`standard/serial.py`), `record` the same in the registry (none without a name)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="members")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=choices_of(CaseRole))
    name = models.CharField(max_length=80, blank=True)
    relation = models.CharField(max_length=40, blank=True)
    content = models.JSONField(default=dict)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(SourceRecord, null=True, on_delete=models.PROTECT, related_name="+")
    left_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"], condition=models.Q(replaces__isnull=True), name="case_member_once"
            )
        ]
        indexes = [models.Index(fields=["person"], name="case_member_person")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.number}"


class SupportingAgency(models.Model):
    """協辦單位: that a unit supports the case, since when and for what. All that this unit sees of the case is here."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supporting")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    supporting_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=40)
    task = models.CharField(max_length=16, choices=choices_of(OtherAgency))
    contact = models.CharField(max_length=120, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "supporting_unit"],
                condition=models.Q(until_on__isnull=True),
                name="supporting_once",
            )
        ]
        indexes = [models.Index(fields=["supporting_unit"], name="supporting_unit")]

    def __str__(self) -> str:
        return f"{self.supporting_unit_id} supports {self.case_id}"


class Transfer(models.Model):
    """移轉: `unit` hands the case on to a worker of `to_unit` (its own or another). The receiver sees `summary` and
    `shown` (counts and levels, no names) until it accepts. `caseload` is how many cases the receiver had then."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_worker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_worker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=choices_of(TransferState), default=TransferState.OFFERED)
    reason = models.CharField(max_length=300)
    summary = models.TextField()
    shown = models.JSONField(default=dict)
    caseload = models.IntegerField(null=True)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    offered_by_name = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=80, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="offered"), name="one_waiting_transfer"
            )
        ]
        indexes = [
            models.Index(fields=["to_unit"], name="transfer_waiting", condition=models.Q(state="offered")),
            models.Index(fields=["unit", "case"], name="transfer_from"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_unit_id}"


class CaseClosing(models.Model):
    """結案: what was asked and what the supervisor said. `checks` are the checks as they stood, with what was passed
    over and why; `reason` is one of the programme's, `outcome` what it means for figures."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=choices_of(ClosingState), default=ClosingState.ASKED)
    reason = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    summary = models.TextField()
    note = models.CharField(max_length=300, blank=True)
    referred_to = models.CharField(max_length=200, blank=True)
    aftercare = models.CharField(max_length=200, blank=True)
    checks = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=80, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="asked"), name="one_waiting_closing"
            )
        ]

    def __str__(self) -> str:
        return f"closing of {self.case_id}"


class Reopening(models.Model):
    """重新開案: why a closed case goes on, and the report that made it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reopenings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"reopening of {self.case_id}"


class ReportSeen(models.Model):
    """That the unit in charge took note of a new report about the family, and what it made of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports_seen")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "report"], name="report_seen_once")]

    def __str__(self) -> str:
        return f"{self.case_id} saw {self.report_id}"


class ReportJoined(models.Model):
    """併入: a report that was sent to the unit goes on in a case that the family has there already."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports_joined")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.report_id} joined to {self.case_id}"
