-- What is written stays written: these triggers stop the owner and the superuser too. Changing and deleting is stopped
-- even in a session that plays replica. Whoever disables a trigger is found by `liuke ledger verify`.

CREATE FUNCTION ledger_refuse_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the ledger is only ever added to', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_posting_stays BEFORE UPDATE OR DELETE ON ledger_posting EXECUTE FUNCTION ledger_refuse_v1();
CREATE TRIGGER ledger_posting_kept BEFORE TRUNCATE ON ledger_posting EXECUTE FUNCTION ledger_refuse_v1();
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE OR DELETE ON ledger_seal EXECUTE FUNCTION ledger_refuse_v1();
CREATE TRIGGER ledger_seal_kept BEFORE TRUNCATE ON ledger_seal EXECUTE FUNCTION ledger_refuse_v1();
CREATE TRIGGER ledger_account_stays
  BEFORE DELETE OR UPDATE OF id, address, unit, purpose, owner_kind, owner_id, debit_normal, rolled, opened_at
  ON ledger_account EXECUTE FUNCTION ledger_refuse_v1();
CREATE TRIGGER ledger_account_kept BEFORE TRUNCATE ON ledger_account EXECUTE FUNCTION ledger_refuse_v1();

ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER ledger_posting_stays;
ALTER TABLE ledger_seal ENABLE ALWAYS TRIGGER ledger_seal_stays;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_stays;

-- Every account as it stands at this moment: its row plus what calls have left behind since the last roll-up.
CREATE VIEW ledger_standing AS
SELECT a.id, a.address, a.unit, a.purpose, a.owner_kind, a.owner_id, a.debit_normal, a.floor, a.rolled,
       a.posted + coalesce(d.posted, 0) AS posted, a.held + coalesce(d.held, 0) AS held, a.forward_id, a.opened_at
FROM ledger_account a
LEFT JOIN LATERAL (
  SELECT sum(e.posted)::bigint AS posted, sum(e.held)::bigint AS held FROM ledger_delta e WHERE e.account_id = a.id
) d ON a.rolled;

-- Balances of rows that change often stay on their page.
ALTER TABLE ledger_account SET (fillfactor = 80);
ALTER TABLE ledger_openhold SET (fillfactor = 80);

-- Add what calls have left behind to the accounts that are rolled up; returns how many rows. Two at once: one works.
CREATE FUNCTION ledger_roll_up_v1(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, @schema@, pg_temp AS $$
DECLARE
  done bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('ledger_roll_up', 0)) THEN
    RETURN 0;
  END IF;
  WITH gone AS (
    DELETE FROM ledger_delta WHERE id IN (SELECT d.id FROM ledger_delta d ORDER BY d.id LIMIT most)
    RETURNING account_id, posted, held
  ), summed AS (
    SELECT g.account_id, sum(g.posted) AS posted, sum(g.held) AS held, count(*) AS legs FROM gone g GROUP BY 1
  ), added AS (
    UPDATE ledger_account a SET posted = a.posted + s.posted, held = a.held + s.held
    FROM summed s WHERE a.id = s.account_id
  )
  SELECT coalesce(sum(s.legs), 0) INTO done FROM summed s;
  RETURN done;
END
$$;

-- Everything about a posting that must not change, hashed. Accounts go in by address and unit.
CREATE FUNCTION ledger_digest_v1(p ledger_posting, debit ledger_account, credit ledger_account) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(concat_ws(E'\x1f', p.id, p.key, p.leg, p.legs, p.kind,
    coalesce(debit.address, '?'), coalesce(debit.unit, '?'), coalesce(credit.address, '?'), coalesce(credit.unit, '?'),
    p.amount, p.whole, coalesce(p.keep::text, ''), coalesce(p.of_id::text, ''),
    coalesce(extract(epoch FROM p.expires_at)::text, ''), extract(epoch FROM p.booked_at)::text,
    extract(epoch FROM p.recorded_at)::text, coalesce(p.fact_id::text, ''), coalesce(p.order_id::text, ''),
    coalesce(p.order_line_id::text, ''), p.plan_version, encode(p.inputs, 'hex')), 'UTF8'))
$$;

-- The rows of a run of postings as a seal remembers them. Always by index: a run is short, the tables are not.
CREATE FUNCTION ledger_run_v1(after_id bigint, up_to bigint, most integer)
RETURNS TABLE (posting_id bigint, mark bigint, digest bytea) LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  SELECT r.id, ('x' || encode(substr(r.digest, 1, 8), 'hex'))::bit(64)::bigint, r.digest
  FROM (
    SELECT p.id, ledger_digest_v1(p, d, c) AS digest
    FROM ledger_posting p
    LEFT JOIN ledger_account d ON d.id = p.debit_id
    LEFT JOIN ledger_account c ON c.id = p.credit_id
    WHERE p.id > after_id AND p.id <= up_to ORDER BY p.id LIMIT most
  ) r
$$;

-- The hash of a seal: the seal before it, its day, its rows.
CREATE FUNCTION ledger_seal_digest_v1(before bytea, day_on date, last_id bigint, digests bytea) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(before, '') || convert_to(to_char(day_on, 'YYYY-MM-DD') || '/' || last_id, 'UTF8')
                || coalesce(digests, ''))
$$;

-- The highest posting that is committed while nobody holds one that is not: every later one gets a higher id. Waits for
-- the postings under way, and keeps new ones waiting until the caller's transaction ends.
CREATE FUNCTION ledger_end_v1() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, @schema@, pg_temp AS $$
BEGIN
  LOCK TABLE ledger_posting IN SHARE MODE;
  RETURN (SELECT coalesce(max(p.id), 0) FROM ledger_posting p);
END
$$;

-- Seal the postings up to `up_to` (which no later one can undercut), `most` to a seal; a day without any gets an empty
-- seal. Returns how many seals were made. Again is nothing. Two at once: the second waits and finds nothing to do.
CREATE FUNCTION ledger_seal_v1(up_to bigint, day date, at timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, @schema@, pg_temp AS $$
DECLARE
  before ledger_seal; made integer := 0; ids bigint[]; marks bigint[]; digests bytea; ends bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger_seal', 0));
  LOOP
    SELECT * INTO before FROM ledger_seal s ORDER BY s.id DESC LIMIT 1;
    SELECT array_agg(r.posting_id ORDER BY r.posting_id), array_agg(r.mark ORDER BY r.posting_id),
           string_agg(r.digest, ''::bytea ORDER BY r.posting_id)
    INTO ids, marks, digests
    FROM ledger_run_v1(coalesce(before.last_id, 0), up_to, most) r;
    EXIT WHEN ids IS NULL AND before.day_on >= day;
    ends := CASE WHEN cardinality(ids) = most THEN ids[most] ELSE greatest(up_to, coalesce(before.last_id, 0)) END;
    INSERT INTO ledger_seal (day_on, first_id, last_id, ids, marks, before, digest, sealed_at)
    VALUES (day, ids[1], ends, coalesce(ids, '{}'), coalesce(marks, '{}'), coalesce(before.digest, ''),
            ledger_seal_digest_v1(before.digest, day, ends, digests), at);
    made := made + 1;
    EXIT WHEN ends >= up_to;
  END LOOP;
  RETURN made;
END
$$;

REVOKE ALL ON FUNCTION ledger_roll_up_v1(integer), ledger_end_v1(),
  ledger_seal_v1(bigint, date, timestamptz, integer) FROM PUBLIC;
