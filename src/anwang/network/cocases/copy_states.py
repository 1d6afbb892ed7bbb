"""What further rows say of a copy, as conditions for queries on `SendingEntry`. A receiving unit sees neither entries
nor decisions, so these ask in sub-queries and never join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from .models import ListEntry, ListReturn, SendingEntry
from .returning import CopyState, ReturnOutcome, copy_state
from .rules import Standing

IS_LEFT_OUT = Exists(ListEntry.objects.filter(pk=OuterRef("entry_id"), left_out__isnull=False))
_RETURNS = ListReturn.objects.filter(copy=OuterRef("pk"))
IS_RETURNED = Exists(_RETURNS.filter(answer=None))
IS_SETTLED = Exists(_RETURNS.filter(answer__outcome__in=[ReturnOutcome.ELSEWHERE, ReturnOutcome.CLOSED]))
# Waits to be sent; was sent and still holds; the unit must act on it.
WAITING = Q(sent_at__isnull=True) & ~IS_LEFT_OUT
IN_FORCE = Q(sent_at__isnull=False) & ~Q(standing=Standing.WITHDRAWN.value)
HELD = IN_FORCE & ~IS_RETURNED & ~IS_SETTLED


def returns_of(copies: Iterable[SendingEntry]) -> dict[int, list[ListReturn]]:
    """Copy to its returns in order, each with its answer."""
    found: dict[int, list[ListReturn]] = defaultdict(list)
    for row in (
        ListReturn.objects.filter(copy__in=[copy.pk for copy in copies])
        .select_related("answer__to_unit")
        .order_by("copy_id", "number")
    ):
        found[row.copy_id].append(row)
    return found


def state_of(returns: Iterable[ListReturn]) -> CopyState:
    """Where a copy stands after its returns."""
    return copy_state(outcome_of(row) for row in returns)


def outcome_of(row: ListReturn) -> ReturnOutcome | None:
    """What the office did with a return; None while it waits."""
    answer = getattr(row, "answer", None)
    return ReturnOutcome(answer.outcome) if answer is not None else None
