-- Which lists a ticket stands in, and one row for each list that it enters or leaves.
CREATE FUNCTION desk_lists_of(ticket desk_ticket) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN ticket.done_at IS NOT NULL THEN '{}'::text[] ELSE array_remove(ARRAY[
        'open',
        CASE WHEN ticket.assignee_id IS NULL THEN 'free' ELSE 'of:' || ticket.assignee_id END,
        CASE WHEN ticket.waiting_since_at IS NOT NULL THEN 'waiting' END,
        CASE WHEN ticket.overdue_since_at IS NOT NULL THEN 'overdue' END,
        CASE WHEN ticket.priority = 1 THEN 'urgent' END,
        CASE WHEN ticket.state = 'pending_customer' THEN 'pending' END], NULL) END
$$;

CREATE FUNCTION desk_count_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text[] := CASE WHEN TG_OP = 'INSERT' THEN '{}'::text[] ELSE desk_lists_of(OLD) END;
    after text[] := CASE WHEN TG_OP = 'DELETE' THEN '{}'::text[] ELSE desk_lists_of(NEW) END;
BEGIN
    INSERT INTO desk_ticketcount (name, count)
        SELECT name, -1 FROM unnest(before) AS name WHERE name <> ALL (after)
        UNION ALL SELECT name, 1 FROM unnest(after) AS name WHERE name <> ALL (before);
    RETURN NULL;
END $$;

CREATE TRIGGER desk_ticket_counted AFTER INSERT OR DELETE ON desk_ticket
    FOR EACH ROW EXECUTE FUNCTION desk_count_ticket();
CREATE TRIGGER desk_ticket_recounted
    AFTER UPDATE OF done_at, assignee_id, waiting_since_at, overdue_since_at, priority, state ON desk_ticket
    FOR EACH ROW EXECUTE FUNCTION desk_count_ticket();

-- tickets from before this version
INSERT INTO desk_ticketcount (name, count)
    SELECT name, count(*) FROM desk_ticket AS ticket, unnest(desk_lists_of(ticket)) AS name GROUP BY name;
