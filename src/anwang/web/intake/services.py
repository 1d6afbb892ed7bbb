"""Who serves the persons of a report now, and whom to call: existence and contact, whoever serves them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.people.linkage.lookup import ROLES
from anwang.people.linkage.lookup_reads import CurrentService, services_in
from anwang.people.registry.models import HouseholdMembership
from anwang.platform.context import AccessContext, Purpose, acting


def services_of(
    access: AccessContext, person_ids: Collection[int]
) -> Mapping[int, tuple[CurrentService, ...]]:
    """By person, the units that deal with them now; nothing for a role that enters no reports."""
    if not person_ids or not ROLES & set(access.roles):
        return {}
    with acting(replace(access, purpose=Purpose.INTAKE_MATCHING)):
        homes = HouseholdMembership.objects.filter(person_id__in=list(person_ids), until_on__isnull=True)
        _, found = services_in(set(homes.values_list("household_id", flat=True)), timezone.localdate())
    return {person: of_others(access, services) for person, services in found.items()}


def of_others(access: AccessContext, services: Iterable[CurrentService]) -> tuple[CurrentService, ...]:
    """The services but for the acting unit's own, each once: whom to call is not oneself."""
    own = Unit.objects.filter(pk=access.unit_id or 0).values_list("name", flat=True).first()
    return tuple(dict.fromkeys(service for service in services if service.unit != own))
