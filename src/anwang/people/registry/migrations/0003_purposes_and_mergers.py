"""A stated purpose shows who serves a household that is no co-case; a merged number leads to whom it went into."""

from importlib import import_module

from django.db import migrations, models

from anwang.platform.row_security import SYSTEM_ACTS

_first = import_module("anwang.people.registry.migrations.0002_row_security")
STATED = (
    "(select household_id from registry_viewgrant where unit_id = (select anwang_unit())"
    " and kind = 'stated_purpose' and until_on >= current_date)"
)
_MEMBER = "exists (select 1 from registry_householdmembership m where m.person_id = registry_person.{})"
_ALL_PERSONS = f"{SYSTEM_ACTS} or {_first.REVIEWS} or {_first.LISTS}"


def _select(table: str, now: str, before: str) -> migrations.RunSQL:
    statement = f'alter policy app_select on "{table}" using ({{}})'
    return migrations.RunSQL(statement.format(now), statement.format(before))


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_row_security")]

    operations = [
        migrations.AddField("servicepresence", "is_cocase", models.BooleanField(default=True)),
        _select(
            "registry_servicepresence",
            f"(is_cocase and household_id in {_first.GRANTED}) or household_id in {STATED} or {SYSTEM_ACTS}",
            f"household_id in {_first.GRANTED} or {SYSTEM_ACTS}",
        ),
        _select(
            "registry_person",
            f"{_MEMBER.format('id')} or {_MEMBER.format('merged_into_id')} or {_ALL_PERSONS}",
            f"{_MEMBER.format('id')} or {_ALL_PERSONS}",
        ),
    ]
