"""Reports and what belongs to them. Thin tables; row security in the migrations.

A report belongs to the intake unit (`unit`). Other units read it only by a `ReportReader` row: who reported it, who was
sent it, who supervises a dispute about it. Who reported is sealed in a table of its own (`Reporter`).
Nothing is overwritten: a correction is a `ReportChange`, a screening another `Screening`.
"""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Member, Unit
from anwang.people.registry.models import Household, Person, SourceRecord
from anwang.platform.attachments import Attachment
from anwang.platform.models import Decision
from anwang.platform.sealing import SealedField
from anwang.standard.report_answers import MandatedKind

from .process import InvestigationState, ReportState
from .reply_rules import ReplyHow, ReplyOutcome
from .vocabulary import Channel, ReporterKind, ReportRole, Urgency


def _choices(codes: type) -> list[tuple[str, str]]:
    return [(code.value, code.label) for code in codes]  # type: ignore[attr-defined]


class Report(models.Model):
    """One report (通報). `received_at` starts the 24-hour clock and `due_at` is its end (003 貳二(2/2)); `handled_at`
    stops it: a unit accepted, or it was decided not to open with a reason and an onward referral.

    `content` holds the form's further answers by field id, `prefilled` and `asked` which fields were filled without
    being asked, and all that were shown. `re_report_of` is the earlier report of the same person or household.
    `revision` counts the changes, so that two tabs do not overwrite each other. `client_key` names the sending, for one
    report each; `client_digest` is of what it said, so that the same sent again is told from another under its key.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=_choices(ReportState), default=ReportState.RECEIVED)
    urgency = models.CharField(max_length=12, choices=_choices(Urgency), default=Urgency.ORDINARY)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=12, choices=_choices(Channel))
    reporter_kind = models.CharField(max_length=12, choices=_choices(ReporterKind))
    mandated_kind = models.CharField(max_length=24, choices=_choices(MandatedKind), blank=True)
    reporter_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField(null=True)
    happened_text = models.CharField(max_length=100, blank=True)
    township = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=200, blank=True)
    story = models.TextField()
    dangers = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    asked = models.JSONField(default=list)
    prefilled = models.JSONField(default=list)
    programme = models.CharField(max_length=40, blank=True)
    re_report_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="re_reports")
    client_key = models.CharField(max_length=120, null=True)
    client_digest = models.CharField(max_length=64, blank=True)
    revision = models.IntegerField(default=1)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            # One form sent twice, one delivery of another system repeated: one report.
            models.UniqueConstraint(fields=["client_key"], name="report_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["accepted", "not_opened"], handled_at__isnull=False)
                | ~models.Q(state__in=["accepted", "not_opened"]),
                name="report_handled_when_stopped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "due_at"],
                name="report_waiting",
                condition=models.Q(handled_at__isnull=True),
            ),
            # With the number: the list reads its order, and how many there are, from the index alone.
            models.Index(fields=["unit", "-received_at", "-id"], name="report_received"),
        ]

    @property
    def number(self) -> str:
        return f"R-{self.pk:07d}"

    def __str__(self) -> str:
        return self.number


class ReportPerson(models.Model):
    """Somebody named in a report, in standard form (`content`, as `standard/serial.py`), as the reporter said it.

    `record` is the person's source record in the registry, `person` and `household` whom it is; none when nothing
    identifies them (a child without a name). `relation` is to the report's first subject.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="persons")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=_choices(ReportRole))
    relation = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    injuries = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    record = models.ForeignKey(SourceRecord, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="report_person_once",
            )
        ]
        indexes = [
            models.Index(fields=["person"], name="report_person_person"),
            models.Index(fields=["household"], name="report_person_home"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} #{self.number}"


class Reporter(models.Model):
    """Who reported, sealed: name, phone, address, workplace. Opened by intake roles only, with a reason, on record."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="reporter")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sealed = SealedField(row_by=("report_id",))
    wants_reply = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"reporter of {self.report_id}"


class ReporterReply(models.Model):
    """回復通報人: that the reporter was told, or could not be reached. `text` in general, nothing of the family."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="replies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=_choices(ReplyOutcome))
    how = models.CharField(max_length=12, choices=_choices(ReplyHow))
    replied_at = models.DateTimeField()
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"reply on {self.report_id}"


class ReportAttachment(Attachment):
    """A file of a report: a photo, a referral on paper."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="attachments")


class ReportReader(models.Model):
    """That another unit may read a report: it reported, it was sent it, or its supervisor settles a dispute."""

    class Kind(models.TextChoices):
        REPORTED = "reported", "本單位通報"
        SENT = "sent", "受派"
        DISPUTE = "dispute", "主責爭議"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="readers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "unit", "kind"], name="report_reader_once")]
        indexes = [models.Index(fields=["unit", "report"], name="report_reader_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} reads {self.report_id}"


class ReportChange(models.Model):
    """An addition to a report, or a correction: what stood there before, what stands there now, and why."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="changes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=60)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    revision = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.report_id} r{self.revision} {self.field}"


class Screening(models.Model):
    """One screening: what the rule suggested with its factors, what the person decided, and why if otherwise."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="screenings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    suggested = models.CharField(max_length=12, choices=_choices(Urgency))
    urgency = models.CharField(max_length=12, choices=_choices(Urgency))
    suggested_programme = models.CharField(max_length=40, blank=True)
    programme = models.CharField(max_length=40, blank=True)
    factors = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.report_id} {self.urgency}"


class Investigation(models.Model):
    """An investigation with clocks of its own, its result, the level of intervention and the safety plan."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="investigations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=_choices(InvestigationState), default=InvestigationState.OPEN
    )
    programme = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    first_contact_due_at = models.DateTimeField()
    first_contact_at = models.DateTimeField(null=True)
    conclusion_due_at = models.DateTimeField()
    concluded_at = models.DateTimeField(null=True)
    level = models.CharField(max_length=20, blank=True)
    finding = models.TextField(blank=True)
    safety_plan = models.JSONField(default=dict)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit"],
                condition=models.Q(concluded_at__isnull=True),
                name="one_open_investigation",
            )
        ]
        indexes = [models.Index(fields=["unit", "state"], name="investigation_unit")]

    def __str__(self) -> str:
        return f"investigation {self.pk} of {self.report_id}"
