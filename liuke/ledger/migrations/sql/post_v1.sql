-- The only way in which a posting comes to be. One call takes 1..N legs of 1..N entries and answers for each entry:
--   new        written now; one row per leg
--   known      the same key with the same inputs was posted before; one row per leg, as it was written then
--   <a code>   refused, nothing of this entry was written; one row, `detail` says what it is about
-- An expected "no" is an answer, never an error, so the caller's transaction stays usable.
--
-- Locks, always in this order: holds and originals by id, then accounts by id. Accounts that are rolled up are never
-- locked. Entries of one call are judged one after the other, each after all of its legs.
--
-- Everything runs with generic plans: planning a statement anew would cost more than running it.

CREATE TYPE ledger_leg_v1 AS (
  entry integer, key text, leg smallint, legs smallint, kind text, id bigint,
  debit_id bigint, credit_id bigint, debit_rolled boolean, credit_rolled boolean,
  amount bigint, whole boolean, keep bigint, of_id bigint, expires_at timestamptz,
  fact_id bigint, order_id bigint, order_line_id bigint, plan_version text,
  inputs bytea, refusal text, detail text
);

-- What the legs do to one account: to its balance, to what is set aside; `going` is the most it could be lowered by.
CREATE TYPE ledger_change_v1 AS (
  id bigint, rolled boolean, posted numeric, held numeric, going numeric, keep bigint
);

CREATE FUNCTION ledger_changes_v1(work ledger_leg_v1[]) RETURNS ledger_change_v1[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN ARRAY(
    SELECT ROW(u.id, u.rolled, sum(u.posted), sum(u.held), sum(u.going), max(u.keep))::ledger_change_v1
    FROM unnest(work) w CROSS JOIN LATERAL (VALUES
      (w.debit_id, w.debit_rolled,
       CASE WHEN w.kind IN ('hold', 'void') THEN 0 ELSE -w.amount END,
       CASE w.kind WHEN 'hold' THEN w.amount WHEN 'confirm' THEN -w.amount WHEN 'void' THEN -w.amount ELSE 0 END,
       CASE WHEN w.kind IN ('confirm', 'void') THEN 0 ELSE w.amount END, w.keep),
      (w.credit_id, w.credit_rolled, CASE WHEN w.kind IN ('hold', 'void') THEN 0 ELSE w.amount END, 0, 0, NULL)
    ) u(id, rolled, posted, held, going, keep)
    WHERE u.id IS NOT NULL
    GROUP BY u.id, u.rolled ORDER BY u.id);
END
$$;

-- What was asked for. Times are left out: asking again a minute later is asking for the same.
CREATE FUNCTION ledger_inputs_v1(
  key text, leg smallint, legs smallint, kind text, debit_id bigint, credit_id bigint, asked bigint, keep bigint,
  of_id bigint, fact_id bigint, order_id bigint, order_line_id bigint, plan_version text
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(concat_ws(E'\x1f', key, leg, legs, kind, debit_id, credit_id,
    coalesce(asked::text, ''), coalesce(keep::text, ''), coalesce(of_id::text, ''), coalesce(fact_id::text, ''),
    coalesce(order_id::text, ''), coalesce(order_line_id::text, ''), plan_version), 'UTF8'))
$$;

-- Entries whose key exists already: their legs as they stand, or the code that says the key is taken by other inputs.
CREATE FUNCTION ledger_known_v1(work ledger_leg_v1[])
RETURNS TABLE (
  entry integer, outcome text, leg smallint, posting_id bigint, amount bigint, booked_at timestamptz,
  forwards boolean, detail text
)
LANGUAGE sql STABLE AS $$
  WITH stored AS (
    SELECT w.entry, w.key, p.leg, p.id, coalesce(bool_or(p.leg = w.leg AND p.inputs = w.inputs), false) AS same
    FROM unnest(work) w JOIN ledger_posting p ON p.key = w.key
    GROUP BY w.entry, w.key, p.leg, p.id
  ), judged AS (
    SELECT s.*, bool_and(s.same) OVER (PARTITION BY s.entry) AS known,
           row_number() OVER (PARTITION BY s.entry ORDER BY s.leg) AS nth
    FROM stored s
  )
  SELECT j.entry, 'known', j.leg, j.id, p.amount, p.booked_at, false, NULL
  FROM judged j JOIN ledger_posting p ON p.id = j.id WHERE j.known
  UNION ALL
  SELECT j.entry, 'ledger_key_taken', j.leg, NULL, NULL, NULL, false, j.key
  FROM judged j WHERE NOT j.known AND j.nth = 1
$$;

-- Which entries overdraw an account, judged one after the other from the balances as they are now (under lock).
CREATE FUNCTION ledger_overdrawn_v1(work ledger_leg_v1[])
RETURNS TABLE (entry integer, account_id bigint) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  ids bigint[]; free bigint[]; floors bigint[];
  each record; i integer; bad bigint;
BEGIN
  SELECT array_agg(a.id ORDER BY a.id), array_agg(a.posted - a.held ORDER BY a.id), array_agg(a.floor ORDER BY a.id)
  INTO ids, free, floors
  FROM ledger_account a
  WHERE a.id IN (SELECT w.debit_id FROM unnest(work) w WHERE NOT w.debit_rolled
                 UNION SELECT w.credit_id FROM unnest(work) w WHERE NOT w.credit_rolled);
  FOR each IN
    WITH slot AS MATERIALIZED (
      SELECT u.id, u.nth::integer FROM unnest(ids) WITH ORDINALITY u(id, nth)
    ), change AS (
      SELECT c.entry, c.id, sum(c.change)::bigint AS change, max(c.keep) AS keep FROM (
        SELECT w.entry, w.debit_id, w.keep,
               CASE w.kind WHEN 'confirm' THEN 0 WHEN 'void' THEN w.amount ELSE -w.amount END
        FROM unnest(work) w WHERE NOT w.debit_rolled
        UNION ALL
        SELECT w.entry, w.credit_id, NULL, CASE WHEN w.kind IN ('hold', 'void') THEN 0 ELSE w.amount END
        FROM unnest(work) w WHERE NOT w.credit_rolled
      ) c(entry, id, keep, change) GROUP BY c.entry, c.id
    )
    SELECT c.entry, array_agg(s.nth ORDER BY s.nth) AS slots, array_agg(c.change ORDER BY s.nth) AS changes,
           array_agg(c.keep ORDER BY s.nth) AS keeps
    FROM change c JOIN slot s ON s.id = c.id GROUP BY c.entry ORDER BY c.entry
  LOOP
    bad := NULL;
    FOR i IN 1 .. cardinality(each.slots) LOOP
      IF each.changes[i] < 0
         AND free[each.slots[i]] + each.changes[i] < greatest(floors[each.slots[i]], each.keeps[i]) THEN
        bad := ids[each.slots[i]];
        EXIT;
      END IF;
    END LOOP;
    IF bad IS NOT NULL THEN
      entry := each.entry; account_id := bad;
      RETURN NEXT;
    ELSE
      FOR i IN 1 .. cardinality(each.slots) LOOP
        free[each.slots[i]] := free[each.slots[i]] + each.changes[i];
      END LOOP;
    END IF;
  END LOOP;
END
$$;

CREATE FUNCTION ledger_post_v1(opening jsonb, moves jsonb, parts jsonb, booked timestamptz)
RETURNS TABLE (
  entry integer, outcome text, leg smallint, posting_id bigint, amount bigint, booked_at timestamptz,
  forwards boolean, detail text
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, @schema@, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  work ledger_leg_v1[] := '{}';
  rest ledger_leg_v1[];
  changes ledger_change_v1[];
  legs integer;
  hold_ids bigint[]; posted_ids bigint[]; overdrawn integer[]; short_ids bigint[];
  holds boolean := false;        -- some leg sets aside
  refused boolean := false;      -- some leg cannot be posted whatever the balances
  tight boolean;                 -- some account might go too low
  follow boolean;                -- some account belongs to a customer who was merged into another
  written bigint;
BEGIN
  -- From here on no seal can fix its end before the ids that this call takes are committed or gone.
  LOCK TABLE ledger_posting IN ROW EXCLUSIVE MODE;

  IF opening IS NOT NULL THEN
    INSERT INTO ledger_account (address, unit, purpose, owner_kind, owner_id, debit_normal, floor, rolled)
    SELECT DISTINCT ON (o.address) o.address, o.unit, o.purpose, o.owner_kind, o.owner_id, o.debit_normal, o.floor,
      o.rolled
    FROM jsonb_to_recordset(opening) AS o(address text, unit text, purpose text, owner_kind text, owner_id bigint,
                                          debit_normal boolean, floor bigint, rolled boolean)
    WHERE NOT EXISTS (SELECT FROM ledger_account a WHERE a.address = o.address)
    ORDER BY o.address
    ON CONFLICT (address) DO NOTHING;
  END IF;

  -- 1. Moves: look the accounts up.
  IF moves IS NOT NULL THEN
    SELECT array_agg(ROW(m.e, m.k, m.l, m.n, m.t, nextval('ledger_posting_id_seq'),
             s.id, d.id, s.rolled, d.rolled, m.a, false, m.f, NULL, m.u, m.fi, m.oi, m.ol, m.pv,
             ledger_inputs_v1(m.k, m.l, m.n, m.t, s.id, d.id, m.a, m.f, NULL, m.fi, m.oi, m.ol, m.pv),
             q.refusal, CASE WHEN s.id IS NULL OR q.refusal = 'ledger_not_guarded' THEN m.s ELSE m.d END)::ledger_leg_v1),
           bool_or(q.refusal IS NOT NULL), bool_or(m.t = 'hold')
    INTO work, refused, holds
    FROM jsonb_to_recordset(moves) AS m(e integer, k text, l smallint, n smallint, t text, s text, d text, a bigint,
                                        f bigint, u timestamptz, fi bigint, oi bigint, ol bigint, pv text)
    LEFT JOIN ledger_account s ON s.address = m.s
    LEFT JOIN ledger_account d ON d.address = m.d
    CROSS JOIN LATERAL (
      SELECT CASE WHEN s.id IS NULL OR d.id IS NULL THEN 'ledger_no_account'
                  WHEN s.unit <> d.unit THEN 'ledger_other_unit'
                  WHEN s.rolled AND m.f IS NOT NULL THEN 'ledger_not_guarded' END
    ) q(refusal);
  END IF;

  -- 2. Parts of earlier postings: lock them, then see what is left.
  IF parts IS NOT NULL THEN
    SELECT array_agg(o.id) FILTER (WHERE m.t <> 'reverse'), array_agg(o.id) FILTER (WHERE m.t = 'reverse')
    INTO hold_ids, posted_ids
    FROM jsonb_to_recordset(parts) AS m(t text, o text, l smallint)
    JOIN ledger_posting o ON o.key = m.o AND (m.l IS NULL OR o.leg = m.l);
    PERFORM 1 FROM ledger_openhold h WHERE h.posting_id = ANY (hold_ids) ORDER BY h.posting_id FOR UPDATE;
    PERFORM 1 FROM ledger_posting p WHERE p.id = ANY (posted_ids) ORDER BY p.id FOR NO KEY UPDATE;

    SELECT array_agg(ROW(m.e, m.k, n.leg, m.n, m.t, nextval('ledger_posting_id_seq'),
             q.debit_id, q.credit_id, s.rolled, d.rolled, coalesce(m.a, q.rest), m.a IS NULL,
             NULL, o.id, NULL, m.fi, m.oi, o.order_line_id, m.pv,
             ledger_inputs_v1(m.k, n.leg, m.n, m.t, q.debit_id, q.credit_id, m.a, NULL,
                              o.id, m.fi, m.oi, o.order_line_id, m.pv),
             CASE WHEN o.id IS NULL THEN 'ledger_no_entry'
                  WHEN m.t = 'reverse' AND o.kind NOT IN ('post', 'confirm') THEN 'ledger_not_posted'
                  WHEN m.t <> 'reverse' AND o.kind <> 'hold' THEN 'ledger_not_held'
                  WHEN q.rest < coalesce(m.a, 1) THEN 'ledger_nothing_left'
                  WHEN m.t = 'confirm' AND o.expires_at <= booked THEN 'ledger_hold_expired' END,
             m.o)::ledger_leg_v1)
    INTO rest
    FROM jsonb_to_recordset(parts) AS m(e integer, k text, l smallint, n smallint, t text, o text, a bigint,
                                        fi bigint, oi bigint, pv text)
    LEFT JOIN ledger_posting o ON o.key = m.o AND (m.l IS NULL OR o.leg = m.l)
    LEFT JOIN ledger_openhold h ON h.posting_id = o.id
    CROSS JOIN LATERAL (SELECT coalesce(o.leg, m.l, 0::smallint)) n(leg)
    CROSS JOIN LATERAL (
      SELECT CASE WHEN m.t = 'reverse' THEN o.credit_id ELSE o.debit_id END,
             CASE WHEN m.t = 'reverse' THEN o.debit_id ELSE o.credit_id END,
             CASE WHEN m.t <> 'reverse' THEN coalesce(h.rest, 0)
                  ELSE o.amount - (SELECT coalesce(sum(r.amount), 0)::bigint FROM ledger_posting r
                                   WHERE r.of_id = o.id AND r.kind = 'reverse') END
    ) q(debit_id, credit_id, rest)
    LEFT JOIN ledger_account s ON s.id = q.debit_id
    LEFT JOIN ledger_account d ON d.id = q.credit_id;
    IF (SELECT count(w.of_id) <> count(DISTINCT w.of_id) FROM unnest(rest) w) THEN
      RAISE EXCEPTION 'ledger: one call takes from a posting only once';
    END IF;
    work := work || rest;
    refused := refused OR (SELECT bool_or(w.refusal IS NOT NULL) FROM unnest(rest) w);
  END IF;

  -- 3. Lock the accounts that have a balance of their own. Could the worst order of these legs take one too low?
  legs := cardinality(work);
  changes := ledger_changes_v1(work);
  SELECT coalesce(bool_or(a.free - a.going < greatest(a.floor, a.keep)), false),
         coalesce(bool_or(a.forward_id IS NOT NULL), false)
  INTO tight, follow
  FROM (
    SELECT a.posted - a.held AS free, a.floor, a.forward_id, c.going, c.keep
    FROM unnest(changes) c JOIN ledger_account a ON a.id = c.id WHERE NOT c.rolled
    ORDER BY a.id FOR NO KEY UPDATE OF a
  ) a;

  -- 4. Only now, with the locks, look for the keys: whoever used one of them has committed.
  IF EXISTS (SELECT FROM unnest(work) w JOIN ledger_posting p ON p.key = w.key) THEN
    RETURN QUERY SELECT * FROM ledger_known_v1(work);
    work := ARRAY(SELECT w FROM unnest(work) w WHERE NOT EXISTS (SELECT FROM ledger_posting p WHERE p.key = w.key));
  END IF;
  IF refused THEN      -- of "all that is left", a leg with nothing left is passed over while another has some
    rest := ARRAY(SELECT w FROM unnest(work) w WHERE w.refusal IS NOT NULL
                  AND NOT (w.whole AND w.refusal = 'ledger_nothing_left'
                           AND EXISTS (SELECT FROM unnest(work) o WHERE o.entry = w.entry AND o.refusal IS NULL)));
    RETURN QUERY SELECT DISTINCT ON (w.entry) w.entry, w.refusal, w.leg, NULL::bigint, w.amount, NULL::timestamptz,
      false, w.detail FROM unnest(rest) w ORDER BY w.entry, w.leg;
    work := ARRAY(SELECT w FROM unnest(work) w
                  WHERE w.refusal IS NULL AND w.entry NOT IN (SELECT o.entry FROM unnest(rest) o));
  END IF;
  IF tight THEN
    SELECT array_agg(o.entry), array_agg(o.account_id) INTO overdrawn, short_ids FROM ledger_overdrawn_v1(work) o;
    RETURN QUERY SELECT o.entry, 'ledger_overdrawn', NULL::smallint, NULL::bigint, NULL::bigint,
      NULL::timestamptz, false, a.address::text
      FROM unnest(overdrawn, short_ids) o(entry, account_id) JOIN ledger_account a ON a.id = o.account_id;
    work := ARRAY(SELECT w FROM unnest(work) w WHERE w.entry NOT IN (SELECT unnest(overdrawn)));
  END IF;
  IF cardinality(work) = 0 THEN
    RETURN;
  END IF;

  -- 5. Write.
  INSERT INTO ledger_posting (id, key, leg, legs, kind, debit_id, credit_id, amount, whole, keep, of_id, expires_at,
    booked_at, fact_id, order_id, order_line_id, plan_version, inputs)
  SELECT w.id, w.key, w.leg, w.legs, w.kind, w.debit_id, w.credit_id, w.amount, w.whole, w.keep, w.of_id, w.expires_at,
    booked, w.fact_id, w.order_id, w.order_line_id, w.plan_version, w.inputs
  FROM unnest(work) w
  ON CONFLICT (key, leg) DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written < cardinality(work) THEN      -- a key that shares no lock with us was used this very moment
    rest := ARRAY(SELECT w FROM unnest(work) w WHERE NOT EXISTS (SELECT FROM ledger_posting p WHERE p.id = w.id));
    work := ARRAY(SELECT w FROM unnest(work) w WHERE EXISTS (SELECT FROM ledger_posting p WHERE p.id = w.id));
    IF tight OR EXISTS (SELECT w.entry FROM unnest(work) w INTERSECT SELECT w.entry FROM unnest(rest) w) THEN
      RAISE EXCEPTION 'ledger: another connection has just used one of these keys; try again'
        USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN QUERY SELECT * FROM ledger_known_v1(rest);
  END IF;

  IF cardinality(work) < legs THEN
    changes := ledger_changes_v1(work);
  END IF;
  UPDATE ledger_account a SET posted = a.posted + c.posted, held = a.held + c.held
  FROM unnest(changes) c WHERE a.id = c.id AND NOT c.rolled;
  INSERT INTO ledger_delta (account_id, posted, held)
  SELECT c.id, c.posted, c.held FROM unnest(changes) c WHERE c.rolled;

  IF holds THEN
    INSERT INTO ledger_openhold (posting_id, debit_id, credit_id, rest, expires_at)
    SELECT w.id, w.debit_id, w.credit_id, w.amount, w.expires_at FROM unnest(work) w WHERE w.kind = 'hold';
  END IF;
  IF hold_ids IS NOT NULL THEN
    DELETE FROM ledger_openhold h USING unnest(work) w
    WHERE w.kind IN ('confirm', 'void') AND h.posting_id = w.of_id AND h.rest = w.amount;
    UPDATE ledger_openhold h SET rest = h.rest - w.amount FROM unnest(work) w
    WHERE w.kind IN ('confirm', 'void') AND h.posting_id = w.of_id AND h.rest > w.amount;
  END IF;

  RETURN QUERY SELECT w.entry, 'new', w.leg, w.id, w.amount, booked, follow, NULL FROM unnest(work) w;
END
$$;

REVOKE ALL ON FUNCTION ledger_post_v1(jsonb, jsonb, jsonb, timestamptz) FROM PUBLIC;
