"""The receipts of a roster of one month that are in force, each with the record numbers that it stands for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from anwang.people.registry.models import SourceRecord

from .models import RosterReceipt

ALSO = "also_replaces"  # in `recognition`: further receipts that a file took the place of, besides `replaces`


@dataclass(frozen=True, slots=True)
class Part:
    """The youngest receipt of a part, all receipts of that part, and the numbers of its current records."""

    receipt: RosterReceipt
    receipts: frozenset[int]
    numbers: frozenset[str]


def parts_in_force(roster: str, month: dt.date) -> list[Part]:
    """The parts of a roster of a month, the oldest first; one, as a rule, none before the first load."""
    heads = heads_of(
        RosterReceipt.objects.filter(
            roster=roster, period=month, state=RosterReceipt.State.ACCEPTED
        ).order_by("pk")
    )
    numbers: dict[int, set[str]] = defaultdict(set)
    root = {receipt: head.pk for head, chain in heads for receipt in chain}
    for receipt, number in SourceRecord.objects.filter(
        roster=roster, period=month, withdrawn_at__isnull=True
    ).values_list("receipt", "record_number"):
        numbers[root.get(receipt, receipt)].add(number)
    return [Part(head, chain, frozenset(numbers[head.pk])) for head, chain in heads]


def heads_of(accepted: Iterable[RosterReceipt]) -> list[tuple[RosterReceipt, frozenset[int]]]:
    """The receipts that no other took the place of, each with those that it descends from and itself.

    `accepted`: the accepted receipts of one roster and month in the order of loading.
    """
    chains: dict[int, tuple[RosterReceipt, frozenset[int]]] = {}
    for receipt in accepted:
        chain = frozenset({receipt.pk})
        for earlier in replaced_by(receipt):
            chain |= chains.pop(earlier)[1] if earlier in chains else frozenset({earlier})
        chains[receipt.pk] = (receipt, chain)
    return list(chains.values())


def replaced_by(receipt: RosterReceipt) -> list[int]:
    """The receipts that this one took the place of."""
    also = receipt.recognition.get(ALSO, [])
    return [*([receipt.replaces_id] if receipt.replaces_id else []), *also]
