"""A form that is sent twice asks for one improvement; those there are get a key of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("improve", "0001_initial")]
    operations = [
        migrations.AddField("improvement", "key", models.CharField(max_length=40, null=True)),
        migrations.RunSQL("UPDATE improve_improvement SET key = 'before keys ' || id", migrations.RunSQL.noop),
        migrations.AlterField("improvement", "key", models.CharField(max_length=40, unique=True)),
    ]
