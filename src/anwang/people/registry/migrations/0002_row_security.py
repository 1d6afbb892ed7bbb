"""Who sees a person: a unit sees its own records in full, and of a household that it may open that it exists."""

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, for_purpose

REVIEWS = for_purpose("linkage_review", "data_engineer")
LISTS = for_purpose("monthly_lists", "indicator_officer", "data_engineer")
GRANTED = (
    "(select household_id from registry_viewgrant where unit_id = (select anwang_unit())"
    " and (until_on is null or until_on >= current_date))"
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("agencies", "0002_row_security")]

    operations = [
        Protect(
            "registry_viewgrant",
            Policy(
                select=f"{OWN_UNIT} or {SYSTEM_ACTS}",
                insert=f"{SYSTEM_ACTS} or ({OWN_UNIT} and kind = 'stated_purpose' and member_id = (select anwang_member()))",
                update=SYSTEM_ACTS,
                delete=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_householdmembership",
            Policy(
                select=f"household_id in {GRANTED} or {SYSTEM_ACTS} or {REVIEWS} or {LISTS}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
                delete=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_household",
            Policy(
                select=f"id in {GRANTED} or {SYSTEM_ACTS} or {REVIEWS} or {LISTS}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_person",
            Policy(
                select=f"exists (select 1 from registry_householdmembership m where m.person_id = registry_person.id)"
                f" or {SYSTEM_ACTS} or {REVIEWS} or {LISTS}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_sourcerecord",
            Policy(
                select=f"{OWN_UNIT} or {SYSTEM_ACTS} or {REVIEWS}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_touchpoint",
            Policy(
                select=f"{OWN_UNIT} or {SYSTEM_ACTS}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
                delete=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_servicepresence",
            Policy(
                select=f"household_id in {GRANTED} or {SYSTEM_ACTS}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
                delete=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "registry_searchkey",
            Policy(select=f"{OWN_UNIT} or {SYSTEM_ACTS}", insert=SYSTEM_ACTS, delete=SYSTEM_ACTS),
        ),
    ]
