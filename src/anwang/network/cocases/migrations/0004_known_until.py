from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cocases", "0003_returns_and_overruling")]

    operations = [
        migrations.AddField(
            model_name="listmonth",
            name="known_until",
            field=models.DateField(null=True),
        ),
    ]
