"""Touches can only be added, and a plan that has been in force stays as members were told."""

from django.db import migrations

STOP = """
CREATE FUNCTION referral_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can only be added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER referral_touch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON referral_touch
    FOR EACH STATEMENT EXECUTE FUNCTION referral_append_only();

CREATE FUNCTION referral_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'ends_at' IS DISTINCT FROM to_jsonb(OLD) - 'ends_at' THEN
        RAISE EXCEPTION 'plan version % has been activated and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_version_stays BEFORE UPDATE OR DELETE ON referral_planversion
    FOR EACH ROW WHEN (OLD.starts_at IS NOT NULL) EXECUTE FUNCTION referral_version_stays();
"""
GO = """
DROP TRIGGER referral_version_stays ON referral_planversion;
DROP FUNCTION referral_version_stays();
DROP TRIGGER referral_touch_append_only ON referral_touch;
DROP FUNCTION referral_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("referral", "0001_initial")]
    operations = [migrations.RunSQL(STOP, GO)]
