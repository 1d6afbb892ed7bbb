"""Who reads a report is asked for the row that is read: by a list of all that a unit may read, a unit that received
thousands over the years read all of them for each. The same rows are seen as before."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

_first = import_module("anwang.services.intake.migrations.0002_row_security")
_OWN = _first.OWN_OR_SYSTEM


def _select(table: str, column: str) -> migrations.RunSQL:
    now = (
        f"exists (select 1 from intake_reportreader r where r.report_id = {table}.{column}"
        " and r.unit_id = (select anwang_unit()) and r.until is null)"
    )
    statement = f'alter policy app_select on "{table}" using ({{}})'
    return migrations.RunSQL(
        statement.format(f"{_OWN} or {now}"), statement.format(f"{_OWN} or {_first._read_by(column)}")
    )


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_list_index")]

    operations = [
        _select("intake_report", "id"),
        _select("intake_reportperson", "report_id"),
        _select("intake_reportchange", "report_id"),
    ]
