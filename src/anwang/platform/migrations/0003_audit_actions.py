"""More acts that the log names. The choices are read as they are today: they say nothing to the database, and a new act
needs no migration."""

from django.db import migrations, models

from anwang.platform.models import AuditEntry


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_row_security")]

    operations = [
        migrations.AlterField(
            "auditentry", "action", models.CharField(max_length=32, choices=AuditEntry.Action.choices)
        )
    ]
