"""An approved plan, a granted closing and a closed case come into the tables by a supervisor alone, also as new rows: until
now the database refused to change one into that, and let a worker write one as such."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS

_first = import_module("anwang.services.cases.migrations.0002_row_security")
_OF_CASE = f"{OWN_UNIT} and {_first.OF_OWN_CASE} and {_first.WORKS}"
_CASE = f"({OWN_UNIT} and {_first.WORKS}) or {SYSTEM_ACTS}"


def _begins_as(table: str, *states: str) -> migrations.RunSQL:
    """New rows are in these states, unless a supervisor writes them."""
    named = ", ".join(f"'{state}'" for state in states)
    now = f"({_OF_CASE} and (state in ({named}) or {_first.SUPERVISES})) or {SYSTEM_ACTS}"
    statement = f'alter policy app_insert on "{table}" with check ({{}})'
    return migrations.RunSQL(statement.format(now), statement.format(_first.WRITE))


def _closed_by_supervisors(verb: str) -> migrations.RunSQL:
    now = f"({OWN_UNIT} and {_first.WORKS} and (state <> 'closed' or {_first.SUPERVISES})) or {SYSTEM_ACTS}"
    statement = f'alter policy app_{verb} on "cases_case" with check ({{}})'
    return migrations.RunSQL(statement.format(now), statement.format(_CASE))


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_members_follow")]

    operations = [
        _begins_as("cases_plan", "draft", "submitted"),
        _begins_as("cases_caseclosing", "asked"),
        _closed_by_supervisors("insert"),
        _closed_by_supervisors("update"),
    ]
