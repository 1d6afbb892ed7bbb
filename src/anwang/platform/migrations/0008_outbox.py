"""The outbox, and clients as actors: they write into the log, and policies may name them."""

from django.db import migrations, models

from anwang.platform.models import AuditEntry
from anwang.platform.row_security import DIRECTORY, SYSTEM_ACTS, Policy, Protect, has_role

CLIENT = """
create function anwang_client() returns bigint language sql stable as
  $$ select nullif(current_setting('anwang.client', true), '')::bigint $$;
"""
LOG = "alter policy app_insert on platform_auditentry with check ({})"
WITH_CLIENTS = f"{DIRECTORY} or ((select anwang_actor()) = 'client' and (select anwang_client()) is not null)"


class Migration(migrations.Migration):
    dependencies = [("platform", "0007_sealed_drafts")]

    operations = [
        migrations.RunSQL(CLIENT, "drop function anwang_client();"),
        migrations.RunSQL(LOG.format(WITH_CLIENTS), LOG.format(DIRECTORY)),
        migrations.AlterField(
            "auditentry", "action", models.CharField(max_length=32, choices=AuditEntry.Action.choices)
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("kind", models.CharField(max_length=64)),
                ("subject_kind", models.CharField(max_length=32)),
                ("subject_id", models.CharField(max_length=64)),
                ("sequence", models.IntegerField()),
                ("units", models.JSONField(default=list)),
                ("data", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("relayed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_kind", "subject_id", "sequence"), name="outbox_event_in_order"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("relayed_at__isnull", True)), fields=["id"], name="outbox_waiting"
                    ),
                    models.Index(fields=["at"], name="outbox_at"),
                ],
            },
        ),
        Protect(
            "platform_outboxevent",
            Policy(
                select=f"{SYSTEM_ACTS} or {has_role('administrator')}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
                delete=SYSTEM_ACTS,
            ),
        ),
    ]
