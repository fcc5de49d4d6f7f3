"""What callers have taken of a minute, over all processes. Unlogged: after a crash everybody starts anew."""

from django.db import migrations

FORWARDS = """
CREATE UNLOGGED TABLE request_limit (
    name   text NOT NULL,
    caller bytea NOT NULL,
    taken  integer NOT NULL,
    before integer NOT NULL,
    until  timestamptz NOT NULL,
    PRIMARY KEY (name, caller)
);
CREATE INDEX request_limit_over ON request_limit (until);
"""


class Migration(migrations.Migration):
    dependencies = [("run", "0001_push_event")]
    operations = [migrations.RunSQL(FORWARDS, "DROP TABLE request_limit")]
