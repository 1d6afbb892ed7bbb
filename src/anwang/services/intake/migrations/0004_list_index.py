"""The list's order and its length from one index: a count read every page of the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_attachments")]

    operations = [
        migrations.RemoveIndex(model_name="report", name="report_received"),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["unit", "-received_at", "-id"], name="report_received"),
        ),
    ]
