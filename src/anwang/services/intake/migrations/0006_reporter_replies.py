"""What the desk writes down of replies to reporters; read and written by who may open their identity. Rows stay."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, has_role

_OPENS_REPORTER = has_role("dispatcher", "supervisor")
_MAY = f"({OWN_UNIT} and {_OPENS_REPORTER}) or {SYSTEM_ACTS}"


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_protection_unit'),
        ('intake', '0005_read_by_row'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReporterReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('replied', '已回復'), ('tried', '沒有聯絡上，之後再試'), ('unreachable', '無法聯絡，不再回復')], max_length=12)),
                ('how', models.CharField(choices=[('phone', '電話'), ('letter', '公文或信件'), ('in_person', '當面'), ('other', '其他')], max_length=12)),
                ('replied_at', models.DateTimeField()),
                ('text', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(blank=True, max_length=80)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='intake.report')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.unit')),
            ],
        ),
        Protect("intake_reporterreply", Policy(select=_MAY, insert=_MAY)),
    ]
