"""Review pairs and decisions: the data engineer sees them for the purpose of review only."""

from django.db import migrations

from anwang.platform.row_security import SYSTEM_ACTS, Policy, Protect, for_purpose, has_role

REVIEWS = f"{SYSTEM_ACTS} or {for_purpose('linkage_review', 'data_engineer')}"


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial"), ("registry", "0002_row_security")]

    operations = [
        Protect(
            "linkage_linkrun",
            Policy(select=f"{SYSTEM_ACTS} or {has_role('data_engineer')}", insert=SYSTEM_ACTS, update=SYSTEM_ACTS),
        ),
        Protect("linkage_pairdecision", Policy(select=REVIEWS, insert=REVIEWS, update=REVIEWS)),
        Protect(
            "linkage_reviewpair", Policy(select=REVIEWS, insert=SYSTEM_ACTS, update=REVIEWS, delete=SYSTEM_ACTS)
        ),
    ]
