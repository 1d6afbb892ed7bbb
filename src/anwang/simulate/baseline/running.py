"""One run of the baseline over the registry of a benchmark's home, in place of `people.linkage.running.run_linkage`.

Written by the registry's own actions, so that the lists are then made by the same code from the same kind of rows.
Numbers are new in every run: the baseline has no memory of the last month's, and no figure of the benchmark needs one.
"""

from __future__ import annotations

import datetime as dt

from anwang.people.linkage.columns import tabulate
from anwang.people.linkage.touchpoints import touchpoints_of
from anwang.people.registry import matched, renewing
from anwang.people.registry.queries import current_records
from anwang.platform.context import SYSTEM, acting
from anwang.standard.record import Period

from .households import households
from .persons import persons


def run_baseline(*, now: dt.datetime) -> None:
    """Match all current records into persons and households by Splink and hand-made rules, and keep them."""
    with acting(SYSTEM):
        kept = current_records()
        table = tabulate({k.key: k.record for k in kept})
        person = persons(table)
        home = households(table, person)
        keys = table.keys.tolist()
        person_of = _numbered("registry_person", dict(zip(keys, person.tolist(), strict=True)), now)
        household_of = _numbered("registry_household", dict(zip(keys, home.tolist(), strict=True)), now)
        matched.set_homes(person_of=person_of, household_of=household_of)
        first: dict[tuple[int, int], Period] = {}
        for key, record in zip(keys, table.records, strict=True):
            where = person_of[key], household_of[key]
            first[where] = min(first.get(where, record.period), record.period)
        matched.set_memberships(
            rows=[
                matched.MembershipRow(who, household, period.first_day, None, [])
                for (who, household), period in first.items()
            ]
        )
        # What the product's run writes after that, so that seconds compare.
        renewing.set_roster_touchpoints(rows=touchpoints_of(kept, person_of))
        renewing.renew_own_service_grants(now=now)
        renewing.renew_search_keys()


def _numbered(table: str, label_of: dict[int, int], now: dt.datetime) -> dict[int, int]:
    """Each record's label as an identifier of the database."""
    labels = sorted(set(label_of.values()))
    number_of = dict(zip(labels, matched.new_identifiers(table, len(labels), now), strict=True))
    return {key: number_of[label] for key, label in label_of.items()}
