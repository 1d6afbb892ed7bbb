"""More to search by: the sound of two characters, the beginning of an identity number, the end of a phone.

Older homes get the keys that their records lack. A second run adds nothing.
"""

import json

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_BATCH = 5000


def add_missing_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from anwang.people.registry.search_keys import keys_of

    tables = ("registry_searchkey", "registry_sourcerecord")
    with schema_editor.connection.cursor() as cursor:
        # A table with rows whose keys wait to be checked cannot be altered, here or by what follows.
        cursor.execute("set constraints all immediate")
        for table in tables:  # the owner sees rows only while the table does not force its policies on it
            cursor.execute(f"alter table {table} no force row level security")
        last = 0
        while True:
            cursor.execute(
                "select id, unit_id, content from registry_sourcerecord where withdrawn_at is null and id > %s"
                f" order by id limit {_BATCH}",  # noqa: S608
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            first, last = rows[0][0], rows[-1][0]
            cursor.execute(
                "select record_id, key from registry_searchkey where record_id between %s and %s", [first, last]
            )
            there = set(cursor.fetchall())
            missing = [
                (pk, unit_id, key)
                for pk, unit_id, content in rows
                for key in keys_of(content if isinstance(content, dict) else json.loads(content))
                if (pk, key) not in there
            ]
            columns = [list(column) for column in zip(*missing, strict=True)] or [[], [], []]
            cursor.execute(
                "insert into registry_searchkey (record_id, unit_id, key)"
                " select * from unnest(%s::bigint[], %s::bigint[], %s::bigint[])",
                columns,
            )
        for table in tables:
            cursor.execute(f"alter table {table} force row level security")


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_lookup_first")]

    operations = [migrations.RunPython(add_missing_keys, migrations.RunPython.noop)]
