"""Receipts and refused rows belong to the unit that the roster is of; the data engineer loads for every bureau."""

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, has_role

SEES = f"{OWN_UNIT} or {SYSTEM_ACTS} or {has_role('data_engineer')} or loaded_by = (select anwang_member())"
SEES_REMARK = f"{OWN_UNIT} or {SYSTEM_ACTS} or {has_role('data_engineer')}"


class Migration(migrations.Migration):
    dependencies = [("rosters", "0001_initial"), ("registry", "0002_row_security")]

    operations = [
        Protect("rosters_rosterreceipt", Policy(select=SEES, insert=SYSTEM_ACTS, update=SYSTEM_ACTS)),
        Protect("rosters_rosterremark", Policy(select=SEES_REMARK, insert=SYSTEM_ACTS)),
    ]
