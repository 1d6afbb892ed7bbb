"""What follows when a dispatch was accepted: the investigation that began, the case that was opened, or opening one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from anwang.agencies.rules import Permission, permissions_of
from anwang.platform.context import AccessContext
from anwang.services.cases.queries import cases_of_dispatches
from anwang.services.dispatch.holding import still_with_unit
from anwang.services.dispatch.models import Dispatch
from anwang.services.dispatch.process import DispatchState
from anwang.services.intake.investigation_queries import investigations_of_reports


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where the work goes on. `is_due`: nothing was opened yet."""

    label: str
    href: str
    is_due: bool = False


def next_steps(dispatches: Collection[Dispatch], access: AccessContext) -> dict[int, NextStep]:
    """By dispatch, for those that the unit accepted; nothing for who does not work with cases, nor for a report that
    went to another unit before anything was opened."""
    taken = [each for each in dispatches if each.state == DispatchState.ACCEPTED]
    if not taken or Permission.WORK_CASES not in permissions_of(access.roles):
        return {}
    cases = cases_of_dispatches([each.pk for each in taken])
    looked_into = investigations_of_reports([each.report_id for each in taken], access.unit_id or 0)
    here = still_with_unit(taken)
    found = {}
    for each in taken:
        if each.pk in cases:
            case = cases[each.pk]
            found[each.pk] = NextStep(f"個案 {case.number}", reverse("case", args=[case.pk]))
        elif each.purpose == Dispatch.Purpose.INVESTIGATE:
            if each.report_id in looked_into:
                number = looked_into[each.report_id]
                found[each.pk] = NextStep("看調查", reverse("investigation", args=[number]))
        elif each.pk in here:
            found[each.pk] = NextStep("開案…", f"{reverse('case-open')}?dispatch={each.pk}", is_due=True)
    return found
