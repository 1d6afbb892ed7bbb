"""The two ways into the database do not drift apart: a past written in bulk, and the same deeds by the real actions."""

from __future__ import annotations

import pytest
from django.db import transaction

from anwang.people.registry.actions import renew_own_service_grants, renew_search_keys
from anwang.people.registry.models import SearchKey, ViewGrant
from anwang.platform.context import SYSTEM, acting
from anwang.simulate.past.writing import write_deeds

from .by_actions import done_by_members
from .kept import differences, kept
from .told import NOW, everybody, told

pytestmark = pytest.mark.django_db


def grants() -> tuple[int, int]:
    with acting(SYSTEM):
        return ViewGrant.objects.count(), SearchKey.objects.count()


def test_what_is_written_in_bulk_is_what_the_actions_keep() -> None:
    everybody()
    done = told().deeds
    with transaction.atomic():
        write_deeds(done, truth={}, now=NOW)
        in_bulk, granted = kept(), grants()
        transaction.set_rollback(True)
    done_by_members(done, NOW.date())
    with acting(SYSTEM):
        renew_search_keys()
        renew_own_service_grants(now=NOW)
    assert "\n".join(differences(in_bulk, kept())) == ""
    assert grants() == granted
