-- What colleagues say of fault help counts for whose words it proposed: the ticket it helped is folded anew.
CREATE TRIGGER performance_advice_given AFTER INSERT ON knowledge_advice
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION performance_note_stale();
CREATE TRIGGER performance_advice_changed AFTER UPDATE ON knowledge_advice
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION performance_note_stale();
CREATE TRIGGER performance_advice_gone AFTER DELETE ON knowledge_advice
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION performance_note_stale();
