"""Leave to open a household by a list that was received: while the unit must act on a copy about it, and some days on.

The last day is written into the leave itself, so it ends though nobody ends it (row security asks for the day).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from anwang.people.registry.models import ViewGrant
from anwang.platform.county_policy import policy_in_force
from anwang.standard.record import Period

from .copy_states import HELD
from .facts import ListCode
from .models import SendingEntry
from .receivers import leave_until


@dataclass(frozen=True, slots=True)
class _Leave:
    until_on: dt.date
    since: dt.datetime
    reason: str


def renew_grants(unit_id: int, households: Iterable[int]) -> None:
    """Make a unit's leave to open these households that of the copies that it was sent and still holds."""
    wanted = _wanted(unit_id, set(households))
    grants = ViewGrant.objects.filter(
        unit_id=unit_id, household_id__in=set(households), kind=ViewGrant.Kind.RECEIVED_LIST
    )
    grants.exclude(household_id__in=list(wanted)).delete()
    have = {grant.household_id: grant for grant in grants}
    changed = []
    for household_id, grant in have.items():
        leave = wanted[household_id]
        if (grant.until_on, grant.reason) != (leave.until_on, leave.reason):
            grant.until_on, grant.reason = leave.until_on, leave.reason
            changed.append(grant)
    ViewGrant.objects.bulk_update(changed, ["until_on", "reason"], batch_size=500)
    ViewGrant.objects.bulk_create(
        [
            ViewGrant(
                unit_id=unit_id,
                household_id=household_id,
                kind=ViewGrant.Kind.RECEIVED_LIST,
                reason=leave.reason,
                granted_at=leave.since,
                until_on=leave.until_on,
            )
            for household_id, leave in sorted(wanted.items())
            if household_id not in have
        ]
    )


def _wanted(unit_id: int, households: set[int]) -> dict[int, _Leave]:
    """Household to the leave that lasts longest. What was sent again after a return counts from that day."""
    policy = policy_in_force()
    found: dict[int, _Leave] = {}
    for household_id, list_code, period, sent_at, again_at in (
        SendingEntry.objects.filter(HELD, unit_id=unit_id, household_id__in=households)
        .values_list("household_id", "sending__list_code", "sending__period", "sent_at")
        .annotate(Max("listreturn__answer__answered_at"))
        .order_by("sending__period", "pk")
    ):
        since = max(sent_at, again_at or sent_at)
        month_end = Period(period.year, period.month).last_day
        until_on = leave_until(month_end, timezone.localdate(since), policy=policy)
        if household_id not in found or found[household_id].until_on <= until_on:
            found[household_id] = _Leave(until_on, since, f"{ListCode(list_code).label}名單")
    return found
