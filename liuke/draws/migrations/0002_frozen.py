"""What was published stays as it was promised, and what was drawn as it was drawn: the tables refuse anything else."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION draws_draw_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft' OR (OLD.state = 'ended' AND NEW.state <> 'ended')
       OR (OLD.seed <> '' AND NEW.seed <> OLD.seed)
       OR ROW(NEW.number, NEW.name, NEW.rules, NEW.contact, NEW.look, NEW.opens_at, NEW.closes_at, NEW.free_a_day,
              NEW.most_a_day, NEW.most, NEW.audience, NEW.budgets, NEW.seed_enc, NEW.seed_hash, NEW.terms_hash,
              NEW.published_at)
          IS DISTINCT FROM
          ROW(OLD.number, OLD.name, OLD.rules, OLD.contact, OLD.look, OLD.opens_at, OLD.closes_at, OLD.free_a_day,
              OLD.most_a_day, OLD.most, OLD.audience, OLD.budgets, OLD.seed_enc, OLD.seed_hash, OLD.terms_hash,
              OLD.published_at) THEN
        RAISE EXCEPTION 'draw_open: draw % is published and stays as it is', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.seed <> '' AND encode(sha256(decode(NEW.seed, 'hex')), 'hex') <> NEW.seed_hash THEN
        RAISE EXCEPTION 'draw %: this is not the seed whose hash was published', NEW.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draws_draw_frozen BEFORE UPDATE OR DELETE ON draws_draw
    FOR EACH ROW EXECUTE FUNCTION draws_draw_frozen();

CREATE FUNCTION draws_prize_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.draw_id ELSE NEW.draw_id END;
BEGIN
    IF EXISTS (SELECT FROM draws_draw d WHERE d.state <> 'draft'
               AND d.id IN (whose, CASE WHEN TG_OP = 'UPDATE' THEN OLD.draw_id ELSE whose END)) THEN
        RAISE EXCEPTION 'draw_open: the prizes of draw % are published and stay as they are', whose
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER draws_prize_frozen BEFORE INSERT OR UPDATE OR DELETE ON draws_prize
    FOR EACH ROW EXECUTE FUNCTION draws_prize_frozen();

CREATE FUNCTION draws_stock_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.count IS DISTINCT FROM OLD.count OR NEW.drawn NOT IN (OLD.drawn, OLD.drawn + 1) THEN
        RAISE EXCEPTION 'draw_open: prize % is counted one by one', OLD.prize_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draws_stock_counts BEFORE UPDATE ON draws_stock FOR EACH ROW EXECUTE FUNCTION draws_stock_counts();

CREATE FUNCTION draws_ticket_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.drawn_at IS NOT NULL AND
       ROW(NEW.draw_id, NEW.number, NEW.state, NEW.play_key, NEW.nonce, NEW.digest, NEW.place, NEW.result,
           NEW.prize_id, NEW.link, NEW.drawn_at)
       IS DISTINCT FROM
       ROW(OLD.draw_id, OLD.number, OLD.state, OLD.play_key, OLD.nonce, OLD.digest, OLD.place, OLD.result,
           OLD.prize_id, OLD.link, OLD.drawn_at) THEN
        RAISE EXCEPTION 'ticket % of draw % was drawn and stays as it is', OLD.number, OLD.draw_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draws_ticket_stands BEFORE UPDATE OR DELETE ON draws_ticket
    FOR EACH ROW EXECUTE FUNCTION draws_ticket_stands();
"""
THAW = """
DROP TRIGGER draws_draw_frozen ON draws_draw;
DROP TRIGGER draws_prize_frozen ON draws_prize;
DROP TRIGGER draws_stock_counts ON draws_stock;
DROP TRIGGER draws_ticket_stands ON draws_ticket;
DROP FUNCTION draws_draw_frozen();
DROP FUNCTION draws_prize_frozen();
DROP FUNCTION draws_stock_counts();
DROP FUNCTION draws_ticket_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("draws", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
