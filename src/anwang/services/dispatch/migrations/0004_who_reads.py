"""Who reads on: a unit that a not-opened report was referred to; both units of a dispute, after it was settled too.

The unit that does not lead keeps the dispute's outcome and loses the report itself (its reader row ends).
"""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

_first = import_module("anwang.services.dispatch.migrations.0002_row_security")
_OWN = _first.OWN_OR_SYSTEM
_OUR_DISPATCH = "in (select id from dispatch_dispatch where to_unit_id = (select anwang_unit()))"


def _select(table: str, now: str, before: str) -> migrations.RunSQL:
    statement = f'alter policy app_select on "{table}" using ({{}})'
    return migrations.RunSQL(statement.format(now), statement.format(before))


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_referrals_and_samples")]

    operations = [
        _select(
            "dispatch_notopened", f"{_OWN} or referred_unit_id = (select anwang_unit())", _OWN
        ),
        _select(
            "dispatch_dispute",
            f"{_OWN} or {_first.DISPUTES} or first_id {_OUR_DISPATCH} or second_id {_OUR_DISPATCH}",
            f"{_OWN} or {_first.DISPUTES}",
        ),
    ]
