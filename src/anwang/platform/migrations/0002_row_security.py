"""Context functions, policies of the shared tables, and rights on Django's and the job queue's own tables."""

from django.db import migrations

from anwang.platform.row_security import (
    DIRECTORY,
    DROP_FUNCTIONS,
    FUNCTIONS,
    OWN_UNIT,
    SYSTEM_ACTS,
    Grant,
    Policy,
    Protect,
    has_role,
)

OWN_OR_SYSTEM = f"{OWN_UNIT} or {SYSTEM_ACTS}"
OWN_DRAFT = "member_id = (select anwang_member())"


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        Protect(
            "platform_auditentry",
            Policy(
                select=f"{SYSTEM_ACTS} or {has_role('auditor')} or ({has_role('supervisor')} and {OWN_UNIT})",
                insert=DIRECTORY,
            ),
        ),
        Protect(
            "platform_auditseal", Policy(select=f"{SYSTEM_ACTS} or {has_role('auditor')}", insert=SYSTEM_ACTS)
        ),
        Protect("platform_deadline", Policy(select=OWN_OR_SYSTEM, insert=OWN_OR_SYSTEM, update=OWN_OR_SYSTEM)),
        Protect("platform_decision", Policy(select=OWN_OR_SYSTEM, insert=OWN_OR_SYSTEM)),
        Protect(
            "platform_draft", Policy(select=OWN_DRAFT, insert=OWN_DRAFT, update=OWN_DRAFT, delete=OWN_DRAFT)
        ),
        Grant("django_migrations", "select"),
        Grant("django_content_type", "select"),
        Grant("auth_permission", "select"),
        Grant("django_session", "select, insert, update, delete"),
        Grant("procrastinate_jobs", "select, insert, update, delete"),
        Grant("procrastinate_events", "select, insert, update, delete"),
        Grant("procrastinate_periodic_defers", "select, insert, update, delete"),
        Grant("procrastinate_workers", "select, insert, update, delete", sequence=True),
    ]
