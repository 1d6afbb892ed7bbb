"""Forms as filled in. Both tables only grow: an entry is corrected by a further entry, a changed form is a new version."""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Unit


class FormVersion(models.Model):
    """A form as it was when somebody first filled it in: an old entry stays readable after the form has changed."""

    version = models.CharField(max_length=12)
    programme = models.CharField(max_length=32)
    form = models.CharField(max_length=32)
    definition = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "form", "version"], name="form_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.form} {self.version}"


class FormEntry(models.Model):
    """A form filled in about a subject: a report, a case, a visit (`subject_kind`, `subject_id`).

    `content` is what `forms.check` gave; `prefilled` the fields that nobody had to type. `corrects`: the entry that this
    one replaces; only one may. `about_number`: whom of the subject a form of a person is about, by the subject's own
    numbers (a member of a case); null for the household's, and for those from before it was asked. `once_key`: what the page or device sent to be kept once however often it is sent.
    """

    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    programme = models.CharField(max_length=32)
    form = models.CharField(max_length=32)
    version = models.CharField(max_length=12)
    about_number = models.PositiveSmallIntegerField(null=True)
    content = models.JSONField()
    prefilled = models.JSONField(default=list)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    once_key = models.CharField(max_length=64, null=True)
    entered_by = models.BigIntegerField(null=True)
    entered_by_name = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "once_key"], name="form_entry_once"),
            models.CheckConstraint(
                condition=~models.Q(once_key=""), name="form_entry_once_key_is_null_or_said"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "entered_at"], name="form_entry_subject"),
            models.Index(fields=["programme", "form", "entered_at"], name="form_entry_form"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.form} {self.subject_kind} {self.subject_id}"
