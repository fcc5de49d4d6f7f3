"""The index fact_by_customer begins with the customer; a second one on the customer alone cost every fact a write."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('customers', '0004_consent_text_channel'),
        ('timeline', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(         # by name: Django's way would check the foreign key of every fact
            state_operations=[
                migrations.AlterField(
                    model_name='fact',
                    name='customer',
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='facts',
                        to='customers.customer'),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    'DROP INDEX CONCURRENTLY IF EXISTS "timeline_fact_customer_id_7f688662"',
                    'CREATE INDEX CONCURRENTLY "timeline_fact_customer_id_7f688662" ON timeline_fact (customer_id)',
                ),
            ],
        ),
    ]
