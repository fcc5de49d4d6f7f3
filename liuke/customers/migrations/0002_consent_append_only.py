"""What a customer has said, and the words agreed to, can only be added to."""

from django.db import migrations

STOP = """
CREATE FUNCTION customers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can only be added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER customers_consent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON customers_consent
    FOR EACH STATEMENT EXECUTE FUNCTION customers_append_only();
CREATE TRIGGER customers_consenttext_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON customers_consenttext
    FOR EACH STATEMENT EXECUTE FUNCTION customers_append_only();
"""
GO = """
DROP TRIGGER customers_consent_append_only ON customers_consent;
DROP TRIGGER customers_consenttext_append_only ON customers_consenttext;
DROP FUNCTION customers_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(STOP, GO)]
