"""What a list must remember: when it was made and from what, the records behind an entry, the rounds of a sending."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from anwang.platform.row_security import SYSTEM_ACTS, Policy, Protect, for_purpose

STANDINGS = [
    ("new", "新增"),
    ("continuing", "續列"),
    ("pending", "待查"),
    ("ended", "本月未列"),
    ("withdrawn", "更正後不列"),
]
OFFICE = f"{SYSTEM_ACTS} or {for_purpose('monthly_lists', 'indicator_officer', 'data_engineer')}"

# The owner is bound by row security too (FORCE); it lifts that for itself, in this transaction, to fill the column.
FILL_HOUSEHOLD = """
alter table cocases_sendingentry no force row level security;
alter table cocases_listentry no force row level security;
update cocases_sendingentry s set household_id = e.household_id from cocases_listentry e where e.id = s.entry_id;
set constraints all immediate;
alter table cocases_sendingentry force row level security;
alter table cocases_listentry force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("cocases", "0002_row_security"), ("registry", "0002_row_security")]

    operations = [
        migrations.CreateModel(
            name="ListMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.DateField(unique=True)),
                ("requested_at", models.DateTimeField()),
                ("requested_by_name", models.CharField(blank=True, max_length=80)),
                ("made_at", models.DateTimeField(null=True)),
                ("made_by_name", models.CharField(blank=True, max_length=80)),
                ("changed_at", models.DateTimeField(null=True)),
                ("records", models.IntegerField(default=0)),
                ("unlinked", models.IntegerField(default=0)),
                ("rosters", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("policy_version", models.CharField(blank=True, max_length=64)),
            ],
        ),
        Protect("cocases_listmonth", Policy(select=OFFICE, insert=SYSTEM_ACTS, update=SYSTEM_ACTS)),
        migrations.AddField("listentry", "behind", models.JSONField(default=list)),
        migrations.AddField("listentry", "flags", models.JSONField(default=list)),
        migrations.AddField("listentry", "undelivered", models.JSONField(default=list)),
        migrations.AddField(
            "listentry",
            "members",
            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AlterField("listentry", "standing", models.CharField(choices=STANDINGS, max_length=12)),
        migrations.AlterField("sendingentry", "standing", models.CharField(choices=STANDINGS, max_length=12)),
        migrations.AddField("listsending", "round", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(
            "sendingentry",
            "household",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="registry.household"),
        ),
        migrations.RunSQL(FILL_HOUSEHOLD, migrations.RunSQL.noop),
        migrations.AlterField(
            "sendingentry",
            "household",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="registry.household"),
        ),
    ]
