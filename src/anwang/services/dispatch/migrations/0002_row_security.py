"""Who reads a dispatch: the desk that sent it and the unit that got it; a dispute also who settles it."""

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect

OWN_OR_SYSTEM = f"{OWN_UNIT} or {SYSTEM_ACTS}"
RECEIVER = "to_unit_id = (select anwang_unit())"
DISPUTES = (
    "report_id in (select report_id from intake_reportreader"
    " where unit_id = (select anwang_unit()) and until is null and kind = 'dispute')"
)
OWN = Policy(select=OWN_OR_SYSTEM, insert=OWN_OR_SYSTEM, update=OWN_OR_SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial"), ("intake", "0002_row_security")]

    operations = [
        Protect(
            "dispatch_dispatch",
            Policy(
                select=f"{OWN_OR_SYSTEM} or {RECEIVER} or {DISPUTES}",
                insert=OWN_OR_SYSTEM,
                update=f"{OWN_OR_SYSTEM} or {RECEIVER}",
            ),
        ),
        Protect("dispatch_notopened", OWN),
        Protect(
            "dispatch_dispute",
            Policy(
                select=f"{OWN_OR_SYSTEM} or {DISPUTES}",
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
            ),
        ),
        Protect("dispatch_handover", OWN),
        Protect("dispatch_sampledreport", OWN),
    ]
