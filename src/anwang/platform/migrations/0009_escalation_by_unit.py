"""A duty that another unit took over while it was overdue rises there anew: that is a row of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0008_outbox")]

    operations = [
        migrations.RemoveConstraint("escalation", "escalation_once"),
        migrations.AddConstraint(
            "escalation",
            models.UniqueConstraint(fields=["deadline", "level", "due_at", "unit_id"], name="escalation_once"),
        ),
    ]
