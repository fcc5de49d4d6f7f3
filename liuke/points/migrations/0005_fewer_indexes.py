"""Indexes that nobody reads go, and a redemption trusts the customer's account, which it locks, in place of a foreign key."""

from django.db import migrations, models

CUSTOMER = ("customers.Customer", models.PROTECT)


class Migration(migrations.Migration):
    dependencies = [("points", "0004_redeem_plainly"), ("customers", "0004_consent_text_channel")]
    operations = [
        migrations.AlterField("lot", "customer", models.ForeignKey(*CUSTOMER, related_name="lots", db_index=False)),
        migrations.AlterField("change", "customer", models.ForeignKey(*CUSTOMER, related_name="+", db_index=False)),
        migrations.AlterField("redemption", "customer", models.ForeignKey(
            *CUSTOMER, related_name="redemptions", db_constraint=False, db_index=False)),
        migrations.AlterField("lot", "key", models.CharField(max_length=120)),
        migrations.AlterField("change", "key", models.CharField(max_length=160)),
        migrations.AlterField("givenback", "key", models.CharField(max_length=160)),
        migrations.AddConstraint("lot", models.UniqueConstraint(fields=["key"], name="lot_key_once")),
        migrations.AddConstraint("change", models.UniqueConstraint(fields=["key"], name="change_key_once")),
        migrations.AddConstraint("givenback", models.UniqueConstraint(fields=["key"], name="givenback_key_once")),
    ]
