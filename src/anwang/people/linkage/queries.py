"""Reads for 比對覆核: pairs that wait, decisions in force, a person's records. Row security asks for the purpose."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Abs

from anwang.people.registry.models import HouseholdMembership, Person, SourceRecord
from anwang.standard.record import StandardRecord
from anwang.standard.serial import from_json

from .models import LinkRun, PairDecision, ReviewPair
from .standing import standing


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with the person whom the last matching gave it to (None: not matched yet)."""

    key: int
    person_id: int | None
    record: StandardRecord


def _view(row: SourceRecord) -> RecordView:
    return RecordView(row.pk, row.person_id, from_json(row.content))


# ---- the queue -----------------------------------------------------------------------------------------------------

TEACHING, DRAWN, DOUBTFUL, LIKELY, UNLIKELY = "teaching", "drawn", "doubtful", "likely", "unlikely"
_FROM_HALF = Abs(F("probability") - Value(0.5), output_field=FloatField())


def waiting_pairs(*, roster: str = "", order: str = TEACHING) -> QuerySet[ReviewPair]:
    """Pairs that wait for a person. `order`: as the matching asks (what mends most, mixed with the drawn ones), only the
    drawn ones, closest to one half first, likeliest, unlikeliest."""
    found = (
        ReviewPair.objects.filter(
            decision__isnull=True, record_a__withdrawn_at__isnull=True, record_b__withdrawn_at__isnull=True
        )
        .select_related("record_a", "record_b")
        .annotate(doubt=_FROM_HALF)
    )
    if roster:
        found = found.filter(Q(record_a__roster=roster) | Q(record_b__roster=roster))
    if order == DRAWN:
        found = found.filter(pk__in=standing(latest_run()).drawn_waiting())
    if order in (TEACHING, DRAWN):
        return found.order_by("pk")  # a run keeps its pairs in the order in which to ask
    return found.order_by({LIKELY: "-probability", UNLIKELY: "probability"}.get(order, "doubt"), "pk")


def next_pair(after: ReviewPair, *, roster: str = "", order: str = TEACHING) -> ReviewPair | None:
    """The pair that comes after `after` in the queue, whether or not `after` still waits."""
    waiting = waiting_pairs(roster=roster, order=order)
    if order in (TEACHING, DRAWN):
        later = Q(pk__gt=after.pk)
    elif order == LIKELY:
        later = Q(probability__lt=after.probability) | Q(probability=after.probability, pk__gt=after.pk)
    elif order == UNLIKELY:
        later = Q(probability__gt=after.probability) | Q(probability=after.probability, pk__gt=after.pk)
    else:
        doubt = abs(after.probability - 0.5)  # in doubles, as the database has it: equal to the last bit
        later = Q(doubt__gt=doubt) | Q(doubt=doubt, pk__gt=after.pk)
    return waiting.filter(later).first()


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many pairs wait, how many of all are decided, and the decisions that no matching has seen yet."""

    waiting: int
    decided: int
    not_yet_used: int


def review_counts() -> ReviewCounts:
    run = latest_run()
    fresh = Q(decided_at__gt=run.started_at) | Q(undone_at__gt=run.started_at) if run else Q()
    return ReviewCounts(
        waiting_pairs().count(),
        ReviewPair.objects.filter(decision__isnull=False).count(),
        PairDecision.objects.filter(fresh).count(),
    )


def latest_run() -> LinkRun | None:
    return LinkRun.objects.filter(finished_at__isnull=False).order_by("-started_at").first()


# ---- one pair ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HomeMate:
    """Somebody of the same household, by the youngest record, with the relation that it gives."""

    person_id: int
    household_id: int
    record: StandardRecord


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair to decide, with who else lives with each of the two persons."""

    pair: ReviewPair
    a: RecordView
    b: RecordView
    homes_a: tuple[HomeMate, ...]
    homes_b: tuple[HomeMate, ...]


def pair_view(pair_id: int) -> PairView | None:
    """The pair with its records and their households; None when there is none or it may not be seen."""
    pair = ReviewPair.objects.filter(pk=pair_id).select_related("record_a", "record_b", "decision").first()
    if pair is None:
        return None
    a, b = _view(pair.record_a), _view(pair.record_b)
    return PairView(pair, a, b, home_mates(a.person_id), home_mates(b.person_id))


def home_mates(person_id: int | None, limit: int = 12) -> tuple[HomeMate, ...]:
    """The others in the household in which the person lives now."""
    if person_id is None:
        return ()
    home = HouseholdMembership.objects.filter(person_id=person_id, until_on__isnull=True).first()
    if home is None:
        return ()
    others = HouseholdMembership.objects.filter(household_id=home.household_id, until_on__isnull=True)
    ids = list(others.exclude(person_id=person_id).order_by("pk").values_list("person_id", flat=True)[:limit])
    youngest = latest_records(ids)
    return tuple(HomeMate(mate, home.household_id, youngest[mate].record) for mate in ids if mate in youngest)


def latest_records(person_ids: Sequence[int]) -> dict[int, RecordView]:
    """Each person's youngest current record."""
    rows = SourceRecord.objects.filter(person_id__in=person_ids, withdrawn_at__isnull=True)
    return {row.person_id: _view(row) for row in rows.order_by("period", "pk") if row.person_id}


# ---- decisions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person decided at one moment: one pair, or all pairs of a split or a merge. Undone as a whole."""

    first: PairDecision
    count: int

    @property
    def is_in_force(self) -> bool:
        return self.first.undone_at is None


def recent_deeds(limit: int = 200) -> list[Deed]:
    """The youngest deeds first."""
    decisions = PairDecision.objects.select_related("record_a", "record_b").order_by("-decided_at", "pk")
    deeds: dict[tuple[dt.datetime, int], list[PairDecision]] = defaultdict(list)
    for decision in decisions.iterator(chunk_size=500):
        key = (decision.decided_at, decision.decided_by)
        if key not in deeds and len(deeds) == limit:
            break
        deeds[key].append(decision)
    return [Deed(found[0], len(found)) for found in deeds.values()]


def decision(decision_id: int) -> PairDecision | None:
    return PairDecision.objects.filter(pk=decision_id).select_related("record_a", "record_b").first()


def pair_of(found: PairDecision) -> ReviewPair | None:
    """The review pair that the decision settles, if it was one."""
    return ReviewPair.objects.filter(record_a=found.record_a_id, record_b=found.record_b_id).first()


def links_in_force() -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Must-links and cannot-links as pairs of record numbers: what the matching has to obey.

    A link binds the record that was looked at and, when a corrected roster replaced it, the one that took its place.
    """
    rows = list(
        PairDecision.objects.filter(undone_at__isnull=True)
        .order_by("pk")
        .values_list("record_a", "record_b", "kind")
    )
    now = successors({record for a, b, _ in rows for record in (a, b)})
    must: list[tuple[int, int]] = []
    cannot: list[tuple[int, int]] = []
    for a, b, kind in rows:
        pair = (now.get(a, a), now.get(b, b))
        (must if kind == PairDecision.Kind.SAME else cannot).append((min(pair), max(pair)))
    return must, cannot


def successors(record_ids: Iterable[int]) -> dict[int, int]:
    """The current record in whose place each of these stood, for those that a corrected roster replaced."""
    found: dict[int, int] = {}
    start_of = {record: record for record in record_ids}
    while start_of:
        rows = SourceRecord.objects.filter(replaces__in=start_of).values_list("replaces", "pk")
        step = {pk: start_of[old] for old, pk in rows if old is not None}
        found.update({start: pk for pk, start in step.items()})
        start_of = step
    return found


# ---- one person ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """A person with all current records; `person` may be another than asked for when identifiers were merged."""

    person: Person
    records: tuple[RecordView, ...]


def person_records(person_id: int) -> PersonRecords | None:
    """The person (or the one that it was merged into) with current records; None when there is no such person."""
    person = Person.objects.filter(pk=person_id).first()
    while person is not None and person.merged_into_id is not None:
        person = Person.objects.filter(pk=person.merged_into_id).first()
    if person is None:
        return None
    rows = SourceRecord.objects.filter(person=person, withdrawn_at__isnull=True).order_by(
        "-period", "roster", "pk"
    )
    return PersonRecords(person, tuple(_view(row) for row in rows))
