"""Who reads on: a unit that a not-opened report was referred to; both units of a dispute, after it was settled too.

The unit that does not lead keeps the dispute's outcome and loses the report itself (its reader row ends).
"""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

_first = import_module("anwang.services.dispatch.migrations.0002_row_security")
_OWN = _first.OWN_OR_SYSTEM
# What lies within the time in which the unit was asked about the dispute: its outcome, and no later dispatch.
_ASKED = (
    "exists (select 1 from intake_reportreader r where r.report_id = {table}.report_id"
    " and r.unit_id = (select anwang_unit()) and r.kind = 'dispute'"
    " and (r.until is null or {table}.{at} <= r.until))"
)


def _select(table: str, now: str, before: str) -> migrations.RunSQL:
    statement = f'alter policy app_select on "{table}" using ({{}})'
    return migrations.RunSQL(statement.format(now), statement.format(before))


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_referrals_and_samples")]

    operations = [
        _select("dispatch_notopened", f"{_OWN} or referred_unit_id = (select anwang_unit())", _OWN),
        _select(
            "dispatch_dispute",
            f"{_OWN} or {_ASKED.format(table='dispatch_dispute', at='opened_at')}",
            f"{_OWN} or {_first.DISPUTES}",
        ),
        _select(
            "dispatch_dispatch",
            f"{_OWN} or {_first.RECEIVER} or {_ASKED.format(table='dispatch_dispatch', at='sent_at')}",
            f"{_OWN} or {_first.RECEIVER} or {_first.DISPUTES}",
        ),
    ]
