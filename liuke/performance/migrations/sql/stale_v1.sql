-- One row for each ticket whose log a statement has touched. Rows are never updated, so no writer waits for another.
CREATE FUNCTION performance_note_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO performance_staleticket (ticket_id) SELECT DISTINCT ticket_id FROM touched;
    RETURN NULL;
END $$;

CREATE TRIGGER performance_log_grew AFTER INSERT ON desk_logentry
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION performance_note_stale();
CREATE TRIGGER performance_log_changed AFTER UPDATE ON desk_logentry
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION performance_note_stale();

-- tickets from before this version
INSERT INTO performance_staleticket (ticket_id) SELECT id FROM desk_ticket;
