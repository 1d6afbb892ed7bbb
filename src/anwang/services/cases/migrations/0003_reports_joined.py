"""Reports that go on in a case; read and written as what else is written in a case. Rows stay."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from anwang.platform.row_security import Policy, Protect

_first = import_module("anwang.services.cases.migrations.0002_row_security")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_protection_unit'),
        ('cases', '0002_row_security'),
        ('dispatch', '0005_family_contacts'),
        ('intake', '0005_read_by_row'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportJoined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(blank=True, max_length=80)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports_joined', to='cases.case')),
                ('dispatch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.dispatch')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.report')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.unit')),
            ],
        ),
        Protect("cases_reportjoined", Policy(select=_first.READ, insert=_first.WRITE)),
    ]
