"""Putting each entry into the sending of every unit that must get it, as the copy that the unit may see."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Min, Q
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.people.registry.models import ViewGrant
from anwang.policy import Policy
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period

from . import duties
from .deciding import Entry
from .facts import ListCode
from .models import ListEntry, ListSending, SendingEntry
from .month import MonthFacts
from .receivers import Delivery, ListField, receivers, visible_fields
from .rules import Standing
from .shown import copy_fields
from .units import contacts, jurisdictions

OURS = "期限為本系統預設，待縣府核定"
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
                note=OURS if any(delivery.due_is_ours for _, _, delivery in items) else "",
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
    _renew_duties(sendings.values(), now)
    return bool(changes)


def end_of_day(day: dt.date) -> dt.datetime:
    """The last minute of a day, local time: a duty of a day may be done until then."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


def _wanted(
    listed: Iterable[tuple[Entry, ListEntry]], period: Period, policy: Policy, now: dt.datetime
) -> dict[tuple[str, str], list[_Item]]:
    """(list, unit code) to what that unit must get. Bureaus without a unit for an entry are noted on the entry."""
    where = jurisdictions(period.first_day)
    made_on = timezone.localdate(now)
    wanted: dict[tuple[str, str], list[_Item]] = defaultdict(list)
    noted: list[ListEntry] = []
    for entry, row in listed:
        notes: list[str] = []
        for delivery in receivers(
            entry.list_code, entry.decision, entry.household, where, policy=policy, made_on=made_on
        ):
            if delivery.unit is None:
                notes.append(delivery.note)
            else:
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
        values["note"] = ""
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
    for copy in changes.changed:
        if copy.sent_at is not None:
            _renew_grant(copy)


def _renew_grant(copy: SendingEntry) -> None:
    """A unit may open a household as long as one copy about it that it was sent still stands."""
    stands = (
        SendingEntry.objects.filter(
            unit_id=copy.unit_id, household_id=copy.household_id, sent_at__isnull=False
        )
        .exclude(standing=Standing.WITHDRAWN)
        .exists()
    )
    grant = ViewGrant.objects.filter(
        unit_id=copy.unit_id, household_id=copy.household_id, kind=ViewGrant.Kind.RECEIVED_LIST
    )
    if not stands:
        grant.delete()
    elif not grant.exists() and copy.sent_at is not None:
        grant_households(copy.sending, [copy.household_id], copy.sent_at)


def grant_households(sending: ListSending, households: Iterable[int], now: dt.datetime) -> None:
    """Let the receiving unit open these households."""
    ViewGrant.objects.bulk_create(
        [
            ViewGrant(
                unit_id=sending.unit_id,
                household_id=household_id,
                kind=ViewGrant.Kind.RECEIVED_LIST,
                reason=f"{sending.get_list_code_display()}名單",
                granted_at=now,
            )
            for household_id in sorted(set(households))
        ],
        ignore_conflicts=True,
    )


def _renew_duties(sendings: Iterable[ListSending], now: dt.datetime) -> None:
    waiting = dict(
        SendingEntry.objects.filter(sending__in=[s.pk for s in sendings], sent_at__isnull=True)
        .values_list("sending_id")
        .annotate(Min("due_on"))
    )
    any_copy = set(
        SendingEntry.objects.filter(Q(sending__in=[s.pk for s in sendings])).values_list(
            "sending_id", flat=True
        )
    )
    for sending in sendings:
        if sending.pk in waiting:
            due_at = end_of_day(waiting[sending.pk])
            if sending.due_at != due_at:
                sending.due_at = due_at
                sending.save(update_fields=["due_at"])
            duties.open_sending(sending, now)
        else:
            duties.drop_sending(sending, now)
            if sending.pk not in any_copy:
                sending.delete()
