"""Who looks somebody up is asked first, before the households are gathered that the unit may open.

The conditions stay as they were, in another order. A unit that serves ten thousand households had them all gathered for each
look-up, which did not need one of them.
"""

from importlib import import_module

from django.db import migrations

_before = import_module("anwang.people.registry.migrations.0008_lookup")
_AS_BEFORE = f"{_before._MEMBERSHIPS} or {_before.MATCHES}"


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_lookup")]

    operations = [
        _before._second._select(
            "registry_householdmembership",
            f"{_before.MATCHES} or {_before._MEMBERSHIPS}",
            _AS_BEFORE,
        ),
    ]
