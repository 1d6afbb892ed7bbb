"""誰看過 of a person counts everything that showed them: the household's page, the month's list, a unit's copy."""

from __future__ import annotations

import pytest
from django.test import Client

from anwang.agencies.models import Member
from anwang.network.cocases.models import ListEntry, SendingEntry
from anwang.network.cocases.shown_in import shown_in
from anwang.platform.context import SYSTEM, acting
from tests import county
from tests.families import Made, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Made:
    county.establish("luodong.worker", "auditor", "luodong.supervisor", "yilan.supervisor")
    return settle()


def signed_in(username: str) -> Client:
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=username))
    return client


def test_a_person_is_shown_by_the_household_the_list_and_the_copy_that_was_sent(made: Made) -> None:
    home = made.households["chen"]
    with acting(SYSTEM):
        entry = ListEntry.objects.get(household_id=home)
        copy = SendingEntry.objects.get(entry=entry)
        found = shown_in("person", made.persons["建宏"])
    assert ("household", str(home)) in found
    assert ("list", f"{entry.period.year - 1911}-{entry.period.month:02d}/{entry.list_code}") in found
    assert ("list_entry", str(entry.pk)) in found
    assert ("list_sending", str(copy.sending_id)) in found
    assert ("household", str(made.households["lin"])) not in found


def test_an_entry_about_somebody_else_of_the_household_is_not_theirs(made: Made) -> None:
    with acting(SYSTEM):
        ListEntry.objects.filter(household_id=made.households["chen"]).update(person_id=made.persons["小安"])
        kinds = {kind for kind, _ in shown_in("person", made.persons["建宏"])}
        child = {kind for kind, _ in shown_in("person", made.persons["小安"])}
    assert kinds == {"household"}
    assert child == {"household", "list", "list_entry", "list_sending"}


def test_the_log_of_a_person_lists_who_opened_their_household(made: Made) -> None:
    signed_in("luodong.worker").get(f"/households/{made.households['chen']}/")
    number = f"P-{made.persons['阿公']:07d}"  # whom Luodong does not know: shown there as a number only
    for username, sees in (("auditor", True), ("luodong.supervisor", True), ("yilan.supervisor", False)):
        html = signed_in(username).get("/views/", {"subject": number}).content.decode()
        assert (f"H-{made.households['chen']:06d}" in html) is sees, username
