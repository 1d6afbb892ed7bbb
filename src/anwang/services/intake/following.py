"""Whom the persons of a report are, after a matching: as their records say now. What was decided on them stays."""

from __future__ import annotations

from django.db import connection

# Rows that somebody is changing at this moment are left for the next time: nobody waits for the other.
_FOLLOW = """
with stale as (
  select p.id, r.person_id, m.household_id
  from intake_reportperson p
  join registry_sourcerecord r on r.id = p.record_id and r.person_id is not null
  join registry_householdmembership m on m.person_id = r.person_id and m.until_on is null
  where p.withdrawn_at is null
    and (p.person_id is distinct from r.person_id or p.household_id is distinct from m.household_id)
  for update of p skip locked
)
update intake_reportperson p set person_id = s.person_id, household_id = s.household_id from stale s where p.id = s.id
"""


def follow_records() -> int:
    """Persons and households of standing reports follow their records. Call it as the system."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW)
        return int(cursor.rowcount)
