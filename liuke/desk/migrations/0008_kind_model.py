"""What the small model of kinds has learnt."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0007_deliveries'),
    ]

    operations = [
        migrations.CreateModel(
            name='KindModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learned_at', models.DateTimeField()),
                ('matters', models.JSONField()),
                ('said', models.JSONField()),
                ('asked', models.PositiveIntegerField()),
                ('named', models.PositiveIntegerField()),
                ('right', models.PositiveIntegerField()),
                ('used', models.BooleanField()),
            ],
        ),
    ]
