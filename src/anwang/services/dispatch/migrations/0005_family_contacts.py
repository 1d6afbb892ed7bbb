"""What a unit writes down of reaching the family; read and written by who works with cases there. Rows stay."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from anwang.platform.row_security import OWN_UNIT, SYSTEM_ACTS, Policy, Protect, has_role

_WORKS = has_role("social_worker", "supervisor", "liaison")
_ITS_DISPATCH = (
    "dispatch_id in (select id from dispatch_dispatch where to_unit_id = (select anwang_unit()))"
)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_protection_unit'),
        ('dispatch', '0004_who_reads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FamilyContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('phone', '電話'), ('home', '到家裡'), ('school', '到學校'), ('office', '到單位會談'), ('message', '傳訊'), ('other', '其他')], max_length=12)),
                ('with_whom', models.CharField(blank=True, max_length=80)),
                ('reached', models.BooleanField()),
                ('contacted_at', models.DateTimeField()),
                ('text', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(blank=True, max_length=80)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='dispatch.dispatch')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['dispatch', 'contacted_at'], name='family_contact')],
            },
        ),
        Protect(
            "dispatch_familycontact",
            Policy(
                select=f"({OWN_UNIT} and {_WORKS}) or {SYSTEM_ACTS}",
                insert=f"({OWN_UNIT} and {_ITS_DISPATCH} and {_WORKS}) or {SYSTEM_ACTS}",
            ),
        ),
    ]
