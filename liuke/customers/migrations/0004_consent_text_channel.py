"""The words of a consent may be for one channel alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_login")]

    operations = [
        migrations.AddField("consenttext", "channel", models.CharField(
            max_length=20, default="", db_default="", blank=True)),
    ]
