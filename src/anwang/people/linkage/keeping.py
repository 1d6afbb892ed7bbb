"""Keeping a person whom a report or a case names: the record, whom it is about, and that a worker said so.

What a worker chose is a decision like any other of 比對覆核: the next matching obeys it, and a reviewer may undo it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from anwang.people.registry import keeping as registry
from anwang.people.registry.keeping import Kept, OwnService
from anwang.people.registry.models import Person, SourceRecord
from anwang.people.registry.search_keys import keys_of
from anwang.platform.context import SYSTEM, AccessContext, acting
from anwang.standard.codes import OwnSource
from anwang.standard.record import StandardRecord
from anwang.standard.serial import to_json

from .actions import DecisionNotPossible
from .models import PairDecision

CHOSEN = "輸入通報或個案時認定"
SET_APART = "輸入通報或個案時認定不是此人"


def keep_person(
    *,
    source: OwnSource,
    number: str,
    record: StandardRecord,
    unit_id: int,
    agency_id: int,
    person_id: int | None = None,
    is_other: bool = False,
    household_id: int | None = None,
    lives_by: str = "",
    service: OwnService | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> Kept:
    """Keep a person of a report or case at once: findable, with a person's number and a household, for `unit_id`.

    `person_id`: whom the worker chose of those whom a look-up showed; None leaves it as it was, and makes a new person
    the first time. `is_other`: the worker says that it is none of them after all: the record gets a person of its own.
    `household_id`, `lives_by`, `service`: see `registry.keeping.keep_person_record`. Sending the same again changes nothing. The
    caller writes its own audit row. Raises DecisionNotPossible when nobody named chose, or when the record has nothing
    in common with whom was chosen: a number alone opens no household.
    """
    if (person_id is not None or is_other) and by.member_id is None:
        raise DecisionNotPossible("只有具名的成員可以認定是哪一個人。")
    with acting(SYSTEM):
        registry.lock_homes(alone=False)  # before anything is read: no matching comes between
        earlier = registry.current_record(source=source, number=number)
        lineage = _lineage(earlier)
        before = earlier.person_id if earlier is not None else None
        whom, apart_from = None, None
        if person_id is not None:
            try:
                whom = registry.standing_person(person_id)
            except Person.DoesNotExist:
                raise DecisionNotPossible("找不到所選的人，請重新比對後再選。") from None
            if whom != before and not _has_something_in_common(record, whom):
                raise DecisionNotPossible(
                    "填寫的資料與所選的人沒有任何相符之處，請再確認姓名、證號、生日或電話。"
                )
        elif is_other and before is not None:
            apart_from = _youngest(before, besides=lineage)
            if apart_from is not None:
                whom = registry.new_person(now=now)
        kept = registry.keep_person_record(
            source=source,
            number=number,
            unit_id=unit_id,
            agency_id=agency_id,
            record=record,
            person_id=whom,
            household_id=household_id,
            lives_by=lives_by,
            service=service,
            now=now,
        )
        lineage |= {kept.record_id}
        if whom is not None and whom != before:
            _undo_choices(lineage, now)
            _decide(kept.record_id, apart_from, PairDecision.Kind.DIFFERENT, by, by_name, now)
        if person_id is not None and whom is not None and not _is_chosen(lineage):
            mate = _youngest(whom, besides=lineage)
            _decide(kept.record_id, mate, PairDecision.Kind.SAME, by, by_name, now)
    return kept


def _lineage(record: SourceRecord | None) -> set[int]:
    """The record and those in whose place it came."""
    found: set[int] = set()
    while record is not None:
        found.add(record.pk)
        record = record.replaces
    return found


def _youngest(person_id: int, besides: Collection[int]) -> int | None:
    """The youngest current record of a person, but for these; None when there is no other."""
    rows = SourceRecord.objects.filter(person_id=person_id, withdrawn_at__isnull=True).exclude(pk__in=besides)
    return rows.order_by("-period", "-pk").values_list("pk", flat=True).first()


def _has_something_in_common(record: StandardRecord, person_id: int) -> bool:
    said = keys_of(to_json(record))
    rows = SourceRecord.objects.filter(person_id=person_id, withdrawn_at__isnull=True)
    return any(said & keys_of(content) for content in rows.values_list("content", flat=True))


def _choices(lineage: Collection[int], *reasons: str) -> list[PairDecision]:
    rows = PairDecision.objects.filter(undone_at__isnull=True, reason__in=reasons)
    return list(rows.filter(record_a__in=lineage) | rows.filter(record_b__in=lineage))


def _is_chosen(lineage: Collection[int]) -> bool:
    return bool(_choices(lineage, CHOSEN))


def _undo_choices(lineage: Collection[int], now: dt.datetime) -> None:
    """Who says now whom a record is about takes back what was said here before; what reviewers decided stays."""
    keys = [decision.pk for decision in _choices(lineage, CHOSEN, SET_APART)]
    PairDecision.objects.filter(pk__in=keys).update(undone_at=now)


def _decide(
    one: int, other: int | None, kind: PairDecision.Kind, by: AccessContext, by_name: str, now: dt.datetime
) -> None:
    if other is None:
        return
    a, b = sorted((one, other))
    if PairDecision.objects.filter(record_a=a, record_b=b, undone_at__isnull=True).exists():
        return  # a reviewer has looked at this very pair
    PairDecision.objects.create(
        record_a_id=a,
        record_b_id=b,
        kind=kind,
        reason=CHOSEN if kind == PairDecision.Kind.SAME else SET_APART,
        decided_by=by.member_id or 0,
        decided_by_name=by_name,
        decided_at=now,
    )
