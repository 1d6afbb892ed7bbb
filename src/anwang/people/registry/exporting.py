"""What linkage found, record by record, for `anwang export links`."""

from __future__ import annotations

from anwang.standard.record import Period

from .models import SourceRecord
from .queries import OWN_SOURCES


def links_of(period: Period) -> list[tuple[str, int | None, int | None]]:
    """(the sender's record number, person, household) of every current record of a month's rosters.

    The household is where the person lived in that month.
    """
    return list(
        SourceRecord.objects.filter(period=period.first_day, withdrawn_at__isnull=True)
        .exclude(roster__in=OWN_SOURCES)
        .order_by("roster", "line", "pk")
        .values_list("record_number", "person_id", "household_id")
    )
