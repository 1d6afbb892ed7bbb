"""Keeping the entries of a month: against last month's, against what an earlier making kept, and what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anwang.agencies.queries import centre_of_township
from anwang.people.registry.models import Person
from anwang.policy import Decision
from anwang.standard.record import Period

from .continuing import Identity, gone, same_entries
from .deciding import Entry
from .models import LISTED, ListEntry, SendingEntry
from .month import MonthFacts
from .overruling import lapse
from .rules import Standing


@dataclass(frozen=True, slots=True)
class Kept:
    """The listed entries with their rows, and whether anything was written."""

    listed: tuple[tuple[Entry, ListEntry], ...]
    changed: bool


def keep_entries(
    found: Sequence[Entry],
    shown: Sequence[dict[str, str]],
    facts: MonthFacts,
    period: Period,
    now: dt.datetime,
) -> Kept:
    """Make the rows of `period` say what was found: new, continuing, open, ended since last month, withdrawn.

    A row keeps its number through every making, so that what was sent still points at it. Only rows that were never
    sent are deleted. What a person left out last month was on no list then: it is new if it is listed now, and not
    ended if it is not.
    """
    present = _present_persons()
    before = list(
        ListEntry.objects.filter(
            period=period.previous().first_day, standing__in=LISTED, left_out__isnull=True
        ).order_by("pk")
    )
    rows = list(ListEntry.objects.filter(period=period.first_day).select_related("left_out").order_by("pk"))
    wanted = [_identity_of(entry) for entry in found]
    previous = [_identity_of_row(row, present) for row in before]
    listed = [i for i, entry in enumerate(found) if entry.is_listed]
    continued = same_entries(previous, wanted)
    row_of = same_entries([_identity_of_row(row, present) for row in rows], wanted)
    centres = centre_of_township(period.first_day)

    fresh: list[ListEntry] = []
    changed: dict[int, ListEntry] = {}
    made: list[tuple[Entry, ListEntry]] = []
    for i, entry in enumerate(found):
        if entry.is_listed:
            standing = Standing.CONTINUING if i in continued else Standing.NEW
        else:
            standing = Standing.PENDING
        values = _values(entry, shown[i], facts) | {
            "standing": standing.value,
            "centre_id": centre.pk if (centre := centres.get(entry.household.township)) else None,
        }
        row = rows[row_of[i]] if i in row_of else None
        if row is None:
            row = ListEntry(list_code=entry.list_code.value, period=period.first_day, made_at=now, **values)
            fresh.append(row)
        else:
            if row.left_out_id is not None and not (entry.is_listed and row.reason == values["reason"]):
                lapse(row, now)
                changed[row.pk] = row
            if _update(row, values):
                changed[row.pk] = row
        if row.pk in changed:
            row.made_at = now
        if entry.is_listed:
            made.append((entry, row))

    left = {rows[i].pk: rows[i] for i in set(range(len(rows))) - set(row_of.values())}
    sent = set(
        SendingEntry.objects.filter(entry_id__in=left, sent_at__isnull=False).values_list(
            "entry_id", flat=True
        )
    )
    for row in left.values():
        if row.pk in sent and _update(row, {"standing": Standing.WITHDRAWN.value}):
            row.made_at = now
            changed[row.pk] = row
    ended = [before[i] for i in gone(previous, [wanted[i] for i in listed])]
    occupied = {
        _key(row) for row in [*fresh, *(rows[i] for i in row_of.values()), *(left[pk] for pk in sent)]
    }
    still = {_key(row): row for row in left.values() if row.pk not in sent and row.standing == Standing.ENDED}
    for row in ended:
        if _key(row) in occupied:
            continue
        values = _values_of_ended(row)
        kept = still.pop(_key(row), None)
        if kept is None:
            fresh.append(ListEntry(period=period.first_day, made_at=now, **values))
        else:
            left.pop(kept.pk)
            if _update(kept, values):
                kept.made_at = now
                changed[kept.pk] = kept
    stale = [pk for pk in left if pk not in sent]
    for pk in stale:
        if left[pk].left_out_id is not None:
            lapse(left[pk], now)
    ListEntry.objects.filter(pk__in=stale).delete()
    if changed:
        ListEntry.objects.bulk_update(changed.values(), [*_FIELDS, "left_out", "made_at"], batch_size=200)
    ListEntry.objects.bulk_create(fresh, batch_size=500)
    return Kept(tuple(made), bool(stale or changed or fresh))


_FIELDS = (
    "household_id", "person_id", "standing", "centre_id", "township", "priority", "marks", "certain", "reason", "brief",
    "citation", "rule_id", "policy_version", "missing", "flags", "records", "subject_records", "behind", "members",
    "shown",
)  # fmt: skip


def _values(entry: Entry, shown: dict[str, str], facts: MonthFacts) -> dict[str, Any]:
    decision = entry.decision
    return {
        "household_id": int(entry.household.key),
        "person_id": int(entry.person.key) if entry.person else None,
        "township": entry.household.township,
        "priority": [_mark(d) for d in entry.priority],
        "marks": list(decision.marks),
        "certain": decision.certain,
        "reason": decision.reason,
        "brief": decision.brief,
        "citation": str(decision.citation),
        "rule_id": decision.rule,
        "policy_version": decision.policy_version,
        "missing": list(decision.missing),
        "flags": list(decision.flags),
        "records": [int(key) for key in decision.record_keys],
        "subject_records": [int(key) for key in decision.subject_record_keys],
        "behind": [
            _record(key, facts)
            for key in dict.fromkeys((*decision.record_keys, *decision.subject_record_keys))
        ],
        "members": sorted(int(m.key) for m in entry.household.members),
        "shown": shown,
    }


def _mark(decision: Decision) -> dict[str, Any]:
    return {
        "rule": decision.rule,
        "reason": decision.reason,
        "citation": str(decision.citation),
        "certain": decision.certain,
        "missing": list(decision.missing),
        "flags": list(decision.flags),
    }


def _record(key: str, facts: MonthFacts) -> dict[str, Any]:
    record = facts.records[key].record
    return {
        "key": int(key),
        "roster": record.roster.value,
        "period": record.period.roc,
        "number": record.record_number,
        "line": record.line,
    }


def _values_of_ended(row: ListEntry) -> dict[str, Any]:
    """Last month's row as this month remembers it: why it was listed then, without records of this month."""
    same = {name: getattr(row, name) for name in _FIELDS} | {"list_code": row.list_code}
    return same | {
        "standing": Standing.ENDED.value,
        "priority": [],
        "records": [],
        "subject_records": [],
        "behind": [],
    }


def _update(row: ListEntry, values: Mapping[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _key(row: ListEntry) -> tuple[str, int, int | None]:
    return (row.list_code, row.household_id, row.person_id)


def _identity_of(entry: Entry) -> Identity:
    return Identity(
        entry.list_code.value,
        int(entry.household.key),
        int(entry.person.key) if entry.person else None,
        frozenset(int(m.key) for m in entry.household.members),
    )


def _identity_of_row(row: ListEntry, present: Mapping[int, int]) -> Identity:
    return Identity(
        row.list_code,
        row.household_id,
        present.get(row.person_id, row.person_id) if row.person_id else None,
        frozenset(present.get(member, member) for member in row.members),
    )


def _present_persons() -> dict[int, int]:
    """Merged person to the one that stands for them now, through several mergings."""
    merged = dict(Person.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    found: dict[int, int] = {}
    for person in merged:
        target, steps = merged[person], 0
        while target in merged and steps < len(merged):
            target, steps = merged[target], steps + 1
        found[person] = target
    return found
