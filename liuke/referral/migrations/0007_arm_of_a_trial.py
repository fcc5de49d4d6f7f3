"""Which arm of a trial an inviter belongs to: 0 to 9,999; below the trial's share the candidate counts."""

from django.db import migrations

MAKE = """
CREATE FUNCTION referral_arm(salt text, inviter bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('x' || substr(md5(salt || ':' || inviter), 1, 8))::bit(32)::bigint % 10000
$$;
"""
DROP = "DROP FUNCTION referral_arm(text, bigint);"


class Migration(migrations.Migration):
    dependencies = [("referral", "0006_trials")]
    operations = [migrations.RunSQL(MAKE, DROP)]
