"""Persons of reports and cases: records at once, kept by the matchings after, even by one that runs meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from anwang.network.cocases.making import make_lists
from anwang.people.linkage.actions import DecisionNotPossible, Reviewer, undo_decision
from anwang.people.linkage.keeping import keep_person
from anwang.people.linkage.late import Found, adopt
from anwang.people.linkage.models import PairDecision
from anwang.people.linkage.running import run_linkage
from anwang.people.linkage.searching import search
from anwang.people.registry.household_queries import household_view, person_view
from anwang.people.registry.keeping import Kept, end_service, note_contact, resume_service
from anwang.people.registry.models import (
    HouseholdMembership,
    Person,
    SearchKey,
    SourceRecord,
    Touchpoint,
    ViewGrant,
)
from anwang.people.registry.queries import periods_with_records
from anwang.platform.context import SYSTEM, acting
from anwang.standard.codes import AgencyCode, OwnSource
from anwang.standard.record import StandardRecord
from anwang.standard.typed import typed_person
from tests import county
from tests.families import NOW, PERIOD, Made, settle

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)
REPORT = OwnSource.INTAKE_REPORT


@pytest.fixture
def made() -> Made:
    county.establish("intake", "luodong.worker", "jiaoxi.worker", "data")
    return settle()


def typed(number: str, **facts: Any) -> StandardRecord:
    return typed_person(
        source=REPORT,
        number=number,
        line=int(number.rpartition("-")[2]),
        agency=AgencyCode.SOCIAL,
        period=PERIOD,
        **facts,
    )


def keep(record: StandardRecord, who: str = "jiaoxi.worker", now: dt.datetime = NOW, **choice: Any) -> Kept:
    by = county.context(who)
    assert by.unit_id is not None
    assert by.agency_id is not None
    with acting(by):
        return keep_person(
            source=REPORT,
            number=record.record_number,
            record=record,
            unit_id=by.unit_id,
            agency_id=by.agency_id,
            by=by,
            by_name="王社工",
            now=now,
            **choice,
        )


def link() -> None:
    run_linkage(by=SYSTEM, by_name="測試", now=LATER)


def person_now(kept: Kept) -> int | None:
    with acting(SYSTEM):
        return SourceRecord.objects.get(pk=kept.record_id).person_id


NEW = typed(
    "R115-1-1", name="林美惠", birth="75.8.9", phone="0955111222", address="宜蘭縣礁溪鄉德陽路12號2樓"
)


def test_a_new_person_is_found_opened_and_served_at_once(made: Made) -> None:
    kept = keep(NEW)
    assert kept.is_new
    with acting(county.context("jiaoxi.worker")):
        assert [hit.person_id for hit in search("林美惠", today=NOW.date())] == [kept.person_id]
        view = household_view(kept.household_id)
        assert view is not None
        assert [member.name for member in view.members] == ["林美惠"]
        assert [touch.programme for touch in view.members[0].services] == ["intake_report"]
    with acting(county.context("luodong.worker")):
        assert search("林美惠", today=NOW.date()) == []
        assert household_view(kept.household_id) is None


def test_sent_twice_it_is_there_once_and_a_correction_replaces_it(made: Made) -> None:
    first = keep(NEW)
    again = keep(NEW)
    assert (again.record_id, again.person_id, again.is_new) == (first.record_id, first.person_id, False)
    corrected = keep(replace(NEW, sex=typed("R1-1", sex="女").sex))
    assert corrected.record_id != first.record_id
    assert (corrected.person_id, corrected.household_id) == (first.person_id, first.household_id)
    with acting(SYSTEM):
        old = SourceRecord.objects.get(pk=first.record_id)
        assert old.withdrawn_at is not None
        assert SourceRecord.objects.get(pk=corrected.record_id).replaces_id == old.pk
        assert Touchpoint.objects.filter(person_id=first.person_id).count() == 1
        assert Touchpoint.objects.get(person_id=first.person_id).record_id == corrected.record_id
        assert SearchKey.objects.filter(record_id=corrected.record_id).exists()
        assert HouseholdMembership.objects.filter(person_id=first.person_id).count() == 1


def test_one_number_is_current_once_whatever_the_month(made: Made) -> None:
    kept = keep(NEW)
    with acting(SYSTEM):
        row = SourceRecord.objects.get(pk=kept.record_id)
        row.pk, row.period = None, dt.date(2026, 5, 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_whoever_was_chosen_gets_the_record_and_the_next_matching_keeps_it(made: Made) -> None:
    chosen = made.persons["建宏"]
    kept = keep(typed("R115-2-1", name="陳建宏", phone="0999888777"), person_id=chosen)
    assert (kept.person_id, kept.household_id) == (chosen, made.households["chen"])
    with acting(SYSTEM):
        decision = PairDecision.objects.get()
        assert (decision.kind, decision.decided_by_name) == ("same", "王社工")
    with acting(county.context("jiaoxi.worker")):
        assert household_view(made.households["chen"]) is not None
        seen = person_view(chosen)
        assert seen is not None
        assert [each.record.roster for each in seen[0].records] == [REPORT]  # other units' rows stay theirs
    link()
    with acting(SYSTEM):
        others = set(
            SourceRecord.objects.filter(person_id=person_now(kept), withdrawn_at__isnull=True).values_list(
                "roster", flat=True
            )
        )
        assert {"intake_report", "vulnerable_family"} <= others


def test_sending_the_same_choice_again_decides_nothing_anew(made: Made) -> None:
    record = typed("R115-2-1", name="陳建宏")
    first = keep(record, person_id=made.persons["建宏"])
    assert keep(record, person_id=made.persons["建宏"]).record_id == first.record_id
    assert keep(record).record_id == first.record_id
    with acting(SYSTEM):
        assert PairDecision.objects.count() == 1


def test_choosing_another_takes_the_first_choice_back(made: Made) -> None:
    record = typed("R115-2-1", name="陳建宏", reference_name="", phone="0987000111")
    keep(record, person_id=made.persons["建宏"])
    kept = keep(record, person_id=made.persons["氏秋"], now=LATER)
    assert kept.person_id == made.persons["氏秋"]
    with acting(SYSTEM):
        assert PairDecision.objects.filter(kind="same", undone_at__isnull=True).count() == 1
        assert PairDecision.objects.filter(undone_at=LATER).count() == 1


def test_none_of_them_after_all_gives_the_record_a_person_of_its_own(made: Made) -> None:
    record = typed("R115-2-1", name="陳建宏")
    keep(record, person_id=made.persons["建宏"])
    kept = keep(record, is_other=True, now=LATER)
    assert kept.person_id != made.persons["建宏"]
    assert keep(record, is_other=True, now=LATER).record_id == kept.record_id
    link()
    with acting(SYSTEM):
        rows = SourceRecord.objects.filter(person_id=person_now(kept), withdrawn_at__isnull=True)
        assert list(rows.values_list("roster", flat=True)) == ["intake_report"]


def test_a_number_alone_opens_no_household(made: Made) -> None:
    with pytest.raises(DecisionNotPossible, match="沒有任何相符"):
        keep(typed("R115-3-1", name="黃大為", birth="60.1.1"), person_id=made.persons["建宏"])
    with acting(county.context("jiaoxi.worker")):
        assert household_view(made.households["chen"]) is None
    with acting(SYSTEM):
        assert not SourceRecord.objects.filter(roster="intake_report").exists()


def test_a_reviewer_undoes_the_choice(made: Made) -> None:
    keep(typed("R115-2-1", name="陳建宏"), person_id=made.persons["建宏"])
    reviewer = county.context("data")
    with acting(SYSTEM):
        undo_decision(decision=PairDecision.objects.get(), by=Reviewer(reviewer, "資料工程師"), now=LATER)
        assert not PairDecision.objects.filter(undone_at__isnull=True).exists()


def test_who_lives_with_another_person_of_the_report_is_of_that_household(made: Made) -> None:
    first = keep(NEW)
    child = keep(
        typed("R115-1-2", name="林小美", birth="108.5", reference_name="林美惠", relation="女"),
        household_id=first.household_id,
        lives_by="通報載明與林美惠同住",
    )
    assert child.person_id != first.person_id
    assert child.household_id == first.household_id
    with acting(county.context("jiaoxi.worker")):
        view = household_view(first.household_id)
        assert view is not None
        assert len(view.members) == 2


def test_a_household_that_the_unit_may_not_open_is_not_opened_by_its_number(made: Made) -> None:
    kept = keep(typed("R115-1-1", name="林小美"), household_id=made.households["chen"], lives_by="同住")
    assert kept.household_id != made.households["chen"]
    with acting(county.context("jiaoxi.worker")):
        assert household_view(made.households["chen"]) is None


def test_a_matching_keeps_persons_and_joins_later_rows_to_them(made: Made) -> None:
    link()
    kept = keep(typed("R115-4-1", name="吳雅琪", id_number="A223456781", birth="80.2.3"))
    again = keep(typed("R115-9-1", name="吳雅琪", id_number="A223456781", birth="80.2.3"))
    assert again.person_id != kept.person_id  # nobody chose; two reports of one month
    link()
    assert person_now(again) == person_now(kept) == kept.person_id
    with acting(SYSTEM):
        assert Person.objects.get(pk=again.person_id).merged_into_id == kept.person_id
        # both reports' services are this person's, and a correction by the old number finds its way
        assert Touchpoint.objects.filter(person_id=kept.person_id).count() == 2
    corrected = keep(
        typed("R115-9-1", name="吳雅琪", id_number="A223456781", birth="80.2.3", phone="0911000222")
    )
    assert corrected.person_id == kept.person_id


def test_the_unit_may_open_the_household_until_its_work_ended(made: Made) -> None:
    kept = keep(NEW)
    grants = ViewGrant.objects.filter(household_id=kept.household_id, kind="own_service")
    link()
    with acting(SYSTEM):
        assert grants.count() == 1
    assert end_service(source=REPORT, number="R115-1-1", on=dt.date(2026, 5, 1))
    assert not end_service(source=REPORT, number="R115-1-1", on=dt.date(2026, 5, 2))
    link()
    with acting(SYSTEM):
        assert not grants.exists()
    assert resume_service(source=REPORT, number="R115-1-1", now=LATER)
    assert not resume_service(source=REPORT, number="R115-1-1", now=LATER)
    assert note_contact(source=REPORT, number="R115-1-1", on=dt.date(2026, 5, 3))
    assert not note_contact(source=REPORT, number="R115-1-1", on=dt.date(2026, 5, 2))
    link()
    with acting(SYSTEM):
        assert grants.count() == 1
        assert Touchpoint.objects.get(person_id=kept.person_id).contact_on == dt.date(2026, 5, 3)


def test_reports_are_of_no_month_and_no_service_of_a_cocase(made: Made) -> None:
    link()
    before = make_lists(period=PERIOD, by=SYSTEM, by_name="測試", now=NOW)
    for index, who in enumerate(("建宏", "氏秋", "阿公"), 1):
        keep(
            replace(typed(f"R115-5-{index}", name="陳建宏", phone="0987000111"), period=PERIOD.next()),
            person_id=None,
        )
        assert who
    keep(typed("R115-6-1", name="陳建宏", carer_name="陳建宏"), person_id=None)
    with acting(SYSTEM):
        assert periods_with_records() == [PERIOD.first_day]
    after = make_lists(period=PERIOD, by=SYSTEM, by_name="測試", now=NOW)
    assert (before.counts, before.pending) == (after.counts, after.pending)


def test_who_was_chosen_by_a_record_goes_where_that_record_goes() -> None:
    """The matching splits person 1: record 11 stays, record 12 is person 2. The worker had record 12 before them."""
    county.establish("jiaoxi.worker")
    first = keep(NEW)
    with acting(SYSTEM):
        mate = Person.objects.create(created_at=NOW).pk
        found = Found({11: first.person_id, 12: mate}, {first.person_id: 5, mate: 6}, {}, {})
        assert adopt(found, [(12, first.record_id)]).person_of == {first.record_id: mate}
        assert adopt(found, [(12, first.record_id)]).household_of == {first.record_id: 6}
        assert adopt(found, []).person_of == {first.record_id: first.person_id}
        gone = Found({11: mate}, {mate: 6}, {first.person_id: mate}, {first.household_id: 6})
        assert adopt(gone, []).person_of == {first.record_id: mate}
        assert adopt(gone, []).besides == frozenset()
