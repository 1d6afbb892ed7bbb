"""A form about a person says about whom."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0002_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='formentry',
            name='about_number',
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
