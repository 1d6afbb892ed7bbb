"""The bands of the last run, and which of its pairs a lot chose."""

from __future__ import annotations

from dataclasses import dataclass

from .bands import Band, band_of, lot
from .model import LINK_AT, REVIEW_FROM, SURE_FROM
from .models import LinkRun, ReviewPair


@dataclass(frozen=True, slots=True)
class Standing:
    """The last run's bands: the threshold that it used, each band by its number."""

    link_at: float
    bands: dict[int, Band]

    def number_of(self, pair: ReviewPair) -> int | None:
        return band_of(pair.probability, pair.linked, self.link_at)

    def is_drawn(self, pair: ReviewPair) -> bool:
        """Whether the pair is one of those that a lot chose in its band."""
        return self._is_drawn(pair.record_a_id, pair.record_b_id, pair.probability, pair.linked)

    def is_in_doubt(self, pair: ReviewPair) -> bool:
        """Whether it would be asked even if nobody wanted to know how good the matching is."""
        return pair.probability < SURE_FROM if pair.linked else pair.probability >= REVIEW_FROM

    def is_whole(self, pair: ReviewPair) -> bool:
        """Whether all pairs of its band are asked."""
        number = self.number_of(pair)
        return number in self.bands and self.bands[number].share >= 1

    def _is_drawn(self, a: int, b: int, probability: float, linked: bool) -> bool:
        number = band_of(probability, linked, self.link_at)
        band = self.bands.get(number) if number is not None else None
        return band is not None and lot(a, b) < band.share

    def drawn_waiting(self) -> list[int]:
        """The numbers of the drawn pairs that nobody decided on."""
        rows = ReviewPair.objects.filter(decision__isnull=True)
        columns = rows.values_list("pk", "record_a_id", "record_b_id", "probability", "linked")
        found = columns.iterator(chunk_size=2000)
        return [pk for pk, a, b, probability, linked in found if self._is_drawn(a, b, probability, linked)]


def standing(run: LinkRun | None) -> Standing:
    """Without bands for a run of before there were any."""
    report = run.report if run is not None else {}
    found = [Band.from_json(body) for body in report.get("bands", [])]
    return Standing(float(report.get("link_at", LINK_AT)), {band.number: band for band in found})
