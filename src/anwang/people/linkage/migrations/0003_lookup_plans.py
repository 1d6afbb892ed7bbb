"""The statements of a look-up as functions, so that each database session plans them once.

With the policies written into them, planning takes as long as finding. The functions run with the rights of who calls, under
row security; they are in the database, not prepared by a client, so that they work behind a pool of connections too.
"""

from django.db import migrations

# The limit makes each key a short walk in the index, whatever the planner thinks of the others. The records of a key
# come as one text: of common names there are thousands, and a row each would take longer than to find them.
BY_KEY = """
select w.n, string_agg(k.record_id::text, ',')
from unnest(keys) with ordinality w(key, n)
cross join lateral (select s.record_id from registry_searchkey s where s.key = w.key limit most) k
group by w.n
"""
BY_ALL_KEYS = """
select s.record_id from registry_searchkey s where s.key = any(keys)
group by s.record_id having count(distinct s.key) = cardinality(keys) limit most
"""
OWN = """
select s.record_id from registry_searchkey s where s.key = any(keys) and s.unit_id = (select anwang_unit())
group by s.record_id having count(distinct s.key) = cardinality(keys) order by s.record_id desc limit most
"""
PERSONS = """
select r.id, r.unit_id, r.person_id, m.household_id, r.content
from registry_sourcerecord r
left join registry_householdmembership m on m.person_id = r.person_id and m.until_on is null
where r.withdrawn_at is null and r.person_id in (
  select h.person_id from registry_sourcerecord h where h.id = any(records) and h.withdrawn_at is null)
order by r.id
"""
SERVED = """
select m.household_id, t.person_id, a.name::text, u.name::text, u.phone::text
from registry_householdmembership m
join registry_touchpoint t on t.person_id = m.person_id
join agencies_unit u on u.id = t.unit_id join agencies_agency a on a.id = t.agency_id
where m.household_id = any(households) and m.until_on is null and (t.closed_on is null or t.closed_on > today)
group by 1, 2, 3, 4, 5, u.id order by u.id
"""
OPEN_TO_US = """
select g.household_id from registry_viewgrant g
where g.unit_id = (select anwang_unit()) and g.household_id = any(households)
  and (g.until_on is null or g.until_on >= (select anwang_today()))
"""
FUNCTIONS = (
    ("anwang_lookup_keys(keys bigint[], most integer)", "table (n bigint, records text)", BY_KEY),
    ("anwang_lookup_all_keys(keys bigint[], most integer)", "setof bigint", BY_ALL_KEYS),
    ("anwang_lookup_own(keys bigint[], most integer)", "setof bigint", OWN),
    (
        "anwang_lookup_persons(records bigint[])",
        "table (id bigint, unit_id bigint, person_id bigint, household_id bigint, content jsonb)",
        PERSONS,
    ),
    (
        "anwang_lookup_served(households bigint[], today date)",
        "table (household_id bigint, person_id bigint, agency text, unit text, phone text)",
        SERVED,
    ),
    ("anwang_lookup_open(households bigint[])", "setof bigint", OPEN_TO_US),
)


def _function(head: str, returns: str, body: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"create function {head} returns {returns} language plpgsql stable security invoker as $$\n"
        f"#variable_conflict use_column\nbegin return query {body}; end $$",
        f"drop function {head}",
    )


class Migration(migrations.Migration):
    dependencies = [("linkage", "0002_row_security"), ("registry", "0010_more_search_keys")]

    operations = [_function(*each) for each in FUNCTIONS]
