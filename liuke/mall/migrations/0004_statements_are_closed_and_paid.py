"""Statements know who closed and paid them; their lines know from when they count."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mall', '0003_order_notes_and_review_code'),
        ('org', '0003_cache_table'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name='statementline', name='statement_open_s'),
        migrations.RemoveIndex(model_name='statementline', name='statement_open_b'),
        migrations.RenameField(model_name='statementline', old_name='at', new_name='counts_at'),
        migrations.AlterField(model_name='statementline', name='counts_at', field=models.DateTimeField()),
        migrations.AddField(
            model_name='statement',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statement',
            name='paid_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='statement',
            name='paid_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statement',
            name='reference',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['-until_on', '-id'], name='statement_newest'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('statement', None)), fields=['supplier', 'counts_at'], name='statement_open_s'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('statement', None)), fields=['shop', 'counts_at'], name='statement_open_b'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('shop', None), ('supplier', None)), fields=['counts_at'], name='statement_of_brand'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('supplier', 'until_on'), name='statement_once_s'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('shop', 'until_on'), name='statement_once_b'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(('supplier', None), ('shop', None), _connector='OR'), name='statement_line_one_party'),
        ),
    ]
