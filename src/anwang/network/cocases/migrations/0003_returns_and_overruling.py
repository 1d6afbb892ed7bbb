"""An entry may be left out by a decision; a unit may give back what it was sent; what was sent is never changed."""

import django.db.models.deletion
from django.db import migrations, models

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, for_purpose

OFFICE = f"{SYSTEM_ACTS} or {for_purpose('monthly_lists', 'indicator_officer', 'data_engineer')}"
OUR_COPIES = (
    "(select id from cocases_sendingentry where unit_id = (select anwang_unit()) and sent_at is not null)"
)
# After sending, only what tells that a correction withdrew the entry (standing, note) may change.
KEEP_WHAT_WAS_SENT = """
create function cocases_keep_what_was_sent() returns trigger language plpgsql as $$
begin
  if old.sent_at is not null and
    (new.sending_id, new.entry_id, new.unit_id, new.household_id, new.citation, new.shown, new.due_on, new.sent_at)
    is distinct from
    (old.sending_id, old.entry_id, old.unit_id, old.household_id, old.citation, old.shown, old.due_on, old.sent_at)
  then
    raise exception 'what was sent is never changed' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger keep_what_was_sent before update on cocases_sendingentry
  for each row execute function cocases_keep_what_was_sent();
"""
DROP_KEEPING = """
drop trigger keep_what_was_sent on cocases_sendingentry;
drop function cocases_keep_what_was_sent();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_row_security"),
        ("platform", "0002_row_security"),
        ("cocases", "0002_row_security"),
    ]

    operations = [
        migrations.AddField(
            "listentry",
            "left_out",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="platform.decision",
            ),
        ),
        migrations.CreateModel(
            name="ListReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("whole", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=32)),
                ("text", models.CharField(blank=True, max_length=200)),
                ("returned_at", models.DateTimeField()),
                ("returned_by", models.BigIntegerField(null=True)),
                ("returned_by_name", models.CharField(blank=True, max_length=80)),
                ("answer_due_at", models.DateTimeField()),
                (
                    "copy",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cocases.sendingentry"),
                ),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.unit")),
            ],
        ),
        migrations.AddConstraint(
            "listreturn", models.UniqueConstraint(fields=["copy", "number"], name="return_once")
        ),
        migrations.CreateModel(
            name="ReturnAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("again", "再送原單位"), ("elsewhere", "改送其他單位"), ("closed", "結案不再送")],
                        max_length=12,
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("answered_at", models.DateTimeField()),
                ("answered_by", models.BigIntegerField(null=True)),
                ("answered_by_name", models.CharField(blank=True, max_length=80)),
                (
                    "answered",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="cocases.listreturn",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.unit",
                    ),
                ),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.unit")),
            ],
        ),
        migrations.AddConstraint(
            "returnanswer",
            models.CheckConstraint(
                condition=models.Q(outcome="elsewhere", to_unit__isnull=False)
                | (~models.Q(outcome="elsewhere") & models.Q(to_unit__isnull=True)),
                name="answer_names_the_other_unit",
            ),
        ),
        # Rows that are only ever added: neither has a policy to change or delete it.
        Protect(
            "cocases_listreturn",
            Policy(select=f"{OFFICE} or {OWN_UNIT}", insert=f"{OWN_UNIT} and copy_id in {OUR_COPIES}"),
        ),
        Protect(
            "cocases_returnanswer",
            Policy(select=f"{OFFICE} or {OWN_UNIT}", insert=OFFICE),
        ),
        migrations.RunSQL(KEEP_WHAT_WAS_SENT, DROP_KEEPING),
    ]
