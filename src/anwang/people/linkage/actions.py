"""What persons decide about pairs: kept as must and cannot links, which every later matching obeys.

The caller acts for the purpose of review; row security refuses everybody else. All of a deed carries the same moment,
so that a split or a merge is undone as one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from anwang.people.registry.models import SourceRecord
from anwang.platform import audit
from anwang.platform.context import AccessContext

from .models import PairDecision, ReviewPair
from .queries import PairView, PersonRecords, latest_records, person_records

Kind = PairDecision.Kind
MOST_PAIRS = 2000  # of one split or merge; a person with more records than that is a mistake of the matching


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides: the context (with the purpose of review) and the name that the decision shows."""

    context: AccessContext
    name: str


class DecisionNotPossible(Exception):
    """The deed cannot be done; the message is for the user (zh-TW)."""


@transaction.atomic
def decide_pair(
    *, record_a: int, record_b: int, kind: str, by: Reviewer, now: dt.datetime, reason: str = ""
) -> PairDecision:
    """Keep that two records are, or are not, about the same person. Returns the decision in force.

    Deciding the same again changes nothing and returns the earlier decision; deciding otherwise undoes it first.
    Raises DecisionNotPossible when there are no two such records.
    """
    people = _people_of([record_a, record_b])
    decided, is_new = _keep(record_a, record_b, kind, by, now, reason)
    if is_new:
        detail = {"decision": decided.pk, "records": [decided.record_a_id, decided.record_b_id], "kind": kind}
        _audit_people(audit.Action.DECIDED_PAIR, people, by, now, detail)
    return decided


def _keep(
    one: int, other: int, kind: str, by: Reviewer, now: dt.datetime, reason: str
) -> tuple[PairDecision, bool]:
    assert by.context.member_id is not None  # it is always a member who reviews
    a, b = sorted((one, other))
    with connection.cursor() as cursor:
        # Two persons deciding one pair at once: the second waits and sees the first one's decision.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"pair {a} {b}"])
    earlier = PairDecision.objects.filter(record_a=a, record_b=b, undone_at__isnull=True).first()
    if earlier is not None and earlier.kind == kind:
        return earlier, False
    if earlier is not None:
        _mark_undone([earlier], now)
    decided = PairDecision.objects.create(
        record_a_id=a,
        record_b_id=b,
        kind=Kind(kind),
        reason=reason.strip()[:300],
        decided_by=by.context.member_id,
        decided_by_name=by.name,
        decided_at=now,
    )
    ReviewPair.objects.filter(record_a=a, record_b=b).update(decision=decided)
    return decided, True


def _mark_undone(decisions: Iterable[PairDecision], now: dt.datetime) -> None:
    keys = [decision.pk for decision in decisions]
    PairDecision.objects.filter(pk__in=keys).update(undone_at=now)
    ReviewPair.objects.filter(decision__in=keys).update(decision=None)


def _restore_what(undone_at: dt.datetime) -> None:
    """Put the decisions that a deed undid in its moment in force again, unless the pair was decided on since."""
    for earlier in PairDecision.objects.select_for_update().filter(undone_at=undone_at).order_by("-pk"):
        a, b = earlier.record_a_id, earlier.record_b_id
        if PairDecision.objects.filter(record_a=a, record_b=b, undone_at__isnull=True).exists():
            continue
        PairDecision.objects.filter(pk=earlier.pk).update(undone_at=None)
        ReviewPair.objects.filter(record_a=a, record_b=b).update(decision=earlier)


@transaction.atomic
def undo_decision(*, decision: PairDecision, by: Reviewer, now: dt.datetime) -> int:
    """Undo a decision, with all others of the same deed (a split, a merge). Returns how many were in force.

    What the deed had taken the place of is in force again: an undone merge leaves the persons as far apart as before.
    """
    deed = list(
        PairDecision.objects.select_for_update().filter(
            decided_at=decision.decided_at, decided_by=decision.decided_by, undone_at__isnull=True
        )
    )
    if not deed:
        return 0
    _mark_undone(deed, now)
    _restore_what(deed[0].decided_at)
    people = _people_of({record for one in deed for record in (one.record_a_id, one.record_b_id)})
    detail = {"decision": deed[0].pk, "decisions": len(deed), "kind": deed[0].kind}
    _audit_people(audit.Action.UNDID_DECISION, people, by, now, detail)
    return len(deed)


@transaction.atomic
def split_person(
    *, person_id: int, record_ids: Sequence[int], by: Reviewer, now: dt.datetime, reason: str = ""
) -> PairDecision:
    """Say that these records are not about this person: a cannot-link between each of them and each of the others.

    Returns the first of the decisions. Raises DecisionNotPossible when none or all of the records are named.
    """
    found = _existing(person_id)
    keys = [view.key for view in found.records]
    away = [key for key in keys if key in set(record_ids)]
    stay = [key for key in keys if key not in set(record_ids)]
    if not away:
        raise DecisionNotPossible("請勾選不是這個人的紀錄。")
    if not stay:
        raise DecisionNotPossible("不能勾選全部的紀錄；至少要留一筆是這個人的。")
    if len(away) * len(stay) > MOST_PAIRS:
        raise DecisionNotPossible("一次拆分的紀錄太多，請分次拆分。")
    decided = [_keep(one, other, Kind.DIFFERENT, by, now, reason)[0] for one in away for other in stay]
    detail = {"decision": decided[0].pk, "records": away}
    _audit_people(audit.Action.SPLIT_PERSON, [("person", found.person.pk)], by, now, detail)
    return decided[0]


@transaction.atomic
def merge_persons(
    *, person_id: int, other_id: int, by: Reviewer, now: dt.datetime, reason: str = ""
) -> PairDecision:
    """Say that two persons are one: a must-link between their youngest records.

    Decisions in force that kept their records apart are undone, for this one is younger and says otherwise.
    Raises DecisionNotPossible when there are no two different persons with records.
    """
    one, other = _existing(person_id), _existing(other_id)
    if one.person.pk == other.person.pk:
        raise DecisionNotPossible("這兩個編號已經是同一人。")
    keys = [view.key for found in (one, other) for view in found.records]
    apart = PairDecision.objects.filter(
        record_a__in=keys, record_b__in=keys, kind=Kind.DIFFERENT, undone_at__isnull=True
    )
    first = {view.key for view in one.records}
    _mark_undone([each for each in apart if (each.record_a_id in first) != (each.record_b_id in first)], now)
    youngest = latest_records([one.person.pk, other.person.pk])
    decided, _ = _keep(youngest[one.person.pk].key, youngest[other.person.pk].key, Kind.SAME, by, now, reason)
    people = [("person", one.person.pk), ("person", other.person.pk)]
    _audit_people(audit.Action.MERGED_PERSONS, people, by, now, {"decision": decided.pk})
    return decided


def _existing(person_id: int) -> PersonRecords:
    found = person_records(person_id)
    if found is None or not found.records:
        raise DecisionNotPossible("找不到這個人員編號，或沒有現行的紀錄。")
    return found


@transaction.atomic
def open_pair(*, view: PairView, by: Reviewer, now: dt.datetime) -> None:
    """Record that a pair was opened: for both persons, and for the households shown beside them."""
    people = _people_of([view.a.key, view.b.key])
    homes = {("household", mate.household_id) for mate in view.homes_a + view.homes_b}
    _audit_people(audit.Action.OPENED_PAIR, [*people, *sorted(homes)], by, now, {"pair": view.pair.pk})


@transaction.atomic
def open_persons(*, found: Sequence[PersonRecords], by: Reviewer, now: dt.datetime) -> None:
    """Record that the records of persons were opened for review."""
    people = [("person", one.person.pk) for one in found]
    _audit_people(audit.Action.OPENED_PERSON, people, by, now, {"for": "linkage_review"})


def _people_of(record_ids: Iterable[int]) -> list[tuple[str, int]]:
    """Whom the audit names: the persons of the records, or the record while it has none yet."""
    wanted = set(record_ids)
    rows = list(SourceRecord.objects.filter(pk__in=wanted).values_list("pk", "person_id"))
    if len(wanted) < 2 or len(rows) != len(wanted):
        raise DecisionNotPossible("找不到這兩筆紀錄。")
    return sorted({("person", person) if person else ("source_record", pk) for pk, person in rows})


def _audit_people(
    action: str,
    subjects: Iterable[tuple[str, int]],
    by: Reviewer,
    now: dt.datetime,
    detail: dict[str, object],
) -> None:
    audit.record_each(
        subjects,
        context=by.context,
        at=now,
        action=action,
        purpose="比對覆核",
        member_name=by.name,
        detail=detail,
    )
