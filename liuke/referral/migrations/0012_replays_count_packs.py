"""What packs would have cost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referral", "0011_group_invitations_are_made_once")]

    operations = [
        migrations.AddField("replay", "referee_packs", models.PositiveIntegerField(default=0)),
        migrations.AddField("replay", "referrer_packs", models.PositiveIntegerField(default=0)),
        migrations.AddField("replay", "pack_fen", models.BigIntegerField(default=0)),
    ]
