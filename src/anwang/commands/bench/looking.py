"""What a home holds, looked at from outside after a kill: its contents, and every way in which they could be wrong."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any


def look() -> dict[str, Any]:
    """The contents of the open home, comparable with those of another (numbers of persons and households left out).

    `problems`: codes of contradictions, empty in a sound home. `records`: roster and month to the content of each
    current record by its number. `receipts`, `partition`, `lists`: what an undisturbed run would also have.
    """
    from anwang.network.cocases.exporting import lists_json
    from anwang.people.registry.models import SourceRecord
    from anwang.people.registry.queries import periods_with_records
    from anwang.people.rosters.models import RosterReceipt
    from anwang.platform.context import SYSTEM, acting
    from anwang.standard.record import Period

    with acting(SYSTEM):
        records: dict[str, dict[str, str]] = defaultdict(dict)
        persons: dict[int, list[str]] = defaultdict(list)
        homes: dict[int, list[str]] = defaultdict(list)
        for roster, period, number, content, person, home in SourceRecord.objects.filter(
            withdrawn_at__isnull=True
        ).values_list("roster", "period", "record_number", "content_hash", "person_id", "household_id"):
            records[f"{roster} {period}"][number] = content
            for groups, key in ((persons, person), (homes, home)):
                if key is not None:
                    groups[key].append(f"{roster} {period} {number}")
        receipts = [
            list(row)
            for row in RosterReceipt.objects.order_by("roster", "period", "pk").values_list(
                "roster",
                "file_name",
                "state",
                "accepted",
                "refused",
                "added",
                "changed",
                "withdrawn",
                "unchanged",
            )
        ]
        lists = {str(day): lists_json(Period(day.year, day.month)) for day in periods_with_records()}
        return {
            "problems": _problems(),
            "records": dict(records),
            "receipts": receipts,
            "partition": [_digest(persons.values()), _digest(homes.values())],
            "lists": _digest([json.dumps(lists, sort_keys=True)]),
        }


def _digest(groups: Iterable[Any]) -> str:
    """The same for the same groups of records, whatever the groups are called."""
    canonical = sorted(sorted(group) if isinstance(group, list) else group for group in groups)
    return hashlib.sha256(json.dumps(canonical, ensure_ascii=False).encode()).hexdigest()


def _problems() -> list[str]:
    from django.utils import timezone

    from anwang.network.cocases.models import LISTED, ListEntry, ListMonth
    from anwang.people.registry.models import HouseholdMembership, SearchKey, SourceRecord, Touchpoint
    from anwang.people.rosters.models import RosterReceipt, RosterRemark
    from anwang.platform import audit
    from anwang.standard.codes import OwnSource

    found: list[str] = []

    def check(sound: bool, code: str) -> None:
        if not sound:
            found.append(code)

    everything = list(
        SourceRecord.objects.values_list(
            "pk", "roster", "period", "record_number", "receipt", "withdrawn_at", "person_id", "household_id", "replaces_id"
        )
    )  # fmt: skip
    current = [row for row in everything if row[5] is None]
    check(max(Counter(row[1:4] for row in current).values(), default=1) == 1, "doubled_record")
    accepted = {
        receipt.pk: receipt for receipt in RosterReceipt.objects.filter(state=RosterReceipt.State.ACCEPTED)
    }
    brought = Counter(row[4] for row in everything if row[1] not in set(OwnSource))
    check(set(brought) <= set(accepted), "record_without_receipt")
    refused = Counter(RosterRemark.objects.filter(kind="refused").values_list("receipt_id", flat=True))
    for receipt in accepted.values():
        check(brought[receipt.pk] == receipt.added + receipt.changed, "receipt_says_other_records")
        check(
            receipt.accepted == receipt.added + receipt.changed + receipt.unchanged, "receipt_does_not_add_up"
        )
        check(refused[receipt.pk] == receipt.refused, "receipt_says_other_refused_rows")
    in_force: Counter[Any] = Counter()
    for receipt in accepted.values():
        in_force[receipt.roster, receipt.period] += receipt.added - receipt.withdrawn
    in_rosters = Counter(row[1:3] for row in current if row[1] not in set(OwnSource))
    check(in_force == in_rosters, "receipts_and_records_differ")
    withdrawn = {row[0] for row in everything if row[5] is not None}
    check(all(row[8] in withdrawn for row in current if row[8] is not None), "replaced_but_not_withdrawn")
    check(all((row[6] is None) == (row[7] is None) for row in current), "person_without_household")
    open_homes = Counter(
        HouseholdMembership.objects.filter(until_on__isnull=True).values_list("person_id", flat=True)
    )
    check(max(open_homes.values(), default=1) == 1, "two_current_households")
    members = set(HouseholdMembership.objects.values_list("person_id", flat=True))
    check(all(row[6] in members for row in current if row[6] is not None), "person_in_no_household")
    # Matching writes all or nothing: a record that it knew has its search keys, a withdrawn one may wait for the next run.
    linked = {row[0] for row in current if row[6] is not None}
    check(linked <= set(SearchKey.objects.values_list("record_id", flat=True)), "record_not_searchable")
    touched = set(Touchpoint.objects.filter(record__isnull=False).values_list("record_id", flat=True))
    check(touched <= {row[0] for row in everything}, "touchpoint_of_nothing")
    for month in ListMonth.objects.filter(made_at__isnull=False):
        listed = Counter(
            ListEntry.objects.filter(period=month.period, standing__in=LISTED).values_list(
                "list_code", flat=True
            )
        )
        said = {code: number for code, number in month.counts.items() if code != "pending" and number}
        check(dict(listed) == said, "month_says_other_lists")
    audit.seal(now=timezone.now())
    check(audit.verify().is_sound, "audit_broken")
    return found
