-- What happens to lots, under the lock of the customer's ledger account: every function here is called after the ledger
-- was, in the same transaction, so that nobody else touches the lots of that customer. A point is in an open lot, or in
-- a redemption, or gone; what the ledger says is free is what is open, or, below zero, what the customer owes.

-- Take up to `wanted` points from a customer's open lots: from lot `first`, then by (expiry, id), endless ones last.
CREATE FUNCTION points_take_v1(whose bigint, wanted bigint, first bigint, OUT lots bigint[], OUT parts bigint[])
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_sort = off
AS $$
DECLARE
  left_over bigint := wanted; lot bigint; rest bigint;
BEGIN
  lots := '{}'; parts := '{}';
  IF first IS NOT NULL THEN
    SELECT o.rest INTO rest FROM points_openlot o WHERE o.lot_id = first AND o.customer_id = whose;
    IF FOUND THEN
      lots := ARRAY[first]; parts := ARRAY[least(rest, left_over)]; left_over := left_over - rest;
    END IF;
  END IF;
  IF left_over > 0 THEN
    FOR lot, rest IN
      SELECT o.lot_id, o.rest FROM points_openlot o WHERE o.customer_id = whose ORDER BY o.expires_at, o.lot_id
    LOOP
      CONTINUE WHEN lot = first;
      lots := lots || lot; parts := parts || least(rest, left_over); left_over := left_over - rest;
      EXIT WHEN left_over <= 0;
    END LOOP;
  END IF;
  IF left_over < 0 THEN                    -- of the last lot something stays
    UPDATE points_openlot o SET rest = -left_over WHERE o.lot_id = lots[cardinality(lots)];
    DELETE FROM points_openlot o WHERE o.lot_id = ANY (lots[:cardinality(lots) - 1]);
  ELSE
    DELETE FROM points_openlot o WHERE o.lot_id = ANY (lots);
  END IF;
END
$$;

-- Take the points of a purchase and remember the lots. Answers the redemption; `fresh` is false when the key had one.
CREATE FUNCTION points_redeem_v1(whose bigint, wanted bigint, for_key text, in_state text, at timestamptz)
RETURNS TABLE (id bigint, customer_id bigint, amount bigint, state text, tries smallint, lots bigint[], parts bigint[],
               back bigint, fresh boolean)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT r.id, r.customer_id, r.amount, r.state::text, r.tries, r.lots, r.parts, r.back, false
    FROM points_redemption r WHERE r.key = for_key;
  IF FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY INSERT INTO points_redemption AS r
      (customer_id, key, amount, state, tries, lots, parts, back, reserved_at, used_at)
    SELECT whose, for_key, wanted, in_state, CASE in_state WHEN 'used' THEN 0 ELSE 1 END, t.lots, t.parts, 0, at,
           CASE in_state WHEN 'used' THEN at END
    FROM points_take_v1(whose, wanted, NULL) t
    RETURNING r.id, r.customer_id, r.amount, r.state::text, r.tries, r.lots, r.parts, r.back, true;
END
$$;

-- Where more is open than the ledger says is free, the customer was in debt: the lots pay it, first out first.
-- granted[i]: what came to customer i just now, so that most need no look at their lots; NULL looks at all.
CREATE FUNCTION points_settle_v1(customers bigint[], granted bigint[], word text, as_key text, at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
  each record; taken record; settled integer := 0;
BEGIN
  FOR each IN
    SELECT c.id, greatest(a.posted - a.held, 0) AS free,
           (SELECT coalesce(sum(o.rest), 0)::bigint FROM points_openlot o WHERE o.customer_id = c.id) AS open
    FROM unnest(customers, granted) c(id, granted)
    JOIN ledger_account a ON a.address = 'points:customer:' || c.id
    WHERE c.granted IS NULL OR a.posted - a.held < c.granted
    ORDER BY c.id
  LOOP
    CONTINUE WHEN each.open <= each.free;
    SELECT * INTO taken FROM points_take_v1(each.id, each.open - each.free, NULL);
    INSERT INTO points_change (customer_id, key, kind, amount, lots, parts, at)
    VALUES (each.id, as_key || ':' || each.id, word, each.open - each.free, taken.lots, taken.parts, at);
    settled := settled + 1;
  END LOOP;
  RETURN settled;
END
$$;

-- New lots, pending where available[i] is false. Answers the keys that were new; the others are left as they are.
CREATE FUNCTION points_grant_v1(customers bigint[], keys text[], amounts bigint[], available boolean[],
                                expires timestamptz[], at timestamptz)
RETURNS TABLE (key text)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  fresh bigint[]; to_open bigint[]; opened bigint[]; first bigint;
BEGIN
  WITH made AS (
    INSERT INTO points_lot (customer_id, key, amount, earned_at, pending, available_at, expires_at)
    SELECT g.customer, g.key, g.amount, at, NOT g.available, CASE WHEN g.available THEN at END, g.expires
    FROM unnest(customers, keys, amounts, available, expires) WITH ORDINALITY
         AS g(customer, key, amount, available, expires, nth)
    ORDER BY g.nth
    ON CONFLICT (key) DO NOTHING
    RETURNING id, customer_id, amount, available_at, expires_at
  ), opening AS (
    INSERT INTO points_openlot (lot_id, customer_id, expires_at, rest)
    SELECT m.id, m.customer_id, m.expires_at, m.amount FROM made m WHERE m.available_at IS NOT NULL
    RETURNING customer_id, rest
  ), total AS (
    SELECT customer_id, sum(rest)::bigint AS rest FROM opening GROUP BY customer_id
  )
  SELECT (SELECT array_agg(m.id) FROM made m), (SELECT array_agg(t.customer_id ORDER BY t.customer_id) FROM total t),
         (SELECT array_agg(t.rest ORDER BY t.customer_id) FROM total t)
  INTO fresh, to_open, opened;
  IF to_open IS NOT NULL THEN
    SELECT min(u) INTO first FROM unnest(fresh) u;
    PERFORM points_settle_v1(to_open, opened, 'debt', 'lot:' || first, at);
  END IF;
  RETURN QUERY SELECT l.key::text FROM points_lot l WHERE l.id = ANY (fresh);
END
$$;

-- Pending lots become available with what is left of them; debts are paid from them.
CREATE FUNCTION points_open_v1(lots bigint[], amounts bigint[], expires timestamptz[], at timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  customers bigint[]; opened bigint[]; first bigint;
BEGIN
  WITH now_open AS (
    UPDATE points_lot l SET available_at = at, expires_at = g.expires
    FROM unnest(lots, amounts, expires) g(lot, amount, expires)
    WHERE l.id = g.lot AND l.available_at IS NULL
    RETURNING l.id, l.customer_id, l.expires_at, g.amount
  ), opening AS (
    INSERT INTO points_openlot (lot_id, customer_id, expires_at, rest)
    SELECT n.id, n.customer_id, n.expires_at, n.amount FROM now_open n WHERE n.amount > 0
    RETURNING lot_id, customer_id, rest
  ), total AS (
    SELECT customer_id, min(lot_id) AS lot_id, sum(rest)::bigint AS rest FROM opening GROUP BY customer_id
  )
  SELECT array_agg(t.customer_id ORDER BY t.customer_id), array_agg(t.rest ORDER BY t.customer_id), min(t.lot_id)
  INTO customers, opened, first FROM total t;
  IF customers IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM points_settle_v1(customers, opened, 'debt', 'open:' || first, at);
  RETURN cardinality(customers);
END
$$;

-- Points that expired leave their lots and their accounts; at most about `most` lots. Answers how many lots, how many
-- points. Accounts are locked first, in order, as everybody does who touches lots; who was merged is left until the
-- lots have moved.
CREATE FUNCTION points_expire_v1(at timestamptz, most integer, whose bigint, OUT expired integer, OUT points bigint)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
  customers bigint[]; accounts bigint[]; amounts bigint[]; keys text[];
BEGIN
  IF whose IS NULL THEN
    SELECT array_agg(DISTINCT d.customer_id) INTO customers FROM (
      SELECT o.customer_id FROM points_openlot o WHERE o.expires_at <= at ORDER BY o.expires_at, o.customer_id LIMIT most
    ) d;
  ELSE
    customers := ARRAY[whose];
  END IF;
  SELECT array_agg(a.owner_id), array_agg(a.id) INTO customers, accounts FROM (
    SELECT a.owner_id, a.id FROM ledger_account a
    WHERE a.address IN (SELECT 'points:customer:' || c FROM unnest(customers) c) AND a.forward_id IS NULL
    ORDER BY a.id FOR NO KEY UPDATE
  ) a;
  WITH gone AS (
    DELETE FROM points_openlot o USING unnest(customers, accounts) c(customer, account)
    WHERE o.customer_id = c.customer AND o.expires_at <= at
    RETURNING c.account, o.customer_id, o.lot_id, o.rest
  ), each AS (
    SELECT g.account, g.customer_id, sum(g.rest)::bigint AS amount, max(g.lot_id) AS last, count(*) AS lots
    FROM gone g GROUP BY g.account, g.customer_id
  )
  SELECT array_agg(e.account ORDER BY e.account), array_agg(e.amount ORDER BY e.account),
         array_agg('expire:' || e.customer_id || ':' || e.last ORDER BY e.account), coalesce(sum(e.lots), 0)
  INTO accounts, amounts, keys, expired FROM each e;
  points := 0;
  IF expired > 0 THEN
    points := ledger_collect_v1(accounts, amounts, keys, 'points_expired:house', at);
  END IF;
END
$$;
