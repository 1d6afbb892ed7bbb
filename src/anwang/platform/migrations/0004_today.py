"""The day in Taiwan for policies: Django's connections run in UTC, whose day is another one until eight in the morning."""

from django.db import migrations

TODAY = """
create or replace function anwang_today() returns date language sql stable as
  $$ select (now() at time zone 'Asia/Taipei')::date $$;
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_audit_actions")]

    operations = [migrations.RunSQL(TODAY, "drop function anwang_today();")]
