"""Whom a member's record is about may change with a matching: the system lets the row say so. Nobody else changes one."""

from __future__ import annotations

from django.db import migrations

from anwang.platform.row_security import SYSTEM_ACTS, _quoted_role


def _allow(apps, schema_editor):  # type: ignore[no-untyped-def]
    role = _quoted_role()
    schema_editor.execute(
        f"create policy app_update on cases_casemember for update to {role}"
        f" using ({SYSTEM_ACTS}) with check ({SYSTEM_ACTS})"
    )
    schema_editor.execute(f"grant update (person_id) on cases_casemember to {role}")


def _forbid(apps, schema_editor):  # type: ignore[no-untyped-def]
    role = _quoted_role()
    schema_editor.execute("drop policy app_update on cases_casemember")
    schema_editor.execute(f"revoke update (person_id) on cases_casemember from {role}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_row_security")]

    operations = [migrations.RunPython(_allow, _forbid)]
