"""Who may this be: what is found from which facts, who gets it, and that nothing but masked facts comes back."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections, transaction

from anwang.agencies.models import Role
from anwang.people.linkage.keeping import keep_person
from anwang.people.linkage.lookup import PossibleMatch, PossibleMatches, find
from anwang.people.registry.models import (
    HouseholdMembership,
    Person,
    SearchKey,
    ServicePresence,
    SourceRecord,
    Touchpoint,
)
from anwang.platform.context import SYSTEM, AccessContext, Purpose, acting
from anwang.platform.models import AuditEntry
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import StandardRecord
from anwang.standard.typed import typed_person
from tests import county
from tests.families import NOW, PERIOD, Made, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Made:
    county.establish("intake", "luodong.worker", "jiaoxi.worker", "police", "data", "auditor")
    return settle()


def typed(number: str = "R115-999-1", **facts: Any) -> StandardRecord:
    return typed_person(
        source=OwnSource.INTAKE_REPORT,
        number=number,
        line=1,
        agency=AgencyCode.SOCIAL,
        period=PERIOD,
        **facts,
    )


def matches(who: str | AccessContext = "intake", **facts: Any) -> PossibleMatches:
    by = county.context(who) if isinstance(who, str) else who
    with acting(by):
        return find(typed(**facts), context=by, by_name="許派案", now=NOW)


def persons(made: Made, **facts: Any) -> list[str]:
    """Who is shown as possibly the same person, by the names of the families."""
    name_of = {number: name for name, number in made.persons.items()}
    return [name_of[match.person_id] for match in matches(**facts).persons]


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ({"name": "陳建宏"}, "建宏"),
        ({"name": "陳建"}, "建宏"),  # not typed to the end
        ({"name": "建宏"}, "建宏"),  # the given name alone
        ({"name": "陳健弘", "birth": "70"}, "建宏"),  # heard, not read
        ({"name": "陳建宏", "birth": "約44歲"}, "建宏"),
        ({"name": "陳建明", "birth": "70"}, "建宏"),  # one character wrong
        ({"id_number": "A123456789"}, "建宏"),
        ({"id_number": "6789", "name": "陳"}, "建宏"),
        ({"phone": "0912345678"}, "建宏"),
        ({"birth": "70/5/12"}, "建宏"),
        ({"name": "阮氏秋", "phone": "0987-000-111"}, "氏秋"),
        ({"name": "林臺怡"}, "怡君"),
        ({"name": "林台怡", "address": "宜蘭市中山路二段1號"}, "怡君"),
        ({"name": "王志明", "address": "羅東鎮"}, "志明"),
    ],
)
def test_a_person_is_found_whoever_serves_them(made: Made, facts: dict[str, str], first: str) -> None:
    assert persons(made, **facts)[:1] == [first]


@pytest.mark.parametrize(
    "facts", [{}, {"name": "陳"}, {"sex": "男"}, {"name": "黃大為"}, {"address": "羅東鎮"}]
)
def test_nobody_is_shown_for_too_little_or_for_a_stranger(made: Made, facts: dict[str, str]) -> None:
    assert not matches(**facts)
    with acting(SYSTEM):
        assert not AuditEntry.objects.filter(action="looked_up").exists()


def test_more_facts_make_surer(made: Made) -> None:
    name, both = matches(name="陳建宏").persons[0], matches(name="陳建宏", birth="70/5/12").persons[0]
    assert both.probability > name.probability
    assert "姓名相同" in both.agree
    assert "出生日期相同" in both.agree
    other = matches(name="陳建宏", birth="45/1/3").persons[0]
    assert other.probability < name.probability
    assert "出生日期不同" in other.differ


def test_the_township_tells_namesakes_apart(made: Made) -> None:
    by = county.context("jiaoxi.worker")
    assert by.unit_id is not None
    assert by.agency_id is not None
    for n, town in enumerate(("蘇澳鎮", "頭城鎮", "三星鄉")):
        record = typed(f"R115-{n}-1", name="吳雅琪", address=f"宜蘭縣{town}中山路{n + 1}號")
        with acting(by):
            keep_person(
                source=OwnSource.INTAKE_REPORT, number=record.record_number, record=record, unit_id=by.unit_id,
                agency_id=by.agency_id, by=by, by_name="王社工", now=NOW,
            )  # fmt: skip
    first, *others = matches(name="吳雅琪", address="頭城鎮").persons
    assert first.township == "頭城鎮"
    assert "同一鄉鎮市" in first.agree
    assert [match.probability < first.probability for match in others] == [True, True]


def test_two_valid_numbers_are_two_persons(made: Made) -> None:
    assert "建宏" not in persons(made, name="陳建宏", id_number="A223456781")


def test_what_is_shown_is_masked_and_who_serves_is_existence_and_contact(made: Made) -> None:
    (match,) = matches(name="阮氏秋", birth="77/11/2").persons
    assert (match.name, match.roc_year, match.township) == ("阮○秋", "77年", "羅東鎮")
    assert match.household_id == made.households["chen"]
    assert {service.agency for service in match.services} == {"社會處", "衛生局"}
    assert {service.agency for service in match.home_services} == {"教育處"}
    assert all(service.unit for service in match.services)
    assert (match.is_own, match.may_open) == (False, False)
    said = repr(dataclasses.astuple(match))
    for secret in ("氏", "祕密路", "0987", "精神", "未就醫", "中輟", "A123456789"):
        assert secret not in said.replace("阮○秋", ""), secret


def test_a_service_that_ended_is_not_shown(made: Made) -> None:
    with acting(SYSTEM):
        Touchpoint.objects.filter(person_id=made.persons["氏秋"]).update(
            closed_on=NOW.date() - dt.timedelta(days=1)
        )
    (match,) = matches(name="阮氏秋", birth="77/11/2").persons
    assert match.services == ()


def test_own_records_are_marked(made: Made) -> None:
    (match,) = matches("luodong.worker", name="陳建宏").persons
    assert (match.is_own, match.may_open) == (True, True)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"name": "陳小寶", "address": "羅東鎮公正路186號3樓"}, "門牌相同"),
        ({"name": "陳小寶", "address": "公正路186號"}, "門牌相同"),
        ({"name": "林小寶", "phone": "0933444555"}, "電話相同"),
        ({"name": "許小寶", "carer_name": "王志明"}, "填寫的照顧者或案主與該戶成員同名"),
    ],
)
def test_a_household_is_found_by_what_its_members_share(
    made: Made, facts: dict[str, str], reason: str
) -> None:
    found = matches(**facts)
    home = next(iter(found.households), None) or found.persons[0]
    told = [*home.agree, *(c for match in found.persons for c in match.agree)]
    assert home.household_id in (made.households["chen"], made.households["wang"])
    assert reason in told or (reason == "電話相同" and "同手機號碼" in told)


def test_the_same_number_of_another_township_is_no_household(made: Made) -> None:
    assert not matches(name="許小寶", address="宜蘭縣蘇澳鎮公正路186號3樓").households


def test_a_report_is_found_by_the_next_one_at_once(made: Made) -> None:
    by = county.context("jiaoxi.worker")
    assert by.unit_id is not None
    assert by.agency_id is not None
    record = typed("R115-1-1", name="許文雄", birth="50/1/2", carer_name="許美珠")
    with acting(by):
        kept = keep_person(
            source=OwnSource.INTAKE_REPORT, number="R115-1-1", record=record, unit_id=by.unit_id,
            agency_id=by.agency_id, by=by, by_name="王社工", now=NOW,
        )  # fmt: skip
    (match,) = matches(name="許文雄").persons
    assert match.person_id == kept.person_id
    assert [service.unit for service in match.services] == ["礁溪社會福利服務中心"]
    (home,) = matches(name="許美珠").households
    assert home.household_id == kept.household_id
    assert home.agree == ("該戶有人以此姓名為照顧者或案主",)


def test_a_corrected_record_is_not_found_by_what_it_said_before(made: Made) -> None:
    by = county.context("jiaoxi.worker")
    assert by.unit_id is not None
    assert by.agency_id is not None
    for name in ("許文雄", "徐文雄"):
        with acting(by):
            keep_person(
                source=OwnSource.INTAKE_REPORT, number="R115-1-1", record=typed("R115-1-1", name=name, birth="50/1/2"),
                unit_id=by.unit_id, agency_id=by.agency_id, by=by, by_name="王社工", now=NOW,
            )  # fmt: skip
    assert [match.name for match in matches(name="徐文雄").persons] == ["徐○雄"]
    assert len(matches(name="許文").persons) == 0


@pytest.mark.parametrize("role", list(Role.values))
def test_only_who_enters_reports_gets_matches(made: Made, role: str) -> None:
    by = replace(county.context("jiaoxi.worker"), roles=(role,))
    allowed = role in {"dispatcher", "social_worker", "supervisor", "liaison"}
    assert bool(matches(by, name="陳建宏")) is allowed
    # And the database itself says so, whatever the code asks for.
    with acting(replace(by, purpose=Purpose.INTAKE_MATCHING)):
        for table in (SourceRecord, SearchKey, HouseholdMembership, Touchpoint):
            assert table.objects.exists() is allowed, table.__name__
        assert not ServicePresence.objects.exists()
        assert not Person.objects.exists() or allowed
        assert not SourceRecord.objects.all()[:0].exists()
    with acting(by):  # nothing stays open after a look-up
        assert not SourceRecord.objects.exists()
        assert not Touchpoint.objects.exists()


def test_the_purpose_changes_nothing(made: Made) -> None:
    by = replace(county.context("intake"), purpose=Purpose.INTAKE_MATCHING)
    with acting(by):
        assert SourceRecord.objects.update(line=1) == 0
        assert Touchpoint.objects.update(closed_on=NOW.date()) == 0
        assert SearchKey.objects.all().delete()[0] == 0


def test_the_system_and_commands_look_nobody_up(made: Made) -> None:
    with acting(SYSTEM):
        found = find(typed(name="陳建宏"), context=SYSTEM, by_name="", now=NOW)
    assert not found


def test_what_was_shown_is_written_down_by_numbers(made: Made) -> None:
    matches(name="陳建宏")
    with acting(SYSTEM):
        row = AuditEntry.objects.get(action="looked_up")
    assert row.detail == {"shown": 1}
    assert (row.subject_kind, row.subject_id) == ("person", str(made.persons["建宏"]))
    assert (row.member_name, row.unit_id) == ("許派案", county.context("intake").unit_id)
    assert "陳" not in repr((row.detail, row.purpose, row.subject_id))


def test_namesakes_beyond_those_shown_are_counted(made: Made) -> None:
    by = county.context("jiaoxi.worker")
    assert by.unit_id is not None
    assert by.agency_id is not None
    for n in range(12):
        record = typed(f"R115-{n}-1", name="吳雅琪", birth=f"{60 + n}/3/{n + 1}")
        with acting(by):
            keep_person(
                source=OwnSource.INTAKE_REPORT, number=record.record_number, record=record, unit_id=by.unit_id,
                agency_id=by.agency_id, by=by, by_name="王社工", now=NOW,
            )  # fmt: skip
    found = matches(name="吳雅琪")
    assert len(found.persons) == 8
    assert found.further == 4
    year = matches(name="吳雅琪", birth="65")
    assert year.persons[0].birth_year == 1976
    assert year.further == 0


def test_the_index_answers_under_row_security(made: Made) -> None:
    """The key is an index condition and never a filter, whoever looks (technology.md)."""
    by = replace(county.context("intake"), purpose=Purpose.INTAKE_MATCHING)
    with acting(SYSTEM), connection.cursor() as cursor:
        record = SourceRecord.objects.first()
        assert record is not None
        cursor.execute(
            "insert into registry_searchkey (record_id, unit_id, key)"
            " select %s, %s, i from generate_series(1, 30000) i",
            [record.pk, record.unit_id],
        )
    with acting(by), connection.cursor() as cursor:
        plans = import_module("anwang.people.linkage.migrations.0003_lookup_plans")
        by_key = plans.BY_KEY.replace("(keys)", "(array[1, 2]::bigint[])").replace("limit most", "limit 400")
        cursor.execute(f"explain {by_key}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_key" in plan
    assert "Index Cond: (key = w.key)" in plan
    assert "Seq Scan on registry_searchkey" not in plan


def _strings(match: PossibleMatch) -> str:
    return repr(dataclasses.astuple(match))


def test_nothing_shown_holds_a_full_name_a_number_or_a_phone(made: Made) -> None:
    secrets = (
        "陳建宏",
        "阮氏秋",
        "陳品睿",
        "陳隱藏",
        "A123456789",
        "B123456780",
        "0912345678",
        "0911222333",
        "186號",
    )
    for facts in (
        {"phone": "0912345678"},
        {"address": "羅東鎮公正路186號3樓", "name": "陳某"},
        {"name": "陳隱藏"},
    ):
        found = matches(**facts)
        assert found
        for match in found:
            assert not [secret for secret in secrets if secret in _strings(match)]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_homes_of_before_get_their_keys() -> None:
    """The migration writes the keys of an older home anew, and leaves the policies in force."""
    county.establish("intake", "luodong.worker", "jiaoxi.worker", "police")
    settle()
    with acting(SYSTEM):
        before = set(SearchKey.objects.values_list("record_id", "unit_id", "key"))
        SearchKey.objects.all().delete()
    assert not matches(name="陳建宏")
    migration = import_module("anwang.people.registry.migrations.0008_lookup")
    with transaction.atomic(using="owner"):
        migration.write_keys_anew(None, SimpleNamespace(connection=connections["owner"]))
    assert matches(name="陳建宏")
    with acting(SYSTEM):
        assert set(SearchKey.objects.values_list("record_id", "unit_id", "key")) == before
    assert not SearchKey.objects.exists()


def test_a_person_kept_before_is_not_shown_to_themselves(made: Made) -> None:
    by = county.context("intake")
    assert by.unit_id is not None
    assert by.agency_id is not None
    record = typed(name="許文雄", birth="50/1/2")
    with acting(by):
        keep_person(
            source=OwnSource.INTAKE_REPORT, number=record.record_number, record=record, unit_id=by.unit_id,
            agency_id=by.agency_id, by=by, by_name="許派案", now=NOW,
        )  # fmt: skip
    assert not matches(name="許文雄", birth="50/1/2")
    assert matches(number="R115-1000-1", name="許文雄", birth="50/1/2")
