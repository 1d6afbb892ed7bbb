"""Who reads a report: the intake unit; a unit that reported it, was sent it, or settles a dispute about it.

Who reported is read by the desk's own roles only. What was screened is not for the unit that reported.
"""

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, has_role

OWN_OR_SYSTEM = f"{OWN_UNIT} or {SYSTEM_ACTS}"


def _read_by(column: str, *kinds: str) -> str:
    which = f" and kind in ({', '.join(repr(kind) for kind in kinds)})" if kinds else ""
    return (
        f"{column} in (select report_id from intake_reportreader"
        f" where unit_id = (select anwang_unit()) and until is null{which})"
    )


_OF_OWN_REPORT = "report_id in (select id from intake_report where unit_id = (select anwang_unit()))"
_WORKED_ON = _read_by("report_id", "sent", "dispute")


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("platform", "0004_today"), ("registry", "0006_days_in_taiwan")]

    operations = [
        Protect(
            "intake_reportreader",
            Policy(
                select=OWN_OR_SYSTEM,
                insert=SYSTEM_ACTS,
                update=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "intake_report",
            Policy(
                select=f"{OWN_OR_SYSTEM} or {_read_by('id')}",
                insert=OWN_OR_SYSTEM,
                update=OWN_OR_SYSTEM,
            ),
        ),
        Protect(
            "intake_reportperson",
            Policy(
                select=f"{OWN_OR_SYSTEM} or {_read_by('report_id')}",
                insert=OWN_OR_SYSTEM,
                update=OWN_OR_SYSTEM,
            ),
        ),
        Protect(
            "intake_reporter",
            Policy(
                select=f"({OWN_UNIT} and {has_role('dispatcher', 'supervisor')}) or {SYSTEM_ACTS}",
                insert=OWN_OR_SYSTEM,
                update=SYSTEM_ACTS,
            ),
        ),
        Protect(
            "intake_reportchange",
            Policy(select=f"{OWN_OR_SYSTEM} or {_read_by('report_id')}", insert=OWN_OR_SYSTEM),
        ),
        Protect(
            "intake_screening", Policy(select=f"{OWN_OR_SYSTEM} or {_WORKED_ON}", insert=OWN_OR_SYSTEM)
        ),
        Protect(
            "intake_investigation",
            Policy(
                select=f"{OWN_OR_SYSTEM} or {_OF_OWN_REPORT}", insert=OWN_OR_SYSTEM, update=OWN_OR_SYSTEM
            ),
        ),
    ]
