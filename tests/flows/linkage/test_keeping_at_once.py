"""Records of reports and cases kept while others are kept or a matching runs: nothing is left behind, doubled or blocked."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from anwang.people.linkage import running
from anwang.people.registry import keeping as registry_keeping
from anwang.people.registry.keeping import Kept, end_service
from anwang.people.registry.models import (
    HouseholdMembership,
    Person,
    SearchKey,
    SourceRecord,
    Touchpoint,
    ViewGrant,
)
from anwang.platform.context import SYSTEM, acting
from tests import county
from tests.families import settle

from .test_keeping import LATER, NEW, REPORT, keep, link, typed

pytestmark = pytest.mark.django_db
FULL = {"建宏": "陳建宏", "氏秋": "阮氏秋"}


def _in_a_thread(deed: Any) -> threading.Thread:
    def run() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_record_kept_while_a_matching_runs_is_not_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """New, chosen, corrected and living with somebody, all between the matching's reading and its writing."""
    county.establish("intake", "luodong.worker", "jiaoxi.worker", "data")
    made = settle()
    known = keep(typed("R115-1-1", name="林美惠", birth="75.8.9"))
    twin = keep(typed("R115-2-1", name="林美惠", birth="75.8.9", id_number="A223456781"))
    other = keep(typed("R115-3-1", name="林美惠", birth="75.8.9", id_number="A223456781"))
    meanwhile: dict[str, Kept] = {}
    consolidate = running.consolidate

    def keep_all() -> None:
        meanwhile["new"] = keep(typed("R115-7-1", name="許文雄", birth="50.1.2"))
        meanwhile["chosen"] = keep(typed("R115-8-1", name="陳建宏"), person_id=made.persons["建宏"])
        # of a person whom this very matching lets go into another, and somebody who lives with that person
        meanwhile["merged"] = keep(
            typed("R115-9-1", name="林美惠", birth="75.8.9", id_number="A223456781"),
            person_id=other.person_id,
        )
        meanwhile["mate"] = keep(
            typed("R115-9-2", name="林小英"), household_id=other.household_id, lives_by="同住"
        )
        meanwhile["corrected"] = keep(typed("R115-1-1", name="林美惠", birth="75.8.9", phone="0955000111"))

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = consolidate(*args, **kwargs)
        thread = _in_a_thread(keep_all)
        thread.join(timeout=30)  # nobody waits for the matching while it computes
        assert not thread.is_alive()
        return found

    monkeypatch.setattr(running, "consolidate", slow)
    link()
    assert len(meanwhile) == 5
    with acting(SYSTEM):
        stands = SourceRecord.objects.get(pk=twin.record_id).person_id
        assert SourceRecord.objects.get(pk=other.record_id).person_id == stands
        rows = {name: SourceRecord.objects.get(pk=kept.record_id) for name, kept in meanwhile.items()}
        assert rows["new"].person_id == meanwhile["new"].person_id
        chosen = SourceRecord.objects.filter(person_id=rows["chosen"].person_id, roster="vulnerable_family")
        assert chosen.exists()
        assert rows["merged"].person_id == stands
        assert rows["corrected"].person_id is not None
        assert SourceRecord.objects.get(pk=known.record_id).withdrawn_at is not None
        homes = dict(
            HouseholdMembership.objects.filter(until_on__isnull=True).values_list("person_id", "household_id")
        )
        for row in rows.values():
            assert homes[row.person_id] == row.household_id
            assert Touchpoint.objects.get(record_id=row.pk).person_id == row.person_id
            assert ViewGrant.objects.filter(household_id=row.household_id, unit_id=row.unit_id).exists()
        assert homes[rows["mate"].person_id] == homes[stands]
        persons = {row.person_id for row in rows.values()}
        assert not Person.objects.filter(pk__in=persons, merged_into__isnull=False).exists()
    monkeypatch.setattr(running, "consolidate", consolidate)
    link()  # and the next one keeps them
    with acting(SYSTEM):
        for name in ("new", "chosen", "merged", "corrected"):
            row = SourceRecord.objects.get(pk=meanwhile[name].record_id)
            assert row.person_id == rows[name].person_id, name


@pytest.mark.django_db(transaction=True)
def test_a_matching_with_nothing_to_do_takes_no_leave_that_is_being_counted_on() -> None:
    """The unit's work has ended, but until the next matching it may open the household; now it is given the person anew."""
    county.establish("jiaoxi.worker")
    kept = keep(NEW)
    link()
    assert end_service(source=REPORT, number="R115-1-1", on=LATER.date())
    reported, committing = threading.Event(), threading.Event()

    def report() -> None:
        with transaction.atomic():
            keep(typed("R115-2-1", name="林美惠", birth="75.8.9"), person_id=kept.person_id)
            reported.set()
            committing.wait(timeout=30)

    reporting = _in_a_thread(report)
    assert reported.wait(timeout=30)
    matching = _in_a_thread(link)
    matching.join(timeout=2)  # it waits for the report, or is long done
    committing.set()
    for thread in (reporting, matching):
        thread.join(timeout=30)
        assert not thread.is_alive()
    with acting(SYSTEM):
        assert ViewGrant.objects.filter(household_id=kept.household_id, kind="own_service").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_record_sent_twice_at_once_is_kept_once() -> None:
    county.establish("jiaoxi.worker")
    found: list[Kept] = []
    threads = [_in_a_thread(lambda: found.append(keep(NEW))) for _ in range(4)]
    for thread in threads:
        thread.join(timeout=30)
    assert len({(kept.record_id, kept.person_id, kept.household_id) for kept in found}) == 1
    assert sorted(kept.is_new for kept in found) == [False, False, False, True]
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("select count(*) from registry_person")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_two_reports_that_name_one_family_in_another_order_do_not_block_each_other() -> None:
    county.establish("jiaoxi.worker", "intake")
    made = settle()
    both, kept = threading.Barrier(2), []

    def report(number: str, who: str, *names: str) -> None:
        with transaction.atomic():
            for place, name in enumerate(names, 1):
                chosen = {"person_id": made.persons[name], "who": who}
                kept.append(keep(typed(f"{number}-{place}", name=FULL[name]), **chosen))
                if place == 1:
                    both.wait(timeout=20)

    threads = [
        _in_a_thread(lambda: report("R115-1", "jiaoxi.worker", "建宏", "氏秋")),
        _in_a_thread(lambda: report("R115-2", "intake", "氏秋", "建宏")),
    ]
    for thread in threads:
        thread.join(timeout=30)
    assert len(kept) == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", ["keys_of", "_first_home", "_serve"])
def test_what_breaks_off_leaves_nothing(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """All of it or nothing, as a kill would leave it; and sending it again does what the first one should have."""
    county.establish("jiaoxi.worker")

    def fail(*_: object) -> None:
        raise RuntimeError("the process ended")

    with monkeypatch.context() as patch:
        patch.setattr(registry_keeping, broken, fail)
        with pytest.raises(RuntimeError):
            keep(NEW)
    with acting(SYSTEM):
        for table in (SourceRecord, Person, SearchKey, HouseholdMembership, Touchpoint, ViewGrant):
            assert not table.objects.exists(), table.__name__
    assert keep(NEW).is_new
