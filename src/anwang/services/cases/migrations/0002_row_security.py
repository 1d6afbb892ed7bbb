"""Who reads a case: its own unit, all of it; a unit that handed it on, what it wrote; a supporting unit, that it supports.

Only who works with cases reads them, also within the unit. Finished rows stay: the database itself refuses to change them,
whoever asks. Approving a plan and granting a closing is a supervisor's, for the database too.
"""

from django.db import migrations

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, has_role

WORKS = has_role("social_worker", "supervisor", "liaison")
SUPERVISES = has_role("supervisor")
MINE = "(select anwang_unit())"
OF_OWN_CASE = f"case_id in (select id from cases_case where unit_id = {MINE})"
OF_DRAFT = "plan_id in (select id from cases_plan where state = 'draft')"
READ = f"(({OWN_UNIT} or {OF_OWN_CASE}) and {WORKS}) or {SYSTEM_ACTS}"
WRITE = f"({OWN_UNIT} and {OF_OWN_CASE} and {WORKS}) or {SYSTEM_ACTS}"
GO_ON = f"({OF_OWN_CASE} and {WORKS}) or {SYSTEM_ACTS}"


def waits_or_supervised(*states: str) -> str:
    """Rows in these states are the workers' to change; into and out of any other one only a supervisor brings them."""
    named = ", ".join(f"'{state}'" for state in states)
    return f"({OF_OWN_CASE} and {WORKS} and (state in ({named}) or {SUPERVISES})) or {SYSTEM_ACTS}"


HISTORY_STAYS = """
create function anwang_history_stays() returns trigger language plpgsql as $$
begin
  if old.state = any (tg_argv) then
    raise exception '% % is finished and stays as it is', tg_table_name, old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
"""
FINISHED = {
    "cases_visit": ("done", "not_met", "cancelled"),
    "cases_plan": ("approved", "returned"),
    "cases_transfer": ("accepted", "declined", "called_back"),
    "cases_caseclosing": ("granted", "returned", "taken_back"),
}
TRIGGERS = "".join(
    f"create trigger history_stays before update on {table} for each row"
    f" execute function anwang_history_stays({', '.join(repr(state) for state in states)});\n"
    for table, states in FINISHED.items()
)
DROP_TRIGGERS = "".join(f"drop trigger history_stays on {table};\n" for table in FINISHED)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("dispatch", "0002_row_security"),
        ("intake", "0002_row_security"),
        ("registry", "0006_days_in_taiwan"),
    ]

    operations = [
        Protect(
            "cases_case",
            Policy(
                select=f"({OWN_UNIT} and {WORKS}) or {SYSTEM_ACTS}",
                insert=f"({OWN_UNIT} and {WORKS}) or {SYSTEM_ACTS}",
                update=f"({OWN_UNIT} and {WORKS}) or {SYSTEM_ACTS}",
            ),
        ),
        *(
            Protect(table, Policy(select=READ, insert=WRITE))
            for table in (
                "cases_casemember",
                "cases_reopening",
                "cases_reportseen",
                "cases_assessment",
                "cases_planreview",
                "cases_goalprogress",
                "cases_contactnote",
            )
        ),
        Protect(
            "cases_supportingagency",
            Policy(
                select=f"{READ} or (supporting_unit_id = {MINE} and {WORKS})",
                insert=WRITE,
                update=GO_ON,
            ),
        ),
        Protect(
            "cases_transfer",
            Policy(
                select=f"{READ} or (to_unit_id = {MINE} and {WORKS})",
                insert=WRITE,
                update=f"(({OWN_UNIT} or to_unit_id = {MINE}) and {WORKS}) or {SYSTEM_ACTS}",
            ),
        ),
        Protect(
            "cases_caseclosing",
            Policy(select=READ, insert=WRITE, update=waits_or_supervised("asked", "taken_back")),
        ),
        Protect(
            "cases_plan",
            Policy(select=READ, insert=WRITE, update=waits_or_supervised("draft", "submitted")),
        ),
        Protect(
            "cases_plangoal",
            Policy(
                select=READ,
                insert=f"({OWN_UNIT} and {OF_OWN_CASE} and {OF_DRAFT} and {WORKS}) or {SYSTEM_ACTS}",
                delete=f"{OF_OWN_CASE} and {OF_DRAFT} and {WORKS}",
            ),
        ),
        Protect("cases_visit", Policy(select=READ, insert=WRITE, update=GO_ON)),
        migrations.RunSQL(HISTORY_STAYS, "drop function anwang_history_stays();"),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
