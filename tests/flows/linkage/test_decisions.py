"""Decisions of 比對覆核 on a real database as the application role: kept as links, idempotent, undone as a whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.db import ProgrammingError, transaction

from anwang.network.cocases.jobs import is_linkage_queued, queue_linkage
from anwang.people.linkage import queries
from anwang.people.linkage.actions import (
    DecisionNotPossible,
    Reviewer,
    decide_pair,
    merge_persons,
    open_pair,
    split_person,
    undo_decision,
)
from anwang.people.linkage.models import PairDecision, ReviewPair
from anwang.people.registry.models import Person, SourceRecord
from anwang.platform.context import SYSTEM, Purpose, acting
from anwang.platform.models import AuditEntry
from tests.county import context, establish
from tests.review_pairs import Seen, records_to_review

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
LATER = NOW + dt.timedelta(minutes=5)
SAME, DIFFERENT = PairDecision.Kind.SAME, PairDecision.Kind.DIFFERENT


@pytest.fixture
def seen() -> Seen:
    establish("data", "health")
    return records_to_review(NOW)


def reviewer(username: str = "data", purpose: Purpose | None = Purpose.LINKAGE_REVIEW) -> Reviewer:
    return Reviewer(replace(context(username), purpose=purpose), username)


def audited() -> Counter[tuple[str, str, str]]:
    with acting(SYSTEM):
        return Counter(AuditEntry.objects.values_list("action", "subject_kind", "subject_id"))


def test_a_decision_is_kept_names_both_persons_and_leaves_the_queue(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        made = decide_pair(
            record_a=seen.records[1], record_b=seen.records[0], kind=SAME, by=by, now=NOW, reason=" 同音 "
        )
        assert (made.record_a_id, made.record_b_id, made.reason) == (seen.records[0], seen.records[1], "同音")
        assert queries.links_in_force() == ([(seen.records[0], seen.records[1])], [])
        assert [pair.pk for pair in queries.waiting_pairs()] == [seen.pairs[1], seen.pairs[2]]
        counts = queries.review_counts()
        assert (counts.waiting, counts.decided, counts.not_yet_used) == (2, 1, 1)
    assert audited() == {("decided_pair", "person", str(seen.persons[k])): 1 for k in (0, 1)}


def test_deciding_twice_is_deciding_once(seen: Seen) -> None:
    by = reviewer()
    a, b = seen.records[:2]
    with acting(by.context):
        first = decide_pair(record_a=a, record_b=b, kind=SAME, by=by, now=NOW)
        assert decide_pair(record_a=b, record_b=a, kind=SAME, by=by, now=LATER) == first
        assert PairDecision.objects.count() == 1
    assert sum(audited().values()) == 2


def test_deciding_otherwise_takes_the_place_of_the_earlier_decision(seen: Seen) -> None:
    by = reviewer()
    a, b = seen.records[:2]
    with acting(by.context):
        first = decide_pair(record_a=a, record_b=b, kind=SAME, by=by, now=NOW)
        second = decide_pair(record_a=a, record_b=b, kind=DIFFERENT, by=by, now=LATER)
        first.refresh_from_db()
        assert first.undone_at == LATER
        assert queries.links_in_force() == ([], [(a, b)])
        assert ReviewPair.objects.get(pk=seen.pairs[0]).decision == second


def test_undoing_brings_the_pair_back_and_undoing_again_does_nothing(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        made = decide_pair(record_a=seen.records[0], record_b=seen.records[1], kind=SAME, by=by, now=NOW)
        assert undo_decision(decision=made, by=by, now=LATER) == 1
        assert undo_decision(decision=made, by=by, now=LATER) == 0
        assert queries.links_in_force() == ([], [])
        assert queries.waiting_pairs().first().pk == seen.pairs[0]
        (deed,) = queries.recent_deeds()
        assert not deed.is_in_force
    assert audited()[("undid_decision", "person", str(seen.persons[0]))] == 1


def test_a_pair_of_one_record_or_of_none_is_refused(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        for pair in ((seen.records[0], seen.records[0]), (seen.records[0], 10**9)):
            with pytest.raises(DecisionNotPossible):
                decide_pair(record_a=pair[0], record_b=pair[1], kind=SAME, by=by, now=NOW)


@pytest.mark.parametrize(("username", "purpose"), [("data", None), ("health", Purpose.LINKAGE_REVIEW)])
def test_without_the_purpose_or_the_role_nothing_is_seen_and_nothing_is_decided(
    seen: Seen, username: str, purpose: Purpose | None
) -> None:
    by = reviewer(username, purpose)
    with acting(by.context):
        assert not queries.waiting_pairs().exists()
        assert queries.pair_view(seen.pairs[0]) is None
        with pytest.raises(DecisionNotPossible):
            decide_pair(record_a=seen.records[0], record_b=seen.records[1], kind=SAME, by=by, now=NOW)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            PairDecision.objects.create(
                record_a_id=seen.records[0],
                record_b_id=seen.records[1],
                kind=SAME,
                decided_by=1,
                decided_at=NOW,
            )


def test_the_queue_goes_from_the_hardest_to_the_easiest_and_by_filter(seen: Seen) -> None:
    hard, unlikely, likely = seen.pairs
    with acting(reviewer().context):
        assert [p.pk for p in queries.waiting_pairs()] == [hard, unlikely, likely], "as the run left them"
        assert [p.pk for p in queries.waiting_pairs(order=queries.DOUBTFUL)] == [hard, unlikely, likely]
        assert [p.pk for p in queries.waiting_pairs(order=queries.LIKELY)] == [likely, hard, unlikely]
        assert [p.pk for p in queries.waiting_pairs(order=queries.UNLIKELY)] == [unlikely, hard, likely]
        assert queries.waiting_pairs(roster="health_case").count() == 3
        assert queries.waiting_pairs(roster="employment").count() == 0
        for order in (queries.TEACHING, queries.LIKELY, queries.UNLIKELY):
            walked = [queries.waiting_pairs(order=order).first()]
            while following := queries.next_pair(walked[-1], order=order):
                walked.append(following)
            assert [p.pk for p in walked] == [p.pk for p in queries.waiting_pairs(order=order)]


def test_pairs_of_the_same_doubt_are_walked_one_by_one(seen: Seen) -> None:
    with acting(SYSTEM):
        ReviewPair.objects.update(probability=0.6)
    with acting(reviewer().context):
        first = queries.waiting_pairs().first()
        second = queries.next_pair(first)
        assert [first.pk, second.pk, queries.next_pair(second).pk] == list(seen.pairs)


def test_a_pair_whose_record_was_withdrawn_waits_no_longer(seen: Seen) -> None:
    with acting(SYSTEM):
        SourceRecord.objects.filter(pk=seen.records[0]).update(withdrawn_at=NOW)
    with acting(reviewer().context):
        assert [pair.pk for pair in queries.waiting_pairs()] == [seen.pairs[1], seen.pairs[2]]


def test_opening_a_pair_is_recorded_for_both_persons_and_the_household_beside_them(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        view = queries.pair_view(seen.pairs[0])
        assert [mate.record.name.text for mate in view.homes_a] == ["陳建宏"]
        assert view.homes_b == ()
        open_pair(view=view, by=by, now=NOW)
        household = view.homes_a[0].household_id
    assert audited() == {
        ("opened_pair", "person", str(seen.persons[0])): 1,
        ("opened_pair", "person", str(seen.persons[1])): 1,
        ("opened_pair", "household", str(household)): 1,
    }


def test_a_link_follows_the_record_through_every_correction(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        decide_pair(record_a=seen.records[0], record_b=seen.records[1], kind=SAME, by=by, now=NOW)
    last = seen.records[0]
    with acting(SYSTEM):
        for step in range(2):
            old = SourceRecord.objects.get(pk=last)
            SourceRecord.objects.filter(pk=last).update(withdrawn_at=NOW)
            old.pk, old.replaces_id, old.content_hash = None, last, f"again {step}"
            old.save(force_insert=True)
            last = old.pk
        assert queries.links_in_force() == ([(seen.records[1], last)], [])


def _give(seen: Seen, person: int, *records: int) -> None:
    with acting(SYSTEM):
        keys = [seen.records[k] for k in records]
        SourceRecord.objects.filter(pk__in=keys).update(person=seen.persons[person])


def test_a_split_keeps_each_named_record_from_each_other_one_and_is_undone_as_one(seen: Seen) -> None:
    _give(seen, 0, 0, 1, 2, 3)
    by = reviewer()
    a, b, c, d = seen.records[:4]
    with acting(by.context):
        made = split_person(
            person_id=seen.persons[0], record_ids=[c, d, 10**9], by=by, now=NOW, reason="同名"
        )
        assert sorted(queries.links_in_force()[1]) == sorted([(a, c), (a, d), (b, c), (b, d)])
        (deed,) = queries.recent_deeds()
        assert (deed.first, deed.count) == (made, 4)
        assert undo_decision(decision=made, by=by, now=LATER) == 4
        assert queries.links_in_force() == ([], [])
    assert audited()[("split_person", "person", str(seen.persons[0]))] == 1


@pytest.mark.parametrize(("chosen", "words"), [((), "勾選"), ((0, 1), "全部")])
def test_a_split_needs_some_records_but_not_all(seen: Seen, chosen: tuple[int, ...], words: str) -> None:
    _give(seen, 0, 0, 1)
    by = reviewer()
    with acting(by.context), pytest.raises(DecisionNotPossible, match=words):
        split_person(person_id=seen.persons[0], record_ids=[seen.records[k] for k in chosen], by=by, now=NOW)


def test_a_merge_links_the_persons_and_undoes_what_kept_them_apart(seen: Seen) -> None:
    _give(seen, 0, 0, 2)
    by = reviewer()
    with acting(by.context):
        apart = decide_pair(
            record_a=seen.records[0], record_b=seen.records[1], kind=DIFFERENT, by=by, now=NOW
        )
        within = decide_pair(
            record_a=seen.records[0], record_b=seen.records[2], kind=DIFFERENT, by=by, now=NOW
        )
        merge_persons(person_id=seen.persons[0], other_id=seen.persons[1], by=by, now=LATER)
        apart.refresh_from_db()
        within.refresh_from_db()
        assert (apart.undone_at, within.undone_at) == (LATER, None)
        assert queries.links_in_force()[0] == [(seen.records[1], seen.records[2])]
    assert audited()[("merged_persons", "person", str(seen.persons[1]))] == 1


def test_an_undone_merge_leaves_the_persons_as_far_apart_as_before(seen: Seen) -> None:
    _give(seen, 0, 0, 2)
    by = reviewer()
    with acting(by.context):
        apart = decide_pair(
            record_a=seen.records[0], record_b=seen.records[1], kind=DIFFERENT, by=by, now=NOW
        )
        before = queries.links_in_force()
        merged = merge_persons(person_id=seen.persons[0], other_id=seen.persons[1], by=by, now=LATER)
        assert queries.links_in_force() != before
        undo_decision(decision=merged, by=by, now=LATER + dt.timedelta(hours=1))
        assert queries.links_in_force() == before
        assert ReviewPair.objects.get(pk=seen.pairs[0]).decision == apart


def test_undoing_a_second_thought_brings_the_first_back(seen: Seen) -> None:
    by = reviewer()
    a, b = seen.records[:2]
    with acting(by.context):
        decide_pair(record_a=a, record_b=b, kind=SAME, by=by, now=NOW)
        second = decide_pair(record_a=a, record_b=b, kind=DIFFERENT, by=by, now=LATER)
        undo_decision(decision=second, by=by, now=LATER + dt.timedelta(hours=1))
        assert queries.links_in_force() == ([(a, b)], [])


def test_a_person_is_not_merged_with_itself_or_with_nobody(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        for other in (seen.persons[0], 10**9):
            with pytest.raises(DecisionNotPossible):
                merge_persons(person_id=seen.persons[0], other_id=other, by=by, now=NOW)


def test_a_merged_identifier_leads_to_the_person_that_stands(seen: Seen) -> None:
    with acting(SYSTEM):
        Person.objects.filter(pk=seen.persons[1]).update(merged_into=seen.persons[0])
    with acting(reviewer().context):
        assert queries.person_records(seen.persons[1]).person.pk == seen.persons[0]


def test_one_matching_waits_at_most(seen: Seen) -> None:
    by = reviewer()
    with acting(by.context):
        assert not is_linkage_queued()
        assert queue_linkage(by=by, now=NOW)
        assert is_linkage_queued()
        assert not queue_linkage(by=by, now=LATER)
    assert audited() == {("linked", "job", "link"): 1}
