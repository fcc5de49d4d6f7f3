"""The functions that write postings, as `sql/post_v1.sql` has them. A later version is a new file and new names."""

from pathlib import Path
from typing import Any

from django.db import migrations

SQL = Path(__file__).parent / "sql"
DROP = """
DROP FUNCTION ledger_post_v1, ledger_overdrawn_v1, ledger_known_v1, ledger_changes_v1, ledger_inputs_v1;
DROP TYPE ledger_change_v1, ledger_leg_v1;
"""


def create(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute((SQL / "post_v1.sql").read_text(encoding="utf-8").replace("@schema@", schema))


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
