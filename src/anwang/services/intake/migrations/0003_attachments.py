"""Files of reports, sealed in the database; what a form sent under its key said, by digest."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from anwang.platform.files.attached_kinds import AttachedKind
from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect

OWN_OR_SYSTEM = f"{OWN_UNIT} or {SYSTEM_ACTS}"
READ_BY = (
    "report_id in (select report_id from intake_reportreader"
    " where unit_id = (select anwang_unit()) and until is null)"
)


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_row_security")]

    operations = [
        migrations.AddField("report", "client_digest", models.CharField(max_length=64, blank=True, default=""), preserve_default=False),
        migrations.CreateModel(
            name="ReportAttachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("unit_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=8, choices=[(kind.value, kind.label) for kind in AttachedKind])),
                ("size", models.IntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("has_location", models.BooleanField(default=False)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.BigIntegerField(null=True)),
                ("added_by_name", models.CharField(blank=True, max_length=80)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by_name", models.CharField(blank=True, max_length=80)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="intake.report"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        Protect(
            "intake_reportattachment",
            Policy(select=f"{OWN_OR_SYSTEM} or {READ_BY}", insert=OWN_OR_SYSTEM, update=OWN_OR_SYSTEM),
        ),
    ]
