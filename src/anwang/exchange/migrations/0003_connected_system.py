"""介接系統 is `ConnectedSystem`: a client is the 案主 of a case. Names change, rows and policies stay.

The database keeps the actor `client`, its setting and its function: policies hold the word, and the log, which is never
written over, has it.
"""

from django.db import migrations, models

_OF_SYSTEM = ("token", "submission", "subscription")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_row_security")]

    operations = [
        migrations.RemoveConstraint("submission", "submission_once"),
        migrations.RemoveConstraint("submission", "submission_report_once"),
        migrations.RemoveConstraint("subscription", "subscription_once"),
        migrations.RemoveIndex("submission", "submission_turn"),
        migrations.RenameModel("Client", "ConnectedSystem"),
        *(migrations.RenameField(model, "client", "system") for model in _OF_SYSTEM),
        migrations.AddIndex("submission", models.Index(fields=["system", "turn"], name="submission_turn")),
        migrations.AddConstraint(
            "submission", models.UniqueConstraint(fields=["system", "key"], name="submission_once")
        ),
        migrations.AddConstraint(
            "submission", models.UniqueConstraint(fields=["system", "report"], name="submission_report_once")
        ),
        migrations.AddConstraint(
            "subscription",
            models.UniqueConstraint(
                fields=["system", "url"], condition=models.Q(ended_at__isnull=True), name="subscription_once"
            ),
        ),
    ]
