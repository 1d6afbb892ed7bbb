"""Reads for the weakest link of a person: how common the names are, which homes others share, what people decided."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from anwang.people.registry.models import HouseholdMembership, SourceRecord
from anwang.people.registry.search_keys import digest
from anwang.platform.context import SYSTEM, acting

from .lookup_ranking import home_model
from .lookup_reads import records_of_home
from .models import PairDecision
from .queries import PersonRecords
from .running import model_path
from .weakest_scoring import MOST, WeakestLink, weakest_link

_BEARERS = "select key, count(*) from registry_searchkey where key = any(%s) group by key"


def weakest_link_of(found: PersonRecords) -> WeakestLink | None:
    """Where the person's records hold together by the least, by the model of the home. Of a person with very many
    records the youngest are compared."""
    views = found.records[:MOST]
    keys = [view.key for view in views]
    return weakest_link(
        {view.key: view.record for view in views},
        home_model(model_path()),
        size=records_of_home(),
        bearers=_bearers({view.record.name.key for view in views if view.record.name.key}),
        homes=_shared_homes(keys, found.person.pk),
        decided=_said_same(keys),
    )


def _bearers(names: Collection[str]) -> dict[str, int]:
    """How many records bear each name in full. A count over the county: it is asked for as the system and says nothing
    of anybody."""
    wanted = {digest(f"f:{name}"): name for name in names}
    if not wanted:
        return {}
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_BEARERS, [list(wanted)])
        return {wanted[key]: count for key, count in cursor.fetchall()}


def _shared_homes(keys: Collection[int], person_id: int) -> dict[int, int]:
    """The household of each record, where somebody else lives or lived."""
    home = {
        pk: household
        for pk, household in SourceRecord.objects.filter(pk__in=keys).values_list("pk", "household_id")
        if household is not None
    }
    others = HouseholdMembership.objects.filter(household_id__in=set(home.values()))
    shared = set(others.exclude(person_id=person_id).values_list("household_id", flat=True))
    return {pk: household for pk, household in home.items() if household in shared}


def _said_same(keys: Collection[int]) -> list[tuple[int, int]]:
    rows = PairDecision.objects.filter(
        record_a__in=keys, record_b__in=keys, kind=PairDecision.Kind.SAME, undone_at__isnull=True
    )
    return list(rows.values_list("record_a_id", "record_b_id"))
