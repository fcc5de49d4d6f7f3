"""A function for what every purchase with points does: one leg, nothing to refuse. See `sql/plain_v1.sql`."""

from pathlib import Path
from typing import Any

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def create(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute((SQL / "plain_v1.sql").read_text(encoding="utf-8").replace("@schema@", schema))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_collect")]
    operations = [
        migrations.RunPython(create, lambda apps, editor: editor.execute("DROP FUNCTION ledger_plain_v1")),
    ]
