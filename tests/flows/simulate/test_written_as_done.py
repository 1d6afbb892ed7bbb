"""The two ways into the database do not drift apart: a past written in bulk, and the same deeds by the real actions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from anwang.people.registry.models import SearchKey, ViewGrant
from anwang.people.registry.renewing import renew_own_service_grants, renew_search_keys
from anwang.platform.context import SYSTEM, acting
from anwang.simulate.past import deeds
from anwang.simulate.past.writing import write_deeds

from .by_actions import done_by_members
from .kept import differences, kept
from .told import NOW, everybody, told

pytestmark = pytest.mark.django_db


def grants() -> tuple[int, int]:
    with acting(SYSTEM):
        return ViewGrant.objects.count(), SearchKey.objects.count()


def sample() -> tuple[deeds.Deed, ...]:
    """A past of few months and homes in which everything is done that can be done."""
    return told(100, dt.date(2025, 8, 1), NOW, 125).deeds


def test_the_sample_has_deeds_of_every_sort() -> None:
    kinds = {
        kind
        for kind in vars(deeds).values()
        if isinstance(kind, type) and issubclass(kind, deeds.Deed) and not kind.__subclasses__()
    }
    done = sample()
    assert {type(deed) for deed in done} == kinds
    assert {bool(deed.returned_for) for deed in done if isinstance(deed, deeds.PlanAnswered)} == {True, False}
    assert len({deed.programme for deed in done if isinstance(deed, deeds.CaseOpened)}) >= 12


@pytest.mark.parametrize("joins", [False, True])
def test_what_is_written_in_bulk_is_what_the_actions_keep(joins: bool) -> None:
    """`joins`: another past, in which units took reports of families that they serve."""
    everybody()
    done = told(100, dt.date(2025, 8, 1), NOW, 4).deeds if joins else sample()
    with transaction.atomic():
        write_deeds(done, truth={}, now=NOW)
        in_bulk, granted = kept(), grants()
        assert bool(in_bulk["ReportJoined"]) is joins
        assert in_bulk["ReportSeen"]
        transaction.set_rollback(True)
    done_by_members(done, NOW.date())
    with acting(SYSTEM):
        renew_search_keys()
        renew_own_service_grants(now=NOW)
    assert "\n".join(differences(in_bulk, kept())) == ""
    assert grants() == granted
