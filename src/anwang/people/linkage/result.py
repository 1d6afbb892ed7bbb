"""What the linkage takes beside the records, and what it gives: frozen values, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from anwang.standard.record import Period

from .model import LinkageModel


@dataclass(frozen=True, slots=True)
class LinkDecisions:
    """What persons decided in 比對覆核: pairs of record keys that are one person, and that are not."""

    must: frozenset[tuple[int, int]] = frozenset()
    cannot: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Previous:
    """The last run: which person and household each record was given, and the next free numbers."""

    person_of: Mapping[int, int] = field(default_factory=dict)
    household_of: Mapping[int, int] = field(default_factory=dict)
    next_person: int = 1
    next_household: int = 1


class Strength(StrEnum):
    """How much a piece of evidence says, by its weight in bits."""

    VERY_STRONG = "很強"
    STRONG = "強"
    MEDIUM = "中"
    WEAK = "弱"
    AGAINST = "不利"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One comparison of a pair: what was compared, how far it agreed, and its weight in bits (log2 of m/u)."""

    comparison: str
    label: str
    finding: str
    bits: float
    strength: Strength


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that speak most for (or against) two sets of records being one person.

    `probability` is of the sets being one person, with all their records; `contributions` add up to its log2 odds.
    """

    left: int
    right: int
    probability: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class ReviewPair(Pair):
    """A pair for 比對覆核. `linked`: the two stand as one person until somebody decides otherwise; `by_lot`: drawn, so
    that how good the matching is can be estimated."""

    linked: bool
    reason: str
    by_lot: bool = False


class EvidenceKind(StrEnum):
    REGISTER = "register"
    ADDRESS = "address"
    NAMED = "named"
    PHONE = "phone"
    KIN = "kin"
    ALONE = "alone"

    @property
    def label(self) -> str:
        return {
            "register": "戶號", "address": "地址", "named": "照顧者或案主", "phone": "電話", "kin": "親屬稱謂與姓氏", "alone": "無同住線索",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HomeEvidence:
    """Why a person belongs to a household: kind, strength, zh-TW text, its records, first and last month it was seen."""

    kind: EvidenceKind
    strength: Strength
    text: str
    records: tuple[int, ...]
    first: Period
    last: Period


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in a household, from the first to the last month that records show it. `current`: his home now."""

    person: int
    first: Period
    last: Period
    current: bool
    evidence: tuple[HomeEvidence, ...]


@dataclass(frozen=True, slots=True)
class HouseholdGroup:
    """One household and who lives there, or has."""

    household: int
    memberships: tuple[Membership, ...]


class EventKind(StrEnum):
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class IdentityEvent:
    """Previous numbers that became one (`merged`: `before` many, `after` one), or one that became several."""

    kind: EventKind
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinkageResult:
    """Everything a run found. Maps are by record key, `records_of` by person."""

    person_of: Mapping[int, int]
    household_of: Mapping[int, int]
    records_of: Mapping[int, tuple[int, ...]]
    households: Mapping[int, HouseholdGroup]
    review: tuple[ReviewPair, ...]
    person_events: tuple[IdentityEvent, ...]
    household_events: tuple[IdentityEvent, ...]
    next_person: int
    next_household: int
    model: LinkageModel
    report: Mapping[str, Any]
