"""A unit's own records outlast its service: found and opened, with nothing of others; another unit's stay hidden."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from anwang.agencies.demo import DEMO_MEMBERS
from anwang.agencies.models import Member, Unit
from anwang.people.registry.models import (
    Household,
    HouseholdMembership,
    Person,
    ServicePresence,
    SourceRecord,
    Touchpoint,
    ViewGrant,
)
from anwang.people.registry.renewing import renew_own_service_grants
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests import county
from tests.families import LINES, Made, settle

from .test_visibility import foreign_texts, signed_in

pytestmark = pytest.mark.django_db

UNITS = {"luodong.worker": "luodong_center", "health": "health_office", "education": "education_office"}
CHEN = {
    user: {line.who for line in LINES if line.home == "chen" and line.unit == unit}
    for user, unit in UNITS.items()
}


@pytest.fixture
def made() -> Made:
    """Every service of the family 陳 ended; afterwards 建宏 moved in with 林, and 志明 moved in with 陳."""
    county.establish()
    found = settle()
    with acting(SYSTEM):
        chen = found.households["chen"]
        people = HouseholdMembership.objects.filter(household_id=chen).values("person_id")
        Touchpoint.objects.filter(person_id__in=people).update(closed_on=dt.date(2026, 3, 31))
        HouseholdMembership.objects.filter(person_id=found.persons["建宏"]).update(
            household_id=found.households["lin"]
        )
        HouseholdMembership.objects.filter(person_id=found.persons["志明"]).update(household_id=chen)
        renew_own_service_grants(now=timezone.now())
        ViewGrant.objects.filter(kind="received_list").delete()
    return found


@pytest.mark.parametrize("username", UNITS)
def test_the_own_records_of_an_ended_service_open_in_full(username: str, made: Made) -> None:
    client, unit = signed_in(username), UNITS[username]
    answer = client.get(f"/households/{made.households['chen']}/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "本單位目前沒有服務這一家" in html
    for line in LINES:
        if line.home == "chen" and line.unit == unit:
            assert line.name in html
            page = client.get(f"/persons/{made.persons[line.who]}/")
            assert page.status_code == 200
            for text in (line.name, *(value for _, value in line.details)):
                assert text in page.content.decode()
            html += page.content.decode()
    for text in foreign_texts(unit):
        assert text not in html, f"{username} sees {text!r}"


@pytest.mark.parametrize("username", UNITS)
def test_nothing_that_others_know_or_learnt_since_is_seen(username: str, made: Made) -> None:
    client = signed_in(username)
    html = client.get(f"/households/{made.households['chen']}/").content.decode()
    for hidden in ("由其他單位服務", "打給誰", "03-0000-", "個單位服務中", "收到", "高危機", "無其他"):
        assert hidden not in html, hidden
    for who, number in made.persons.items():
        expected = 200 if who in CHEN[username] else 404
        assert client.get(f"/persons/{number}/").status_code == expected, who
        assert (f"/persons/{number}/" in html) == (who in CHEN[username])
    if username == "luodong.worker":  # where 建宏 went is not theirs to know
        html = client.get(f"/persons/{made.persons['建宏']}/").content.decode()
        assert f"/households/{made.households['chen']}/" in html
        assert f"{made.households['lin']:06d}" not in html
    assert client.get(f"/households/{made.households['lin']}/").status_code == 404


@pytest.mark.parametrize("username", UNITS)
def test_the_tables_give_the_thin_rows_and_no_more(username: str, made: Made) -> None:
    chen = made.households["chen"]
    with acting(county.context(username)):
        assert set(Household.objects.values_list("pk", flat=True)) == {chen}
        assert set(Person.objects.values_list("pk", flat=True)) == {made.persons[w] for w in CHEN[username]}
        assert not HouseholdMembership.objects.exists()
        assert not ServicePresence.objects.exists()
        assert not ViewGrant.objects.exists()


# The police serve 志明, who lives with 陳 now: that opens the household to them by itself.
OTHERS = [m.username for m in DEMO_MEMBERS if m.unit not in {*UNITS.values(), "police_office"}]


@pytest.mark.parametrize("username", OTHERS)
def test_another_units_ended_service_stays_hidden(username: str, made: Made) -> None:
    client = signed_in(username)
    assert client.get(f"/households/{made.households['chen']}/").status_code in {403, 404}
    with acting(county.context(username)):
        assert not Household.objects.filter(pk=made.households["chen"]).exists()
        assert not Person.objects.filter(pk__in=[made.persons[w] for w in ("氏秋", "品睿", "阿公")]).exists()
        unit = county.context(username).unit_id
        assert not SourceRecord.objects.exclude(unit_id=unit).exists()


def found_by(client: Client, query: str) -> str:
    return client.post("/search/", {"q": query}).content.decode()


def test_search_finds_the_own_and_says_that_the_service_ended(made: Made) -> None:
    html = found_by(signed_in("luodong.worker"), "陳建宏")
    assert "找到 1 人" in html
    assert "服務已結束" in html
    assert f"/households/{made.households['chen']}/" in html
    assert "陳隱" not in found_by(signed_in("luodong.worker"), "阮氏")
    assert "找到 0 人" in found_by(signed_in("luodong.worker"), "陳隱藏")
    assert "找到 1 人" in found_by(signed_in("health"), "陳隱藏")
    assert "找到 0 人" in found_by(signed_in("yilan.worker"), "陳建宏")


def test_opening_it_is_written_down(made: Made) -> None:
    client = signed_in("luodong.worker")
    client.get(f"/households/{made.households['chen']}/")
    client.get(f"/persons/{made.persons['建宏']}/")
    with acting(SYSTEM):
        rows = AuditEntry.objects.filter(action__startswith="opened").order_by("pk")
        assert [(r.action, r.purpose) for r in rows] == [
            ("opened_household", "本單位先前的紀錄"),
            ("opened_person", "查看本單位紀錄"),
        ]


def test_a_withdrawn_record_opens_nothing(made: Made) -> None:
    with acting(SYSTEM):
        unit = Unit.objects.get(code="education_office")
        SourceRecord.objects.filter(unit=unit).update(withdrawn_at=timezone.now())
    client = signed_in("education")
    assert client.get(f"/households/{made.households['chen']}/").status_code == 404
    assert client.get(f"/persons/{made.persons['品睿']}/").status_code == 404


def test_a_grant_that_ran_out_opens_the_own_records_only(made: Made) -> None:
    with acting(SYSTEM):
        ViewGrant.objects.create(
            unit=Unit.objects.get(code="luodong_center"),
            household_id=made.households["chen"],
            kind=ViewGrant.Kind.STATED_PURPOSE,
            member_id=Member.objects.get(username="luodong.worker").pk,
            granted_at=timezone.now(),
            until_on=timezone.localdate() - dt.timedelta(days=1),
        )
    html = signed_in("luodong.worker").get(f"/households/{made.households['chen']}/").content.decode()
    assert "本單位目前沒有服務這一家" in html
    assert "由其他單位服務" not in html
