"""The trigger that names tickets whose log has grown, as `sql/stale_v1.sql` has it. A later version is a new file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
DROP = """
DROP TRIGGER performance_log_grew ON desk_logentry; DROP TRIGGER performance_log_changed ON desk_logentry;
DROP FUNCTION performance_note_stale; DELETE FROM performance_staleticket
"""


class Migration(migrations.Migration):
    dependencies = [("performance", "0001_initial"), ("desk", "0005_counts")]
    operations = [migrations.RunSQL((SQL / "stale_v1.sql").read_text(encoding="utf-8"), DROP)]
