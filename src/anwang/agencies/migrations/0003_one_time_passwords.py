"""A password that somebody else set must be changed at the next sign-in; a post cannot end before it begins."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_row_security")]

    operations = [
        migrations.AddField("member", "must_change_password", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "post",
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True)
                | models.Q(until_on__gte=models.F("from_on") - datetime.timedelta(days=1)),
                name="post_ends_after_it_begins",
            ),
        ),
    ]
