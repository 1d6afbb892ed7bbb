"""Reads for the page of the threshold: what the last run left in each band, and what people decided of the draws."""

from __future__ import annotations

from dataclasses import dataclass

from anwang.people.registry.models import SourceRecord

from .asking import Stake, conflict, joined_agencies
from .bands import RIVAL, band_of, lot
from .estimates import BandSample, Seen, sample_of
from .models import LinkRun, PairDecision, ReviewPair
from .queries import PairView
from .standing import standing


def band_samples(run: LinkRun | None) -> list[BandSample]:
    """What is known of each band. Pairs that were decided before the last run are added to those that it counted."""
    now = standing(run)
    seen: dict[int, list[Seen]] = {number: [] for number in now.bands}
    rows = ReviewPair.objects.filter(
        record_a__withdrawn_at__isnull=True, record_b__withdrawn_at__isnull=True
    ).values_list("record_a_id", "record_b_id", "probability", "linked", "decision__kind", "run_id")
    for a, b, probability, linked, kind, run_id in rows.iterator(chunk_size=2000):
        number = band_of(probability, linked, now.link_at)
        if number in seen:
            same = None if kind is None else kind == PairDecision.Kind.SAME
            seen[number].append(Seen(lot(a, b), same, run is not None and run_id == run.pk))
    return [sample_of(band, seen[number]) for number, band in sorted(now.bands.items())]


@dataclass(frozen=True, slots=True)
class WhyAsked:
    """Why a pair is offered: drawn by lot (`is_whole`: with all of its band), or for what its answer changes."""

    by_lot: bool
    is_whole: bool
    is_rival: bool
    stake: Stake


def why_asked(view: PairView, run: LinkRun | None) -> WhyAsked:
    """From the records that the two persons have now."""
    pair, now = view.pair, standing(run)
    one, other = (_behind(each.person_id) for each in (view.a, view.b))
    against = conflict(float(c["bits"]) for c in pair.contributions if c["comparison"] != "prior")
    together = view.a.person_id is not None and view.a.person_id == view.b.person_id
    homes = {mate.household_id for mate in view.homes_a} != {mate.household_id for mate in view.homes_b}
    stake = Stake(
        pair.probability,
        pair.linked,
        (len(one), 1 if together else len(other)),
        len(set(one)) - 1 if together else joined_agencies(one, other),
        int(homes and not together),
        against,
    )
    return WhyAsked(now.is_drawn(pair), now.is_whole(pair), now.number_of(pair) == RIVAL, stake)


def _behind(person_id: int | None) -> list[int]:
    """The agency of each current record of a person; of a record without one nothing is known but that it is there."""
    if person_id is None:
        return [0]
    rows = SourceRecord.objects.filter(person_id=person_id, withdrawn_at__isnull=True)
    return list(rows.values_list("agency_id", flat=True)) or [0]
