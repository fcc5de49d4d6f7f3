"""The audit can only grow."""

from django.db import migrations

STOP = """
CREATE FUNCTION org_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit can only grow' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER org_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON org_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION org_audit_append_only();
"""
GO = "DROP TRIGGER org_audit_append_only ON org_auditentry; DROP FUNCTION org_audit_append_only();"


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [migrations.RunSQL(STOP, GO)]
