"""Leave ends at midnight in Taiwan: the policies that ask for the day ask for the day there, in older homes as well."""

from importlib import import_module

from django.db import migrations

from anwang.platform.row_security import SYSTEM_ACTS, TODAY

_first = import_module("anwang.people.registry.migrations.0002_row_security")
_second = import_module("anwang.people.registry.migrations.0003_purposes_and_mergers")
_own = import_module("anwang.people.registry.migrations.0004_own_records")


def _in_taiwan(table: str, condition: str) -> migrations.RunSQL:
    return _second._select(table, condition.replace("current_date", TODAY), condition)


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_grants_end"), ("platform", "0004_today")]

    operations = [
        _in_taiwan(
            "registry_householdmembership",
            f"household_id in {_first.GRANTED} or {SYSTEM_ACTS} or {_first.REVIEWS} or {_first.LISTS}",
        ),
        _in_taiwan(
            "registry_household",
            f"{_own._HOUSEHOLD} or {_own._OWN.format('household_id', 'registry_household.id')}",
        ),
        _in_taiwan(
            "registry_servicepresence",
            f"(is_cocase and household_id in {_first.GRANTED}) or household_id in {_second.STATED} or {SYSTEM_ACTS}",
        ),
    ]
