"""Lists: the bureau's list officers see a month whole; a receiving unit sees its own copies, once they are sent."""

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, for_purpose

OFFICE = f"{SYSTEM_ACTS} or {for_purpose('monthly_lists', 'indicator_officer', 'data_engineer')}"
SENT_TO_US = f"({OWN_UNIT} and sent_at is not null)"
# Nobody, the system included, can delete what was sent.
NOT_SENT = f"{SYSTEM_ACTS} and sent_at is null"


class Migration(migrations.Migration):
    dependencies = [("cocases", "0001_initial"), ("registry", "0002_row_security")]

    operations = [
        Protect(
            "cocases_listsending",
            Policy(
                select=f"{OFFICE} or {SENT_TO_US}",
                insert=SYSTEM_ACTS,
                update=f"{OFFICE} or {SENT_TO_US}",
                delete=NOT_SENT,
            ),
        ),
        Protect(
            "cocases_sendingentry",
            Policy(select=f"{OFFICE} or {SENT_TO_US}", insert=SYSTEM_ACTS, update=OFFICE, delete=NOT_SENT),
        ),
        Protect("cocases_listmonth", Policy(select=OFFICE, insert=SYSTEM_ACTS, update=SYSTEM_ACTS)),
        Protect(
            "cocases_listentry",
            Policy(
                select=OFFICE,
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
                delete=SYSTEM_ACTS,
            ),
        ),
    ]
