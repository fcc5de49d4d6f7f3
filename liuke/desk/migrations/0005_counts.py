"""The trigger that keeps the counters of the desk's lists, as `sql/counts_v1.sql` has it. A later version is a new file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
DROP = """
DROP TRIGGER desk_ticket_counted ON desk_ticket; DROP TRIGGER desk_ticket_recounted ON desk_ticket;
DROP FUNCTION desk_count_ticket; DROP FUNCTION desk_lists_of; DELETE FROM desk_ticketcount
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_inbox")]
    operations = [migrations.RunSQL((SQL / "counts_v1.sql").read_text(encoding="utf-8"), DROP)]
