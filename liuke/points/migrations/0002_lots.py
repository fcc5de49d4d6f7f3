"""The functions that move points in and out of lots, as `sql/lots_v1.sql` has them. A later version is a new file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
DROP = """
DROP FUNCTION points_expire_v1, points_open_v1, points_grant_v1, points_settle_v1, points_redeem_v1, points_take_v1
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial"), ("ledger", "0004_collect")]
    operations = [migrations.RunSQL((SQL / "lots_v1.sql").read_text(encoding="utf-8"), DROP)]
