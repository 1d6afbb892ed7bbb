"""為什麼說是同一家: the evidence of `HouseholdMembership.evidence`, as far as the reader may see it. Pure.

The stored list has objects {"kind", "label", "text", "strength", "records"} (people/linkage): label names the kind
(戶號, 地址 …), text says it for people, strength is one of `STRENGTHS`, records are row numbers of source records. Text
may quote another unit's record, so it is shown only to whom all the records are visible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STRENGTHS = ("很強", "強", "中", "弱", "不利")
_NO_EVIDENCE = "alone"  # the kind that says that nothing was found


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One reason in words, its strength, and how many of the reader's own records say so."""

    text: str
    strength: str
    records: int


def evidence_lines(
    evidence: Iterable[Mapping[str, Any]], visible: Collection[int]
) -> tuple[list[EvidenceLine], int]:
    """The lines to show, the strongest first, and how many further reasons rest on other units' records alone."""
    merged: dict[tuple[str, str], tuple[str, set[int]]] = {}
    for item in evidence:
        if item.get("kind") == _NO_EVIDENCE:
            continue
        key = (str(item.get("label") or "其他線索"), str(item.get("text", "")))
        strength, records = merged.get(key, (str(item.get("strength", "")), set()))
        merged[key] = (strength, records | {int(number) for number in item.get("records", ())})
    shown: dict[str, EvidenceLine] = {}
    elsewhere = 0
    for (label, text), (strength, records) in merged.items():
        own = records & set(visible)
        if not own:
            elsewhere += 1
            continue
        said = text if own == records and text else f"{label}（與其他單位的紀錄相符）"
        before = shown.get(said)
        if before is None or _rank(strength) < _rank(before.strength):
            shown[said] = EvidenceLine(said, strength, len(own))
    return sorted(shown.values(), key=lambda line: (_rank(line.strength), line.text)), elsewhere


def _rank(strength: str) -> int:
    return STRENGTHS.index(strength) if strength in STRENGTHS else len(STRENGTHS)
