"""The table of Django's database cache, which counts failed logins for all processes. A lost cache harms nobody."""

from django.db import migrations

MAKE = """
CREATE UNLOGGED TABLE IF NOT EXISTS kit_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS kit_cache_expires ON kit_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("org", "0002_audit_append_only")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE kit_cache")]
