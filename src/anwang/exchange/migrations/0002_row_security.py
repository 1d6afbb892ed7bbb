"""Clients are kept by administrators; a client sees what is its own; tokens are looked up before anybody is known.

Nobody but the client and the system sees which reports a client delivered: administrators see no cases.
"""

from django.db import migrations

from anwang.platform.row_security import SYSTEM_ACTS, Policy, Protect, has_role

# A connected system (then called client) acts for no member and in no unit: only what names it is open to it.
OWN_CLIENT = "((select anwang_actor()) = 'client' and client_id = (select anwang_client()))"
KEPT = f"{SYSTEM_ACTS} or {has_role('administrator')}"
AT_THE_DOOR = "(select anwang_actor()) = 'sign_in'"
OWN_REPORTS = f"{OWN_CLIENT} or {SYSTEM_ACTS}"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("platform", "0008_outbox")]

    operations = [
        Protect(
            "exchange_client", Policy(select=f"{KEPT} or {AT_THE_DOOR}", insert=KEPT, update=KEPT)
        ),
        Protect(
            "exchange_token",
            # The door notes when a token was last used.
            Policy(
                select=f"{KEPT} or {AT_THE_DOOR}", insert=KEPT, update=f"{KEPT} or {AT_THE_DOOR}"
            ),
        ),
        Protect(
            "exchange_callcount",
            Policy(
                select=f"{AT_THE_DOOR} or {SYSTEM_ACTS}",
                insert=AT_THE_DOOR,
                update=AT_THE_DOOR,
                delete=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "exchange_submission", Policy(select=OWN_REPORTS, insert=OWN_REPORTS, update=SYSTEM_ACTS)
        ),
        Protect("exchange_subscription", Policy(select=KEPT, insert=KEPT, update=KEPT)),
        Protect("exchange_delivery", Policy(select=KEPT, insert=SYSTEM_ACTS, update=KEPT, delete=SYSTEM_ACTS)),
        Protect("exchange_attempt", Policy(select=KEPT, insert=SYSTEM_ACTS, delete=SYSTEM_ACTS)),
    ]
