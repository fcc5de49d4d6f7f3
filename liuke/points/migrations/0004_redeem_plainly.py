"""The function by which most redemptions are one call, and two indexes of redemptions that nobody reads go."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0003_reminders_are_the_timelines"), ("ledger", "0005_plain")]
    operations = [
        migrations.RunSQL((SQL / "redeem_v1.sql").read_text(encoding="utf-8"), "DROP FUNCTION points_redeem_plain_v1"),
        migrations.AlterField("redemption", "customer", models.ForeignKey(
            "customers.Customer", models.PROTECT, related_name="redemptions", db_index=False)),
        migrations.AlterField("redemption", "key", models.CharField(max_length=100)),
        migrations.AddConstraint("redemption", models.UniqueConstraint(
            fields=["key"], name="redemption_key_once")),
    ]
