"""What linkage found, record by record, for `anwang export links`."""

from __future__ import annotations

from django.db import connection

from anwang.standard.record import Period


def links_of(period: Period) -> list[tuple[str, int | None, int | None]]:
    """(the sender's record number, person, household) of every current record of a month.

    The household is the one that the person belonged to on the month's last day.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.record_number, r.person_id, m.household_id from registry_sourcerecord r"
            " left join registry_householdmembership m on m.person_id = r.person_id"
            "  and m.from_on <= %(last)s and (m.until_on is null or m.until_on > %(last)s)"
            " where r.period = %(first)s and r.withdrawn_at is null order by r.roster, r.line, r.id",
            {"first": period.first_day, "last": period.last_day},
        )
        return cursor.fetchall()
