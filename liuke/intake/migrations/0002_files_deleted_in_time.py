"""Runs know when their files are deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_runs")]

    operations = [
        migrations.AddField("run", "delete_files_at", models.DateTimeField(null=True)),
        migrations.AddIndex("run", models.Index(
            fields=["delete_files_at"], name="run_files_due", condition=models.Q(delete_files_at__isnull=False))),
    ]
