"""Filled forms: the unit that filled one in reads it, and adds to it in its member's own name. Nobody changes or deletes.

Other readers (the next unit, a conference) come with the subjects that the forms are about, by the tables of those.
"""

from django.db import migrations

from anwang.platform.row_security import ANYONE_KNOWN, OWN_UNIT, SYSTEM_ACTS, Policy, Protect

OWN_NAME = "entered_by = (select anwang_member())"


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial"), ("platform", "0004_today")]

    operations = [
        Protect("programs_formversion", Policy(select=ANYONE_KNOWN, insert=ANYONE_KNOWN)),
        Protect(
            "programs_formentry",
            Policy(
                select=f"{OWN_UNIT} or {SYSTEM_ACTS}",
                insert=f"({OWN_UNIT} and {OWN_NAME}) or {SYSTEM_ACTS}",
            ),
        ),
    ]
