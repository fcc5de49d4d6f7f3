"""Orders tell the export which months changed, in the transaction of the change."""

from django.db import migrations

NOTE = """
CREATE FUNCTION insight_note_stale_months() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        INSERT INTO insight_stalemonth (month)
        SELECT DISTINCT extract(year FROM placed_at AT TIME ZONE 'UTC')::int * 12
                      + extract(month FROM placed_at AT TIME ZONE 'UTC')::int - 1
        FROM rows_before;
    END IF;
    IF TG_OP IN ('UPDATE', 'INSERT') THEN
        INSERT INTO insight_stalemonth (month)
        SELECT DISTINCT extract(year FROM placed_at AT TIME ZONE 'UTC')::int * 12
                      + extract(month FROM placed_at AT TIME ZONE 'UTC')::int - 1
        FROM rows_after;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER insight_orders_added AFTER INSERT ON mall_order
    REFERENCING NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION insight_note_stale_months();
CREATE TRIGGER insight_orders_changed AFTER UPDATE ON mall_order
    REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
    FOR EACH STATEMENT EXECUTE FUNCTION insight_note_stale_months();
CREATE TRIGGER insight_orders_removed AFTER DELETE ON mall_order
    REFERENCING OLD TABLE AS rows_before FOR EACH STATEMENT EXECUTE FUNCTION insight_note_stale_months();
"""
FORGET = """
DROP TRIGGER insight_orders_added ON mall_order;
DROP TRIGGER insight_orders_changed ON mall_order;
DROP TRIGGER insight_orders_removed ON mall_order;
DROP FUNCTION insight_note_stale_months();
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_figures_and_scores"), ("mall", "0001_initial")]
    operations = [migrations.RunSQL(NOTE, FORGET)]
