"""What a worker promised of their own stands in the worklist after the legal clocks, also in its indexes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0009_escalation_by_unit'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='deadline',
            name='deadline_open',
        ),
        migrations.RemoveIndex(
            model_name='deadline',
            name='deadline_owner',
        ),
        migrations.AddField(
            model_name='deadline',
            name='is_promise',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='deadlinechange',
            name='kind',
            field=models.CharField(choices=[('recomputed', '因停班改期'), ('moved', '改期'), ('reassigned', '改派'), ('withdrawn', '免辦'), ('restored', '恢復')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('met_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['unit_id', 'is_promise', 'due_at', 'id'], name='deadline_open'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('met_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['owner_member_id', 'is_promise', 'due_at', 'id'], name='deadline_owner'),
        ),
    ]
