"""Triggers that keep what is written, and the functions of the clocks: roll up, seal. See `sql/close_v1.sql`."""

from pathlib import Path
from typing import Any

from django.db import migrations

SQL = Path(__file__).parent / "sql"
DROP = """
DROP VIEW ledger_standing;
DROP FUNCTION ledger_seal_v1, ledger_end_v1, ledger_seal_digest_v1, ledger_run_v1, ledger_digest_v1, ledger_roll_up_v1;
DROP FUNCTION ledger_refuse_v1 CASCADE;
"""


def create(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute((SQL / "close_v1.sql").read_text(encoding="utf-8").replace("@schema@", schema))


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_post")]
    operations = [migrations.RunPython(create, drop)]
