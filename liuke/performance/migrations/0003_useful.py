"""How often colleagues say that a person's words helped them, as `sql/advice_v1.sql` has it noted."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
DROP = """
DROP TRIGGER performance_advice_given ON knowledge_advice; DROP TRIGGER performance_advice_changed ON knowledge_advice;
DROP TRIGGER performance_advice_gone ON knowledge_advice
"""


class Migration(migrations.Migration):
    dependencies = [("performance", "0002_stale"), ("knowledge", "0002_advice_author")]
    operations = [
        migrations.AddField("staffday", "useful", models.IntegerField(db_default=0)),
        migrations.RunSQL((SQL / "advice_v1.sql").read_text(encoding="utf-8"), DROP),
    ]
