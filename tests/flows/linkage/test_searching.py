"""Searching the unit's own records: what is found by which text, in which order, and that it ends at the unit."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection, connections, transaction

from anwang.agencies.models import Role
from anwang.people.linkage.keeping import keep_person
from anwang.people.linkage.searching import SearchHit, is_readable, search
from anwang.people.registry.models import SearchKey, SourceRecord
from anwang.platform.context import SYSTEM, AccessContext, Purpose, acting
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.typed import typed_person
from tests import county
from tests.families import NOW, PERIOD, Made, settle

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def made() -> Made:
    county.establish("intake", "luodong.worker", "jiaoxi.worker", "yilan.worker", "police", "data")
    return settle()


def found(text: str, who: str | AccessContext = "luodong.worker", limit: int = 50) -> list[SearchHit]:
    with acting(county.context(who) if isinstance(who, str) else who):
        return search(text, today=TODAY, limit=limit)


def keep(number: str, who: str = "jiaoxi.worker", **facts: str) -> int:
    by = county.context(who)
    assert by.unit_id is not None
    assert by.agency_id is not None
    record = typed_person(
        source=OwnSource.INTAKE_REPORT,
        number=number,
        line=1,
        agency=AgencyCode.SOCIAL,
        period=PERIOD,
        **facts,
    )
    with acting(by):
        kept = keep_person(
            source=OwnSource.INTAKE_REPORT, number=number, record=record, unit_id=by.unit_id,
            agency_id=by.agency_id, by=by, by_name="王社工", now=NOW,
        )  # fmt: skip
    assert kept.person_id is not None
    return kept.person_id


@pytest.mark.parametrize(
    ("text", "agree"),
    [
        ("陳建宏", "姓名相符"),
        ("建宏", "姓名相符"),
        ("陳建", "姓名相符"),
        ("陳健弘", "姓名同音"),
        ("建弘", "姓名同音"),
        ("A123456789", "證號相同"),
        ("6789", "證號末碼相符"),
        ("A1234", "證號開頭相符"),
        ("0912-345-678", "電話相同"),
        ("345678", "電話末碼相符"),
        ("700512", "出生日期相同"),
        ("陳建宏 70年", "出生年相同"),
    ],
)
def test_an_own_person_is_found_by_a_part_of_what_is_known(made: Made, text: str, agree: str) -> None:
    first, *_ = found(text)
    assert first.person_id == made.persons["建宏"]
    assert first.household_id == made.households["chen"]
    assert agree in first.agree
    assert not first.is_past


@pytest.mark.parametrize("text", ["", "陳", "王○明", "70年", "不在這裡的人", "A223456781", "陳建宏 71年"])
def test_nothing_is_found_by_too_little_or_by_a_stranger(made: Made, text: str) -> None:
    assert found(text) == []


def test_the_exact_name_comes_before_its_sound() -> None:
    county.establish("jiaoxi.worker")
    heard = [keep(f"R115-{n}-1", name="許雯熊", birth=f"{50 + n}/1/2") for n in range(2)]
    exact = keep("R115-9-1", name="許文雄", birth="60/1/2")
    hits = found("許文雄", "jiaoxi.worker")
    assert [hit.person_id for hit in hits] == [exact, *sorted(heard)]
    assert [hit.agree for hit in hits] == [("姓名相符",), ("姓名同音",), ("姓名同音",)]
    assert [hit.person_id for hit in found("許文雄", "jiaoxi.worker", limit=1)] == [exact]
    assert [hit.person_id for hit in found("許文雄 51年", "jiaoxi.worker")] == [heard[1]]


@pytest.mark.parametrize(
    "text", ["陳建宏", "陳健弘", "A123456789", "A1234", "6789", "5678", "0912345678", "700512", "阮氏"]
)
def test_other_units_people_are_not_found(made: Made, text: str) -> None:
    assert found(text, "jiaoxi.worker") == []


def test_nobody_without_a_unit_finds_anybody(made: Made) -> None:
    assert found("陳建宏", SYSTEM) == []
    assert found("陳建宏", replace(county.context("luodong.worker"), unit_id=None)) == []
    assert found("陳建宏", replace(county.context("data"), purpose=Purpose.LINKAGE_REVIEW)) == []
    with connection.cursor() as cursor:  # nobody acts at all
        cursor.execute("select count(*) from anwang_lookup_own(array[1]::bigint[], 5)")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("role", list(Role.values))
def test_the_functions_of_the_database_give_nobody_more_than_the_tables(made: Made, role: str) -> None:
    """They run with the rights of who calls: what a policy hides stays hidden behind them."""
    with acting(SYSTEM):
        records = list(SourceRecord.objects.values_list("pk", flat=True))
        keys = list(SearchKey.objects.values_list("key", flat=True))
    for purpose in (None, *Purpose):
        with acting(replace(county.context("jiaoxi.worker"), roles=(role,), purpose=purpose)):
            seen_records = set(SourceRecord.objects.values_list("pk", flat=True))
            seen_keys = set(SearchKey.objects.values_list("record_id", flat=True))
            with connection.cursor() as cursor:
                cursor.execute("select id from anwang_lookup_persons(%s::bigint[])", [records])
                assert {pk for (pk,) in cursor.fetchall()} <= seen_records
                cursor.execute("select records from anwang_lookup_keys(%s::bigint[], 1000)", [keys])
                told = {int(pk) for (text,) in cursor.fetchall() for pk in text.split(",")}
                assert told == seen_keys
                cursor.execute(
                    "select count(*) from anwang_lookup_served(array[1,2,3]::bigint[], current_date)"
                )
                is_matching = purpose is Purpose.INTAKE_MATCHING and bool(seen_records)
                assert cursor.fetchone()[0] == 0 or is_matching or seen_records
                cursor.execute("select anwang_lookup_own(array[%s]::bigint[], 1000)", [keys[0]])
                assert {pk for (pk,) in cursor.fetchall()} <= seen_keys


def test_functions_run_with_the_rights_of_who_calls() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select proname, prosecdef from pg_proc where proname like 'anwang\\_lookup\\_%'")
        found = dict(cursor.fetchall())
    assert set(found.values()) == {False}
    assert len(found) == 6


def test_a_corrected_record_is_not_found_by_what_it_said_before(made: Made) -> None:
    keep("R115-1-1", name="黃文雄", phone="0987654321")
    keep("R115-1-1", name="徐文雄", phone="0987654320")
    assert found("654321", "jiaoxi.worker") == []
    assert [hit.agree for hit in found("654320", "jiaoxi.worker")] == [("電話末碼相符",)]
    assert [hit.agree for hit in found("黃文雄", "jiaoxi.worker")] == []


def test_only_what_can_be_searched_is_readable() -> None:
    assert is_readable("建宏", TODAY)
    assert is_readable("A1234", TODAY)
    assert not is_readable("陳", TODAY)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_homes_of_before_get_the_further_keys() -> None:
    """The migration adds what is missing, once, and leaves the policies in force."""
    county.establish("intake", "luodong.worker", "jiaoxi.worker", "police")
    settle()
    migration = import_module("anwang.people.registry.migrations.0010_more_search_keys")
    with acting(SYSTEM):
        before = set(SearchKey.objects.values_list("record_id", "unit_id", "key"))
        kept = SearchKey.objects.order_by("pk").values_list("pk", flat=True)[:5]
        SearchKey.objects.exclude(pk__in=list(kept)).delete()
    for _ in range(2):
        with transaction.atomic(using="owner"):
            migration.add_missing_keys(None, SimpleNamespace(connection=connections["owner"]))
        with acting(SYSTEM):
            now = list(SearchKey.objects.values_list("record_id", "unit_id", "key"))
        assert len(now) == len(before)
        assert set(now) == before
    assert not SearchKey.objects.exists()
