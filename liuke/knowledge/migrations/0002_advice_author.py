"""Whose words a piece of advice is about, as they were when it was given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField("advice", "author", models.ForeignKey(
            settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, null=True, related_name="+")),
    ]
