"""Putting each entry into the sending of every unit that must get it, as the copy that the unit may see."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.platform.due_rules import end_of_day
from anwang.policy import Policy
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period

from . import duties
from .deciding import Entry
from .facts import ListCode
from .grants import renew_grants
from .models import ListEntry, ListSending, SendingEntry
from .month import MonthFacts
from .receivers import Delivery, ListField, receivers, visible_fields
from .redirecting import redirections
from .rules import Standing
from .shown import copy_fields
from .units import contacts, jurisdictions

NO_LONGER = "名冊更正後不再符合，或已改由其他單位受案，請停止依此辦理。"


@dataclass(slots=True)
class _Changes:
    fresh: list[SendingEntry] = field(default_factory=list)
    changed: list[SendingEntry] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed or self.stale)


_Item = tuple[Entry, ListEntry, Delivery]


def prepare_sendings(
    listed: Sequence[tuple[Entry, ListEntry]],
    facts: MonthFacts,
    period: Period,
    policy: Policy,
    now: dt.datetime,
) -> bool:
    """Make the copies that wait to be sent those of the `listed` entries. Returns whether anything changed.

    A copy that was sent stays word for word; if its entry no longer goes to that unit it is marked as withdrawn, and
    with the last such copy of a household goes the unit's leave to open it. A copy that waits keeps its due day: making
    the lists again puts off no deadline. A sending that is left without copies vanishes, and its duty with it.
    """
    wanted = _wanted(listed, period, policy, now)
    units = {unit.code: unit for unit in Unit.objects.select_related("agency")}
    sendings = {
        (sending.list_code, sending.unit.code): sending
        for sending in ListSending.objects.filter(period=period.first_day).select_related("unit")
    }
    for (list_code, unit_code), items in sorted(wanted.items()):
        if (list_code, unit_code) not in sendings:
            sendings[(list_code, unit_code)] = ListSending.objects.create(
                list_code=list_code,
                period=period.first_day,
                unit=units[unit_code],
                due_at=end_of_day(min(delivery.due_on for _, _, delivery in items)),
                citation=str(items[0][2].citation),
                note=duties.OURS if any(delivery.due_is_ours for _, _, delivery in items) else "",
                made_at=now,
            )
    copies: dict[int, dict[int, SendingEntry]] = defaultdict(dict)
    for copy in SendingEntry.objects.filter(sending__period=period.first_day).order_by("pk"):
        copies[copy.sending_id][copy.entry_id] = copy
    phone_book = contacts()
    changes = _Changes()
    for key, sending in sorted(sendings.items()):
        agency = AgencyCode(units[sending.unit.code].agency.code)
        fields = visible_fields(ListCode(sending.list_code), agency, policy=policy, on=period.first_day)
        have = copies[sending.pk]
        for entry, row, delivery in wanted.get(key, ()):
            shown = copy_fields(entry, facts, phone_book, agency, fields)
            _keep_copy(have.pop(row.pk, None), sending, row, delivery, shown, fields, changes)
        _drop(have.values(), changes)
    _write(changes)
    duties.renew_sending(sendings.values(), now)
    duties.renew_answering(sendings.values(), now)
    return bool(changes)


def _wanted(
    listed: Iterable[tuple[Entry, ListEntry]], period: Period, policy: Policy, now: dt.datetime
) -> dict[tuple[str, str], list[_Item]]:
    """(list, unit code) to what that unit must get, by the rule or because the office sent it elsewhere. Bureaus without
    a unit for an entry are noted on the entry."""
    where = jurisdictions(period.first_day)
    made_on = timezone.localdate(now)
    elsewhere = redirections(period, {unit.code: unit for unit in where.units}, policy=policy, on=made_on)
    wanted: dict[tuple[str, str], list[_Item]] = defaultdict(list)
    noted: list[ListEntry] = []
    for entry, row in listed:
        notes: list[str] = []
        taken: set[str] = set()
        by_rule = receivers(
            entry.list_code, entry.decision, entry.household, where, policy=policy, made_on=made_on
        )
        for delivery in (*by_rule, *elsewhere.get(row.pk, ())):
            if delivery.unit is None:
                notes.append(delivery.note)
            elif delivery.unit.code not in taken:
                taken.add(delivery.unit.code)
                wanted[(entry.list_code.value, delivery.unit.code)].append((entry, row, delivery))
        if row.undelivered != notes:
            row.undelivered = notes
            noted.append(row)
    ListEntry.objects.bulk_update(noted, ["undelivered"], batch_size=500)
    return wanted


def _keep_copy(
    copy: SendingEntry | None,
    sending: ListSending,
    row: ListEntry,
    delivery: Delivery,
    shown: dict[str, str],
    fields: tuple[ListField, ...],
    changes: _Changes,
) -> None:
    if copy is None:
        changes.fresh.append(
            SendingEntry(
                sending=sending,
                entry=row,
                unit_id=sending.unit_id,
                household_id=row.household_id,
                standing=row.standing,
                citation=row.citation,
                shown=shown,
                due_on=delivery.due_on,
                note=delivery.note,
            )
        )
        return
    values: dict[str, object] = {"standing": row.standing}
    if copy.sent_at is None:
        values |= {"citation": row.citation, "shown": shown, "household_id": row.household_id}
    elif copy.standing != Standing.WITHDRAWN:
        return
    else:
        values["note"] = delivery.note
    if any(getattr(copy, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(copy, name, value)
        changes.changed.append(copy)


def _drop(copies: Iterable[SendingEntry], changes: _Changes) -> None:
    for copy in copies:
        if copy.sent_at is None:
            changes.stale.append(copy.pk)
        elif copy.standing != Standing.WITHDRAWN:
            copy.standing, copy.note = Standing.WITHDRAWN.value, NO_LONGER
            changes.changed.append(copy)


def _write(changes: _Changes) -> None:
    SendingEntry.objects.filter(pk__in=changes.stale).delete()
    SendingEntry.objects.bulk_update(
        changes.changed, ["standing", "citation", "shown", "household", "note"], batch_size=500
    )
    SendingEntry.objects.bulk_create(changes.fresh, batch_size=500)
    moved: dict[int, set[int]] = defaultdict(set)
    for copy in changes.changed:
        if copy.sent_at is not None:
            moved[copy.unit_id].add(copy.household_id)
    for unit_id, households in moved.items():
        renew_grants(unit_id, households)
