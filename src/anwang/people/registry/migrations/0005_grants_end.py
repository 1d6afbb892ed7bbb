"""Every leave but that of own service has a last day; those of lists received before end sixty days from now."""

from django.db import migrations, models

# Policies are for the app role; the owner sees rows only while the table does not force its own on it.
END = """
alter table registry_viewgrant no force row level security;
update registry_viewgrant set until_on = current_date + 60 where kind <> 'own_service' and until_on is null;
alter table registry_viewgrant force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_own_records")]

    operations = [
        migrations.RunSQL(END, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "viewgrant",
            models.CheckConstraint(
                condition=models.Q(kind="own_service") | models.Q(until_on__isnull=False), name="grant_ends"
            ),
        ),
    ]
