"""Sending elsewhere what a unit gave back: the copy for the other unit, and that it survives a new making."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.utils import timezone

from anwang.agencies.models import Unit as AgencyUnit
from anwang.platform.county_policy import policy_in_force
from anwang.platform.due_rules import end_of_day
from anwang.policy import Policy
from anwang.standard.codes import AgencyCode
from anwang.standard.record import Period

from . import duties
from .errors import SendingError
from .facts import ListCode
from .models import ListSending, ReturnAnswer, SendingEntry
from .receivers import Delivery, Step, Unit, visible_fields
from .returning import ReturnOutcome, may_take
from .units import jurisdictions

CENTRE, UNIT, AT_ONCE = "deadline.to_centre.days", "deadline.to_units.days", "deadline.missing_child.days"


def units_that_may_take(of: ListSending, on: dt.date) -> list[AgencyUnit]:
    """Where what this list's unit gave back may be sent: a unit that the making of lists knows, so that it stays there."""
    policy, list_code = policy_in_force(), ListCode(of.list_code)
    known = [unit.code for unit in jurisdictions(on).units]
    return [
        unit
        for unit in AgencyUnit.objects.exclude(pk=of.unit_id)
        .filter(code__in=known)
        .select_related("agency")
        .order_by("agency_id", "pk")
        if may_take(list_code, AgencyCode(unit.agency.code), _is_centre(unit), policy=policy, on=on)
    ]


def redirect_copy(copy: SendingEntry, unit: AgencyUnit, *, now: dt.datetime) -> ListSending:
    """Put the entry of `copy` into the list of `unit`, waiting to be sent. Runs as the system.

    Raises SendingError when that unit may not see the list, or had the entry before.
    """
    policy, on = policy_in_force(), timezone.localdate(now)
    list_code, agency = ListCode(copy.sending.list_code), AgencyCode(unit.agency.code)
    if unit.pk == copy.unit_id or not may_take(list_code, agency, _is_centre(unit), policy=policy, on=on):
        raise SendingError(f"{unit.name}不能收{list_code.label}名單，請選其他單位。")
    if SendingEntry.objects.filter(entry=copy.entry_id, unit=unit).exists():
        raise SendingError(f"{unit.name}的名單中已有這一列，請選其他單位或結案。")
    delivery = _delivery(list_code, agency, unit, policy, on, copy.unit)
    sending, _ = ListSending.objects.select_related("unit").get_or_create(
        list_code=list_code,
        period=copy.sending.period,
        unit=unit,
        defaults={
            "due_at": end_of_day(delivery.due_on),
            "citation": str(delivery.citation),
            "note": duties.OURS if delivery.due_is_ours else "",
            "made_at": now,
        },
    )
    fields = visible_fields(list_code, agency, policy=policy, on=copy.sending.period)
    same_bureau = copy.unit.agency_id == unit.agency_id
    source = copy.shown if same_bureau else copy.entry.shown
    SendingEntry.objects.create(
        sending=sending,
        entry=copy.entry,
        unit=unit,
        household_id=copy.household_id,
        standing=copy.entry.standing,
        citation=copy.citation,
        shown={field.value: source[field.value] for field in fields if field.value in source},
        due_on=delivery.due_on,
        note=delivery.note,
    )
    duties.renew_sending([sending], now)
    return sending


def redirections(
    period: Period, known: Mapping[str, Unit], *, policy: Policy, on: dt.date
) -> dict[int, list[Delivery]]:
    """Entry to where the office sent it besides the units of the rule; `known`: units by code."""
    found: dict[int, list[Delivery]] = defaultdict(list)
    for answer in (
        ReturnAnswer.objects.filter(
            outcome=ReturnOutcome.ELSEWHERE, answered__copy__sending__period=period.first_day
        )
        .select_related("to_unit__agency", "unit", "answered__copy__sending")
        .order_by("pk")
    ):
        to_unit, copy = answer.to_unit, answer.answered.copy
        if to_unit is not None and to_unit.code in known:
            agency = AgencyCode(to_unit.agency.code)
            list_code = ListCode(copy.sending.list_code)
            delivery = _delivery(list_code, agency, to_unit, policy, on, answer.unit, known[to_unit.code])
            found[copy.entry_id].append(delivery)
    return found


def _is_centre(unit: AgencyUnit) -> bool:
    return unit.kind == AgencyUnit.Kind.WELFARE_CENTER


def _delivery(
    list_code: ListCode,
    agency: AgencyCode,
    unit: AgencyUnit,
    policy: Policy,
    on: dt.date,
    came_from: AgencyUnit,
    known: Unit | None = None,
) -> Delivery:
    if list_code is ListCode.MISSING_CHILD:
        step, rule = Step.AT_ONCE, AT_ONCE
    else:
        step, rule = (Step.CENTRE, CENTRE) if _is_centre(unit) else (Step.UNIT, UNIT)
    return Delivery(
        agency=agency,
        unit=known or Unit(agency, unit.code, unit.name, frozenset()),
        step=step,
        due_on=on + dt.timedelta(days=policy.number(rule, on=on)),
        citation=policy.citation(rule),
        due_is_ours=policy.is_ours(rule),
        note=f"{came_from.name}退回後改送。",
    )
