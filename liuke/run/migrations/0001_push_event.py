"""The events of live pages, kept for an hour, with the transaction that wrote them (see docs/adr)."""

from django.db import migrations

FORWARDS = """
CREATE TABLE push_event (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid   xid8 NOT NULL DEFAULT pg_current_xact_id(),
    topic text NOT NULL CHECK (length(topic) BETWEEN 1 AND 120),
    data  jsonb NOT NULL CHECK (length(data::text) <= 4000),
    at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX push_event_by_xid ON push_event (xid);
CREATE INDEX push_event_by_at ON push_event (at);
"""


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL(FORWARDS, "DROP TABLE push_event")]
