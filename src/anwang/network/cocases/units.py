"""The county's units as the rule of receivers wants them, and whom to call at each bureau."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from anwang.agencies.models import Unit as AgencyUnit
from anwang.agencies.queries import centre_of_township
from anwang.standard.codes import AgencyCode

from .receivers import Duty, Jurisdictions, Unit

_BUREAU_DUTIES: dict[AgencyCode, frozenset[Duty]] = {
    AgencyCode.HEALTH: frozenset({Duty.GENERAL, Duty.SUICIDE, Duty.MENTAL, Duty.DRUG}),
}


def jurisdictions(on: dt.date) -> Jurisdictions:
    """Welfare centres with their townships, and the head office of every other bureau.

    The social bureau's office makes the lists and sends them; what a clause gives to the social side goes to the
    centre of the township (001 參三(六)2(2)).
    """
    townships: dict[str, set[str]] = defaultdict(set)
    for township, unit in centre_of_township(on).items():
        townships[unit.code].add(township)
    units = []
    for unit in AgencyUnit.objects.select_related("agency").order_by("pk"):
        agency = AgencyCode(unit.agency.code)
        if unit.kind == AgencyUnit.Kind.WELFARE_CENTER:
            units.append(
                Unit(agency, unit.code, unit.name, frozenset({Duty.CENTRE}), frozenset(townships[unit.code]))
            )
        elif unit.kind == AgencyUnit.Kind.OFFICE and agency is not AgencyCode.SOCIAL:
            duties = _BUREAU_DUTIES.get(agency, frozenset({Duty.GENERAL}))
            units.append(Unit(agency, unit.code, unit.name, duties))
    return Jurisdictions(tuple(units))


def contacts() -> dict[AgencyCode, str]:
    """Bureau to its contact: 「社安網聯絡人 03-0000-201」."""
    return {
        AgencyCode(unit.agency.code): " ".join(filter(None, (unit.contact, unit.phone)))
        for unit in AgencyUnit.objects.filter(kind=AgencyUnit.Kind.OFFICE).select_related("agency")
    }
