"""Facts that the list rules decide on: a household, its members, who serves them. Built by `queries`, pure here.

Names are not needed to decide; `label` is only how a reason calls a person, masked or not as the caller likes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from anwang.standard.codes import AgencyCode, Relation, RosterCode, Sex
from anwang.standard.record import Period


class ListCode(StrEnum):
    """The four monthly lists of 001 參三(六)."""

    COCASE = "cocase"
    XINGFU = "xingfu"
    HIGH_RISK_CHILD = "high_risk_child"
    MISSING_CHILD = "missing_child"

    @property
    def label(self) -> str:
        return {
            "cocase": "共案",
            "xingfu": "幸扶守護",
            "high_risk_child": "兒少高危機",
            "missing_child": "行方不明兒少",
        }[self.value]


class RelationTo(StrEnum):
    """Whom a relation is to: the register's head (戶長) or the client of a case (案主)."""

    HEAD = "head"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class BirthBounds:
    """The earliest and latest possible birth date. None is open.

    `stated` is True when a record says so (a full date, or a year that gives its first and last day); False when it
    was inferred. `source` says from what, as reasons print it: 「戶籍資料查詢」, 「戶內稱謂「配偶」」.
    """

    earliest: dt.date | None
    latest: dt.date | None
    stated: bool
    source: str


@dataclass(frozen=True, slots=True)
class Service:
    """One agency serving one person in one month, by one roster.

    `unit` is "" when the roster names none. `details` are the list's own fields under the standard's names.
    """

    agency: AgencyCode
    roster: RosterCode
    period: Period
    record_keys: tuple[str, ...]
    unit: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carer:
    """The main carer that a child's record names. `person_key` is None when no person could be found for the name."""

    label: str
    person_key: str | None
    record_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household.

    `relation` is to the head or to the client, as `relation_to` says; `relation_raw` is the word that was written.
    `registered`: the household register returned this person. `record_keys` are all records of the person.
    `deceased`: a record writes 歿 beside the name, which is often a slip (see `carers`); `death_disputed`: at least as
    many records of the month list the person without it.
    `disabled` is None when no record says (no roster does at present).
    """

    key: str
    label: str = ""
    birth: BirthBounds | None = None
    sex: Sex | None = None
    relation: Relation | None = None
    relation_to: RelationTo = RelationTo.HEAD
    relation_raw: str = ""
    services: tuple[Service, ...] = ()
    record_keys: tuple[str, ...] = ()
    registered: bool = False
    carer: Carer | None = None
    deceased: bool = False
    death_disputed: bool = False
    disabled: bool | None = None

    @property
    def is_kin(self) -> bool:
        """Kin unless a record says otherwise: people of one household mostly are."""
        return self.relation is not Relation.NOT_KIN


@dataclass(frozen=True, slots=True)
class Absent:
    """A person whom records name as living in the household but who is not among its members.

    `role` is how the record names them (案主, 戶長). `record_keys` are the records that do.
    """

    role: str
    label: str
    record_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """A household in one month, with the persons it is known to have."""

    key: str
    members: tuple[Member, ...]
    township: str = ""
    absent: tuple[Absent, ...] = ()

    def member(self, key: str) -> Member | None:
        return next((m for m in self.members if m.key == key), None)

    @property
    def services(self) -> tuple[tuple[Member, Service], ...]:
        return tuple((member, service) for member in self.members for service in member.services)
