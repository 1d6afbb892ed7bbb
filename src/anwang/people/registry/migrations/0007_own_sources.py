"""Persons of reports and cases are records as well: a number of theirs is current once, whatever the month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_days_in_taiwan")]

    operations = [
        migrations.AddConstraint(
            "sourcerecord",
            models.UniqueConstraint(
                fields=["roster", "record_number"],
                condition=models.Q(withdrawn_at__isnull=True, roster__in=["intake_report", "case_file"]),
                name="one_current_own_record",
            ),
        ),
        # Two reports about one person on one day are two services of one unit, each of its record.
        migrations.RemoveConstraint("touchpoint", "touchpoint_once"),
        migrations.AddConstraint(
            "touchpoint",
            models.UniqueConstraint(
                fields=["person", "unit", "programme", "opened_on", "record"], name="touchpoint_once"
            ),
        ),
    ]
