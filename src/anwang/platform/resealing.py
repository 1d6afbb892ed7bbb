"""Every sealed value under the current key: what `anwang keys rotate` does after a new key is there.

Rows are written as the owner role. The tables are closed to the owner too (FORCE), and many may not be updated by
anybody; so each table gets a policy for the owner for as long as it is being sealed anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models, transaction

from .keyring import keyring
from .sealing import SealedField, key_id_of, open_bytes, seal_bytes

_BATCH = 200
_POLICY = "owner_reseals"


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField]]:
    """Every sealed column of every table."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field


def reseal_all() -> dict[str, int]:
    """Seal anew what another key sealed; returns how many values for each `table.column`.

    In short transactions: killed in the middle, the rest stays under the old key, opens as before, and the next run
    takes it up. Raises SealingError at the first value that does not open; nothing is lost then.
    """
    done: dict[str, int] = {}
    for model, field in sealed_columns():
        with _opened_to_owner(model):
            done[f"{model._meta.db_table}.{field.column}"] = _reseal(model, field)
    return done


def keys_in_use() -> dict[str, int]:
    """How many sealed values need each key, by the key's name; a key that is missing stands here too."""
    found: Counter[str] = Counter()
    for model, field in sealed_columns():
        with _opened_to_owner(model), connections["owner"].cursor() as cursor:
            column, table = f'"{field.column}"', f'"{model._meta.db_table}"'
            cursor.execute(
                f"select encode(substring({column} from 2 for 4), 'hex'), count(*)"  # noqa: S608 - our own names
                f" from {table} where {column} is not null group by 1"
            )
            found.update(dict(cursor.fetchall()))
    return dict(found)


def _reseal(model: type[models.Model], field: SealedField) -> int:
    current = keyring().current.id
    rows = model._base_manager.using("owner")
    last, count = None, 0
    while True:
        with transaction.atomic(using="owner"):
            page = rows.order_by("pk") if last is None else rows.order_by("pk").filter(pk__gt=last)
            batch = list(page.select_for_update()[:_BATCH])
            if not batch:
                return count
            for row in batch:
                sealed = getattr(row, field.attname)
                if sealed is None or key_id_of(sealed) == current:
                    continue
                place = field.place_of(row)
                rows.filter(pk=row.pk).update(**{field.attname: seal_bytes(open_bytes(sealed, place), place)})
                count += 1
        last = batch[-1].pk


class _opened_to_owner:
    """A policy that lets the owner role, and nobody else, read and write the table; gone afterwards."""

    def __init__(self, model: type[models.Model]) -> None:
        self.table = f'"{model._meta.db_table}"'

    def __enter__(self) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"drop policy if exists {_POLICY} on {self.table}")
            cursor.execute(f"create policy {_POLICY} on {self.table} to current_user using (true)")

    def __exit__(self, *_: object) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"drop policy if exists {_POLICY} on {self.table}")
