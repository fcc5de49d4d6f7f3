"""What a message says is found by marks of its pairs of letters, see ADR 81."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0005_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='marks',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SmallIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddIndex(
            model_name='message',
            index=django.contrib.postgres.indexes.GinIndex(fields=['marks'], name='desk_message_marks'),
        ),
    ]
