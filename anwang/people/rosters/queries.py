"""Reads of the rosters room: receipts, refused rows and notes, as row security lets the acting unit see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.standard.codes import RosterCode

from .models import RosterReceipt, RosterRemark


def receipts(limit: int = 200) -> list[RosterReceipt]:
    """The youngest receipts first."""
    return list(RosterReceipt.objects.select_related("agency", "unit").order_by("-loaded_at", "-pk")[:limit])


def receipt(receipt_id: int) -> RosterReceipt | None:
    return RosterReceipt.objects.select_related("agency", "unit", "replaces").filter(pk=receipt_id).first()


def refused_rows(of: RosterReceipt) -> list[RosterRemark]:
    return list(
        RosterRemark.objects.filter(receipt=of, kind=RosterRemark.Kind.REFUSED).order_by("sheet", "line", "pk")
    )


def notes(of: RosterReceipt, limit: int = 500) -> list[RosterRemark]:
    return list(
        RosterRemark.objects.filter(receipt=of, kind=RosterRemark.Kind.NOTE).order_by("sheet", "line", "pk")[:limit]
    )


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One of the nine rosters in one month: the receipt in force, or None while it has not come."""

    roster: RosterCode
    receipt: RosterReceipt | None


def month(period: dt.date) -> list[MonthLine]:
    """What has come for a month, roster by roster."""
    latest: dict[str, RosterReceipt] = {}
    for found in (
        RosterReceipt.objects.filter(period=period, state=RosterReceipt.State.ACCEPTED)
        .select_related("agency")
        .order_by("pk")
    ):
        latest[found.roster] = found
    return [MonthLine(roster, latest.get(roster)) for roster in RosterCode]
