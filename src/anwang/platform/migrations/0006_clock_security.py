"""Who sees duties that have risen, changes of duties, and closures. What was entered of a closure is never changed."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from anwang.platform.row_security import ANYONE_KNOWN, OWN_UNIT, SYSTEM_ACTS, Policy, Protect, has_role

OWN_OR_SYSTEM = f"{OWN_UNIT} or {SYSTEM_ACTS}"
# A duty that has risen is seen where it has risen to; its labels hold no personal data.
RISEN_HERE = "escalated_unit_id = (select anwang_unit())"
ADMINISTRATOR = f"{has_role('administrator')} or {SYSTEM_ACTS}"
WITHDRAWAL = "withdrawn_at, withdrawn_by_member_id, withdrawn_by_name, withdrawn_reason"


def only_withdrawal(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    role = schema_editor.connection.ops.quote_name(settings.ANWANG_APP_ROLE)
    schema_editor.execute(f"revoke update on platform_closure from {role}", params=None)
    schema_editor.execute(f"grant update ({WITHDRAWAL}) on platform_closure to {role}", params=None)


class Migration(migrations.Migration):
    dependencies = [("platform", "0005_clocks")]

    operations = [
        migrations.RunSQL(
            f"alter policy app_select on platform_deadline using ({OWN_OR_SYSTEM} or {RISEN_HERE})",
            f"alter policy app_select on platform_deadline using ({OWN_OR_SYSTEM})",
        ),
        Protect("platform_deadlinechange", Policy(select=OWN_OR_SYSTEM, insert=OWN_OR_SYSTEM)),
        Protect(
            "platform_escalation",
            Policy(
                select=f"{OWN_OR_SYSTEM} or to_unit_id = (select anwang_unit())",
                insert=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "platform_closure",
            Policy(select=ANYONE_KNOWN, insert=ADMINISTRATOR, update=ADMINISTRATOR),
        ),
        migrations.RunPython(only_withdrawal, migrations.RunPython.noop),
    ]
