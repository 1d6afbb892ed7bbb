"""A unit's own records stay within its reach when its service ended: the person and the household that they name.

What the unit may see there is its own records. Who lives there now (memberships) and who serves them (presences) stay
bound to leave to open the household.
"""

from importlib import import_module

from django.db import migrations

_first = import_module("anwang.people.registry.migrations.0002_row_security")
_before = import_module("anwang.people.registry.migrations.0003_purposes_and_mergers")
# By the key that the record names, so that a look at one row is a look into an index.
_OWN = (
    "exists (select 1 from registry_sourcerecord r where r.{} = {}"
    " and r.unit_id = (select anwang_unit()) and r.withdrawn_at is null)"
)
_HOUSEHOLD = f"id in {_first.GRANTED} or {_before._ALL_PERSONS}"
_PERSON = (
    f"{_before._MEMBER.format('id')} or {_before._MEMBER.format('merged_into_id')} or {_before._ALL_PERSONS}"
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_purposes_and_mergers")]

    operations = [
        _before._select(
            "registry_household",
            f"{_HOUSEHOLD} or {_OWN.format('household_id', 'registry_household.id')}",
            _HOUSEHOLD,
        ),
        _before._select(
            "registry_person",
            f"{_PERSON} or {_OWN.format('person_id', 'registry_person.id')}"
            f" or {_OWN.format('person_id', 'registry_person.merged_into_id')}",
            _PERSON,
        ),
    ]
