"""The staff directory: everybody who is signed in may know who works where; administrators and the system write it."""

from django.db import migrations

from anwang.platform.row_security import DIRECTORY, SYSTEM_ACTS, Policy, Protect, has_role

ADMINISTERS = f"{SYSTEM_ACTS} or {has_role('administrator')}"
OPEN = Policy(select=DIRECTORY, insert=ADMINISTERS, update=ADMINISTERS)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("platform", "0002_row_security")]

    operations = [
        Protect("agencies_agency", OPEN),
        Protect("agencies_unit", OPEN),
        Protect("agencies_township", OPEN),
        Protect("agencies_jurisdiction", OPEN),
        Protect("agencies_post", OPEN),
        Protect(
            "agencies_member",
            Policy(
                select=DIRECTORY,
                insert=ADMINISTERS,
                # signing in counts failures; a member changes the own password
                update=f"{ADMINISTERS} or (select anwang_actor()) = 'sign_in' or id = (select anwang_member())",
            ),
        ),
    ]
