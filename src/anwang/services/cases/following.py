"""Whom the people of a case are, after a matching: as their records say now. What was written of them stays as it is."""

from __future__ import annotations

from django.db import connection

# Rows that somebody is changing at this moment are left for the next time: nobody waits for the other.
_MEMBERS = """
with stale as (
  select c.id, r.person_id
  from cases_casemember c
  join registry_sourcerecord r on r.id = c.record_id and r.person_id is not null
  where c.person_id is distinct from r.person_id
  for update of c skip locked
)
update cases_casemember c set person_id = s.person_id from stale s where c.id = s.id
"""
# A unit has one open case of a programme for a person: where two clients turn out to be one, the case that has the
# number already (else the older one) keeps it, and the other stays with the number that it had, which leads there too.
# A number that another open case still holds is taken only after that case has given it up.
_CLIENTS = """
with said as (
  select k.id, m.household_id as home,
    case when k.closed_at is not null or (
      row_number() over (
        partition by k.unit_id, k.programme, r.person_id, k.closed_at is null
        order by (k.client_id = r.person_id) desc, k.id) = 1
      and not exists (
        select 1 from cases_case o
        where o.client_id = r.person_id and o.unit_id = k.unit_id and o.programme = k.programme
          and o.closed_at is null and o.id <> k.id)
    ) then r.person_id else k.client_id end as person_id
  from cases_case k
  join cases_casemember c on c.case_id = k.id and c.role = 'client'
    and not exists (select 1 from cases_casemember n where n.replaces_id = c.id)
  join registry_sourcerecord r on r.id = c.record_id and r.person_id is not null
  join registry_householdmembership m on m.person_id = r.person_id and m.until_on is null
),
stale as (
  select k.id, s.person_id, s.home
  from cases_case k join said s on s.id = k.id
  where k.household_id is distinct from s.home or k.client_id is distinct from s.person_id
  for update of k skip locked
)
update cases_case k set client_id = s.person_id, household_id = s.home from stale s where k.id = s.id
"""


def follow_records() -> int:
    """Members, clients and households of cases follow their records. Call it as the system."""
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS)
        changed += int(cursor.rowcount)
        # Each round gives up numbers that others wait for. Two cases that hold each other's stay as they are.
        while True:
            cursor.execute(_CLIENTS)
            if not cursor.rowcount:
                return changed
            changed += int(cursor.rowcount)
