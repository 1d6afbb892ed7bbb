"""Whom a member's record is about may change with a matching: the system lets the row say so, and changes nothing else."""

from __future__ import annotations

from django.db import migrations

from anwang.platform.row_security import SYSTEM_ACTS, AllowColumns


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_reports_joined")]

    operations = [AllowColumns("cases_casemember", ("person_id",), SYSTEM_ACTS)]
