"""What each role sees of each household: on the page and in the tables. Another unit's facts never reach the HTML."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from anwang.agencies.demo import DEMO_MEMBERS
from anwang.agencies.models import Member
from anwang.platform.context import SYSTEM, acting
from anwang.platform.models import AuditEntry
from tests import county
from tests.families import LINES, Made, settle

pytestmark = pytest.mark.django_db

USERS = (
    "luodong.worker",
    "luodong.supervisor",
    "luodong.clerk",
    "yilan.worker",
    "jiaoxi.worker",
    "intake",
    "health",
    "police",
    "education",
    "labour",
    "civil",
    "data",
    "lists",
    "auditor",
    "admin",
)
UNIT_OF = {member.username: member.unit for member in DEMO_MEMBERS}
MAY_OPEN = set(USERS) - {"data", "lists", "auditor", "admin"}
# Which units may open which household: they serve somebody there, or received a list.
OPENS = {
    "chen": {"luodong_center", "health_office", "education_office"},
    "lin": {"yilan_center"},
    "wang": {"police_office", "luodong_center"},
}


@pytest.fixture
def made() -> Made:
    county.establish()
    return settle()


def signed_in(username: str) -> Client:
    client = Client()
    with acting(SYSTEM):
        client.force_login(Member.objects.get(username=username))
    return client


def foreign_texts(unit: str) -> set[str]:
    """Names, numbers, phones and details that only other units' records hold."""

    def texts(lines):  # type: ignore[no-untyped-def]
        found = {
            text for line in lines for text in (line.name, line.number, line.phone, line.address) if text
        }
        return found | {value for line in lines for _, value in line.details}

    return texts(line for line in LINES if line.unit != unit) - texts(
        line for line in LINES if line.unit == unit
    )


@pytest.mark.parametrize("username", USERS)
def test_a_household_shows_a_role_what_its_unit_may_see_and_nothing_of_others(
    username: str, made: Made
) -> None:
    client, unit = signed_in(username), UNIT_OF[username]
    for home, number in made.households.items():
        answer = client.get(f"/households/{number}/")
        html = answer.content.decode()
        if username not in MAY_OPEN:
            assert answer.status_code == 403
        elif unit in OPENS[home]:
            assert answer.status_code == 200
            for line in LINES:
                if line.home == home and line.unit == unit:
                    assert line.name in html
        else:
            assert answer.status_code == 404
        # The list that Luodong received quotes what the list officers sent it; that is its own copy.
        for text in foreign_texts(unit):
            assert text not in html, f"{username} sees {text!r} of household {home}"


def test_members_whom_only_others_know_are_a_number(made: Made) -> None:
    html = signed_in("luodong.worker").get(f"/households/{made.households['chen']}/").content.decode()
    assert "另 1 人由其他單位服務" in html
    assert f"/persons/{made.persons['阿公']}/" not in html
    html = signed_in("education").get(f"/households/{made.households['chen']}/").content.decode()
    assert "另 4 人由其他單位服務" in html


def test_others_show_existence_and_contact_only(made: Made) -> None:
    html = signed_in("luodong.worker").get(f"/households/{made.households['chen']}/").content.decode()
    for shown in ("衛生局", "03-0000-201", "社安網聯絡人"):
        assert shown in html
    for hidden in ("個管", "中輟輔導", "114年6月3日", "2025-06-03", "115年2月1日"):
        assert hidden not in html


def test_evidence_that_quotes_another_unit_is_not_quoted(made: Made) -> None:
    html = signed_in("luodong.worker").get(f"/households/{made.households['chen']}/").content.decode()
    for shown in ("地址同到 3 樓", "照顧者欄「陳建宏」"):
        assert shown in html
    assert "電話（與其他單位的紀錄相符）" in html
    for hidden in ("0987000111", "G9999999"):
        assert hidden not in html
    assert "1 項佐證來自其他單位的紀錄" in html


def test_what_one_may_not_open_looks_like_what_does_not_exist(made: Made) -> None:
    client = signed_in("luodong.worker")
    hidden, nothing = (
        client.get(f"/households/{made.households['lin']}/"),
        client.get("/households/999999999/"),
    )
    without_token = [
        re.sub(rb'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]+"', b"", a.content)
        for a in (hidden, nothing)
    ]
    assert hidden.status_code == nothing.status_code == 404
    assert without_token[0] == without_token[1]
    hidden, nothing = client.get(f"/persons/{made.persons['阿公']}/"), client.get("/persons/999999999/")
    assert hidden.status_code == nothing.status_code == 404
    with acting(SYSTEM):
        refused = AuditEntry.objects.filter(action="refused").values_list("subject_kind", "subject_id")
        assert ("household", str(made.households["lin"])) in refused
        assert ("household", "999999999") in refused
        assert ("person", str(made.persons["阿公"])) in refused


def test_opening_is_written_down_with_the_reason(made: Made) -> None:
    client = signed_in("luodong.worker")
    client.get(f"/households/{made.households['chen']}/")
    client.get(f"/households/{made.households['wang']}/")
    client.get(f"/persons/{made.persons['建宏']}/")
    with acting(SYSTEM):
        rows = list(
            AuditEntry.objects.filter(action__startswith="opened")
            .order_by("id")
            .values_list("action", "subject_id", "purpose", "member_name")
        )
    assert rows == [
        ("opened_household", str(made.households["chen"]), "本單位服務中", "林社工"),
        ("opened_household", str(made.households["wang"]), "名單", "林社工"),
        ("opened_person", str(made.persons["建宏"]), "查看本單位紀錄", "林社工"),
    ]


@pytest.mark.parametrize("username", USERS)
def test_a_person_shows_the_own_records_only(username: str, made: Made) -> None:
    client, unit = signed_in(username), UNIT_OF[username]
    for who, number in made.persons.items():
        answer = client.get(f"/persons/{number}/")
        own = {line.name for line in LINES if line.who == who and line.unit == unit}
        if username == "data":  # reviews matches: sees the records of every unit, and it is written down
            assert answer.status_code == 200
            continue
        assert answer.status_code == (403 if username not in MAY_OPEN else 200 if own else 404)
        html = answer.content.decode()
        for text in foreign_texts(unit):
            assert text not in html


TABLES = (
    "registry_sourcerecord",
    "registry_touchpoint",
    "registry_searchkey",
    "registry_household",
    "registry_servicepresence",
    "registry_householdmembership",
    "registry_person",
)


@pytest.mark.parametrize("username", USERS)
def test_the_tables_hold_for_a_role_exactly_what_its_unit_has(username: str, made: Made) -> None:
    unit = UNIT_OF[username]
    with acting(county.context(username)), connection.cursor() as cursor:
        seen = {}
        for table in TABLES:
            cursor.execute(f'select count(*) from "{table}"')  # noqa: S608 names from this file
            seen[table] = cursor.fetchone()[0]
    own = [line for line in LINES if line.unit == unit]
    opened = [home for home, units in OPENS.items() if unit in units]
    living = {line.who for line in LINES if line.home in opened}
    assert seen["registry_sourcerecord"] == len(own)
    assert seen["registry_touchpoint"] == len(own)
    assert (seen["registry_searchkey"] > 0) == bool(own)
    assert seen["registry_household"] == len(opened)
    assert seen["registry_householdmembership"] == seen["registry_person"] == len(living)
    assert seen["registry_servicepresence"] == (3 if "chen" in opened else 0)


def test_search_finds_own_people_masked_and_nobody_elses(made: Made) -> None:
    client = signed_in("luodong.worker")
    for query in ("陳建", "A123456789", "6789", "0912345678", "700512", "70/5/12"):
        html = client.post("/search/", {"q": query}).content.decode()
        assert "找到 1 人" in html, query
        assert "陳○宏" in html, query
        assert "A1*****789" in html, query
        found = html.replace(query, "")
        for hidden in ("陳建宏", "A123456789", "0912345678"):
            assert hidden not in found, query
    for query in ("林臺", "陳隱", "F223456784", "0911222333"):
        assert "找到 0 人" in client.post("/search/", {"q": query}).content.decode(), query
    yilan = signed_in("yilan.worker")
    assert "找到 1 人" in yilan.post("/search/", {"q": "台怡"}).content.decode()


def test_a_search_is_written_down_with_its_count_and_never_its_text(made: Made) -> None:
    client = signed_in("luodong.worker")
    client.post("/search/", {"q": "陳建宏"})
    with acting(SYSTEM):
        row = AuditEntry.objects.get(action="searched")
    assert row.detail == {"hits": 1}
    assert "陳" not in f"{row.detail}{row.subject_id}{row.purpose}"


def test_no_name_or_number_of_a_person_stands_in_an_address(made: Made) -> None:
    client = signed_in("luodong.worker")
    pages = [client.post("/search/", {"q": "陳建"})]
    pages += [
        client.get(path)
        for path in (
            "/",
            "/households/",
            f"/households/{made.households['chen']}/",
            f"/persons/{made.persons['建宏']}/",
            "/search/",
        )
    ]
    addresses = {a for page in pages for a in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())}
    assert any(a.startswith("/persons/") for a in addresses)
    for address in addresses - {a for a in addresses if a.startswith("tel:")}:
        assert address.isascii(), address
        assert not re.search(r"%E|[A-Z][12]\d{8}|09\d{8}", address), address
    assert 'action="/search/" method="post"' in pages[1].content.decode()
