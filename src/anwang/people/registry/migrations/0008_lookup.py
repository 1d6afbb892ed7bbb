"""Recognising a person while a report is typed: more keys, an index that answers alone, and who may look for what.

Who looks for this purpose is shown masked facts only (people/linkage/lookup.py); the purpose is set there and nowhere
else. The keys of older homes are written anew.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, TODAY, for_purpose

_first = import_module("anwang.people.registry.migrations.0002_row_security")
_second = import_module("anwang.people.registry.migrations.0003_purposes_and_mergers")
MATCHES = for_purpose("intake_matching", "dispatcher", "social_worker", "supervisor", "liaison")
_MEMBERSHIPS = (
    f"household_id in {_first.GRANTED} or {SYSTEM_ACTS} or {_first.REVIEWS} or {_first.LISTS}".replace(
        "current_date", TODAY
    )
)
_OWN = f"{OWN_UNIT} or {SYSTEM_ACTS}"


def _also_matches(table: str, condition: str) -> migrations.RunSQL:
    return _second._select(table, f"{condition} or {MATCHES}", condition)


def write_keys_anew(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    import json

    from anwang.people.registry.search_keys import keys_of

    tables = ("registry_searchkey", "registry_sourcerecord")
    with schema_editor.connection.cursor() as cursor:
        # A table with rows whose keys wait to be checked cannot be altered, here or by what follows.
        cursor.execute("set constraints all immediate")
        for table in tables:  # the owner sees rows only while the table does not force its policies on it
            cursor.execute(f"alter table {table} no force row level security")
        cursor.execute("delete from registry_searchkey")
        last = 0
        while True:
            cursor.execute(
                "select id, unit_id, content from registry_sourcerecord where withdrawn_at is null and id > %s"
                " order by id limit 5000",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            last = rows[-1][0]
            keys = [
                (pk, unit_id, key)
                for pk, unit_id, content in rows
                for key in keys_of(content if isinstance(content, dict) else json.loads(content))
            ]
            cursor.execute(
                "insert into registry_searchkey (record_id, unit_id, key)"
                " select * from unnest(%s::bigint[], %s::bigint[], %s::bigint[])",
                [list(column) for column in zip(*keys, strict=True)] if keys else [[], [], []],
            )
        for table in tables:
            cursor.execute(f"alter table {table} force row level security")


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_own_sources")]

    operations = [
        migrations.RunPython(write_keys_anew, migrations.RunPython.noop),
        migrations.RemoveIndex("searchkey", "search_key"),
        migrations.AddIndex(
            "searchkey", models.Index(fields=["key", "unit"], include=["record"], name="search_key")
        ),
        migrations.AlterField(
            "searchkey",
            "unit",
            models.ForeignKey("agencies.unit", db_index=False, on_delete=django.db.models.deletion.CASCADE),
        ),
        _also_matches("registry_searchkey", _OWN),
        _also_matches("registry_sourcerecord", f"{_OWN} or {_first.REVIEWS}"),
        _also_matches("registry_touchpoint", _OWN),
        _also_matches("registry_householdmembership", _MEMBERSHIPS),
    ]
