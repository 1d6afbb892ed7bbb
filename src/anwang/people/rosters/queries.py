"""Reads of the rosters room: receipts, refused rows and notes, as row security lets the acting unit see them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from anwang.agencies.rules import Permission, permissions_of
from anwang.platform.context import AccessContext, Actor
from anwang.standard.codes import RosterCode

from .models import RosterReceipt, RosterRemark
from .parts import heads_of

Kind = RosterRemark.Kind


def receipts(limit: int = 200) -> list[RosterReceipt]:
    """The youngest receipts first."""
    return list(_receipts()[:limit])


def receipts_where(
    *, agency: str = "", state: str = "", period: dt.date | None = None
) -> QuerySet[RosterReceipt]:
    """Receipts of one bureau (code), one state, one month; the youngest first. Empty values do not narrow."""
    found = _receipts()
    if agency:
        found = found.filter(agency__code=agency)
    if state:
        found = found.filter(state=state)
    return found.filter(period=period) if period else found


def _receipts() -> QuerySet[RosterReceipt]:
    return RosterReceipt.objects.select_related("agency", "unit").order_by("-loaded_at", "-pk")


def receipt(receipt_id: int) -> RosterReceipt | None:
    return RosterReceipt.objects.select_related("agency", "unit", "replaces").filter(pk=receipt_id).first()


def corrected_by(of: RosterReceipt) -> RosterReceipt | None:
    """The receipt that took the place of this one, or None while it is in force."""
    later = Q(replaces=of) | Q(recognition__also_replaces__contains=[of.pk])
    return RosterReceipt.objects.filter(later).order_by("pk").first()


def refused_rows(of: RosterReceipt) -> list[RosterRemark]:
    return list(remarks(of, Kind.REFUSED))


def remarks(of: RosterReceipt, *kinds: str) -> QuerySet[RosterRemark]:
    """What a receipt says about rows, in the order of the file."""
    return RosterRemark.objects.filter(receipt=of, kind__in=kinds).order_by("sheet", "line", "pk")


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes of one kind on accepted rows; `examples` are the first of them."""

    code: str
    reason: str
    count: int
    examples: tuple[RosterRemark, ...]


def notes(of: RosterReceipt, limit: int = 500) -> list[RosterRemark]:
    return list(remarks(of, Kind.NOTE)[:limit])


def note_groups(of: RosterReceipt, examples: int = 10) -> list[NoteGroup]:
    """The notes by kind, the commonest first."""
    groups: dict[str, list[RosterRemark]] = defaultdict(list)
    for note in remarks(of, Kind.NOTE):
        groups[note.field].append(note)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [NoteGroup(code, found[0].reason, len(found), tuple(found[:examples])) for code, found in ordered]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One of the nine rosters in one month: the youngest receipt in force, or None while it has not come.

    `parts`: all receipts in force; more than one where the month came in parts.
    """

    roster: RosterCode
    receipt: RosterReceipt | None
    parts: tuple[RosterReceipt, ...] = ()

    @property
    def accepted(self) -> int:
        return sum(part.accepted for part in self.parts)

    @property
    def refused(self) -> int:
        return sum(part.refused for part in self.parts)


def month(period: dt.date) -> list[MonthLine]:
    """What has come for a month, roster by roster."""
    came: dict[str, list[RosterReceipt]] = defaultdict(list)
    for found in (
        RosterReceipt.objects.filter(period=period, state=RosterReceipt.State.ACCEPTED)
        .select_related("agency")
        .order_by("pk")
    ):
        came[found.roster].append(found)
    lines = []
    for roster in RosterCode:
        parts = tuple(head for head, _ in heads_of(came[roster]))
        lines.append(MonthLine(roster, parts[-1] if parts else None, parts))
    return lines


def months_with_receipts() -> list[dt.date]:
    """First days of the months that a roster has come for, the youngest first."""
    found = RosterReceipt.objects.filter(period__isnull=False).values_list("period", flat=True).distinct()
    return sorted((period for period in found if period), reverse=True)


def rosters_of(context: AccessContext, agency_codes: dict[str, int]) -> tuple[RosterCode, ...]:
    """The rosters that the acting member may load: the data engineer all nine, a liaison the own bureau's.

    `agency_codes` is `agencies.queries.agency_ids()`.
    """
    if context.actor is Actor.SYSTEM or "data_engineer" in context.roles:
        return tuple(RosterCode)
    if Permission.LOAD_ROSTERS not in permissions_of(context.roles):
        return ()
    return tuple(roster for roster in RosterCode if agency_codes.get(roster.agency) == context.agency_id)
