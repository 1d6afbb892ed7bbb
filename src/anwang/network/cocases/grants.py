"""Leave to open a household by a list that was received: it lasts as long as the unit must act on a copy about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from anwang.people.registry.models import ViewGrant

from .copy_states import HELD
from .models import ListSending, SendingEntry


def renew_grant(copy: SendingEntry) -> None:
    """A unit may open a household as long as one copy about it that it was sent still stands and is not given back."""
    stands = SendingEntry.objects.filter(HELD, unit_id=copy.unit_id, household_id=copy.household_id).exists()
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
