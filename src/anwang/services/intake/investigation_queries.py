"""Reads of investigations: the unit's list, and one with its report and its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from anwang.agencies.models import Member
from anwang.agencies.rules import ROLE_PERMISSIONS, Permission, permissions_of
from anwang.platform.models import Decision

from .models import Investigation, ReportPerson
from .process import InvestigationState

SUBJECT = "investigation"


@dataclass(frozen=True, slots=True)
class InvestigationView:
    """One investigation, the persons of its report, and what was decided, the youngest first."""

    investigation: Investigation
    persons: tuple[ReportPerson, ...]
    decisions: tuple[Decision, ...]


def investigations(*, open_only: bool) -> QuerySet[Investigation]:
    """Those that row security shows: the open ones by their clock, the concluded ones by age."""
    found = Investigation.objects.select_related("report", "worker", "unit")
    if open_only:
        return found.filter(state=InvestigationState.OPEN).order_by("conclusion_due_at", "pk")
    return found.exclude(state=InvestigationState.OPEN).order_by("-concluded_at", "-pk")


def investigation_view(investigation_id: int) -> InvestigationView | None:
    """None when there is none that the acting unit may read."""
    made = (
        Investigation.objects.select_related("report", "worker", "unit", "decision")
        .filter(pk=investigation_id)
        .first()
    )
    if made is None:
        return None
    persons = ReportPerson.objects.filter(report=made.report, withdrawn_at__isnull=True).order_by("number")
    decisions = (
        Decision.objects.filter(
            subject_kind=SUBJECT, subject_id=str(made.pk), made_by_member_id__isnull=False
        )
        .select_related("overrules")
        .order_by("-pk")
    )
    return InvestigationView(made, tuple(persons), tuple(decisions))


def investigations_of_reports(report_ids: Collection[int], unit_id: int) -> dict[int, int]:
    """The unit's investigations of reports, by report; of several the youngest."""
    found = Investigation.objects.filter(report_id__in=report_ids, unit_id=unit_id).order_by("pk")
    return dict(found.values_list("report_id", "pk"))


def members_of(unit_id: int, on: dt.date) -> list[Member]:
    """Who may be given an investigation: the active members who hold a post in the unit on a day, in a role that works on
    cases (a clerk could not open it)."""
    working = [role for role in ROLE_PERMISSIONS if Permission.WORK_CASES in permissions_of((role,))]
    held = Q(post__until_on__isnull=True) | Q(post__until_on__gte=on)
    found = Member.objects.filter(
        held, post__unit_id=unit_id, post__from_on__lte=on, post__role__in=working, is_active=True
    )
    return list(found.distinct().order_by("name", "pk"))
