-- Written by `python -m tools.schema`; never by hand.
-- PostgreSQL 18
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE TYPE public.ledger_change_v1 AS (
	id bigint,
	rolled boolean,
	posted numeric,
	held numeric,
	going numeric,
	keep bigint
);
CREATE TYPE public.ledger_leg_v1 AS (
	entry integer,
	key text,
	leg smallint,
	legs smallint,
	kind text,
	id bigint,
	debit_id bigint,
	credit_id bigint,
	debit_rolled boolean,
	credit_rolled boolean,
	amount bigint,
	whole boolean,
	keep bigint,
	of_id bigint,
	expires_at timestamp with time zone,
	fact_id bigint,
	order_id bigint,
	order_line_id bigint,
	plan_version text,
	inputs bytea,
	refusal text,
	detail text
);
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE FUNCTION public.customers_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can only be added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION public.desk_count_ticket() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    before text[] := CASE WHEN TG_OP = 'INSERT' THEN '{}'::text[] ELSE desk_lists_of(OLD) END;
    after text[] := CASE WHEN TG_OP = 'DELETE' THEN '{}'::text[] ELSE desk_lists_of(NEW) END;
BEGIN
    INSERT INTO desk_ticketcount (name, count)
        SELECT name, -1 FROM unnest(before) AS name WHERE name <> ALL (after)
        UNION ALL SELECT name, 1 FROM unnest(after) AS name WHERE name <> ALL (before);
    RETURN NULL;
END $$;
CREATE TABLE public.desk_ticket (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    title_enc bytea NOT NULL,
    kind character varying(20) NOT NULL,
    kind_by character varying(10) NOT NULL,
    risk character varying(10) NOT NULL,
    severity smallint NOT NULL,
    tier character varying(20) NOT NULL,
    priority smallint NOT NULL,
    priority_why character varying(80) NOT NULL,
    state character varying(20) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    last_said_at timestamp with time zone NOT NULL,
    waiting_since_at timestamp with time zone,
    done_at timestamp with time zone,
    due_at timestamp with time zone,
    due_clock character varying(20) NOT NULL,
    overdue_since_at timestamp with time zone,
    about_return_id bigint,
    assignee_id bigint,
    conversation_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    merged_into_id bigint,
    policy_version_id bigint,
    state_name_id bigint,
    CONSTRAINT desk_ticket_priority_check CHECK ((priority >= 0)),
    CONSTRAINT desk_ticket_severity_check CHECK ((severity >= 0)),
    CONSTRAINT ticket_merged_into_one CHECK (((NOT ((state)::text = 'merged'::text)) OR (merged_into_id IS NOT NULL))),
    CONSTRAINT ticket_priority_1_to_4 CHECK (((priority >= 1) AND (priority <= 4)))
);
CREATE FUNCTION public.desk_lists_of(ticket public.desk_ticket) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE WHEN ticket.done_at IS NOT NULL THEN '{}'::text[] ELSE array_remove(ARRAY[
        'open',
        CASE WHEN ticket.assignee_id IS NULL THEN 'free' ELSE 'of:' || ticket.assignee_id END,
        CASE WHEN ticket.waiting_since_at IS NOT NULL THEN 'waiting' END,
        CASE WHEN ticket.overdue_since_at IS NOT NULL THEN 'overdue' END,
        CASE WHEN ticket.priority = 1 THEN 'urgent' END,
        CASE WHEN ticket.state = 'pending_customer' THEN 'pending' END], NULL) END
$$;
CREATE FUNCTION public.draws_draw_frozen() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.draws_prize_frozen() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.draws_stock_counts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.count IS DISTINCT FROM OLD.count OR NEW.drawn NOT IN (OLD.drawn, OLD.drawn + 1) THEN
        RAISE EXCEPTION 'draw_open: prize % is counted one by one', OLD.prize_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION public.draws_ticket_stands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.insight_note_stale_months() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.ledger_changes_v1(work public.ledger_leg_v1[]) RETURNS public.ledger_change_v1[]
    LANGUAGE plpgsql IMMUTABLE
    AS $$
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
CREATE FUNCTION public.ledger_collect_v1(debits bigint[], amounts bigint[], keys text[], target text, booked timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
  wanted integer := cardinality(debits);
  house bigint; changed integer; total bigint;
BEGIN
  LOCK TABLE ledger_posting IN ROW EXCLUSIVE MODE;      -- as in ledger_post_v1: no seal ends below our ids
  SELECT a.id INTO STRICT house FROM ledger_account a WHERE a.address = target AND a.rolled;
  SELECT sum(c.amount) INTO total FROM unnest(amounts) c(amount);
  UPDATE ledger_account a SET posted = a.posted - c.amount
  FROM (SELECT * FROM unnest(debits, amounts) u(id, amount) ORDER BY u.id) c
  WHERE a.id = c.id AND NOT a.rolled AND (a.floor IS NULL OR a.posted - a.held - c.amount >= a.floor);
  GET DIAGNOSTICS changed = ROW_COUNT;
  IF changed <> wanted THEN
    RAISE EXCEPTION 'ledger: % of % accounts cannot give what is collected', wanted - changed, wanted;
  END IF;
  INSERT INTO ledger_posting (key, leg, legs, kind, debit_id, credit_id, amount, whole, booked_at, inputs)
  SELECT c.key, 0, 1, 'post', c.debit, house, c.amount, false, booked,
    ledger_inputs_v1(c.key, 0::smallint, 1::smallint, 'post', c.debit, house, c.amount, NULL, NULL, NULL, NULL, NULL, '')
  FROM unnest(debits, amounts, keys) c(debit, amount, key);
  INSERT INTO ledger_delta (account_id, posted, held) VALUES (house, total, 0);
  RETURN total;
END
$$;
CREATE TABLE public.ledger_account (
    id bigint NOT NULL,
    address character varying(120) NOT NULL,
    unit character varying(40) NOT NULL,
    purpose character varying(40) NOT NULL,
    owner_kind character varying(40) NOT NULL,
    owner_id bigint,
    debit_normal boolean NOT NULL,
    floor bigint,
    rolled boolean NOT NULL,
    posted bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    forward_fact_id bigint,
    opened_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    forward_id bigint,
    CONSTRAINT account_floor_and_held CHECK ((((floor IS NULL) AND rolled) OR ((held >= 0) AND (NOT rolled))))
)
WITH (fillfactor='80');
CREATE TABLE public.ledger_posting (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    leg smallint NOT NULL,
    legs smallint NOT NULL,
    kind character varying(8) NOT NULL,
    amount bigint NOT NULL,
    whole boolean NOT NULL,
    keep bigint,
    expires_at timestamp with time zone,
    booked_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    fact_id bigint,
    order_id bigint,
    order_line_id bigint,
    plan_version character varying(60) DEFAULT ''::character varying NOT NULL,
    inputs bytea NOT NULL,
    credit_id bigint NOT NULL,
    debit_id bigint NOT NULL,
    of_id bigint,
    CONSTRAINT posting_sound CHECK (((amount > 0) AND (NOT (debit_id = credit_id)) AND ((of_id IS NOT NULL) OR ((kind)::text = ANY (ARRAY[('post'::character varying)::text, ('hold'::character varying)::text])))))
);
CREATE FUNCTION public.ledger_digest_v1(p public.ledger_posting, debit public.ledger_account, credit public.ledger_account) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT sha256(convert_to(concat_ws(E'\x1f', p.id, p.key, p.leg, p.legs, p.kind,
    coalesce(debit.address, '?'), coalesce(debit.unit, '?'), coalesce(credit.address, '?'), coalesce(credit.unit, '?'),
    p.amount, p.whole, coalesce(p.keep::text, ''), coalesce(p.of_id::text, ''),
    coalesce(extract(epoch FROM p.expires_at)::text, ''), extract(epoch FROM p.booked_at)::text,
    extract(epoch FROM p.recorded_at)::text, coalesce(p.fact_id::text, ''), coalesce(p.order_id::text, ''),
    coalesce(p.order_line_id::text, ''), p.plan_version, encode(p.inputs, 'hex')), 'UTF8'))
$$;
CREATE FUNCTION public.ledger_end_v1() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  LOCK TABLE ledger_posting IN SHARE MODE;
  RETURN (SELECT coalesce(max(p.id), 0) FROM ledger_posting p);
END
$$;
CREATE FUNCTION public.ledger_inputs_v1(key text, leg smallint, legs smallint, kind text, debit_id bigint, credit_id bigint, asked bigint, keep bigint, of_id bigint, fact_id bigint, order_id bigint, order_line_id bigint, plan_version text) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT sha256(convert_to(concat_ws(E'\x1f', key, leg, legs, kind, debit_id, credit_id,
    coalesce(asked::text, ''), coalesce(keep::text, ''), coalesce(of_id::text, ''), coalesce(fact_id::text, ''),
    coalesce(order_id::text, ''), coalesce(order_line_id::text, ''), plan_version), 'UTF8'))
$$;
CREATE FUNCTION public.ledger_known_v1(work public.ledger_leg_v1[]) RETURNS TABLE(entry integer, outcome text, leg smallint, posting_id bigint, amount bigint, booked_at timestamp with time zone, forwards boolean, detail text)
    LANGUAGE sql STABLE
    AS $$
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
CREATE FUNCTION public.ledger_overdrawn_v1(work public.ledger_leg_v1[]) RETURNS TABLE(entry integer, account_id bigint)
    LANGUAGE plpgsql STABLE
    AS $$
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
CREATE FUNCTION public.ledger_plain_v1(entry_key text, entry_kind text, source text, target text, asked bigint, kept bigint, until timestamp with time zone, of_fact bigint, of_order bigint, of_line bigint, by_plan text, booked timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  giver ledger_account; house ledger_account; written bigint;
BEGIN
  LOCK TABLE ledger_posting IN ROW EXCLUSIVE MODE;      -- as in ledger_post_v1: no seal ends below our id
  SELECT * INTO house FROM ledger_account a WHERE a.address = target;
  SELECT * INTO giver FROM ledger_account a WHERE a.address = source FOR NO KEY UPDATE;
  IF giver.rolled IS NOT FALSE OR house.rolled IS NOT TRUE OR giver.unit <> house.unit
     OR giver.forward_id IS NOT NULL OR house.forward_id IS NOT NULL
     OR giver.posted - giver.held - asked < greatest(giver.floor, kept) THEN
    RETURN NULL;
  END IF;
  INSERT INTO ledger_posting (key, leg, legs, kind, debit_id, credit_id, amount, whole, keep, expires_at, booked_at,
                              fact_id, order_id, order_line_id, plan_version, inputs)
  SELECT entry_key, 0, 1, entry_kind, giver.id, house.id, asked, false, kept, until, booked,
         of_fact, of_order, of_line, by_plan,
         ledger_inputs_v1(entry_key, 0::smallint, 1::smallint, entry_kind, giver.id, house.id, asked, kept, NULL,
                          of_fact, of_order, of_line, by_plan)
  ON CONFLICT (key, leg) DO NOTHING
  RETURNING id INTO written;
  IF written IS NULL THEN
    RETURN NULL;
  END IF;
  IF entry_kind = 'hold' THEN
    UPDATE ledger_account a SET held = a.held + asked WHERE a.id = giver.id;
    INSERT INTO ledger_openhold (posting_id, debit_id, credit_id, rest, expires_at)
    VALUES (written, giver.id, house.id, asked, until);
  ELSE
    UPDATE ledger_account a SET posted = a.posted - asked WHERE a.id = giver.id;
    INSERT INTO ledger_delta (account_id, posted, held) VALUES (house.id, asked, 0);
  END IF;
  RETURN written;
END
$$;
CREATE FUNCTION public.ledger_post_v1(opening jsonb, moves jsonb, parts jsonb, booked timestamp with time zone) RETURNS TABLE(entry integer, outcome text, leg smallint, posting_id bigint, amount bigint, booked_at timestamp with time zone, forwards boolean, detail text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
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
CREATE FUNCTION public.ledger_refuse_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the ledger is only ever added to', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION public.ledger_roll_up_v1(most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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
CREATE FUNCTION public.ledger_run_v1(after_id bigint, up_to bigint, most integer) RETURNS TABLE(posting_id bigint, mark bigint, digest bytea)
    LANGUAGE sql STABLE
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
  SELECT r.id, ('x' || encode(substr(r.digest, 1, 8), 'hex'))::bit(64)::bigint, r.digest
  FROM (
    SELECT p.id, ledger_digest_v1(p, d, c) AS digest
    FROM ledger_posting p
    LEFT JOIN ledger_account d ON d.id = p.debit_id
    LEFT JOIN ledger_account c ON c.id = p.credit_id
    WHERE p.id > after_id AND p.id <= up_to ORDER BY p.id LIMIT most
  ) r
$$;
CREATE FUNCTION public.ledger_seal_digest_v1(before bytea, day_on date, last_id bigint, digests bytea) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT sha256(coalesce(before, '') || convert_to(to_char(day_on, 'YYYY-MM-DD') || '/' || last_id, 'UTF8')
                || coalesce(digests, ''))
$$;
CREATE FUNCTION public.ledger_seal_v1(up_to bigint, day date, at timestamp with time zone, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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
CREATE FUNCTION public.org_audit_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit can only grow' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION public.performance_note_stale() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO performance_staleticket (ticket_id) SELECT DISTINCT ticket_id FROM touched;
    RETURN NULL;
END $$;
CREATE FUNCTION public.points_expire_v1(at timestamp with time zone, most integer, whose bigint, OUT expired integer, OUT points bigint) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
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
CREATE FUNCTION public.points_grant_v1(customers bigint[], keys text[], amounts bigint[], available boolean[], expires timestamp with time zone[], at timestamp with time zone) RETURNS TABLE(key text)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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
CREATE FUNCTION public.points_open_v1(lots bigint[], amounts bigint[], expires timestamp with time zone[], at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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
CREATE FUNCTION public.points_redeem_plain_v1(whose bigint, wanted bigint, for_key text, in_state text, at timestamp with time zone, source text, target text, entry_key text, of_fact bigint, of_order bigint, by_plan text) RETURNS TABLE(id bigint, customer_id bigint, amount bigint, state text, tries smallint, lots bigint[], parts bigint[], back bigint, fresh boolean)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM points_openlot o WHERE o.customer_id = whose AND o.expires_at <= at) THEN
    RETURN;
  END IF;
  IF ledger_plain_v1(entry_key, CASE in_state WHEN 'used' THEN 'post' ELSE 'hold' END, source, target, wanted, 0, NULL,
                     of_fact, of_order, NULL, by_plan, at) IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM points_redeem_v1(whose, wanted, for_key, in_state, at);
END
$$;
CREATE FUNCTION public.points_redeem_v1(whose bigint, wanted bigint, for_key text, in_state text, at timestamp with time zone) RETURNS TABLE(id bigint, customer_id bigint, amount bigint, state text, tries smallint, lots bigint[], parts bigint[], back bigint, fresh boolean)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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
CREATE FUNCTION public.points_settle_v1(customers bigint[], granted bigint[], word text, as_key text, at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
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
CREATE FUNCTION public.points_take_v1(whose bigint, wanted bigint, first bigint, OUT lots bigint[], OUT parts bigint[]) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
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
CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;
    RETURN job_ids;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;
    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;
    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;
    RETURN _job_id;
END;
$$;
CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.referral_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can only be added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION public.referral_arm(salt text, inviter bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT ('x' || substr(md5(salt || ':' || inviter), 1, 8))::bit(32)::bigint % 10000
$$;
CREATE FUNCTION public.referral_version_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'ends_at' IS DISTINCT FROM to_jsonb(OLD) - 'ends_at' THEN
        RAISE EXCEPTION 'plan version % has been activated and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_bonus (
    id bigint NOT NULL,
    key character varying(100) NOT NULL,
    origin character varying(10) NOT NULL,
    reason character varying(30) NOT NULL,
    amount_fen bigint NOT NULL,
    back_fen bigint NOT NULL,
    owed_fen bigint NOT NULL,
    source character varying(120) NOT NULL,
    tries smallint NOT NULL,
    state character varying(10) NOT NULL,
    waits character varying(12) NOT NULL,
    due_at timestamp with time zone,
    refusal character varying(100) NOT NULL,
    fact_id bigint,
    order_id bigint,
    given_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    ended_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint NOT NULL,
    decided_by_id bigint,
    plan_id bigint,
    transfer_id bigint,
    CONSTRAINT bonus_adds_up CHECK (((amount_fen > 0) AND (back_fen >= 0) AND (back_fen <= amount_fen) AND (owed_fen >= 0))),
    CONSTRAINT cash_bonus_tries_check CHECK ((tries >= 0))
);
ALTER TABLE public.cash_bonus ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_bonus_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_bonusback (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    amount_fen bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    bonus_id bigint NOT NULL
);
ALTER TABLE public.cash_bonusback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_bonusback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_cashterms (
    id bigint NOT NULL,
    approve_from_fen bigint NOT NULL,
    minute_most integer NOT NULL,
    person_day_times integer NOT NULL,
    person_day_fen bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint
);
ALTER TABLE public.cash_cashterms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_cashterms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_flowday (
    id bigint NOT NULL,
    provider character varying(12) NOT NULL,
    day_on date NOT NULL,
    compared_at timestamp with time zone,
    rows integer NOT NULL,
    out_fen bigint NOT NULL,
    sent_fen bigint NOT NULL,
    CONSTRAINT cash_flowday_rows_check CHECK ((rows >= 0))
);
ALTER TABLE public.cash_flowday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_flowday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_flowdifference (
    id bigint NOT NULL,
    kind character varying(14) NOT NULL,
    number character varying(64) NOT NULL,
    ours_fen bigint,
    theirs_fen bigint,
    explanation character varying(200) NOT NULL,
    day_id bigint NOT NULL,
    explained_by_id bigint
);
ALTER TABLE public.cash_flowdifference ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_flowdifference_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_leftout (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    plan_id bigint NOT NULL
);
ALTER TABLE public.cash_leftout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_leftout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_plan (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    reason character varying(30) NOT NULL,
    amount_fen bigint NOT NULL,
    audience jsonb NOT NULL,
    send_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    last_customer_id bigint NOT NULL,
    without_budget integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    approved_at timestamp with time zone,
    approved_by_id bigint,
    budget_id bigint NOT NULL,
    made_by_id bigint,
    hold_out_bp integer NOT NULL,
    CONSTRAINT cash_plan_hold_out_bp_check CHECK ((hold_out_bp >= 0)),
    CONSTRAINT plan_amount CHECK (((amount_fen >= 100) AND (amount_fen <= 20000)))
);
ALTER TABLE public.cash_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_quota (
    bucket character varying(60) NOT NULL,
    used bigint NOT NULL,
    made_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
CREATE TABLE public.cash_transfer (
    id bigint NOT NULL,
    number character varying(32) NOT NULL,
    provider character varying(12) NOT NULL,
    amount_fen bigint NOT NULL,
    to_enc bytea NOT NULL,
    name_enc bytea NOT NULL,
    remark character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    waits character varying(12) NOT NULL,
    try_at timestamp with time zone,
    tries integer NOT NULL,
    asked_at timestamp with time zone,
    package_enc bytea NOT NULL,
    cancel_wanted boolean NOT NULL,
    provider_ref character varying(64) NOT NULL,
    error character varying(200) NOT NULL,
    ended_at timestamp with time zone,
    billed_on date,
    made_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT cash_transfer_tries_check CHECK ((tries >= 0)),
    CONSTRAINT transfer_amount CHECK (((amount_fen >= 100) AND (amount_fen <= 20000)))
);
ALTER TABLE public.cash_transfer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_transfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.cash_transfernotice (
    id bigint NOT NULL,
    provider character varying(12) NOT NULL,
    event character varying(80) NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    repeats integer NOT NULL,
    outcome character varying(20) NOT NULL,
    transfer_id bigint,
    CONSTRAINT cash_transfernotice_repeats_check CHECK ((repeats >= 0))
);
ALTER TABLE public.cash_transfernotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cash_transfernotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_batch (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    name character varying(60) NOT NULL,
    code character varying(20) NOT NULL,
    total integer,
    per_customer integer NOT NULL,
    issued integer NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone,
    stopped_at timestamp with time zone,
    audience character varying(81) NOT NULL,
    hold_out_bp integer NOT NULL,
    left_out integer NOT NULL,
    wanted integer NOT NULL,
    cursor bigint NOT NULL,
    failure character varying(40) NOT NULL,
    finished_at timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    template_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT coupon_batch_fits CHECK (((total IS NULL) OR (issued <= total))),
    CONSTRAINT coupons_batch_hold_out_bp_check CHECK ((hold_out_bp >= 0)),
    CONSTRAINT coupons_batch_issued_check CHECK ((issued >= 0)),
    CONSTRAINT coupons_batch_left_out_check CHECK ((left_out >= 0)),
    CONSTRAINT coupons_batch_per_customer_check CHECK ((per_customer >= 0)),
    CONSTRAINT coupons_batch_total_check CHECK ((total >= 0)),
    CONSTRAINT coupons_batch_wanted_check CHECK ((wanted >= 0))
);
ALTER TABLE public.coupons_batch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_coupon (
    id bigint NOT NULL,
    code character varying(12) NOT NULL,
    key character varying(170) NOT NULL,
    state character varying(10) NOT NULL,
    worth_fen bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    given_at timestamp with time zone,
    recalled_at timestamp with time zone,
    made_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    batch_id bigint,
    customer_id bigint,
    version_id bigint NOT NULL,
    CONSTRAINT coupon_expires CHECK ((((state)::text = ANY (ARRAY[('pending'::character varying)::text, ('withdrawn'::character varying)::text])) OR (expires_at IS NOT NULL))),
    CONSTRAINT coupon_worth_positive CHECK ((worth_fen > 0))
);
ALTER TABLE public.coupons_coupon ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_coupon_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_leftout (
    id bigint NOT NULL,
    batch_id bigint NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.coupons_leftout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_leftout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_takenback (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    outcome character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    coupon_id bigint NOT NULL
);
ALTER TABLE public.coupons_takenback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_takenback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_template (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    words character varying(300) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    made_by_id bigint
);
ALTER TABLE public.coupons_template ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_use (
    id bigint NOT NULL,
    purchase character varying(40) NOT NULL,
    state character varying(10) NOT NULL,
    amount_fen bigint NOT NULL,
    lines jsonb NOT NULL,
    reserved_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    ended_at timestamp with time zone,
    coupon_id bigint NOT NULL,
    CONSTRAINT coupon_use_not_negative CHECK ((amount_fen >= 0))
);
ALTER TABLE public.coupons_use ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_use_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.coupons_version (
    id bigint NOT NULL,
    number integer NOT NULL,
    kind character varying(10) NOT NULL,
    off_fen bigint NOT NULL,
    off_bp integer NOT NULL,
    ceiling_fen bigint NOT NULL,
    pieces integer NOT NULL,
    least_fen bigint NOT NULL,
    products bigint[] NOT NULL,
    not_products bigint[] NOT NULL,
    categories bigint[] NOT NULL,
    shops bigint[] NOT NULL,
    full_price boolean NOT NULL,
    audiences character varying(81)[] NOT NULL,
    first_order boolean NOT NULL,
    exclusive character varying(40) NOT NULL,
    alone boolean NOT NULL,
    priority integer NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    days integer NOT NULL,
    refund character varying(10) NOT NULL,
    budget character varying(120) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    sku_id bigint,
    template_id bigint NOT NULL,
    CONSTRAINT coupons_version_number_check CHECK ((number >= 0))
);
ALTER TABLE public.coupons_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coupons_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_consent (
    id bigint NOT NULL,
    channel character varying(20) NOT NULL,
    purpose character varying(20) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(40) NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    carried_from_id bigint,
    recorded_by_id bigint,
    text_id bigint,
    customer_id bigint NOT NULL,
    merge_id bigint,
    CONSTRAINT consent_given_to_a_text CHECK (((NOT ((state)::text = 'given'::text)) OR (text_id IS NOT NULL)))
);
ALTER TABLE public.customers_consent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_consent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_consenttext (
    id bigint NOT NULL,
    version character varying(40) NOT NULL,
    purpose character varying(20) NOT NULL,
    body text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    channel character varying(20) DEFAULT ''::character varying NOT NULL
);
ALTER TABLE public.customers_consenttext ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_consenttext_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_customer (
    id bigint NOT NULL,
    number character varying(40) NOT NULL,
    name_enc bytea NOT NULL,
    name_grams integer[] DEFAULT '{}'::integer[] NOT NULL,
    forgotten_at timestamp with time zone,
    joined_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    merged_into_id bigint
);
ALTER TABLE public.customers_customer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_customertag (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id bigint,
    customer_id bigint NOT NULL,
    tag_id bigint NOT NULL
);
ALTER TABLE public.customers_customertag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customertag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_customertoken (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    customer_id bigint NOT NULL
);
ALTER TABLE public.customers_customertoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_customertoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_forgottenmark (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    scope character varying(40) NOT NULL,
    mark bytea NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.customers_forgottenmark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_forgottenmark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_identity (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    scope character varying(40) NOT NULL,
    value_enc bytea NOT NULL,
    blind bytea NOT NULL,
    hint character varying(40) NOT NULL,
    verified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.customers_identity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_logincode (
    id bigint NOT NULL,
    phone_mark bytea NOT NULL,
    ip_mark bytea NOT NULL,
    code_mark bytea NOT NULL,
    to_enc bytea NOT NULL,
    code_enc bytea NOT NULL,
    tries_left smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT customers_logincode_tries_left_check CHECK ((tries_left >= 0))
);
ALTER TABLE public.customers_logincode ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_logincode_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_merge (
    id bigint NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    undo_until timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    name_taken boolean NOT NULL,
    merged_id bigint NOT NULL,
    merged_by_id bigint,
    survivor_id bigint NOT NULL,
    undone_by_id bigint,
    CONSTRAINT merge_of_two CHECK ((NOT (survivor_id = merged_id)))
);
ALTER TABLE public.customers_merge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_merge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_movedrows (
    id bigint NOT NULL,
    "column" character varying(100) NOT NULL,
    ids bigint[] NOT NULL,
    merge_id bigint NOT NULL
);
ALTER TABLE public.customers_movedrows ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_movedrows_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE SEQUENCE public.customers_number_seq
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    MAXVALUE 899999999
    CACHE 1;
CREATE TABLE public.customers_personalexport (
    id bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    expires_at timestamp with time zone,
    taken_at timestamp with time zone,
    zip_enc bytea,
    customer_id bigint NOT NULL,
    requested_by_id bigint
);
ALTER TABLE public.customers_personalexport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_personalexport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_possibletwins (
    id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    noticed_at timestamp with time zone NOT NULL,
    dismissed_at timestamp with time zone,
    high_id bigint NOT NULL,
    low_id bigint NOT NULL,
    CONSTRAINT twins_in_order CHECK ((low_id < high_id))
);
ALTER TABLE public.customers_possibletwins ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_possibletwins_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_preferences (
    id bigint NOT NULL,
    language character varying(12) NOT NULL,
    best_channel character varying(20) NOT NULL,
    zone character varying(40) NOT NULL,
    quiet_from_minutes smallint,
    quiet_until_minutes smallint,
    birth_month_day smallint,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT customers_preferences_birth_month_day_check CHECK ((birth_month_day >= 0)),
    CONSTRAINT customers_preferences_quiet_from_minutes_check CHECK ((quiet_from_minutes >= 0)),
    CONSTRAINT customers_preferences_quiet_until_minutes_check CHECK ((quiet_until_minutes >= 0)),
    CONSTRAINT preferences_quiet_hours_both CHECK ((((quiet_from_minutes IS NULL) AND (quiet_until_minutes IS NULL)) OR ((quiet_from_minutes < 1440) AND (quiet_until_minutes < 1440))))
);
ALTER TABLE public.customers_preferences ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_preferences_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_tag (
    id bigint NOT NULL,
    name character varying(30) NOT NULL,
    customers integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT customers_tag_customers_check CHECK ((customers >= 0))
);
ALTER TABLE public.customers_tag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_agent (
    id bigint NOT NULL,
    capacity smallint NOT NULL,
    skills character varying(20)[] NOT NULL,
    vip boolean NOT NULL,
    away boolean NOT NULL,
    staff_id bigint NOT NULL,
    CONSTRAINT desk_agent_capacity CHECK ((capacity <= 100)),
    CONSTRAINT desk_agent_capacity_check CHECK ((capacity >= 0))
);
ALTER TABLE public.desk_agent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_agent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_attachment (
    id bigint NOT NULL,
    file character varying(200) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    message_id bigint NOT NULL,
    kind character varying(10) DEFAULT 'picture'::character varying NOT NULL,
    name_enc bytea DEFAULT '\x'::bytea NOT NULL,
    size integer DEFAULT 0 NOT NULL,
    CONSTRAINT desk_attachment_height_check CHECK ((height >= 0)),
    CONSTRAINT desk_attachment_size_check CHECK ((size >= 0)),
    CONSTRAINT desk_attachment_width_check CHECK ((width >= 0))
);
ALTER TABLE public.desk_attachment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_callout (
    id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by_id bigint,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.desk_callout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_callout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_callrule (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    after_minutes smallint NOT NULL,
    way character varying(10) NOT NULL,
    target character varying(10) NOT NULL,
    CONSTRAINT desk_callrule_after_minutes_check CHECK ((after_minutes >= 0)),
    CONSTRAINT desk_callrule_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.desk_callrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_callrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_callstep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    way character varying(10) NOT NULL,
    target character varying(10) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    outcome character varying(10) NOT NULL,
    call_out_id bigint NOT NULL,
    CONSTRAINT desk_callstep_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.desk_callstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_callstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_conversation (
    id bigint NOT NULL,
    channel character varying(20) NOT NULL,
    external_id character varying(200) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.desk_conversation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_conversation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_deadline (
    id bigint NOT NULL,
    clock character varying(20) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    status character varying(12) NOT NULL,
    target_seconds integer NOT NULL,
    used_seconds integer NOT NULL,
    remaining_seconds integer,
    due_at timestamp with time zone,
    computed_due_at timestamp with time zone,
    warn_at timestamp with time zone,
    warned_at timestamp with time zone,
    breached_at timestamp with time zone,
    stopped_at timestamp with time zone,
    ended_at timestamp with time zone,
    provisional boolean NOT NULL,
    policy_version_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT deadline_running_has_due CHECK (((NOT ((status)::text = 'running'::text)) OR (due_at IS NOT NULL))),
    CONSTRAINT desk_deadline_target_seconds_check CHECK ((target_seconds >= 0)),
    CONSTRAINT desk_deadline_used_seconds_check CHECK ((used_seconds >= 0))
);
ALTER TABLE public.desk_deadline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_deadline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_delivery (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    settled_at timestamp with time zone,
    ref character varying(200) NOT NULL,
    error character varying(60) NOT NULL,
    message_id bigint NOT NULL,
    CONSTRAINT delivery_waits CHECK ((((next_at IS NOT NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (next_at IS NULL)))),
    CONSTRAINT desk_delivery_tries_check CHECK ((tries >= 0))
);
ALTER TABLE public.desk_delivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_department (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    minutes integer NOT NULL,
    active boolean NOT NULL,
    calendar_id bigint NOT NULL,
    CONSTRAINT department_some_time CHECK ((minutes > 0)),
    CONSTRAINT desk_department_minutes_check CHECK ((minutes >= 0))
);
ALTER TABLE public.desk_department ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_department_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_departmentmember (
    id bigint NOT NULL,
    department_id bigint NOT NULL,
    staff_id bigint NOT NULL
);
ALTER TABLE public.desk_departmentmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_departmentmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_draft (
    id bigint NOT NULL,
    text_enc bytea NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    staff_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.desk_draft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_dutychange (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    staff_id bigint NOT NULL,
    taker_id bigint,
    CONSTRAINT duty_change_span CHECK ((ends_at > starts_at)),
    CONSTRAINT duty_swap_has_taker CHECK (((((kind)::text = 'swap'::text) AND (taker_id IS NOT NULL)) OR ((NOT ((kind)::text = 'swap'::text)) AND (taker_id IS NULL))))
);
ALTER TABLE public.desk_dutychange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_dutychange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_dutygap (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    noticed_at timestamp with time zone NOT NULL
);
ALTER TABLE public.desk_dutygap ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_dutygap_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_dutyrotation (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    days smallint NOT NULL,
    priority smallint NOT NULL,
    zone character varying(40) NOT NULL,
    weekly jsonb NOT NULL,
    turns smallint NOT NULL,
    CONSTRAINT desk_dutyrotation_days_check CHECK ((days >= 0)),
    CONSTRAINT desk_dutyrotation_turns_check CHECK ((turns >= 0)),
    CONSTRAINT duty_rotation_span CHECK (((ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT duty_rotation_turns CHECK (((days > 0) AND (turns > 0)))
);
ALTER TABLE public.desk_dutyrotation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_dutyrotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_dutyturn (
    id bigint NOT NULL,
    turn smallint NOT NULL,
    rotation_id bigint NOT NULL,
    staff_id bigint NOT NULL,
    CONSTRAINT desk_dutyturn_turn_check CHECK ((turn >= 0))
);
ALTER TABLE public.desk_dutyturn ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_dutyturn_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_kindcertificate (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    programme_id bigint NOT NULL
);
ALTER TABLE public.desk_kindcertificate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_kindcertificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_kindmodel (
    id bigint NOT NULL,
    learned_at timestamp with time zone NOT NULL,
    matters jsonb NOT NULL,
    said jsonb NOT NULL,
    asked integer NOT NULL,
    named integer NOT NULL,
    "right" integer NOT NULL,
    used boolean NOT NULL,
    CONSTRAINT desk_kindmodel_asked_check CHECK ((asked >= 0)),
    CONSTRAINT desk_kindmodel_named_check CHECK ((named >= 0)),
    CONSTRAINT desk_kindmodel_right_check CHECK (("right" >= 0))
);
ALTER TABLE public.desk_kindmodel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_kindmodel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_logentry (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    state character varying(20) NOT NULL,
    from_customer boolean NOT NULL,
    reopens boolean,
    clock character varying(20) NOT NULL,
    due_at timestamp with time zone,
    word character varying(80) NOT NULL,
    withdrawn_at timestamp with time zone,
    staff_id bigint,
    message_id bigint,
    policy_version_id bigint,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.desk_logentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_logentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_macro (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    text text NOT NULL,
    kinds character varying(20)[] NOT NULL,
    stages character varying(20)[] NOT NULL,
    state character varying(20) NOT NULL,
    tag character varying(20) NOT NULL,
    used integer NOT NULL,
    active boolean NOT NULL,
    product_id bigint,
    CONSTRAINT desk_macro_used_check CHECK ((used >= 0))
);
ALTER TABLE public.desk_macro ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_macro_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_message (
    id bigint NOT NULL,
    channel character varying(20) NOT NULL,
    external_id character varying(200) NOT NULL,
    author character varying(10) NOT NULL,
    public boolean NOT NULL,
    text_enc bytea NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    conversation_id bigint NOT NULL,
    staff_id bigint,
    ticket_id bigint NOT NULL,
    marks smallint[] NOT NULL,
    CONSTRAINT desk_message_of_staff_names_them CHECK (((NOT ((author)::text = 'staff'::text)) OR (staff_id IS NOT NULL)))
);
ALTER TABLE public.desk_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_notice (
    id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    way character varying(10) NOT NULL,
    key character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    receipt character varying(120) NOT NULL,
    error character varying(40) NOT NULL,
    about_id bigint,
    call_step_id bigint,
    staff_id bigint NOT NULL,
    ticket_id bigint
);
ALTER TABLE public.desk_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_ownagent (
    id bigint NOT NULL,
    since_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    staff_id bigint NOT NULL
);
ALTER TABLE public.desk_ownagent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_ownagent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_policy (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    "position" integer NOT NULL,
    kinds character varying(20)[] NOT NULL,
    tiers character varying(20)[] NOT NULL,
    is_default boolean NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT desk_policy_position_check CHECK (("position" >= 0)),
    CONSTRAINT policy_default_is_for_all CHECK (((NOT is_default) OR (active AND (kinds = '{}'::character varying(20)[]) AND (tiers = '{}'::character varying(20)[]))))
);
ALTER TABLE public.desk_policy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_policy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_policytarget (
    id bigint NOT NULL,
    clock character varying(20) NOT NULL,
    minutes integer NOT NULL,
    version_id bigint NOT NULL,
    calendar_id bigint NOT NULL,
    CONSTRAINT desk_policytarget_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT policy_target_some CHECK ((minutes > 0))
);
ALTER TABLE public.desk_policytarget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_policytarget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_policyversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    pauses character varying(20)[] NOT NULL,
    first_message_counts boolean NOT NULL,
    warn_before_minutes integer NOT NULL,
    reopens boolean NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    policy_id bigint NOT NULL,
    saved_by_id bigint,
    CONSTRAINT desk_policyversion_number_check CHECK ((number >= 0)),
    CONSTRAINT desk_policyversion_warn_before_minutes_check CHECK ((warn_before_minutes >= 0))
);
ALTER TABLE public.desk_policyversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_policyversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_rating (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    suppressed character varying(20) NOT NULL,
    score smallint,
    reasons character varying(20)[] NOT NULL,
    text_enc bytea NOT NULL,
    rated_at timestamp with time zone,
    customer_id bigint NOT NULL,
    staff_id bigint,
    ticket_id bigint NOT NULL,
    CONSTRAINT desk_rating_score_check CHECK ((score >= 0)),
    CONSTRAINT rating_1_to_5 CHECK (((score IS NULL) OR ((score >= 1) AND (score <= 5) AND ((suppressed)::text = ''::text)))),
    CONSTRAINT rating_whole CHECK ((((rated_at IS NULL) AND (score IS NULL)) OR ((rated_at IS NOT NULL) AND (score IS NOT NULL))))
);
ALTER TABLE public.desk_rating ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_rating_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_specialday (
    id bigint NOT NULL,
    day date NOT NULL,
    works boolean NOT NULL,
    name character varying(40) NOT NULL,
    by_hand boolean NOT NULL,
    calendar_id bigint NOT NULL
);
ALTER TABLE public.desk_specialday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_specialday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_statename (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    state character varying(20) NOT NULL,
    "position" integer NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT desk_statename_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.desk_statename ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_statename_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_task (
    id bigint NOT NULL,
    reason character varying(10) NOT NULL,
    text_enc bytea NOT NULL,
    result_enc bytea NOT NULL,
    key character varying(80) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    breached_at timestamp with time zone,
    done_at timestamp with time zone,
    cancelled boolean NOT NULL,
    asked_by_id bigint,
    department_id bigint,
    owner_id bigint,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.desk_task ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.desk_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_ticketcount (
    id bigint NOT NULL,
    name character varying(30) NOT NULL,
    count bigint NOT NULL
);
ALTER TABLE public.desk_ticketcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_ticketcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_ticketproduct (
    ticket_id bigint NOT NULL,
    batch character varying(40) NOT NULL,
    said_by character varying(10) NOT NULL,
    line_id bigint,
    product_id bigint NOT NULL
);
CREATE TABLE public.desk_tickettag (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.desk_tickettag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_tickettag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_viewing (
    id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    writes_until_at timestamp with time zone,
    staff_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.desk_viewing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_viewing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_vipgroup (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    name character varying(60) NOT NULL
);
ALTER TABLE public.desk_vipgroup ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_vipgroup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_workcalendar (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    zone character varying(40) NOT NULL,
    always_open boolean NOT NULL,
    weekly jsonb NOT NULL,
    make_up_hours jsonb NOT NULL,
    follows_list boolean NOT NULL,
    known_until date,
    changed_at timestamp with time zone NOT NULL
);
ALTER TABLE public.desk_workcalendar ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_workcalendar_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.draws_course (
    draw_id bigint NOT NULL,
    tickets integer NOT NULL,
    drawn integer NOT NULL,
    link character varying(64) NOT NULL,
    CONSTRAINT draws_course_drawn_check CHECK ((drawn >= 0)),
    CONSTRAINT draws_course_tickets_check CHECK ((tickets >= 0))
);
CREATE TABLE public.draws_draw (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    name character varying(40) NOT NULL,
    rules text NOT NULL,
    contact character varying(120) NOT NULL,
    look character varying(10) NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    free_a_day smallint NOT NULL,
    most_a_day integer NOT NULL,
    most integer NOT NULL,
    audience jsonb NOT NULL,
    budgets jsonb NOT NULL,
    state character varying(10) NOT NULL,
    seed_enc bytea NOT NULL,
    seed_hash character varying(64) NOT NULL,
    terms_hash character varying(64) NOT NULL,
    seed character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    ended_at timestamp with time zone,
    purse_emptied_at timestamp with time zone,
    stop_reason character varying(200) NOT NULL,
    made_by_id bigint,
    published_by_id bigint,
    CONSTRAINT draw_span CHECK ((closes_at > opens_at)),
    CONSTRAINT draws_draw_free_a_day_check CHECK ((free_a_day >= 0)),
    CONSTRAINT draws_draw_most_a_day_check CHECK ((most_a_day >= 0)),
    CONSTRAINT draws_draw_most_check CHECK ((most >= 0))
);
ALTER TABLE public.draws_draw ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.draws_draw_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.draws_prize (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    name character varying(30) NOT NULL,
    kind character varying(10) NOT NULL,
    amount bigint NOT NULL,
    details jsonb NOT NULL,
    value_fen bigint NOT NULL,
    count integer,
    numerator bigint NOT NULL,
    denominator bigint NOT NULL,
    fallback smallint,
    draw_id bigint NOT NULL,
    CONSTRAINT draws_prize_count_check CHECK ((count >= 0)),
    CONSTRAINT draws_prize_fallback_check CHECK ((fallback >= 0)),
    CONSTRAINT draws_prize_position_check CHECK (("position" >= 0)),
    CONSTRAINT prize_fits CHECK (((amount >= 0) AND (denominator > 0) AND (numerator >= 0) AND (numerator <= denominator) AND (value_fen >= 0)))
);
ALTER TABLE public.draws_prize ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.draws_prize_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.draws_stock (
    prize_id bigint NOT NULL,
    count integer,
    drawn integer NOT NULL,
    CONSTRAINT draws_stock_count_check CHECK ((count >= 0)),
    CONSTRAINT draws_stock_drawn_check CHECK ((drawn >= 0)),
    CONSTRAINT stock_not_overdrawn CHECK (((count IS NULL) OR (drawn <= count)))
);
CREATE TABLE public.draws_ticket (
    id bigint NOT NULL,
    number integer NOT NULL,
    key character varying(140) NOT NULL,
    source character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    day_on date,
    given_at timestamp with time zone NOT NULL,
    play_key character varying(120) NOT NULL,
    nonce character varying(64) NOT NULL,
    digest character varying(64) NOT NULL,
    place integer,
    result smallint,
    link character varying(64) NOT NULL,
    drawn_at timestamp with time zone,
    delivery character varying(10) NOT NULL,
    stuck_reason character varying(60) NOT NULL,
    delivered_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint NOT NULL,
    draw_id bigint NOT NULL,
    prize_id bigint,
    CONSTRAINT draws_ticket_number_check CHECK ((number >= 0)),
    CONSTRAINT draws_ticket_place_check CHECK ((place >= 0)),
    CONSTRAINT draws_ticket_result_check CHECK ((result >= 0))
);
ALTER TABLE public.draws_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.draws_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.gifts_gift (
    id bigint NOT NULL,
    of character varying(60) NOT NULL,
    key character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    claim_by timestamp with time zone,
    claimed_at timestamp with time zone,
    ended_at timestamp with time zone,
    customer_id bigint NOT NULL,
    fact_id bigint,
    order_id bigint,
    kind_id bigint NOT NULL
);
ALTER TABLE public.gifts_gift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.gifts_gift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.gifts_giftkind (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    words character varying(300) NOT NULL,
    pieces integer NOT NULL,
    claim_days integer NOT NULL,
    cost_fen bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    budget_id bigint NOT NULL,
    made_by_id bigint,
    shop_id bigint NOT NULL,
    sku_id bigint NOT NULL,
    CONSTRAINT gift_kind_fits CHECK (((claim_days > 0) AND (cost_fen > 0) AND (pieces > 0))),
    CONSTRAINT gifts_giftkind_claim_days_check CHECK ((claim_days >= 0)),
    CONSTRAINT gifts_giftkind_pieces_check CHECK ((pieces >= 0))
);
ALTER TABLE public.gifts_giftkind ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.gifts_giftkind_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.improve_finding (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    batch character varying(40) NOT NULL,
    tickets integer NOT NULL,
    exposure double precision NOT NULL,
    other_tickets integer NOT NULL,
    other_exposure double precision NOT NULL,
    p double precision NOT NULL,
    q double precision NOT NULL,
    ratio double precision,
    low double precision,
    high double precision,
    product_id bigint NOT NULL,
    week_id bigint NOT NULL,
    CONSTRAINT improve_finding_other_tickets_check CHECK ((other_tickets >= 0)),
    CONSTRAINT improve_finding_tickets_check CHECK ((tickets >= 0))
);
ALTER TABLE public.improve_finding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improve_finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.improve_improvement (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    batch character varying(40) NOT NULL,
    title character varying(80) NOT NULL,
    text text NOT NULL,
    due_on date NOT NULL,
    state character varying(10) NOT NULL,
    result text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    done_on date,
    before_tickets integer NOT NULL,
    before_exposure double precision NOT NULL,
    after_tickets integer NOT NULL,
    after_exposure double precision NOT NULL,
    after_weeks smallint NOT NULL,
    ratio double precision,
    low double precision,
    high double precision,
    verdict character varying(10) NOT NULL,
    opened_by_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    product_id bigint NOT NULL,
    key character varying(40) NOT NULL,
    CONSTRAINT improve_improvement_after_tickets_check CHECK ((after_tickets >= 0)),
    CONSTRAINT improve_improvement_after_weeks_check CHECK ((after_weeks >= 0)),
    CONSTRAINT improve_improvement_before_tickets_check CHECK ((before_tickets >= 0)),
    CONSTRAINT improvement_done_on CHECK ((((done_on IS NOT NULL) AND ((state)::text = 'done'::text)) OR ((NOT ((state)::text = 'done'::text)) AND (done_on IS NULL))))
);
ALTER TABLE public.improve_improvement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improve_improvement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.improve_week (
    id bigint NOT NULL,
    until date NOT NULL,
    causes integer NOT NULL,
    ran_at timestamp with time zone NOT NULL,
    CONSTRAINT improve_week_causes_check CHECK ((causes >= 0))
);
ALTER TABLE public.improve_week ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.improve_week_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_churnmonth (
    id bigint NOT NULL,
    month integer NOT NULL,
    active bigint NOT NULL,
    lost bigint NOT NULL,
    came_back bigint NOT NULL,
    snapshot_id bigint NOT NULL
);
ALTER TABLE public.insight_churnmonth ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_churnmonth_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_cohortcell (
    id bigint NOT NULL,
    cohort integer NOT NULL,
    month integer NOT NULL,
    customers bigint NOT NULL,
    orders bigint NOT NULL,
    net_fen bigint NOT NULL,
    snapshot_id bigint NOT NULL
);
ALTER TABLE public.insight_cohortcell ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_cohortcell_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_customerscore (
    customer_id bigint NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    orders integer NOT NULL,
    buying_days integer NOT NULL,
    net_fen bigint NOT NULL,
    recency smallint NOT NULL,
    frequency smallint NOT NULL,
    money smallint NOT NULL,
    value_tier smallint NOT NULL,
    value_fen bigint NOT NULL,
    alive double precision,
    orders_90 double precision,
    buys_30 double precision,
    computed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.insight_cuts (
    id bigint NOT NULL,
    recency_days integer[] NOT NULL,
    buying_days integer[] NOT NULL,
    net_fen bigint[] NOT NULL,
    value_fen bigint[] NOT NULL,
    churn_days integer NOT NULL,
    customers bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint
);
ALTER TABLE public.insight_cuts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_cuts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_exportstate (
    id bigint NOT NULL,
    dataset uuid NOT NULL,
    serial bigint NOT NULL
);
ALTER TABLE public.insight_exportstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_exportstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_gapbin (
    id bigint NOT NULL,
    days_from integer NOT NULL,
    days_to integer,
    count bigint NOT NULL,
    snapshot_id bigint NOT NULL
);
ALTER TABLE public.insight_gapbin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_gapbin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_scorecell (
    id bigint NOT NULL,
    recency smallint NOT NULL,
    frequency smallint NOT NULL,
    money smallint NOT NULL,
    value_tier smallint NOT NULL,
    customers bigint NOT NULL,
    net_fen bigint NOT NULL,
    value_fen bigint NOT NULL,
    snapshot_id bigint NOT NULL
);
ALTER TABLE public.insight_scorecell ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_scorecell_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_secondorder (
    id bigint NOT NULL,
    cohort integer NOT NULL,
    within_days integer NOT NULL,
    observed bigint NOT NULL,
    bought_again bigint NOT NULL,
    snapshot_id bigint NOT NULL
);
ALTER TABLE public.insight_secondorder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_secondorder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_snapshot (
    id bigint NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    until_on date NOT NULL,
    zone character varying(40) NOT NULL,
    orders bigint NOT NULL,
    customers bigint NOT NULL,
    customers_twice bigint NOT NULL,
    net_fen bigint NOT NULL,
    orders_ahead bigint NOT NULL,
    gap_quarters integer[],
    model character varying(10) NOT NULL,
    model_refused character varying(40) NOT NULL,
    r double precision,
    alpha double precision,
    a double precision,
    b double precision,
    log_likelihood double precision,
    alive double precision,
    orders_90 double precision,
    cuts_id bigint NOT NULL
);
ALTER TABLE public.insight_snapshot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_snapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insight_stalemonth (
    id bigint NOT NULL,
    month integer NOT NULL
);
ALTER TABLE public.insight_stalemonth ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insight_stalemonth_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.intake_rejection (
    id bigint NOT NULL,
    line integer NOT NULL,
    bad text NOT NULL,
    row_key character varying(160) NOT NULL,
    run_id bigint NOT NULL
);
ALTER TABLE public.intake_rejection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.intake_rejection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.intake_run (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    file_name character varying(200) NOT NULL,
    path character varying(500) NOT NULL,
    sha256 character varying(64) NOT NULL,
    mapping jsonb NOT NULL,
    zone character varying(40) NOT NULL,
    date_order character varying(3) NOT NULL,
    sheet character varying(100) NOT NULL,
    encoding character varying(20) NOT NULL,
    scope character varying(40) NOT NULL,
    state character varying(20) NOT NULL,
    percent smallint NOT NULL,
    rows integer NOT NULL,
    slots integer NOT NULL,
    next_slot integer NOT NULL,
    accepted integer NOT NULL,
    unchanged integer NOT NULL,
    rejected integer NOT NULL,
    reasons jsonb NOT NULL,
    notes jsonb NOT NULL,
    error_file character varying(500) NOT NULL,
    failure text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    by_id bigint,
    delete_files_at timestamp with time zone
);
ALTER TABLE public.intake_run ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.intake_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE public.kit_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE TABLE public.knowledge_advice (
    id bigint NOT NULL,
    useful boolean NOT NULL,
    said_at timestamp with time zone NOT NULL,
    staff_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    article_id bigint,
    solution_id bigint,
    author_id bigint,
    CONSTRAINT advice_on_one CHECK ((((article_id IS NULL) AND (solution_id IS NOT NULL)) OR ((article_id IS NOT NULL) AND (solution_id IS NULL))))
);
ALTER TABLE public.knowledge_advice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_advice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.knowledge_answer (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    text_enc bytea NOT NULL,
    state character varying(10) NOT NULL,
    said_at timestamp with time zone NOT NULL,
    votes integer NOT NULL,
    accepted_at timestamp with time zone,
    unrewarded character varying(20) NOT NULL,
    accepted_by_id bigint,
    customer_id bigint NOT NULL,
    question_id bigint NOT NULL
);
ALTER TABLE public.knowledge_answer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.knowledge_answervote (
    id bigint NOT NULL,
    weight smallint NOT NULL,
    answer_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT knowledge_answervote_weight_check CHECK ((weight >= 0))
);
ALTER TABLE public.knowledge_answervote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_answervote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.knowledge_article (
    id bigint NOT NULL,
    title character varying(60) NOT NULL,
    body text NOT NULL,
    stages character varying(20)[] NOT NULL,
    tutorial boolean NOT NULL,
    cause character varying(40) NOT NULL,
    reply text NOT NULL,
    public boolean NOT NULL,
    published boolean NOT NULL,
    marks smallint[] NOT NULL,
    read integer NOT NULL,
    useful integer NOT NULL,
    useless integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by_id bigint NOT NULL,
    product_id bigint,
    CONSTRAINT knowledge_article_read_check CHECK ((read >= 0)),
    CONSTRAINT knowledge_article_useful_check CHECK ((useful >= 0)),
    CONSTRAINT knowledge_article_useless_check CHECK ((useless >= 0))
);
ALTER TABLE public.knowledge_article ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_article_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.knowledge_articleopinion (
    id bigint NOT NULL,
    useful boolean NOT NULL,
    said_at timestamp with time zone NOT NULL,
    article_id bigint NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.knowledge_articleopinion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_articleopinion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.knowledge_question (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    text_enc bytea NOT NULL,
    marks smallint[] NOT NULL,
    state character varying(10) NOT NULL,
    agreed_at timestamp with time zone NOT NULL,
    solved boolean NOT NULL,
    customer_id bigint NOT NULL,
    product_id bigint,
    ticket_id bigint
);
ALTER TABLE public.knowledge_question ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.knowledge_solution (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    product_ids bigint[] NOT NULL,
    marks smallint[] NOT NULL,
    cause character varying(40) NOT NULL,
    score smallint,
    reopened boolean NOT NULL,
    solved_at timestamp with time zone NOT NULL,
    answer_id bigint,
    ticket_id bigint NOT NULL,
    CONSTRAINT knowledge_solution_score_check CHECK ((score >= 0))
);
ALTER TABLE public.knowledge_solution ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.knowledge_solution_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.ledger_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.ledger_delta (
    id bigint NOT NULL,
    posted bigint NOT NULL,
    held bigint NOT NULL,
    account_id bigint NOT NULL
);
ALTER TABLE public.ledger_delta ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_delta_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.ledger_openhold (
    posting_id bigint NOT NULL,
    rest bigint NOT NULL,
    expires_at timestamp with time zone,
    credit_id bigint NOT NULL,
    debit_id bigint NOT NULL,
    CONSTRAINT openhold_rest_positive CHECK ((rest > 0))
)
WITH (fillfactor='80');
ALTER TABLE public.ledger_posting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_posting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.ledger_seal (
    id bigint NOT NULL,
    day_on date NOT NULL,
    first_id bigint,
    last_id bigint NOT NULL,
    ids bigint[] NOT NULL,
    marks bigint[] NOT NULL,
    before bytea NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL
);
ALTER TABLE public.ledger_seal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_seal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW public.ledger_standing AS
 SELECT a.id,
    a.address,
    a.unit,
    a.purpose,
    a.owner_kind,
    a.owner_id,
    a.debit_normal,
    a.floor,
    a.rolled,
    (a.posted + COALESCE(d.posted, (0)::bigint)) AS posted,
    (a.held + COALESCE(d.held, (0)::bigint)) AS held,
    a.forward_id,
    a.opened_at
   FROM (public.ledger_account a
     LEFT JOIN LATERAL ( SELECT (sum(e.posted))::bigint AS posted,
            (sum(e.held))::bigint AS held
           FROM public.ledger_delta e
          WHERE (e.account_id = a.id)) d ON (a.rolled));
CREATE TABLE public.ledger_verdict (
    id bigint NOT NULL,
    verified_at timestamp with time zone NOT NULL,
    seconds double precision NOT NULL,
    postings bigint NOT NULL,
    accounts bigint NOT NULL,
    seals bigint NOT NULL,
    digest character varying(64) NOT NULL,
    faults jsonb NOT NULL
);
ALTER TABLE public.ledger_verdict ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_verdict_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_award (
    id bigint NOT NULL,
    role character varying(10) NOT NULL,
    benefit character varying(20) NOT NULL,
    state character varying(10) NOT NULL,
    reason character varying(30) NOT NULL,
    wanted bigint NOT NULL,
    amount bigint NOT NULL,
    taken bigint NOT NULL,
    inputs jsonb NOT NULL,
    basis jsonb NOT NULL,
    order_id bigint,
    at timestamp with time zone NOT NULL,
    release_at timestamp with time zone,
    released_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint NOT NULL,
    fact_id bigint NOT NULL,
    rule_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT award_fits CHECK (((amount >= 0) AND (taken >= 0) AND (taken <= amount)))
);
ALTER TABLE public.loyalty_award ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_award_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_awardback (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    award_id bigint NOT NULL,
    fact_id bigint NOT NULL
);
ALTER TABLE public.loyalty_awardback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_awardback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_budget (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    unit character varying(40) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    staff_id bigint
);
ALTER TABLE public.loyalty_budget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_budget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_capuse (
    id bigint NOT NULL,
    bucket character varying(60) NOT NULL,
    used bigint NOT NULL,
    rule_id bigint NOT NULL
);
ALTER TABLE public.loyalty_capuse ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_capuse_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_compensation (
    id bigint NOT NULL,
    benefit character varying(20) NOT NULL,
    amount bigint NOT NULL,
    why character varying(20) NOT NULL,
    key character varying(60) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    decided_at timestamp with time zone,
    asked_by_id bigint NOT NULL,
    decided_by_id bigint,
    grant_id bigint,
    template_id bigint,
    ticket_id bigint NOT NULL,
    gift_kind_id bigint,
    CONSTRAINT compensation_decided CHECK ((((decided_at IS NULL) AND ((state)::text = 'asked'::text)) OR (decided_at IS NOT NULL))),
    CONSTRAINT compensation_of_a_thing CHECK (((((benefit)::text = 'coupon'::text) AND (gift_kind_id IS NULL) AND (template_id IS NOT NULL)) OR (((benefit)::text = 'gift'::text) AND (gift_kind_id IS NOT NULL) AND (template_id IS NULL)) OR (((benefit)::text = 'points'::text) AND (gift_kind_id IS NULL) AND (template_id IS NULL)))),
    CONSTRAINT compensation_some CHECK ((amount > 0))
);
ALTER TABLE public.loyalty_compensation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_compensation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_effect (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    of_id bigint NOT NULL,
    "on" date NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    since timestamp with time zone NOT NULL,
    hold_out_bp integer NOT NULL,
    treated bigint NOT NULL,
    control bigint NOT NULL,
    days smallint NOT NULL,
    margin_bp integer NOT NULL,
    margin_known boolean NOT NULL,
    given bigint NOT NULL,
    used bigint,
    cost_fen bigint NOT NULL,
    verdict character varying(12) NOT NULL,
    missing bigint NOT NULL,
    days_left bigint,
    CONSTRAINT loyalty_effect_days_check CHECK ((days >= 0)),
    CONSTRAINT loyalty_effect_hold_out_bp_check CHECK ((hold_out_bp >= 0)),
    CONSTRAINT loyalty_effect_margin_bp_check CHECK ((margin_bp >= 0))
);
ALTER TABLE public.loyalty_effect ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_effect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_effectwindow (
    id bigint NOT NULL,
    days smallint NOT NULL,
    treated bigint NOT NULL,
    control bigint NOT NULL,
    treated_again bigint NOT NULL,
    control_again bigint NOT NULL,
    treated_fen bigint NOT NULL,
    control_fen bigint NOT NULL,
    cost_fen bigint NOT NULL,
    again_low double precision,
    again_high double precision,
    net_low double precision,
    net_high double precision,
    worth double precision,
    worth_low double precision,
    worth_high double precision,
    effect_id bigint NOT NULL,
    CONSTRAINT loyalty_effectwindow_days_check CHECK ((days >= 0))
);
ALTER TABLE public.loyalty_effectwindow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_effectwindow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_grant (
    id bigint NOT NULL,
    why character varying(10) NOT NULL,
    category character varying(60) NOT NULL,
    because character varying(60) NOT NULL,
    chance double precision,
    gain_fen bigint,
    cost_fen bigint,
    key character varying(60) NOT NULL,
    benefit character varying(20) NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    budget_id bigint,
    customer_id bigint NOT NULL,
    fact_id bigint,
    staff_id bigint NOT NULL,
    charge bigint NOT NULL,
    decided_at timestamp with time zone,
    decided_by_id bigint,
    details jsonb NOT NULL,
    state character varying(10) NOT NULL,
    CONSTRAINT grant_some CHECK (((amount > 0) AND (charge >= 0))),
    CONSTRAINT grant_undone_was_given CHECK (((undone_at IS NULL) OR ((state)::text = 'given'::text)))
);
ALTER TABLE public.loyalty_grant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_pack (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    words character varying(300) NOT NULL,
    parts jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    made_by_id bigint
);
ALTER TABLE public.loyalty_pack ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_pack_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_rule (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone
);
ALTER TABLE public.loyalty_rule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_ruleversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    fact_kind character varying(40) NOT NULL,
    conditions jsonb NOT NULL,
    beneficiary character varying(10) NOT NULL,
    benefit character varying(20) NOT NULL,
    details jsonb NOT NULL,
    amount character varying(200) NOT NULL,
    caps jsonb NOT NULL,
    hold character varying(12) NOT NULL,
    hold_days integer NOT NULL,
    valid character varying(10) NOT NULL,
    valid_length integer NOT NULL,
    hold_out_bp integer NOT NULL,
    exclusive character varying(60) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    notice character varying(300) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    budget_id bigint,
    made_by_id bigint,
    rule_id bigint NOT NULL,
    CONSTRAINT loyalty_ruleversion_hold_days_check CHECK ((hold_days >= 0)),
    CONSTRAINT loyalty_ruleversion_hold_out_bp_check CHECK ((hold_out_bp >= 0)),
    CONSTRAINT loyalty_ruleversion_number_check CHECK ((number >= 0)),
    CONSTRAINT loyalty_ruleversion_valid_length_check CHECK ((valid_length >= 0)),
    CONSTRAINT version_span CHECK (((ends_at IS NULL) OR (ends_at >= starts_at)))
);
ALTER TABLE public.loyalty_ruleversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_ruleversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_suggested (
    customer_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    held_out boolean NOT NULL
);
CREATE TABLE public.loyalty_suggesting (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone
);
ALTER TABLE public.loyalty_suggesting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_suggesting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.loyalty_suggestion (
    id bigint NOT NULL,
    why character varying(10) NOT NULL,
    category character varying(60) NOT NULL,
    because character varying(60) NOT NULL,
    chance double precision,
    gain_fen bigint,
    cost_fen bigint,
    place smallint NOT NULL,
    benefit character varying(20) NOT NULL,
    amount bigint NOT NULL,
    lift double precision NOT NULL,
    lift_measured boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    charge bigint NOT NULL,
    details jsonb NOT NULL,
    CONSTRAINT loyalty_suggestion_place_check CHECK ((place >= 0))
);
ALTER TABLE public.loyalty_suggestion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_suggestion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mailbox_mail (
    id bigint NOT NULL,
    uid bigint NOT NULL,
    message_id character varying(300) NOT NULL,
    digest bytea NOT NULL,
    sender_blind bytea NOT NULL,
    sender_enc bytea NOT NULL,
    subject_enc bytea NOT NULL,
    text_enc bytea NOT NULL,
    left_out_enc bytea NOT NULL,
    size bigint NOT NULL,
    arrived_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    copies integer NOT NULL,
    parked character varying(20) NOT NULL,
    hint character varying(20) NOT NULL,
    acknowledged_at timestamp with time zone,
    settled_at timestamp with time zone,
    hinted_id bigint,
    said_id bigint,
    settled_by_id bigint,
    mailbox_id bigint NOT NULL,
    CONSTRAINT mail_said_or_parked CHECK (((NOT ((parked)::text = ''::text)) OR (said_id IS NOT NULL))),
    CONSTRAINT mailbox_mail_copies_check CHECK ((copies >= 0)),
    CONSTRAINT mailbox_mail_size_check CHECK ((size >= 0))
);
ALTER TABLE public.mailbox_mail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_mail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mailbox_mailbox (
    id bigint NOT NULL,
    address character varying(200) NOT NULL,
    validity bigint NOT NULL,
    started_uid bigint NOT NULL,
    last_uid bigint NOT NULL,
    polled_at timestamp with time zone NOT NULL,
    error character varying(40) NOT NULL
);
ALTER TABLE public.mailbox_mailbox ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_mailbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mailbox_parkedfile (
    id bigint NOT NULL,
    file character varying(200) NOT NULL,
    kind character varying(10) NOT NULL,
    name_enc bytea NOT NULL,
    size integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    mail_id bigint NOT NULL,
    CONSTRAINT mailbox_parkedfile_height_check CHECK ((height >= 0)),
    CONSTRAINT mailbox_parkedfile_size_check CHECK ((size >= 0)),
    CONSTRAINT mailbox_parkedfile_width_check CHECK ((width >= 0))
);
ALTER TABLE public.mailbox_parkedfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_parkedfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mailbox_participant (
    id bigint NOT NULL,
    blind bytea NOT NULL,
    address_enc bytea NOT NULL,
    spoke_at timestamp with time zone NOT NULL,
    conversation_id bigint NOT NULL
);
ALTER TABLE public.mailbox_participant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_participant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_address (
    id bigint NOT NULL,
    region character varying(6) NOT NULL,
    region_name character varying(60) NOT NULL,
    name_enc bytea NOT NULL,
    phone_enc bytea NOT NULL,
    street_enc bytea NOT NULL,
    preferred boolean NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.mall_address ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_address_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_bill (
    id bigint NOT NULL,
    provider character varying(12) NOT NULL,
    day_on date NOT NULL,
    compared_at timestamp with time zone,
    rows integer NOT NULL,
    paid_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    fee_fen bigint NOT NULL,
    CONSTRAINT mall_bill_rows_check CHECK ((rows >= 0))
);
ALTER TABLE public.mall_bill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_bill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_billdifference (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    subject character varying(10) NOT NULL,
    number character varying(64) NOT NULL,
    ours_fen bigint,
    theirs_fen bigint,
    ours_state character varying(12) NOT NULL,
    theirs_state character varying(12) NOT NULL,
    explanation character varying(200) NOT NULL,
    bill_id bigint NOT NULL,
    explained_by_id bigint
);
ALTER TABLE public.mall_billdifference ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_billdifference_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_carrierevent (
    id bigint NOT NULL,
    carrier character varying(20) NOT NULL,
    event character varying(80) NOT NULL,
    digest bytea NOT NULL,
    received_at timestamp with time zone NOT NULL
);
ALTER TABLE public.mall_carrierevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_carrierevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_cart (
    id bigint NOT NULL,
    token_hash bytea,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint
);
ALTER TABLE public.mall_cart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_cart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_cartline (
    id bigint NOT NULL,
    quantity integer NOT NULL,
    seen_fen bigint NOT NULL,
    chosen boolean NOT NULL,
    added_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    cart_id bigint NOT NULL,
    shop_id bigint NOT NULL,
    sku_id bigint NOT NULL,
    CONSTRAINT cart_line_some CHECK ((quantity > 0)),
    CONSTRAINT mall_cartline_quantity_check CHECK ((quantity >= 0))
);
ALTER TABLE public.mall_cartline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_cartline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_category (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    path bigint[] NOT NULL,
    "position" integer NOT NULL,
    parent_id bigint,
    CONSTRAINT mall_category_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.mall_category ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_category_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_companion (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    title character varying(100) NOT NULL,
    url character varying(200) NOT NULL,
    "position" smallint NOT NULL,
    accessory_id bigint,
    product_id bigint NOT NULL,
    CONSTRAINT mall_companion_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.mall_companion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_companion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_freightrow (
    id bigint NOT NULL,
    region character varying(6) NOT NULL,
    delivers boolean NOT NULL,
    first_grams integer NOT NULL,
    first_fen bigint NOT NULL,
    step_grams integer NOT NULL,
    step_fen bigint NOT NULL,
    free_from_fen bigint,
    template_id bigint NOT NULL,
    CONSTRAINT freight_steps CHECK (((first_grams > 0) AND (step_grams > 0))),
    CONSTRAINT mall_freightrow_first_grams_check CHECK ((first_grams >= 0)),
    CONSTRAINT mall_freightrow_step_grams_check CHECK ((step_grams >= 0))
);
ALTER TABLE public.mall_freightrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_freightrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_freighttemplate (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    supplier_id bigint NOT NULL,
    free_tiers character varying(20)[] DEFAULT '{}'::character varying(20)[] NOT NULL
);
ALTER TABLE public.mall_freighttemplate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_freighttemplate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_label (
    id bigint NOT NULL,
    name character varying(60) NOT NULL
);
ALTER TABLE public.mall_label ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_label_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_madefile (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    asked jsonb NOT NULL,
    name character varying(80) NOT NULL,
    state character varying(8) NOT NULL,
    total integer NOT NULL,
    done integer NOT NULL,
    content_enc bytea,
    problem character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    staff_id bigint NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    CONSTRAINT mall_madefile_done_check CHECK ((done >= 0)),
    CONSTRAINT mall_madefile_total_check CHECK ((total >= 0)),
    CONSTRAINT mall_madefile_tries_check CHECK ((tries >= 0))
);
ALTER TABLE public.mall_madefile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_madefile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_movement (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    on_hand integer NOT NULL,
    reserved integer NOT NULL,
    key character varying(80) NOT NULL,
    reason character varying(100) NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    staff_id bigint,
    level_id bigint NOT NULL
);
ALTER TABLE public.mall_movement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_movement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_notice (
    id bigint NOT NULL,
    provider character varying(12) NOT NULL,
    event character varying(80) NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    repeats integer NOT NULL,
    outcome character varying(20) NOT NULL,
    amount_fen bigint,
    needs_look boolean NOT NULL,
    explanation character varying(200) NOT NULL,
    explained_by_id bigint,
    payment_id bigint,
    CONSTRAINT mall_notice_repeats_check CHECK ((repeats >= 0))
);
ALTER TABLE public.mall_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_order (
    id bigint NOT NULL,
    source character varying(10) NOT NULL,
    number character varying(60) NOT NULL,
    state character varying(20) NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    shipped_at timestamp with time zone,
    delivered_at timestamp with time zone,
    received_at timestamp with time zone,
    goods_fen bigint NOT NULL,
    discount_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    total_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    remark character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint NOT NULL,
    shop_id bigint,
    group_id bigint,
    supplier_id bigint,
    CONSTRAINT order_total_adds_up CHECK ((total_fen = ((goods_fen - discount_fen) + freight_fen)))
);
ALTER TABLE public.mall_order ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_order_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_orderchange (
    id bigint NOT NULL,
    line_key character varying(80) NOT NULL,
    field character varying(20) NOT NULL,
    before character varying(200) NOT NULL,
    after character varying(200) NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    order_id bigint NOT NULL,
    run_id bigint NOT NULL
);
ALTER TABLE public.mall_orderchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_orderchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_ordergroup (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    key character varying(80) NOT NULL,
    total_fen bigint NOT NULL,
    state character varying(10) NOT NULL,
    expires_at timestamp with time zone,
    address_enc bytea NOT NULL,
    region character varying(6) NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    wish_hash bytea NOT NULL,
    coupons smallint DEFAULT 0 NOT NULL,
    CONSTRAINT mall_ordergroup_coupons_check CHECK ((coupons >= 0))
);
ALTER TABLE public.mall_ordergroup ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_ordergroup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_orderline (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    sku character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    category character varying(60) NOT NULL,
    quantity integer NOT NULL,
    price_fen bigint NOT NULL,
    supply_fen bigint NOT NULL,
    shop_fen bigint NOT NULL,
    discount_fen bigint NOT NULL,
    coupon_fen bigint NOT NULL,
    points_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    shipped integer NOT NULL,
    returned integer NOT NULL,
    price_steps jsonb NOT NULL,
    order_id bigint NOT NULL,
    item_id bigint,
    state character varying(20) NOT NULL,
    points bigint DEFAULT 0 NOT NULL,
    stopped integer DEFAULT 0 NOT NULL,
    CONSTRAINT mall_orderline_returned_check CHECK ((returned >= 0)),
    CONSTRAINT mall_orderline_shipped_check CHECK ((shipped >= 0)),
    CONSTRAINT mall_orderline_stopped_check CHECK ((stopped >= 0)),
    CONSTRAINT order_line_adds_up CHECK (((item_id IS NULL) OR (amount_fen = ((quantity * price_fen) - discount_fen)))),
    CONSTRAINT order_line_refund_fits CHECK (((item_id IS NULL) OR ((refunded_fen >= 0) AND (refunded_fen <= amount_fen))))
);
ALTER TABLE public.mall_orderline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_orderline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_ordernote (
    id bigint NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    order_id bigint NOT NULL,
    staff_id bigint NOT NULL
);
ALTER TABLE public.mall_ordernote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_ordernote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_packingcard (
    id bigint NOT NULL,
    title character varying(60) NOT NULL,
    note text NOT NULL,
    footer character varying(120) NOT NULL,
    supplier_id bigint,
    review character varying(200) DEFAULT ''::character varying NOT NULL
);
ALTER TABLE public.mall_packingcard ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_packingcard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_payment (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    number character varying(32) NOT NULL,
    provider character varying(12) NOT NULL,
    way character varying(12) NOT NULL,
    amount_fen bigint NOT NULL,
    currency character varying(3) NOT NULL,
    claimed_fen bigint NOT NULL,
    state character varying(12) NOT NULL,
    provider_ref character varying(64) NOT NULL,
    prepared jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    ask_at timestamp with time zone,
    asks smallint NOT NULL,
    error character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    group_id bigint NOT NULL,
    CONSTRAINT mall_payment_asks_check CHECK ((asks >= 0)),
    CONSTRAINT payment_claims_fit CHECK (((amount_fen > 0) AND (claimed_fen >= 0) AND (claimed_fen <= amount_fen)))
);
ALTER TABLE public.mall_payment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_payment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_paymentsplit (
    id bigint NOT NULL,
    amount_fen bigint NOT NULL,
    claimed_fen bigint NOT NULL,
    order_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    CONSTRAINT payment_split_claims_fit CHECK (((claimed_fen >= 0) AND (claimed_fen <= amount_fen)))
);
ALTER TABLE public.mall_paymentsplit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_paymentsplit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_picture (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    file character varying(200) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    product_id bigint NOT NULL,
    CONSTRAINT mall_picture_height_check CHECK ((height >= 0)),
    CONSTRAINT mall_picture_position_check CHECK (("position" >= 0)),
    CONSTRAINT mall_picture_width_check CHECK ((width >= 0))
);
ALTER TABLE public.mall_picture ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_picture_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_product (
    id bigint NOT NULL,
    code character varying(60) NOT NULL,
    name character varying(200) NOT NULL,
    summary character varying(300) NOT NULL,
    description text NOT NULL,
    care text NOT NULL,
    state character varying(10) NOT NULL,
    options character varying(30)[] NOT NULL,
    serial_numbered boolean NOT NULL,
    warranty_months smallint NOT NULL,
    return_days smallint NOT NULL,
    search text NOT NULL,
    from_fen bigint NOT NULL,
    "position" integer NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    category_id bigint NOT NULL,
    label_id bigint,
    supplier_id bigint NOT NULL,
    CONSTRAINT mall_product_return_days_check CHECK ((return_days >= 0)),
    CONSTRAINT mall_product_version_check CHECK ((version >= 0)),
    CONSTRAINT mall_product_warranty_months_check CHECK ((warranty_months >= 0))
);
ALTER TABLE public.mall_product ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_product_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_refund (
    id bigint NOT NULL,
    number character varying(32) NOT NULL,
    key character varying(80) NOT NULL,
    amount_fen bigint NOT NULL,
    reason character varying(100) NOT NULL,
    state character varying(12) NOT NULL,
    provider_ref character varying(64) NOT NULL,
    tries smallint NOT NULL,
    error character varying(200) NOT NULL,
    try_at timestamp with time zone,
    asked_at timestamp with time zone,
    done_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    order_id bigint,
    payment_id bigint,
    CONSTRAINT mall_refund_tries_check CHECK ((tries >= 0)),
    CONSTRAINT refund_not_negative CHECK ((amount_fen >= 0)),
    CONSTRAINT refund_of_a_payment CHECK (((payment_id IS NOT NULL) OR (amount_fen = 0)))
);
ALTER TABLE public.mall_refund ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_refund_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_refundline (
    id bigint NOT NULL,
    quantity integer NOT NULL,
    amount_fen bigint NOT NULL,
    line_id bigint,
    refund_id bigint NOT NULL,
    stopped integer DEFAULT 0 NOT NULL,
    CONSTRAINT mall_refundline_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT mall_refundline_stopped_check CHECK ((stopped >= 0)),
    CONSTRAINT refund_line_not_negative CHECK ((amount_fen >= 0)),
    CONSTRAINT refund_line_stopped_fits CHECK ((stopped <= quantity))
);
ALTER TABLE public.mall_refundline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_refundline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_repairquote (
    id bigint NOT NULL,
    diagnosis text NOT NULL,
    amount_fen bigint NOT NULL,
    under_warranty boolean NOT NULL,
    answer character varying(10) NOT NULL,
    quoted_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    request_id bigint NOT NULL,
    purchase_id bigint
);
ALTER TABLE public.mall_repairquote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_repairquote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_reservation (
    id bigint NOT NULL,
    quantity integer NOT NULL,
    state character varying(10) NOT NULL,
    expires_at timestamp with time zone,
    line_id bigint NOT NULL,
    level_id bigint NOT NULL,
    timed_price_id bigint,
    CONSTRAINT mall_reservation_quantity_check CHECK ((quantity >= 0))
);
ALTER TABLE public.mall_reservation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_reservation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_return (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    key character varying(80) NOT NULL,
    kind character varying(10) NOT NULL,
    reason character varying(20) NOT NULL,
    words text NOT NULL,
    state character varying(12) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    decided_at timestamp with time zone,
    expected_at timestamp with time zone,
    closed_at timestamp with time zone,
    way_back_carrier character varying(20) NOT NULL,
    way_back_tracking character varying(40) NOT NULL,
    way_out_carrier character varying(20) NOT NULL,
    way_out_tracking character varying(40) NOT NULL,
    assignee_id bigint,
    customer_id bigint NOT NULL,
    order_id bigint NOT NULL
);
ALTER TABLE public.mall_return ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_return_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_returnline (
    id bigint NOT NULL,
    quantity integer NOT NULL,
    goods character varying(12) NOT NULL,
    claim character varying(12) NOT NULL,
    refund_fen bigint NOT NULL,
    line_id bigint NOT NULL,
    refund_id bigint,
    request_id bigint NOT NULL,
    serial_id bigint,
    stopped integer DEFAULT 0 NOT NULL,
    CONSTRAINT mall_returnline_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT mall_returnline_stopped_check CHECK ((stopped >= 0)),
    CONSTRAINT return_line_some CHECK ((quantity > 0))
);
ALTER TABLE public.mall_returnline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_returnline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_returnphoto (
    id bigint NOT NULL,
    file character varying(200) NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    request_id bigint NOT NULL
);
ALTER TABLE public.mall_returnphoto ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_returnphoto_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_returnstep (
    id bigint NOT NULL,
    move character varying(20) NOT NULL,
    note text NOT NULL,
    at timestamp with time zone NOT NULL,
    expected_at timestamp with time zone,
    request_id bigint NOT NULL,
    staff_id bigint
);
ALTER TABLE public.mall_returnstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_returnstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_serial (
    id bigint NOT NULL,
    number character varying(60) NOT NULL,
    warranty_until timestamp with time zone,
    customer_id bigint,
    line_id bigint,
    sku_id bigint NOT NULL,
    shipment_id bigint
);
ALTER TABLE public.mall_serial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_serial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_shipment (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    key character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    carrier character varying(20) NOT NULL,
    tracking character varying(40) NOT NULL,
    packed_at timestamp with time zone,
    shipped_at timestamp with time zone,
    delivered_at timestamp with time zone,
    expected_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    order_id bigint NOT NULL,
    request_id bigint
);
ALTER TABLE public.mall_shipment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_shipment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_shipmentline (
    id bigint NOT NULL,
    quantity integer NOT NULL,
    line_id bigint NOT NULL,
    shipment_id bigint NOT NULL,
    batch character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT mall_shipmentline_quantity_check CHECK ((quantity >= 0))
);
ALTER TABLE public.mall_shipmentline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_shipmentline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_shopprice (
    id bigint NOT NULL,
    markup_bp integer,
    price_fen bigint,
    offered boolean NOT NULL,
    shop_id bigint NOT NULL,
    sku_id bigint,
    CONSTRAINT shop_price_one_way CHECK ((((markup_bp IS NOT NULL) AND (price_fen IS NULL)) OR ((markup_bp IS NULL) AND (price_fen >= 0))))
);
ALTER TABLE public.mall_shopprice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_shopprice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_sku (
    id bigint NOT NULL,
    code character varying(60) NOT NULL,
    "values" character varying(60)[] NOT NULL,
    barcode character varying(30) NOT NULL,
    supply_fen bigint NOT NULL,
    list_fen bigint NOT NULL,
    floor_fen bigint NOT NULL,
    ceiling_fen bigint,
    weight_grams integer NOT NULL,
    active boolean NOT NULL,
    product_id bigint NOT NULL,
    CONSTRAINT mall_sku_weight_grams_check CHECK ((weight_grams >= 0)),
    CONSTRAINT sku_prices_not_negative CHECK (((floor_fen >= 0) AND (list_fen >= 0) AND (supply_fen >= 0)))
);
ALTER TABLE public.mall_sku ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_sku_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_statement (
    id bigint NOT NULL,
    number character varying(30) NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    total_fen bigint NOT NULL,
    state character varying(10) NOT NULL,
    entry character varying(80) NOT NULL,
    closed_at timestamp with time zone,
    shop_id bigint,
    supplier_id bigint,
    closed_by_id bigint,
    paid_at timestamp with time zone,
    paid_by_id bigint,
    reference character varying(60) NOT NULL,
    CONSTRAINT statement_one_party CHECK ((((shop_id IS NULL) AND (supplier_id IS NOT NULL)) OR ((shop_id IS NOT NULL) AND (supplier_id IS NULL))))
);
ALTER TABLE public.mall_statement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_statement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_statementline (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    quantity integer NOT NULL,
    amount_fen bigint NOT NULL,
    key character varying(80) NOT NULL,
    counts_at timestamp with time zone CONSTRAINT mall_statementline_at_not_null NOT NULL,
    line_id bigint,
    order_id bigint NOT NULL,
    refund_line_id bigint,
    shop_id bigint,
    statement_id bigint,
    supplier_id bigint,
    CONSTRAINT statement_line_one_party CHECK (((supplier_id IS NULL) OR (shop_id IS NULL)))
);
ALTER TABLE public.mall_statementline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_statementline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_stocklevel (
    id bigint NOT NULL,
    on_hand integer NOT NULL,
    reserved integer NOT NULL,
    safety integer NOT NULL,
    sku_id bigint NOT NULL,
    warehouse_id bigint NOT NULL,
    CONSTRAINT mall_stocklevel_safety_check CHECK ((safety >= 0)),
    CONSTRAINT stock_not_oversold CHECK (((on_hand >= reserved) AND (reserved >= 0)))
);
ALTER TABLE public.mall_stocklevel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_stocklevel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_supplier (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.mall_supplier ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_supplier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_supplierstaff (
    id bigint NOT NULL,
    staff_id bigint NOT NULL,
    supplier_id bigint NOT NULL
);
ALTER TABLE public.mall_supplierstaff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_supplierstaff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_tierprice (
    id bigint NOT NULL,
    tier character varying(20) NOT NULL,
    off_bp integer,
    price_fen bigint,
    sku_id bigint,
    CONSTRAINT mall_tierprice_off_bp_check CHECK ((off_bp >= 0)),
    CONSTRAINT tier_price_one_way CHECK ((((off_bp <= 10000) AND (price_fen IS NULL)) OR ((off_bp IS NULL) AND (price_fen >= 0))))
);
ALTER TABLE public.mall_tierprice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_tierprice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_timedprice (
    id bigint NOT NULL,
    price_fen bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    quantity integer NOT NULL,
    sold integer NOT NULL,
    per_customer integer NOT NULL,
    audience_kind character varying(10) NOT NULL,
    audience character varying(60) NOT NULL,
    shop_id bigint,
    sku_id bigint NOT NULL,
    open_terms character varying(60) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT mall_timedprice_per_customer_check CHECK ((per_customer >= 0)),
    CONSTRAINT mall_timedprice_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT mall_timedprice_sold_check CHECK ((sold >= 0)),
    CONSTRAINT timed_price_has_time CHECK ((ends_at > starts_at)),
    CONSTRAINT timed_price_not_negative CHECK ((price_fen >= 0)),
    CONSTRAINT timed_price_not_oversold CHECK ((sold <= quantity))
);
ALTER TABLE public.mall_timedprice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_timedprice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_trackingevent (
    id bigint NOT NULL,
    carrier character varying(20) NOT NULL,
    tracking character varying(40) NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    state character varying(12) NOT NULL,
    text character varying(200) NOT NULL
);
ALTER TABLE public.mall_trackingevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_trackingevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mall_warehouse (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    "position" smallint NOT NULL,
    active boolean NOT NULL,
    supplier_id bigint NOT NULL,
    CONSTRAINT mall_warehouse_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.mall_warehouse ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mall_warehouse_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.org_auditentry (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    action character varying(60) NOT NULL,
    target character varying(60) NOT NULL,
    detail jsonb NOT NULL,
    request_id character varying(36) NOT NULL,
    staff_id bigint,
    shop_id bigint
);
ALTER TABLE public.org_auditentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.org_auditentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.org_brand (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    zone character varying(40) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.org_brand ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.org_brand_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.org_savedview (
    id bigint NOT NULL,
    page character varying(60) NOT NULL,
    name character varying(20) NOT NULL,
    query character varying(500) NOT NULL,
    shared boolean NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    staff_id bigint NOT NULL
);
ALTER TABLE public.org_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.org_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.org_shop (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    active boolean NOT NULL
);
ALTER TABLE public.org_shop ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.org_shop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.org_staff (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    username character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    phone character varying(20),
    email character varying(254),
    is_active boolean NOT NULL,
    second_factor_required boolean NOT NULL,
    password_changed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.org_staff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.org_staff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.org_staffrole (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    shop_id bigint,
    staff_id bigint NOT NULL
);
ALTER TABLE public.org_staffrole ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.org_staffrole_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outreach_block (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    reason character varying(20) NOT NULL,
    since_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    customer_id bigint NOT NULL
);
ALTER TABLE public.outreach_block ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outreach_block_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outreach_message (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    channel character varying(20) NOT NULL,
    purpose character varying(20) NOT NULL,
    topic character varying(60) NOT NULL,
    text_enc bytea NOT NULL,
    timed_by_customer boolean NOT NULL,
    recontact_after_minutes integer,
    state character varying(12) NOT NULL,
    gate character varying(20) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    send_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    finished_at timestamp with time zone,
    tries smallint NOT NULL,
    receipt character varying(120) NOT NULL,
    error character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    about_id bigint,
    customer_id bigint NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT outreach_message_recontact_after_minutes_check CHECK ((recontact_after_minutes >= 0)),
    CONSTRAINT outreach_message_tries_check CHECK ((tries >= 0))
);
ALTER TABLE public.outreach_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outreach_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_bankaccount (
    id bigint NOT NULL,
    bank character varying(40) NOT NULL,
    number_enc bytea NOT NULL,
    number_mark bytea NOT NULL,
    hint character varying(30) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.payouts_bankaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_bankaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_bankfile (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    made_by_id bigint
);
ALTER TABLE public.payouts_bankfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_bankfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_identitycheck (
    id bigint NOT NULL,
    provider character varying(12) NOT NULL,
    outcome character varying(20) NOT NULL,
    ref character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.payouts_identitycheck ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_identitycheck_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_part (
    id bigint NOT NULL,
    key character varying(60) NOT NULL,
    amount_fen bigint NOT NULL,
    state character varying(8) NOT NULL,
    why character varying(100) NOT NULL,
    ended_at timestamp with time zone,
    file_id bigint,
    payout_id bigint NOT NULL,
    CONSTRAINT part_of_something CHECK ((amount_fen > 0))
);
ALTER TABLE public.payouts_part ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_part_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_payout (
    id bigint NOT NULL,
    key character varying(100) NOT NULL,
    way character varying(8) NOT NULL,
    gross_fen bigint NOT NULL,
    tax_fen bigint NOT NULL,
    back_fen bigint NOT NULL,
    back_tax_fen bigint NOT NULL,
    tax_method character varying(12) NOT NULL,
    tax_month date,
    tax_basis jsonb NOT NULL,
    state character varying(10) NOT NULL,
    held_for character varying(20) NOT NULL,
    why character varying(100) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    ended_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    asked_by_id bigint,
    customer_id bigint NOT NULL,
    decided_by_id bigint,
    run_id bigint,
    CONSTRAINT payout_adds_up CHECK (((back_fen >= 0) AND (back_fen <= gross_fen) AND (back_tax_fen >= 0) AND (back_tax_fen <= tax_fen) AND (gross_fen > 0) AND (tax_fen >= 0) AND (tax_fen <= gross_fen)))
);
ALTER TABLE public.payouts_payout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_payout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_payoutterms (
    id bigint NOT NULL,
    minimum_fen bigint NOT NULL,
    approve_from_fen bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint
);
ALTER TABLE public.payouts_payoutterms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_payoutterms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_person (
    id bigint NOT NULL,
    name_enc bytea NOT NULL,
    number_enc bytea NOT NULL,
    number_mark bytea NOT NULL,
    hint character varying(20) NOT NULL,
    provider character varying(12) NOT NULL,
    ref character varying(64) NOT NULL,
    verified_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.payouts_person ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_run (
    id bigint NOT NULL,
    way character varying(8) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    payouts_made integer NOT NULL,
    gross_fen bigint NOT NULL,
    passed_over jsonb NOT NULL,
    last_customer_id bigint NOT NULL,
    done_at timestamp with time zone,
    made_by_id bigint,
    CONSTRAINT payouts_run_payouts_made_check CHECK ((payouts_made >= 0))
);
ALTER TABLE public.payouts_run ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payouts_taxexport (
    id bigint NOT NULL,
    year smallint NOT NULL,
    quarter smallint NOT NULL,
    people integer NOT NULL,
    gross_fen bigint NOT NULL,
    tax_fen bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    CONSTRAINT payouts_taxexport_people_check CHECK ((people >= 0)),
    CONSTRAINT payouts_taxexport_quarter_check CHECK ((quarter >= 0)),
    CONSTRAINT payouts_taxexport_year_check CHECK ((year >= 0))
);
ALTER TABLE public.payouts_taxexport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payouts_taxexport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.performance_bonus (
    id bigint NOT NULL,
    month date NOT NULL,
    suggested_fen integer NOT NULL,
    parts jsonb NOT NULL,
    state character varying(10) NOT NULL,
    fen integer NOT NULL,
    note character varying(200) NOT NULL,
    suggested_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    paid_at timestamp with time zone,
    decided_by_id bigint,
    staff_id bigint NOT NULL,
    CONSTRAINT performance_bonus_fen_check CHECK ((fen >= 0)),
    CONSTRAINT performance_bonus_suggested_fen_check CHECK ((suggested_fen >= 0)),
    CONSTRAINT service_bonus_by_somebody CHECK ((((state)::text = 'suggested'::text) OR (decided_by_id IS NOT NULL))),
    CONSTRAINT service_bonus_not_ones_own CHECK ((NOT ((decided_by_id = staff_id) AND (decided_by_id IS NOT NULL))))
);
ALTER TABLE public.performance_bonus ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.performance_bonus_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.performance_bonusterms (
    id bigint NOT NULL,
    on_time integer NOT NULL,
    on_time_fen integer NOT NULL,
    satisfied integer NOT NULL,
    satisfied_fen integer NOT NULL,
    stays integer NOT NULL,
    stays_fen integer NOT NULL,
    piece_fen integer NOT NULL,
    most_fen integer NOT NULL,
    "least" integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by_id bigint,
    CONSTRAINT performance_bonusterms_least_check CHECK (("least" >= 0)),
    CONSTRAINT performance_bonusterms_most_fen_check CHECK ((most_fen >= 0)),
    CONSTRAINT performance_bonusterms_on_time_check CHECK ((on_time >= 0)),
    CONSTRAINT performance_bonusterms_on_time_fen_check CHECK ((on_time_fen >= 0)),
    CONSTRAINT performance_bonusterms_piece_fen_check CHECK ((piece_fen >= 0)),
    CONSTRAINT performance_bonusterms_satisfied_check CHECK ((satisfied >= 0)),
    CONSTRAINT performance_bonusterms_satisfied_fen_check CHECK ((satisfied_fen >= 0)),
    CONSTRAINT performance_bonusterms_stays_check CHECK ((stays >= 0)),
    CONSTRAINT performance_bonusterms_stays_fen_check CHECK ((stays_fen >= 0))
);
ALTER TABLE public.performance_bonusterms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.performance_bonusterms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.performance_staffday (
    id bigint NOT NULL,
    day date NOT NULL,
    kind character varying(20) NOT NULL,
    answers integer NOT NULL,
    firsts integer NOT NULL,
    firsts_late integer NOT NULL,
    first_seconds bigint NOT NULL,
    breaches integer NOT NULL,
    solved integer NOT NULL,
    reopened integer NOT NULL,
    timed integer NOT NULL,
    solve_seconds bigint NOT NULL,
    rated integer NOT NULL,
    scores integer NOT NULL,
    score_squares integer NOT NULL,
    staff_id bigint,
    useful integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.performance_staffday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.performance_staffday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.performance_staleticket (
    id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE public.performance_staleticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.performance_staleticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.performance_ticketshare (
    ticket_id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    parts jsonb NOT NULL
);
CREATE TABLE public.points_change (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    kind character varying(10) NOT NULL,
    amount bigint NOT NULL,
    lots bigint[] NOT NULL,
    parts bigint[] NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    lot_id bigint
);
ALTER TABLE public.points_change ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.points_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.points_givenback (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    redemption_id bigint NOT NULL
);
ALTER TABLE public.points_givenback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.points_givenback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.points_lot (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    amount bigint NOT NULL,
    earned_at timestamp with time zone NOT NULL,
    pending boolean NOT NULL,
    available_at timestamp with time zone,
    expires_at timestamp with time zone,
    customer_id bigint NOT NULL,
    of_id bigint,
    CONSTRAINT lot_amount_positive CHECK ((amount > 0))
);
ALTER TABLE public.points_lot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.points_lot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.points_openlot (
    lot_id bigint NOT NULL,
    expires_at timestamp with time zone,
    rest bigint NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT openlot_rest_positive CHECK ((rest > 0))
);
CREATE TABLE public.points_programme (
    id bigint NOT NULL,
    points_per_yuan integer NOT NULL,
    order_cap_bp integer NOT NULL,
    step integer NOT NULL,
    "least" integer NOT NULL,
    enabled boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint
);
ALTER TABLE public.points_programme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.points_programme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.points_redemption (
    id bigint NOT NULL,
    key character varying(100) NOT NULL,
    amount bigint NOT NULL,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    lots bigint[] NOT NULL,
    parts bigint[] NOT NULL,
    back bigint NOT NULL,
    reserved_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    customer_id bigint NOT NULL,
    CONSTRAINT redemption_adds_up CHECK (((amount > 0) AND (back >= 0) AND (back <= amount)))
);
ALTER TABLE public.points_redemption ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.points_redemption_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.pointsmall_exchange (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    quantity integer NOT NULL,
    points bigint NOT NULL,
    state character varying(10) NOT NULL,
    reference character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    customer_id bigint NOT NULL,
    order_id bigint,
    undone_by_id bigint,
    item_id bigint NOT NULL,
    CONSTRAINT exchange_takes CHECK (((points > 0) AND (quantity > 0)))
);
ALTER TABLE public.pointsmall_exchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pointsmall_exchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.pointsmall_item (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    about character varying(500) NOT NULL,
    kind character varying(20) NOT NULL,
    what bigint NOT NULL,
    points bigint NOT NULL,
    stock integer NOT NULL,
    taken integer NOT NULL,
    per_customer integer NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    tiers character varying(20)[] NOT NULL,
    paused_at timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    shop_id bigint,
    CONSTRAINT points_item_costs CHECK ((points > 0)),
    CONSTRAINT points_item_not_oversold CHECK (((taken >= 0) AND (taken <= stock)))
);
ALTER TABLE public.pointsmall_item ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pointsmall_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;
CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;
CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;
CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.push_event (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    topic text NOT NULL,
    data jsonb NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT push_event_data_check CHECK ((length((data)::text) <= 4000)),
    CONSTRAINT push_event_topic_check CHECK (((length(topic) >= 1) AND (length(topic) <= 120)))
);
ALTER TABLE public.push_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.push_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_block (
    id bigint NOT NULL,
    reason character varying(200) NOT NULL,
    blocked_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    blocked_by_id bigint,
    customer_id bigint NOT NULL
);
ALTER TABLE public.referral_block ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_block_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_commission (
    id bigint NOT NULL,
    reward character varying(12) NOT NULL,
    paid_in character varying(8) NOT NULL,
    points_per_yuan integer NOT NULL,
    paid_fen bigint NOT NULL,
    promised bigint NOT NULL,
    amount bigint NOT NULL,
    withheld bigint NOT NULL,
    state character varying(10) NOT NULL,
    held_for character varying(40) NOT NULL,
    at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint NOT NULL,
    line_id bigint NOT NULL,
    order_id bigint NOT NULL,
    version_id bigint NOT NULL,
    referral_id bigint,
    CONSTRAINT commission_fits CHECK (((amount >= 0) AND (amount <= promised) AND (withheld >= 0) AND (withheld <= amount))),
    CONSTRAINT commission_levels CHECK (((reward)::text = ANY (ARRAY[('tier1'::character varying)::text, ('tier2'::character varying)::text, ('direct'::character varying)::text, ('team'::character varying)::text, ('peer'::character varying)::text, ('self_saving'::character varying)::text])))
);
ALTER TABLE public.referral_commission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_commission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_commissionback (
    id bigint NOT NULL,
    refund character varying(40) NOT NULL,
    amount bigint NOT NULL,
    confirmed boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    commission_id bigint NOT NULL
);
ALTER TABLE public.referral_commissionback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_commissionback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_family (
    customer_id bigint NOT NULL,
    people integer NOT NULL,
    above_id bigint,
    CONSTRAINT referral_family_people_check CHECK ((people >= 0))
);
CREATE TABLE public.referral_fraudpolicy (
    id bigint NOT NULL,
    rules jsonb NOT NULL,
    hold_from integer NOT NULL,
    block_from integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    CONSTRAINT referral_fraudpolicy_block_from_check CHECK ((block_from >= 0)),
    CONSTRAINT referral_fraudpolicy_hold_from_check CHECK ((hold_from >= 0))
);
ALTER TABLE public.referral_fraudpolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_fraudpolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_frozenmember (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    line_id bigint NOT NULL
);
ALTER TABLE public.referral_frozenmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_frozenmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_groupinvitation (
    id bigint NOT NULL,
    name character varying(30) NOT NULL,
    words character varying(200) NOT NULL,
    file character varying(80) NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    made_by_id bigint,
    key character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT group_invitation_ends CHECK ((ends_at > made_at))
);
ALTER TABLE public.referral_groupinvitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_groupinvitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_invitercohort (
    id bigint NOT NULL,
    month date NOT NULL,
    members integer NOT NULL,
    invited integer NOT NULL,
    brought integer NOT NULL,
    brought_90 integer NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    CONSTRAINT referral_invitercohort_brought_90_check CHECK ((brought_90 >= 0)),
    CONSTRAINT referral_invitercohort_brought_check CHECK ((brought >= 0)),
    CONSTRAINT referral_invitercohort_invited_check CHECK ((invited >= 0)),
    CONSTRAINT referral_invitercohort_members_check CHECK ((members >= 0))
);
ALTER TABLE public.referral_invitercohort ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_invitercohort_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_leaderplace (
    id bigint NOT NULL,
    place integer NOT NULL,
    goods_fen bigint NOT NULL,
    orders integer NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT referral_leaderplace_orders_check CHECK ((orders >= 0)),
    CONSTRAINT referral_leaderplace_place_check CHECK ((place >= 0))
);
ALTER TABLE public.referral_leaderplace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_leaderplace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_linkshare (
    id bigint NOT NULL,
    channel character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    link_id bigint NOT NULL
);
ALTER TABLE public.referral_linkshare ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_linkshare_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_passedover (
    id bigint NOT NULL,
    why character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    touch_id bigint NOT NULL
);
ALTER TABLE public.referral_passedover ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_passedover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_plan (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    made_at timestamp with time zone NOT NULL
);
ALTER TABLE public.referral_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_planversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    kind character varying(12) NOT NULL,
    terms jsonb NOT NULL,
    digest character varying(64) NOT NULL,
    profile character varying(8) NOT NULL,
    notice character varying(300) NOT NULL,
    noticed_at timestamp with time zone,
    seen_at timestamp with time zone,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    entry_product_id bigint,
    made_by_id bigint,
    plan_id bigint NOT NULL,
    seen_by_id bigint,
    CONSTRAINT plan_version_span CHECK (((ends_at IS NULL) OR ((ends_at >= starts_at) AND (starts_at IS NOT NULL)))),
    CONSTRAINT referral_planversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.referral_planversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_planversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_portrait (
    id bigint NOT NULL,
    file character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.referral_portrait ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_portrait_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_position (
    id bigint NOT NULL,
    role character varying(8) NOT NULL,
    confirmed_directs integer NOT NULL,
    first_directs bigint[] NOT NULL,
    fund_closed boolean NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    order_id bigint NOT NULL,
    count_at timestamp with time zone,
    customer_id bigint NOT NULL,
    former_boss_id bigint,
    inviter_id bigint,
    team_boss_id bigint,
    CONSTRAINT referral_position_confirmed_directs_check CHECK ((confirmed_directs >= 0))
);
ALTER TABLE public.referral_position ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_position_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_programme (
    id bigint NOT NULL,
    binds_at character varying(20) NOT NULL,
    window_days integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    CONSTRAINT referral_programme_window_days_check CHECK ((window_days >= 0))
);
ALTER TABLE public.referral_programme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_programme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_referral (
    id bigint NOT NULL,
    how character varying(12) NOT NULL,
    bound_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason character varying(200) NOT NULL,
    corrected_by_id bigint,
    customer_id bigint NOT NULL,
    referrer_id bigint NOT NULL,
    link_id bigint,
    CONSTRAINT referral_not_of_oneself CHECK ((NOT (customer_id = referrer_id)))
);
ALTER TABLE public.referral_referral ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_referral_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_referrallink (
    id bigint NOT NULL,
    token character varying(16) NOT NULL,
    landing character varying(12) NOT NULL,
    name character varying(30) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    customer_id bigint,
    product_id bigint,
    shop_id bigint,
    staff_id bigint,
    target character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT referral_link_of_one CHECK ((((customer_id IS NOT NULL) AND (shop_id IS NULL) AND (staff_id IS NULL)) OR ((customer_id IS NULL) AND (shop_id IS NULL) AND (staff_id IS NOT NULL)) OR ((customer_id IS NULL) AND (shop_id IS NOT NULL) AND (staff_id IS NULL)))),
    CONSTRAINT referral_link_product CHECK (((((landing)::text = 'product'::text) AND (product_id IS NOT NULL)) OR ((NOT ((landing)::text = 'product'::text)) AND (product_id IS NULL))))
);
ALTER TABLE public.referral_referrallink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_referrallink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_replay (
    id bigint NOT NULL,
    until timestamp with time zone NOT NULL,
    orders integer NOT NULL,
    buyers integer NOT NULL,
    net_fen bigint NOT NULL,
    cash_fen bigint NOT NULL,
    other_fen bigint NOT NULL,
    earners integer NOT NULL,
    promoters integer NOT NULL,
    less_than_paid integer NOT NULL,
    top_1_fen bigint NOT NULL,
    top_10_fen bigint NOT NULL,
    really_fen bigint NOT NULL,
    version_id bigint NOT NULL,
    referee_packs integer NOT NULL,
    referrer_packs integer NOT NULL,
    pack_fen bigint NOT NULL,
    CONSTRAINT referral_replay_buyers_check CHECK ((buyers >= 0)),
    CONSTRAINT referral_replay_earners_check CHECK ((earners >= 0)),
    CONSTRAINT referral_replay_less_than_paid_check CHECK ((less_than_paid >= 0)),
    CONSTRAINT referral_replay_orders_check CHECK ((orders >= 0)),
    CONSTRAINT referral_replay_promoters_check CHECK ((promoters >= 0)),
    CONSTRAINT referral_replay_referee_packs_check CHECK ((referee_packs >= 0)),
    CONSTRAINT referral_replay_referrer_packs_check CHECK ((referrer_packs >= 0))
);
ALTER TABLE public.referral_replay ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_replay_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_screening (
    id bigint NOT NULL,
    fired jsonb NOT NULL,
    figures jsonb NOT NULL,
    score integer NOT NULL,
    verdict character varying(8) NOT NULL,
    at timestamp with time zone NOT NULL,
    decision character varying(8) NOT NULL,
    reason character varying(200) NOT NULL,
    decided_at timestamp with time zone,
    customer_id bigint NOT NULL,
    decided_by_id bigint,
    order_id bigint NOT NULL,
    policy_id bigint,
    CONSTRAINT referral_screening_score_check CHECK ((score >= 0))
);
ALTER TABLE public.referral_screening ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_screening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_shareddevice (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    visitor_id bigint NOT NULL
);
ALTER TABLE public.referral_shareddevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_shareddevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_signoff (
    id bigint NOT NULL,
    code character varying(4) NOT NULL,
    signer character varying(60) NOT NULL,
    statement character varying(500) NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    recorded_by_id bigint,
    version_id bigint NOT NULL
);
ALTER TABLE public.referral_signoff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_signoff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_touch (
    id bigint NOT NULL,
    channel character varying(20) NOT NULL,
    qr boolean NOT NULL,
    address_mark bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    link_id bigint NOT NULL,
    visitor_id bigint NOT NULL
);
ALTER TABLE public.referral_touch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_touch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_trial (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    share_bp integer NOT NULL,
    salt character varying(32) NOT NULL,
    notice character varying(300) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    candidate_id bigint NOT NULL,
    made_by_id bigint,
    CONSTRAINT referral_trial_share_bp_check CHECK ((share_bp >= 0)),
    CONSTRAINT trial_has_both_arms CHECK (((share_bp > 0) AND (share_bp < 10000))),
    CONSTRAINT trial_span CHECK (((ends_at IS NULL) OR (ends_at >= starts_at)))
);
ALTER TABLE public.referral_trial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_trial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_unlisted (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL
);
ALTER TABLE public.referral_unlisted ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_unlisted_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_visitor (
    id bigint NOT NULL,
    mark bytea NOT NULL,
    known_at timestamp with time zone,
    made_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    customer_id bigint
);
ALTER TABLE public.referral_visitor ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_visitor_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.referral_watchedline (
    id bigint NOT NULL,
    chain integer NOT NULL,
    people integer NOT NULL,
    frozen boolean NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason character varying(200) NOT NULL,
    until_chain integer,
    until_people integer,
    head_id bigint NOT NULL,
    released_by_id bigint,
    CONSTRAINT referral_watchedline_chain_check CHECK ((chain >= 0)),
    CONSTRAINT referral_watchedline_people_check CHECK ((people >= 0)),
    CONSTRAINT referral_watchedline_until_chain_check CHECK ((until_chain >= 0)),
    CONSTRAINT referral_watchedline_until_people_check CHECK ((until_people >= 0)),
    CONSTRAINT watched_line_release_whole CHECK (((released_by_id IS NULL) OR ((ended_at IS NOT NULL) AND (until_chain IS NOT NULL) AND (until_people IS NOT NULL))))
);
ALTER TABLE public.referral_watchedline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referral_watchedline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE public.request_limit (
    name text NOT NULL,
    caller bytea NOT NULL,
    taken integer NOT NULL,
    before integer NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE TABLE public.storefront_block (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    title character varying(30) NOT NULL,
    words character varying(80) NOT NULL,
    file character varying(200) NOT NULL,
    leads character varying(20) NOT NULL,
    what character varying(60) NOT NULL,
    codes character varying(60)[] NOT NULL,
    "position" integer NOT NULL,
    hidden_at timestamp with time zone,
    category_id bigint
);
ALTER TABLE public.storefront_block ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.storefront_block_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.storefront_front (
    id bigint NOT NULL,
    hello character varying(60) NOT NULL,
    shop_id bigint NOT NULL
);
ALTER TABLE public.storefront_front ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.storefront_front_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tiers_birthdays (
    id bigint NOT NULL,
    "on" date NOT NULL,
    last_customer_id bigint NOT NULL,
    done boolean NOT NULL
);
ALTER TABLE public.tiers_birthdays ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tiers_birthdays_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tiers_growth (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    amount bigint NOT NULL,
    taken bigint NOT NULL,
    counts_on date,
    customer_id bigint NOT NULL,
    CONSTRAINT growth_adds_up CHECK (((amount > 0) AND (taken >= 0) AND (taken <= amount)))
);
ALTER TABLE public.tiers_growth ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tiers_growth_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tiers_growthback (
    id bigint NOT NULL,
    key character varying(160) NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    growth_id bigint NOT NULL
);
ALTER TABLE public.tiers_growthback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tiers_growthback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tiers_plan (
    id bigint NOT NULL,
    number integer NOT NULL,
    period character varying(10) NOT NULL,
    months smallint NOT NULL,
    grace_days smallint NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    notice character varying(300) NOT NULL,
    settled bigint,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    CONSTRAINT tiers_plan_grace_days_check CHECK ((grace_days >= 0)),
    CONSTRAINT tiers_plan_months_check CHECK ((months >= 0)),
    CONSTRAINT tiers_plan_number_check CHECK ((number >= 0)),
    CONSTRAINT tiers_plan_span CHECK (((ends_on IS NULL) OR (ends_on >= starts_on)))
);
ALTER TABLE public.tiers_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tiers_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tiers_reach (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    after date,
    last date,
    until date,
    looked boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    made_by_id bigint,
    plan_id bigint NOT NULL,
    key character varying(120) NOT NULL
);
ALTER TABLE public.tiers_reach ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tiers_reach_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tiers_standing (
    customer_id bigint NOT NULL,
    code character varying(20) NOT NULL,
    since_on date,
    until date,
    graced boolean NOT NULL,
    look_on date,
    changes integer NOT NULL,
    CONSTRAINT tiers_standing_changes_check CHECK ((changes >= 0))
);
CREATE TABLE public.tiers_tier (
    id bigint NOT NULL,
    rank smallint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(20) NOT NULL,
    threshold bigint NOT NULL,
    free_freight boolean NOT NULL,
    early_hours smallint NOT NULL,
    return_days smallint NOT NULL,
    priority smallint NOT NULL,
    own_agent boolean NOT NULL,
    birthday boolean NOT NULL,
    plan_id bigint NOT NULL,
    CONSTRAINT tier_threshold_positive CHECK ((threshold >= 0)),
    CONSTRAINT tiers_tier_early_hours_check CHECK ((early_hours >= 0)),
    CONSTRAINT tiers_tier_priority_check CHECK ((priority >= 0)),
    CONSTRAINT tiers_tier_rank_check CHECK ((rank >= 0)),
    CONSTRAINT tiers_tier_return_days_check CHECK ((return_days >= 0))
);
ALTER TABLE public.tiers_tier ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tiers_tier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.timeline_fact (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    key character varying(120) NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    data jsonb NOT NULL,
    depth smallint NOT NULL,
    history boolean NOT NULL,
    cause_id bigint,
    customer_id bigint NOT NULL,
    CONSTRAINT timeline_fact_depth_check CHECK ((depth >= 0))
);
ALTER TABLE public.timeline_fact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.timeline_fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.timeline_reaction (
    id bigint NOT NULL,
    handler character varying(120) NOT NULL,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    error character varying(500) NOT NULL,
    try_at timestamp with time zone,
    finished_at timestamp with time zone,
    fact_id bigint NOT NULL,
    CONSTRAINT timeline_reaction_tries_check CHECK ((tries >= 0))
);
ALTER TABLE public.timeline_reaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.timeline_reaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.timeline_reminded (
    id bigint NOT NULL,
    word character varying(30) NOT NULL,
    "on" date NOT NULL,
    days smallint NOT NULL,
    last_customer_id bigint NOT NULL,
    done boolean NOT NULL,
    CONSTRAINT timeline_reminded_days_check CHECK ((days >= 0))
);
ALTER TABLE public.timeline_reminded ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.timeline_reminded_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.timeline_waiting (
    fact_id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    request_id character varying(40) NOT NULL
);
CREATE TABLE public.training_attempt (
    id bigint NOT NULL,
    number smallint NOT NULL,
    answers jsonb NOT NULL,
    percent smallint NOT NULL,
    passed boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    staff_id bigint NOT NULL,
    course_id bigint NOT NULL,
    CONSTRAINT training_attempt_number_check CHECK ((number >= 0)),
    CONSTRAINT training_attempt_percent_check CHECK ((percent >= 0))
);
ALTER TABLE public.training_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_attendance (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    more_attempts smallint NOT NULL,
    marked_by_id bigint,
    staff_id bigint NOT NULL,
    course_id bigint NOT NULL,
    CONSTRAINT training_attendance_more_attempts_check CHECK ((more_attempts >= 0))
);
ALTER TABLE public.training_attendance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_attendance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_certificate (
    id bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    ends_on date NOT NULL,
    withdrawn_at timestamp with time zone,
    staff_id bigint NOT NULL,
    withdrawn_by_id bigint,
    course_id bigint NOT NULL,
    programme_id bigint NOT NULL
);
ALTER TABLE public.training_certificate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_course (
    id bigint NOT NULL,
    title character varying(40) NOT NULL,
    material text NOT NULL,
    quiz text NOT NULL,
    held_at timestamp with time zone,
    opens_on date NOT NULL,
    due_on date NOT NULL,
    published_at timestamp with time zone,
    made_by_id bigint,
    drill_id bigint,
    programme_id bigint NOT NULL,
    CONSTRAINT course_span CHECK ((due_on >= opens_on))
);
ALTER TABLE public.training_course ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_course_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_drill (
    id bigint NOT NULL,
    text text NOT NULL,
    candidate_enc bytea NOT NULL,
    token_hash character varying(64),
    made_at timestamp with time zone NOT NULL,
    works_until_at timestamp with time zone,
    began_at timestamp with time zone,
    ended_at timestamp with time zone,
    "end" character varying(10) NOT NULL,
    score smallint,
    passed boolean NOT NULL,
    invited_by_id bigint,
    staff_id bigint,
    script_id bigint NOT NULL,
    CONSTRAINT drill_ended_has_score CHECK (((ended_at IS NULL) OR (score IS NOT NULL))),
    CONSTRAINT drill_of_somebody CHECK (((staff_id IS NOT NULL) OR (invited_by_id IS NOT NULL))),
    CONSTRAINT training_drill_score_check CHECK ((score >= 0))
);
ALTER TABLE public.training_drill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_drill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_drillline (
    id bigint NOT NULL,
    number smallint NOT NULL,
    text_enc bytea NOT NULL,
    seconds integer NOT NULL,
    at timestamp with time zone NOT NULL,
    drill_id bigint NOT NULL,
    CONSTRAINT training_drillline_number_check CHECK ((number >= 0)),
    CONSTRAINT training_drillline_seconds_check CHECK ((seconds >= 0))
);
ALTER TABLE public.training_drillline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_drillline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_drillscript (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    text text NOT NULL,
    active boolean NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by_id bigint
);
ALTER TABLE public.training_drillscript ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_drillscript_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.training_programme (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    kind character varying(10) NOT NULL,
    every_months smallint NOT NULL,
    valid_months smallint NOT NULL,
    pass_percent smallint NOT NULL,
    active boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT programme_sensible CHECK (((every_months > 0) AND (pass_percent <= 100) AND (valid_months > 0))),
    CONSTRAINT training_programme_every_months_check CHECK ((every_months >= 0)),
    CONSTRAINT training_programme_pass_percent_check CHECK ((pass_percent >= 0)),
    CONSTRAINT training_programme_valid_months_check CHECK ((valid_months >= 0))
);
ALTER TABLE public.training_programme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.training_programme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.webform_report (
    id bigint NOT NULL,
    contact_kind character varying(10) NOT NULL,
    contact_blind bytea NOT NULL,
    contact_enc bytea NOT NULL,
    name_enc bytea NOT NULL,
    order_number_enc bytea NOT NULL,
    address_mark bytea NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    conversation_id bigint NOT NULL,
    order_id bigint
);
ALTER TABLE public.webform_report ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webform_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.wecom_account (
    id bigint NOT NULL,
    code character varying(64) NOT NULL,
    cursor character varying(200) NOT NULL,
    pulled_at timestamp with time zone
);
ALTER TABLE public.wecom_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wecom_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT advice_on_article_once UNIQUE (ticket_id, staff_id, article_id);
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT advice_on_solution_once UNIQUE (ticket_id, staff_id, solution_id);
ALTER TABLE ONLY public.knowledge_answervote
    ADD CONSTRAINT answer_vote_once UNIQUE (answer_id, customer_id);
ALTER TABLE ONLY public.knowledge_articleopinion
    ADD CONSTRAINT article_opinion_once UNIQUE (article_id, customer_id);
ALTER TABLE ONLY public.training_attempt
    ADD CONSTRAINT attempt_once UNIQUE (course_id, staff_id, number);
ALTER TABLE ONLY public.training_attendance
    ADD CONSTRAINT attendance_once UNIQUE (course_id, staff_id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_awardback
    ADD CONSTRAINT award_back_once UNIQUE (award_id, fact_id);
ALTER TABLE ONLY public.loyalty_award
    ADD CONSTRAINT award_once UNIQUE (rule_id, fact_id, role);
ALTER TABLE ONLY public.mall_billdifference
    ADD CONSTRAINT bill_difference_once UNIQUE (bill_id, kind, subject, number);
ALTER TABLE ONLY public.mall_bill
    ADD CONSTRAINT bill_once UNIQUE (provider, day_on);
ALTER TABLE ONLY public.loyalty_budget
    ADD CONSTRAINT budget_name_once UNIQUE (name);
ALTER TABLE ONLY public.desk_callstep
    ADD CONSTRAINT call_step_once UNIQUE (call_out_id, "position");
ALTER TABLE ONLY public.loyalty_capuse
    ADD CONSTRAINT cap_use_once UNIQUE (rule_id, bucket);
ALTER TABLE ONLY public.mall_carrierevent
    ADD CONSTRAINT carrier_event_once UNIQUE (carrier, event);
ALTER TABLE ONLY public.mall_cartline
    ADD CONSTRAINT cart_line_once UNIQUE (cart_id, shop_id, sku_id);
ALTER TABLE ONLY public.cash_bonus
    ADD CONSTRAINT cash_bonus_key_key UNIQUE (key);
ALTER TABLE ONLY public.cash_bonus
    ADD CONSTRAINT cash_bonus_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_bonusback
    ADD CONSTRAINT cash_bonusback_key_key UNIQUE (key);
ALTER TABLE ONLY public.cash_bonusback
    ADD CONSTRAINT cash_bonusback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_cashterms
    ADD CONSTRAINT cash_cashterms_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_flowday
    ADD CONSTRAINT cash_flowday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_flowdifference
    ADD CONSTRAINT cash_flowdifference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_leftout
    ADD CONSTRAINT cash_left_out_once UNIQUE (plan_id, customer_id);
ALTER TABLE ONLY public.cash_leftout
    ADD CONSTRAINT cash_leftout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_plan
    ADD CONSTRAINT cash_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_quota
    ADD CONSTRAINT cash_quota_pkey PRIMARY KEY (bucket);
ALTER TABLE ONLY public.cash_transfer
    ADD CONSTRAINT cash_transfer_number_key UNIQUE (number);
ALTER TABLE ONLY public.cash_transfer
    ADD CONSTRAINT cash_transfer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_transfernotice
    ADD CONSTRAINT cash_transfernotice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_category
    ADD CONSTRAINT category_name_once UNIQUE NULLS NOT DISTINCT (parent_id, name);
ALTER TABLE ONLY public.points_change
    ADD CONSTRAINT change_key_once UNIQUE (key);
ALTER TABLE ONLY public.insight_churnmonth
    ADD CONSTRAINT churn_month_once UNIQUE (snapshot_id, month);
ALTER TABLE ONLY public.insight_cohortcell
    ADD CONSTRAINT cohort_cell_once UNIQUE (snapshot_id, cohort, month);
ALTER TABLE ONLY public.referral_commissionback
    ADD CONSTRAINT commission_back_once UNIQUE (commission_id, refund);
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT commission_once UNIQUE (line_id, customer_id, reward);
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT compensation_once UNIQUE (asked_by_id, key);
ALTER TABLE ONLY public.desk_conversation
    ADD CONSTRAINT conversation_once UNIQUE (channel, external_id);
ALTER TABLE ONLY public.coupons_leftout
    ADD CONSTRAINT coupon_left_out_once UNIQUE (batch_id, customer_id);
ALTER TABLE ONLY public.coupons_takenback
    ADD CONSTRAINT coupon_taken_back_once UNIQUE (key, coupon_id);
ALTER TABLE ONLY public.coupons_template
    ADD CONSTRAINT coupon_template_name_once UNIQUE (name);
ALTER TABLE ONLY public.coupons_use
    ADD CONSTRAINT coupon_use_once UNIQUE (coupon_id, purchase);
ALTER TABLE ONLY public.coupons_version
    ADD CONSTRAINT coupon_version_once UNIQUE (template_id, number);
ALTER TABLE ONLY public.coupons_batch
    ADD CONSTRAINT coupons_batch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coupons_coupon
    ADD CONSTRAINT coupons_coupon_code_key UNIQUE (code);
ALTER TABLE ONLY public.coupons_coupon
    ADD CONSTRAINT coupons_coupon_key_key UNIQUE (key);
ALTER TABLE ONLY public.coupons_coupon
    ADD CONSTRAINT coupons_coupon_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coupons_leftout
    ADD CONSTRAINT coupons_leftout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coupons_takenback
    ADD CONSTRAINT coupons_takenback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coupons_template
    ADD CONSTRAINT coupons_template_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coupons_use
    ADD CONSTRAINT coupons_use_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.coupons_version
    ADD CONSTRAINT coupons_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customer_tag_once UNIQUE (customer_id, tag_id, source);
ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_consenttext
    ADD CONSTRAINT customers_consenttext_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_consenttext
    ADD CONSTRAINT customers_consenttext_version_key UNIQUE (version);
ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_number_key UNIQUE (number);
ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customers_customertag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_customertoken
    ADD CONSTRAINT customers_customertoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_customertoken
    ADD CONSTRAINT customers_customertoken_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.customers_forgottenmark
    ADD CONSTRAINT customers_forgottenmark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_logincode
    ADD CONSTRAINT customers_logincode_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_movedrows
    ADD CONSTRAINT customers_movedrows_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_personalexport
    ADD CONSTRAINT customers_personalexport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_possibletwins
    ADD CONSTRAINT customers_possibletwins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_preferences
    ADD CONSTRAINT customers_preferences_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.customers_preferences
    ADD CONSTRAINT customers_preferences_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_tag
    ADD CONSTRAINT customers_tag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_deadline
    ADD CONSTRAINT deadline_once UNIQUE (ticket_id, clock, started_at);
ALTER TABLE ONLY public.desk_departmentmember
    ADD CONSTRAINT department_member_once UNIQUE (department_id, staff_id);
ALTER TABLE ONLY public.desk_agent
    ADD CONSTRAINT desk_agent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_agent
    ADD CONSTRAINT desk_agent_staff_id_key UNIQUE (staff_id);
ALTER TABLE ONLY public.desk_attachment
    ADD CONSTRAINT desk_attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_callout
    ADD CONSTRAINT desk_callout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_callrule
    ADD CONSTRAINT desk_callrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_callrule
    ADD CONSTRAINT desk_callrule_position_key UNIQUE ("position");
ALTER TABLE ONLY public.desk_callstep
    ADD CONSTRAINT desk_callstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_conversation
    ADD CONSTRAINT desk_conversation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_deadline
    ADD CONSTRAINT desk_deadline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_delivery
    ADD CONSTRAINT desk_delivery_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY public.desk_delivery
    ADD CONSTRAINT desk_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_department
    ADD CONSTRAINT desk_department_name_key UNIQUE (name);
ALTER TABLE ONLY public.desk_department
    ADD CONSTRAINT desk_department_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_departmentmember
    ADD CONSTRAINT desk_departmentmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT desk_draft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_dutychange
    ADD CONSTRAINT desk_dutychange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_dutygap
    ADD CONSTRAINT desk_dutygap_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_dutyrotation
    ADD CONSTRAINT desk_dutyrotation_name_key UNIQUE (name);
ALTER TABLE ONLY public.desk_dutyrotation
    ADD CONSTRAINT desk_dutyrotation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_dutyturn
    ADD CONSTRAINT desk_dutyturn_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_kindcertificate
    ADD CONSTRAINT desk_kindcertificate_kind_key UNIQUE (kind);
ALTER TABLE ONLY public.desk_kindcertificate
    ADD CONSTRAINT desk_kindcertificate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_kindmodel
    ADD CONSTRAINT desk_kindmodel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_logentry
    ADD CONSTRAINT desk_logentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_macro
    ADD CONSTRAINT desk_macro_name_key UNIQUE (name);
ALTER TABLE ONLY public.desk_macro
    ADD CONSTRAINT desk_macro_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_message
    ADD CONSTRAINT desk_message_once UNIQUE (channel, external_id);
ALTER TABLE ONLY public.desk_message
    ADD CONSTRAINT desk_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_notice
    ADD CONSTRAINT desk_notice_key_key UNIQUE (key);
ALTER TABLE ONLY public.desk_notice
    ADD CONSTRAINT desk_notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_ownagent
    ADD CONSTRAINT desk_ownagent_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.desk_ownagent
    ADD CONSTRAINT desk_ownagent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_policy
    ADD CONSTRAINT desk_policy_name_key UNIQUE (name);
ALTER TABLE ONLY public.desk_policy
    ADD CONSTRAINT desk_policy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_policytarget
    ADD CONSTRAINT desk_policytarget_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_policyversion
    ADD CONSTRAINT desk_policyversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_rating
    ADD CONSTRAINT desk_rating_key_key UNIQUE (key);
ALTER TABLE ONLY public.desk_rating
    ADD CONSTRAINT desk_rating_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_specialday
    ADD CONSTRAINT desk_specialday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_statename
    ADD CONSTRAINT desk_statename_name_key UNIQUE (name);
ALTER TABLE ONLY public.desk_statename
    ADD CONSTRAINT desk_statename_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_task
    ADD CONSTRAINT desk_task_key_key UNIQUE (key);
ALTER TABLE ONLY public.desk_task
    ADD CONSTRAINT desk_task_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_about_return_id_key UNIQUE (about_return_id);
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_number_key UNIQUE (number);
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_ticketcount
    ADD CONSTRAINT desk_ticketcount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_ticketproduct
    ADD CONSTRAINT desk_ticketproduct_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.desk_tickettag
    ADD CONSTRAINT desk_tickettag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_viewing
    ADD CONSTRAINT desk_viewing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_vipgroup
    ADD CONSTRAINT desk_vipgroup_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_workcalendar
    ADD CONSTRAINT desk_workcalendar_name_key UNIQUE (name);
ALTER TABLE ONLY public.desk_workcalendar
    ADD CONSTRAINT desk_workcalendar_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT draft_once UNIQUE (ticket_id, staff_id);
ALTER TABLE ONLY public.draws_course
    ADD CONSTRAINT draws_course_pkey PRIMARY KEY (draw_id);
ALTER TABLE ONLY public.draws_draw
    ADD CONSTRAINT draws_draw_number_key UNIQUE (number);
ALTER TABLE ONLY public.draws_draw
    ADD CONSTRAINT draws_draw_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.draws_prize
    ADD CONSTRAINT draws_prize_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.draws_stock
    ADD CONSTRAINT draws_stock_pkey PRIMARY KEY (prize_id);
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT draws_ticket_key_key UNIQUE (key);
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT draws_ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_drillline
    ADD CONSTRAINT drill_line_once UNIQUE (drill_id, number);
ALTER TABLE ONLY public.desk_dutyturn
    ADD CONSTRAINT duty_turn_once UNIQUE (rotation_id, turn, staff_id);
ALTER TABLE ONLY public.loyalty_effect
    ADD CONSTRAINT effect_once_a_night UNIQUE (kind, of_id, "on");
ALTER TABLE ONLY public.loyalty_effectwindow
    ADD CONSTRAINT effect_window_once UNIQUE (effect_id, days);
ALTER TABLE ONLY public.pointsmall_exchange
    ADD CONSTRAINT exchange_once UNIQUE (customer_id, key);
ALTER TABLE ONLY public.timeline_fact
    ADD CONSTRAINT fact_key_once UNIQUE (key);
ALTER TABLE ONLY public.improve_finding
    ADD CONSTRAINT finding_once UNIQUE (week_id, product_id, kind, batch);
ALTER TABLE ONLY public.cash_flowday
    ADD CONSTRAINT flow_day_once UNIQUE (provider, day_on);
ALTER TABLE ONLY public.cash_flowdifference
    ADD CONSTRAINT flow_difference_once UNIQUE (day_id, kind, number);
ALTER TABLE ONLY public.customers_forgottenmark
    ADD CONSTRAINT forgotten_mark_once UNIQUE (mark, kind, scope);
ALTER TABLE ONLY public.mall_freightrow
    ADD CONSTRAINT freight_region_once UNIQUE (template_id, region);
ALTER TABLE ONLY public.referral_frozenmember
    ADD CONSTRAINT frozen_member_once UNIQUE (line_id, customer_id);
ALTER TABLE ONLY public.insight_gapbin
    ADD CONSTRAINT gap_bin_once UNIQUE (snapshot_id, days_from);
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_key_key UNIQUE (key);
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_order_id_key UNIQUE (order_id);
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.gifts_giftkind
    ADD CONSTRAINT gifts_giftkind_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points_givenback
    ADD CONSTRAINT givenback_key_once UNIQUE (key);
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT grant_once UNIQUE (staff_id, key);
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT identity_once UNIQUE (blind, kind, scope);
ALTER TABLE ONLY public.improve_finding
    ADD CONSTRAINT improve_finding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.improve_improvement
    ADD CONSTRAINT improve_improvement_key_15baa255_uniq UNIQUE (key);
ALTER TABLE ONLY public.improve_improvement
    ADD CONSTRAINT improve_improvement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.improve_week
    ADD CONSTRAINT improve_week_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.improve_week
    ADD CONSTRAINT improve_week_until_key UNIQUE (until);
ALTER TABLE ONLY public.insight_churnmonth
    ADD CONSTRAINT insight_churnmonth_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_cohortcell
    ADD CONSTRAINT insight_cohortcell_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_customerscore
    ADD CONSTRAINT insight_customerscore_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.insight_cuts
    ADD CONSTRAINT insight_cuts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_exportstate
    ADD CONSTRAINT insight_exportstate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_gapbin
    ADD CONSTRAINT insight_gapbin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_scorecell
    ADD CONSTRAINT insight_scorecell_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_secondorder
    ADD CONSTRAINT insight_secondorder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_snapshot
    ADD CONSTRAINT insight_snapshot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insight_stalemonth
    ADD CONSTRAINT insight_stalemonth_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.intake_rejection
    ADD CONSTRAINT intake_rejection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.intake_run
    ADD CONSTRAINT intake_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kit_cache
    ADD CONSTRAINT kit_cache_pkey PRIMARY KEY (cache_key);
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT knowledge_advice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_answer
    ADD CONSTRAINT knowledge_answer_key_key UNIQUE (key);
ALTER TABLE ONLY public.knowledge_answer
    ADD CONSTRAINT knowledge_answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_answervote
    ADD CONSTRAINT knowledge_answervote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_article
    ADD CONSTRAINT knowledge_article_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_articleopinion
    ADD CONSTRAINT knowledge_articleopinion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_question
    ADD CONSTRAINT knowledge_question_key_key UNIQUE (key);
ALTER TABLE ONLY public.knowledge_question
    ADD CONSTRAINT knowledge_question_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_solution
    ADD CONSTRAINT knowledge_solution_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.knowledge_solution
    ADD CONSTRAINT knowledge_solution_ticket_id_key UNIQUE (ticket_id);
ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_address_key UNIQUE (address);
ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_delta
    ADD CONSTRAINT ledger_delta_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_openhold
    ADD CONSTRAINT ledger_openhold_pkey PRIMARY KEY (posting_id);
ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT ledger_posting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_seal
    ADD CONSTRAINT ledger_seal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_verdict
    ADD CONSTRAINT ledger_verdict_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points_lot
    ADD CONSTRAINT lot_key_once UNIQUE (key);
ALTER TABLE ONLY public.loyalty_award
    ADD CONSTRAINT loyalty_award_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_awardback
    ADD CONSTRAINT loyalty_awardback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_budget
    ADD CONSTRAINT loyalty_budget_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_budget
    ADD CONSTRAINT loyalty_budget_staff_id_key UNIQUE (staff_id);
ALTER TABLE ONLY public.loyalty_capuse
    ADD CONSTRAINT loyalty_capuse_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_grant_id_key UNIQUE (grant_id);
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_effect
    ADD CONSTRAINT loyalty_effect_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_effectwindow
    ADD CONSTRAINT loyalty_effectwindow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT loyalty_grant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_pack
    ADD CONSTRAINT loyalty_pack_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_rule
    ADD CONSTRAINT loyalty_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_ruleversion
    ADD CONSTRAINT loyalty_ruleversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_suggested
    ADD CONSTRAINT loyalty_suggested_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.loyalty_suggesting
    ADD CONSTRAINT loyalty_suggesting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_suggestion
    ADD CONSTRAINT loyalty_suggestion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mail_once UNIQUE (mailbox_id, message_id, digest);
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_said_id_key UNIQUE (said_id);
ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT mailbox_mailbox_address_key UNIQUE (address);
ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT mailbox_mailbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mailbox_parkedfile
    ADD CONSTRAINT mailbox_parkedfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mailbox_participant
    ADD CONSTRAINT mailbox_participant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_address
    ADD CONSTRAINT mall_address_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_bill
    ADD CONSTRAINT mall_bill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_billdifference
    ADD CONSTRAINT mall_billdifference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_carrierevent
    ADD CONSTRAINT mall_carrierevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_cart
    ADD CONSTRAINT mall_cart_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.mall_cart
    ADD CONSTRAINT mall_cart_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_cart
    ADD CONSTRAINT mall_cart_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.mall_cartline
    ADD CONSTRAINT mall_cartline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_category
    ADD CONSTRAINT mall_category_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_companion
    ADD CONSTRAINT mall_companion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_freightrow
    ADD CONSTRAINT mall_freightrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_freighttemplate
    ADD CONSTRAINT mall_freighttemplate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_freighttemplate
    ADD CONSTRAINT mall_freighttemplate_supplier_id_key UNIQUE (supplier_id);
ALTER TABLE ONLY public.mall_label
    ADD CONSTRAINT mall_label_name_key UNIQUE (name);
ALTER TABLE ONLY public.mall_label
    ADD CONSTRAINT mall_label_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_madefile
    ADD CONSTRAINT mall_madefile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_movement
    ADD CONSTRAINT mall_movement_key_key UNIQUE (key);
ALTER TABLE ONLY public.mall_movement
    ADD CONSTRAINT mall_movement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_notice
    ADD CONSTRAINT mall_notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_order
    ADD CONSTRAINT mall_order_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_orderchange
    ADD CONSTRAINT mall_orderchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_ordergroup
    ADD CONSTRAINT mall_ordergroup_number_key UNIQUE (number);
ALTER TABLE ONLY public.mall_ordergroup
    ADD CONSTRAINT mall_ordergroup_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_orderline
    ADD CONSTRAINT mall_orderline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_ordernote
    ADD CONSTRAINT mall_ordernote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_packingcard
    ADD CONSTRAINT mall_packingcard_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_packingcard
    ADD CONSTRAINT mall_packingcard_supplier_id_key UNIQUE (supplier_id);
ALTER TABLE ONLY public.mall_payment
    ADD CONSTRAINT mall_payment_number_key UNIQUE (number);
ALTER TABLE ONLY public.mall_payment
    ADD CONSTRAINT mall_payment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_paymentsplit
    ADD CONSTRAINT mall_paymentsplit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_picture
    ADD CONSTRAINT mall_picture_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_product
    ADD CONSTRAINT mall_product_code_key UNIQUE (code);
ALTER TABLE ONLY public.mall_product
    ADD CONSTRAINT mall_product_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_refund
    ADD CONSTRAINT mall_refund_key_key UNIQUE (key);
ALTER TABLE ONLY public.mall_refund
    ADD CONSTRAINT mall_refund_number_key UNIQUE (number);
ALTER TABLE ONLY public.mall_refund
    ADD CONSTRAINT mall_refund_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_refundline
    ADD CONSTRAINT mall_refundline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_repairquote
    ADD CONSTRAINT mall_repairquote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_reservation
    ADD CONSTRAINT mall_reservation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_return
    ADD CONSTRAINT mall_return_number_key UNIQUE (number);
ALTER TABLE ONLY public.mall_return
    ADD CONSTRAINT mall_return_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_returnline
    ADD CONSTRAINT mall_returnline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_returnphoto
    ADD CONSTRAINT mall_returnphoto_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_returnstep
    ADD CONSTRAINT mall_returnstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_serial
    ADD CONSTRAINT mall_serial_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_shipment
    ADD CONSTRAINT mall_shipment_key_key UNIQUE (key);
ALTER TABLE ONLY public.mall_shipment
    ADD CONSTRAINT mall_shipment_number_key UNIQUE (number);
ALTER TABLE ONLY public.mall_shipment
    ADD CONSTRAINT mall_shipment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_shipmentline
    ADD CONSTRAINT mall_shipmentline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_shopprice
    ADD CONSTRAINT mall_shopprice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_sku
    ADD CONSTRAINT mall_sku_code_key UNIQUE (code);
ALTER TABLE ONLY public.mall_sku
    ADD CONSTRAINT mall_sku_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT mall_statement_number_key UNIQUE (number);
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT mall_statement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_key_key UNIQUE (key);
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_stocklevel
    ADD CONSTRAINT mall_stocklevel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_supplier
    ADD CONSTRAINT mall_supplier_code_key UNIQUE (code);
ALTER TABLE ONLY public.mall_supplier
    ADD CONSTRAINT mall_supplier_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_supplierstaff
    ADD CONSTRAINT mall_supplierstaff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_tierprice
    ADD CONSTRAINT mall_tierprice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_timedprice
    ADD CONSTRAINT mall_timedprice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_trackingevent
    ADD CONSTRAINT mall_trackingevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_warehouse
    ADD CONSTRAINT mall_warehouse_code_key UNIQUE (code);
ALTER TABLE ONLY public.mall_warehouse
    ADD CONSTRAINT mall_warehouse_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_movedrows
    ADD CONSTRAINT moved_rows_once UNIQUE (merge_id, "column");
ALTER TABLE ONLY public.mall_notice
    ADD CONSTRAINT notice_once UNIQUE (provider, event);
ALTER TABLE ONLY public.mall_ordergroup
    ADD CONSTRAINT order_group_once UNIQUE (customer_id, key);
ALTER TABLE ONLY public.mall_orderline
    ADD CONSTRAINT order_line_once UNIQUE (order_id, key);
ALTER TABLE ONLY public.mall_order
    ADD CONSTRAINT order_number_once UNIQUE (source, number);
ALTER TABLE ONLY public.org_auditentry
    ADD CONSTRAINT org_auditentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_brand
    ADD CONSTRAINT org_brand_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_savedview
    ADD CONSTRAINT org_savedview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_shop
    ADD CONSTRAINT org_shop_code_key UNIQUE (code);
ALTER TABLE ONLY public.org_shop
    ADD CONSTRAINT org_shop_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_staff
    ADD CONSTRAINT org_staff_email_key UNIQUE (email);
ALTER TABLE ONLY public.org_staff
    ADD CONSTRAINT org_staff_phone_key UNIQUE (phone);
ALTER TABLE ONLY public.org_staff
    ADD CONSTRAINT org_staff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_staff
    ADD CONSTRAINT org_staff_username_key UNIQUE (username);
ALTER TABLE ONLY public.org_staffrole
    ADD CONSTRAINT org_staffrole_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outreach_block
    ADD CONSTRAINT outreach_block_key_key UNIQUE (key);
ALTER TABLE ONLY public.outreach_block
    ADD CONSTRAINT outreach_block_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outreach_message
    ADD CONSTRAINT outreach_message_key_key UNIQUE (key);
ALTER TABLE ONLY public.outreach_message
    ADD CONSTRAINT outreach_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mailbox_participant
    ADD CONSTRAINT participant_once UNIQUE (conversation_id, blind);
ALTER TABLE ONLY public.referral_passedover
    ADD CONSTRAINT passed_over_once UNIQUE (touch_id, customer_id);
ALTER TABLE ONLY public.mall_payment
    ADD CONSTRAINT payment_key_once UNIQUE (group_id, key);
ALTER TABLE ONLY public.mall_paymentsplit
    ADD CONSTRAINT payment_split_once UNIQUE (payment_id, order_id);
ALTER TABLE ONLY public.payouts_payout
    ADD CONSTRAINT payout_once UNIQUE (customer_id, key);
ALTER TABLE ONLY public.payouts_bankaccount
    ADD CONSTRAINT payouts_bankaccount_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.payouts_bankaccount
    ADD CONSTRAINT payouts_bankaccount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_bankfile
    ADD CONSTRAINT payouts_bankfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_identitycheck
    ADD CONSTRAINT payouts_identitycheck_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_part
    ADD CONSTRAINT payouts_part_key_key UNIQUE (key);
ALTER TABLE ONLY public.payouts_part
    ADD CONSTRAINT payouts_part_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_payout
    ADD CONSTRAINT payouts_payout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_payoutterms
    ADD CONSTRAINT payouts_payoutterms_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_person
    ADD CONSTRAINT payouts_person_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.payouts_person
    ADD CONSTRAINT payouts_person_number_mark_key UNIQUE (number_mark);
ALTER TABLE ONLY public.payouts_person
    ADD CONSTRAINT payouts_person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_run
    ADD CONSTRAINT payouts_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.payouts_taxexport
    ADD CONSTRAINT payouts_taxexport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.performance_bonus
    ADD CONSTRAINT performance_bonus_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.performance_bonusterms
    ADD CONSTRAINT performance_bonusterms_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.performance_staffday
    ADD CONSTRAINT performance_staffday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.performance_staleticket
    ADD CONSTRAINT performance_staleticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.performance_ticketshare
    ADD CONSTRAINT performance_ticketshare_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.referral_planversion
    ADD CONSTRAINT plan_version_once UNIQUE (plan_id, number);
ALTER TABLE ONLY public.points_change
    ADD CONSTRAINT points_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points_givenback
    ADD CONSTRAINT points_givenback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points_lot
    ADD CONSTRAINT points_lot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points_openlot
    ADD CONSTRAINT points_openlot_pkey PRIMARY KEY (lot_id);
ALTER TABLE ONLY public.points_programme
    ADD CONSTRAINT points_programme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points_redemption
    ADD CONSTRAINT points_redemption_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pointsmall_exchange
    ADD CONSTRAINT pointsmall_exchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pointsmall_item
    ADD CONSTRAINT pointsmall_item_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_policytarget
    ADD CONSTRAINT policy_target_once UNIQUE (version_id, clock);
ALTER TABLE ONLY public.desk_policyversion
    ADD CONSTRAINT policy_version_once UNIQUE (policy_id, number);
ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT posting_key_once UNIQUE (key, leg);
ALTER TABLE ONLY public.draws_prize
    ADD CONSTRAINT prize_once UNIQUE (draw_id, "position");
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.push_event
    ADD CONSTRAINT push_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.timeline_reaction
    ADD CONSTRAINT reaction_once UNIQUE (fact_id, handler);
ALTER TABLE ONLY public.points_redemption
    ADD CONSTRAINT redemption_key_once UNIQUE (key);
ALTER TABLE ONLY public.referral_block
    ADD CONSTRAINT referral_block_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT referral_commission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_commissionback
    ADD CONSTRAINT referral_commissionback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_family
    ADD CONSTRAINT referral_family_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.referral_fraudpolicy
    ADD CONSTRAINT referral_fraudpolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_frozenmember
    ADD CONSTRAINT referral_frozenmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_groupinvitation
    ADD CONSTRAINT referral_groupinvitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_invitercohort
    ADD CONSTRAINT referral_invitercohort_month_key UNIQUE (month);
ALTER TABLE ONLY public.referral_invitercohort
    ADD CONSTRAINT referral_invitercohort_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_leaderplace
    ADD CONSTRAINT referral_leaderplace_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.referral_leaderplace
    ADD CONSTRAINT referral_leaderplace_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_leaderplace
    ADD CONSTRAINT referral_leaderplace_place_key UNIQUE (place);
ALTER TABLE ONLY public.referral_linkshare
    ADD CONSTRAINT referral_linkshare_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_passedover
    ADD CONSTRAINT referral_passedover_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_plan
    ADD CONSTRAINT referral_plan_name_key UNIQUE (name);
ALTER TABLE ONLY public.referral_plan
    ADD CONSTRAINT referral_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_planversion
    ADD CONSTRAINT referral_planversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_portrait
    ADD CONSTRAINT referral_portrait_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.referral_portrait
    ADD CONSTRAINT referral_portrait_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_order_id_key UNIQUE (order_id);
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_programme
    ADD CONSTRAINT referral_programme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_referral
    ADD CONSTRAINT referral_referral_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_referrallink
    ADD CONSTRAINT referral_referrallink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_referrallink
    ADD CONSTRAINT referral_referrallink_token_key UNIQUE (token);
ALTER TABLE ONLY public.referral_replay
    ADD CONSTRAINT referral_replay_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_replay
    ADD CONSTRAINT referral_replay_version_id_key UNIQUE (version_id);
ALTER TABLE ONLY public.referral_screening
    ADD CONSTRAINT referral_screening_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_shareddevice
    ADD CONSTRAINT referral_shareddevice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_signoff
    ADD CONSTRAINT referral_signoff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_touch
    ADD CONSTRAINT referral_touch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_trial
    ADD CONSTRAINT referral_trial_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_unlisted
    ADD CONSTRAINT referral_unlisted_customer_id_key UNIQUE (customer_id);
ALTER TABLE ONLY public.referral_unlisted
    ADD CONSTRAINT referral_unlisted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_visitor
    ADD CONSTRAINT referral_visitor_mark_key UNIQUE (mark);
ALTER TABLE ONLY public.referral_visitor
    ADD CONSTRAINT referral_visitor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.referral_watchedline
    ADD CONSTRAINT referral_watchedline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mall_refundline
    ADD CONSTRAINT refund_line_once UNIQUE NULLS NOT DISTINCT (refund_id, line_id);
ALTER TABLE ONLY public.intake_rejection
    ADD CONSTRAINT rejection_once UNIQUE (run_id, line);
ALTER TABLE ONLY public.timeline_reminded
    ADD CONSTRAINT reminded_of_once UNIQUE (word, "on", days);
ALTER TABLE ONLY public.request_limit
    ADD CONSTRAINT request_limit_pkey PRIMARY KEY (name, caller);
ALTER TABLE ONLY public.mall_return
    ADD CONSTRAINT return_key_once UNIQUE (customer_id, key);
ALTER TABLE ONLY public.mall_returnline
    ADD CONSTRAINT return_line_once UNIQUE NULLS NOT DISTINCT (request_id, line_id, serial_id);
ALTER TABLE ONLY public.loyalty_ruleversion
    ADD CONSTRAINT rule_version_once UNIQUE (rule_id, number);
ALTER TABLE ONLY public.org_savedview
    ADD CONSTRAINT saved_view_once UNIQUE (staff_id, page, name);
ALTER TABLE ONLY public.insight_scorecell
    ADD CONSTRAINT score_cell_once UNIQUE (snapshot_id, recency, frequency, money, value_tier);
ALTER TABLE ONLY public.referral_screening
    ADD CONSTRAINT screening_once UNIQUE (order_id, customer_id);
ALTER TABLE ONLY public.insight_secondorder
    ADD CONSTRAINT second_order_once UNIQUE (snapshot_id, cohort, within_days);
ALTER TABLE ONLY public.mall_serial
    ADD CONSTRAINT serial_once UNIQUE (sku_id, number);
ALTER TABLE ONLY public.performance_bonus
    ADD CONSTRAINT service_bonus_once UNIQUE (staff_id, month);
ALTER TABLE ONLY public.referral_shareddevice
    ADD CONSTRAINT shared_device_once UNIQUE (visitor_id, customer_id);
ALTER TABLE ONLY public.mall_shipmentline
    ADD CONSTRAINT shipment_line_once UNIQUE (shipment_id, line_id);
ALTER TABLE ONLY public.mall_shopprice
    ADD CONSTRAINT shop_price_once UNIQUE NULLS NOT DISTINCT (shop_id, sku_id);
ALTER TABLE ONLY public.referral_signoff
    ADD CONSTRAINT sign_off_once UNIQUE (version_id, code);
ALTER TABLE ONLY public.desk_specialday
    ADD CONSTRAINT special_day_once UNIQUE (calendar_id, day);
ALTER TABLE ONLY public.performance_staffday
    ADD CONSTRAINT staff_day_once UNIQUE NULLS NOT DISTINCT (day, staff_id, kind);
ALTER TABLE ONLY public.org_staffrole
    ADD CONSTRAINT staff_role_once UNIQUE NULLS NOT DISTINCT (staff_id, role, shop_id);
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT statement_once_b UNIQUE (shop_id, until_on);
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT statement_once_s UNIQUE (supplier_id, until_on);
ALTER TABLE ONLY public.mall_stocklevel
    ADD CONSTRAINT stock_level_once UNIQUE (sku_id, warehouse_id);
ALTER TABLE ONLY public.storefront_block
    ADD CONSTRAINT storefront_block_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.storefront_front
    ADD CONSTRAINT storefront_front_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.loyalty_suggestion
    ADD CONSTRAINT suggestion_place_once UNIQUE (customer_id, place);
ALTER TABLE ONLY public.mall_supplierstaff
    ADD CONSTRAINT supplier_staff_once UNIQUE (supplier_id, staff_id);
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT ticket_number_once UNIQUE (draw_id, number);
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT ticket_place_once UNIQUE (draw_id, place);
ALTER TABLE ONLY public.desk_tickettag
    ADD CONSTRAINT ticket_tag_once UNIQUE (ticket_id, name);
ALTER TABLE ONLY public.tiers_tier
    ADD CONSTRAINT tier_code_once UNIQUE (plan_id, code);
ALTER TABLE ONLY public.mall_tierprice
    ADD CONSTRAINT tier_price_once UNIQUE NULLS NOT DISTINCT (tier, sku_id);
ALTER TABLE ONLY public.tiers_tier
    ADD CONSTRAINT tier_rank_once UNIQUE (plan_id, rank);
ALTER TABLE ONLY public.tiers_birthdays
    ADD CONSTRAINT tiers_birthdays_on_key UNIQUE ("on");
ALTER TABLE ONLY public.tiers_birthdays
    ADD CONSTRAINT tiers_birthdays_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tiers_growth
    ADD CONSTRAINT tiers_growth_key_key UNIQUE (key);
ALTER TABLE ONLY public.tiers_growth
    ADD CONSTRAINT tiers_growth_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tiers_growthback
    ADD CONSTRAINT tiers_growthback_key_key UNIQUE (key);
ALTER TABLE ONLY public.tiers_growthback
    ADD CONSTRAINT tiers_growthback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tiers_plan
    ADD CONSTRAINT tiers_plan_number_key UNIQUE (number);
ALTER TABLE ONLY public.tiers_plan
    ADD CONSTRAINT tiers_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tiers_reach
    ADD CONSTRAINT tiers_reach_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tiers_standing
    ADD CONSTRAINT tiers_standing_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.tiers_tier
    ADD CONSTRAINT tiers_tier_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.timeline_fact
    ADD CONSTRAINT timeline_fact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.timeline_reaction
    ADD CONSTRAINT timeline_reaction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.timeline_reminded
    ADD CONSTRAINT timeline_reminded_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.timeline_waiting
    ADD CONSTRAINT timeline_waiting_pkey PRIMARY KEY (fact_id);
ALTER TABLE ONLY public.mall_trackingevent
    ADD CONSTRAINT tracking_event_once UNIQUE (carrier, tracking, happened_at, state);
ALTER TABLE ONLY public.training_attempt
    ADD CONSTRAINT training_attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_attendance
    ADD CONSTRAINT training_attendance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_certificate
    ADD CONSTRAINT training_certificate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_course
    ADD CONSTRAINT training_course_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_drill
    ADD CONSTRAINT training_drill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_drill
    ADD CONSTRAINT training_drill_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.training_drillline
    ADD CONSTRAINT training_drillline_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_drillscript
    ADD CONSTRAINT training_drillscript_name_key UNIQUE (name);
ALTER TABLE ONLY public.training_drillscript
    ADD CONSTRAINT training_drillscript_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_programme
    ADD CONSTRAINT training_programme_name_key UNIQUE (name);
ALTER TABLE ONLY public.training_programme
    ADD CONSTRAINT training_programme_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cash_transfernotice
    ADD CONSTRAINT transfer_notice_once UNIQUE (provider, event);
ALTER TABLE ONLY public.customers_possibletwins
    ADD CONSTRAINT twins_once UNIQUE (low_id, high_id);
ALTER TABLE ONLY public.desk_viewing
    ADD CONSTRAINT viewing_once UNIQUE (ticket_id, staff_id);
ALTER TABLE ONLY public.desk_vipgroup
    ADD CONSTRAINT vip_group_once UNIQUE (kind, name);
ALTER TABLE ONLY public.webform_report
    ADD CONSTRAINT webform_report_conversation_id_key UNIQUE (conversation_id);
ALTER TABLE ONLY public.webform_report
    ADD CONSTRAINT webform_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wecom_account
    ADD CONSTRAINT wecom_account_code_key UNIQUE (code);
ALTER TABLE ONLY public.wecom_account
    ADD CONSTRAINT wecom_account_pkey PRIMARY KEY (id);
CREATE INDEX account_by_owner ON public.ledger_account USING btree (owner_kind, owner_id);
CREATE INDEX account_by_unit ON public.ledger_account USING btree (unit, id);
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE UNIQUE INDEX address_one_preferred ON public.mall_address USING btree (customer_id) WHERE preferred;
CREATE UNIQUE INDEX answer_accepted_once ON public.knowledge_answer USING btree (question_id) WHERE (accepted_at IS NOT NULL);
CREATE INDEX answer_by_helper ON public.knowledge_answer USING btree (customer_id, said_at DESC);
CREATE INDEX answer_waiting ON public.knowledge_answer USING btree (id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX article_marks ON public.knowledge_article USING gin (marks);
CREATE INDEX article_newest ON public.knowledge_article USING btree (changed_at DESC, id DESC);
CREATE INDEX audit_by_staff ON public.org_auditentry USING btree (staff_id, id DESC);
CREATE INDEX audit_by_target ON public.org_auditentry USING btree (target, id DESC);
CREATE INDEX audit_newest ON public.org_auditentry USING btree (at DESC, id DESC);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX award_by_customer ON public.loyalty_award USING btree (customer_id, id DESC);
CREATE INDEX award_by_order ON public.loyalty_award USING btree (order_id) WHERE (order_id IS NOT NULL);
CREATE INDEX award_by_rule ON public.loyalty_award USING btree (rule_id, id DESC);
CREATE INDEX award_due ON public.loyalty_award USING btree (release_at) WHERE (release_at IS NOT NULL);
CREATE INDEX bill_difference_open ON public.mall_billdifference USING btree (bill_id) WHERE (explained_by_id IS NULL);
CREATE UNIQUE INDEX block_once ON public.referral_block USING btree (customer_id) WHERE (lifted_at IS NULL);
CREATE INDEX block_open ON public.outreach_block USING btree (customer_id) WHERE (ended_at IS NULL);
CREATE INDEX bonus_by_customer ON public.cash_bonus USING btree (customer_id, id DESC);
CREATE INDEX bonus_by_state ON public.cash_bonus USING btree (state, id DESC);
CREATE INDEX bonus_due ON public.cash_bonus USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX bonus_owed ON public.cash_bonus USING btree (customer_id) WHERE (owed_fen > 0);
CREATE UNIQUE INDEX call_out_one_open ON public.desk_callout USING btree (ticket_id) WHERE (ended_at IS NULL);
CREATE INDEX call_step_due ON public.desk_callstep USING btree (due_at, id) WHERE (done_at IS NULL);
CREATE INDEX carrier_event_old ON public.mall_carrierevent USING btree (received_at);
CREATE INDEX cart_of_guests ON public.mall_cart USING btree (changed_at) WHERE (customer_id IS NULL);
CREATE INDEX cash_bonus_decided_by_id_b239380c ON public.cash_bonus USING btree (decided_by_id);
CREATE INDEX cash_bonus_key_282e497c_like ON public.cash_bonus USING btree (key varchar_pattern_ops);
CREATE INDEX cash_bonus_plan_id_834077b7 ON public.cash_bonus USING btree (plan_id);
CREATE INDEX cash_bonus_transfer_id_eb98f8cc ON public.cash_bonus USING btree (transfer_id);
CREATE INDEX cash_bonusback_bonus_id_4358cdea ON public.cash_bonusback USING btree (bonus_id);
CREATE INDEX cash_bonusback_key_cc827ef9_like ON public.cash_bonusback USING btree (key varchar_pattern_ops);
CREATE INDEX cash_cashterms_made_by_id_868cf3aa ON public.cash_cashterms USING btree (made_by_id);
CREATE INDEX cash_flowdifference_day_id_1708a9ea ON public.cash_flowdifference USING btree (day_id);
CREATE INDEX cash_flowdifference_explained_by_id_2cc2b95e ON public.cash_flowdifference USING btree (explained_by_id);
CREATE INDEX cash_leftout_customer_id_fd2358cd ON public.cash_leftout USING btree (customer_id);
CREATE INDEX cash_plan_approved_by_id_cfa044d5 ON public.cash_plan USING btree (approved_by_id);
CREATE INDEX cash_plan_budget_id_b5d8c13c ON public.cash_plan USING btree (budget_id);
CREATE INDEX cash_plan_made_by_id_008bcc9b ON public.cash_plan USING btree (made_by_id);
CREATE INDEX cash_quota_bucket_783efedf_like ON public.cash_quota USING btree (bucket varchar_pattern_ops);
CREATE INDEX cash_transfer_customer_id_4f20e9c6 ON public.cash_transfer USING btree (customer_id);
CREATE INDEX cash_transfer_number_addc8d38_like ON public.cash_transfer USING btree (number varchar_pattern_ops);
CREATE INDEX cash_transfernotice_transfer_id_afdb19ef ON public.cash_transfernotice USING btree (transfer_id);
CREATE INDEX category_by_path ON public.mall_category USING gin (path);
CREATE INDEX certificate_held ON public.training_certificate USING btree (programme_id, staff_id, ends_on DESC) WHERE (withdrawn_at IS NULL);
CREATE UNIQUE INDEX certificate_once ON public.training_certificate USING btree (course_id, staff_id) WHERE (withdrawn_at IS NULL);
CREATE INDEX change_by_customer ON public.points_change USING btree (customer_id, id DESC);
CREATE INDEX commission_by_customer ON public.referral_commission USING btree (customer_id, id DESC);
CREATE INDEX commission_due ON public.referral_commission USING btree (due_at, id) WHERE ((due_at IS NOT NULL) AND ((held_for)::text = ''::text) AND ((state)::text = 'pending'::text));
CREATE INDEX commission_held ON public.referral_commission USING btree (id DESC) WHERE (NOT ((held_for)::text = ''::text));
CREATE INDEX compensation_open ON public.loyalty_compensation USING btree (id) WHERE ((state)::text = 'asked'::text);
CREATE INDEX consent_latest ON public.customers_consent USING btree (customer_id, channel, purpose, happened_at DESC, id DESC);
CREATE INDEX conversation_by_customer ON public.desk_conversation USING btree (customer_id, id DESC);
CREATE INDEX coupon_batch_by_template ON public.coupons_batch USING btree (template_id, id DESC);
CREATE UNIQUE INDEX coupon_batch_code_once ON public.coupons_batch USING btree (code) WHERE (NOT ((code)::text = ''::text));
CREATE INDEX coupon_batch_open ON public.coupons_batch USING btree (kind) WHERE (((kind)::text = 'open'::text) AND (stopped_at IS NULL));
CREATE INDEX coupon_by_batch ON public.coupons_coupon USING btree (batch_id, customer_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX coupon_by_customer ON public.coupons_coupon USING btree (customer_id, state, expires_at) WHERE (customer_id IS NOT NULL);
CREATE INDEX coupon_by_version ON public.coupons_coupon USING btree (version_id, state);
CREATE INDEX coupon_due ON public.coupons_coupon USING btree (expires_at, id) WHERE ((state)::text = ANY (ARRAY[('issued'::character varying)::text, ('free'::character varying)::text]));
CREATE INDEX coupon_use_by_purchase ON public.coupons_use USING btree (purchase);
CREATE INDEX coupons_batch_made_by_id_360a6744 ON public.coupons_batch USING btree (made_by_id);
CREATE INDEX coupons_batch_template_id_44da32d9 ON public.coupons_batch USING btree (template_id);
CREATE INDEX coupons_coupon_code_40174643_like ON public.coupons_coupon USING btree (code varchar_pattern_ops);
CREATE INDEX coupons_coupon_key_d2e6145f_like ON public.coupons_coupon USING btree (key varchar_pattern_ops);
CREATE INDEX coupons_leftout_customer_id_492547df ON public.coupons_leftout USING btree (customer_id);
CREATE INDEX coupons_takenback_coupon_id_2af8ef58 ON public.coupons_takenback USING btree (coupon_id);
CREATE INDEX coupons_template_made_by_id_c33c4936 ON public.coupons_template USING btree (made_by_id);
CREATE INDEX coupons_version_made_by_id_1c57674b ON public.coupons_version USING btree (made_by_id);
CREATE INDEX coupons_version_sku_id_57d4628b ON public.coupons_version USING btree (sku_id);
CREATE INDEX coupons_version_template_id_26317712 ON public.coupons_version USING btree (template_id);
CREATE INDEX course_by_programme ON public.training_course USING btree (programme_id, opens_on DESC, id DESC);
CREATE INDEX customer_name_grams ON public.customers_customer USING gin (name_grams) WITH (gin_pending_list_limit='1024');
CREATE INDEX customer_newest ON public.customers_customer USING btree (joined_at DESC, id DESC) WHERE (merged_into_id IS NULL);
CREATE INDEX customer_number_trigrams ON public.customers_customer USING gin (upper((number)::text) public.gin_trgm_ops);
CREATE INDEX customer_tag_by_tag ON public.customers_customertag USING btree (tag_id, customer_id);
CREATE INDEX customers_consent_carried_from_id_f4ea0856 ON public.customers_consent USING btree (carried_from_id);
CREATE INDEX customers_consent_customer_id_e5c9af2d ON public.customers_consent USING btree (customer_id);
CREATE INDEX customers_consent_merge_id_c10086ca ON public.customers_consent USING btree (merge_id);
CREATE INDEX customers_consent_recorded_by_id_eb4f0d84 ON public.customers_consent USING btree (recorded_by_id);
CREATE INDEX customers_consent_text_id_3cfd5e77 ON public.customers_consent USING btree (text_id);
CREATE INDEX customers_consenttext_version_a2cd1b64_like ON public.customers_consenttext USING btree (version varchar_pattern_ops);
CREATE INDEX customers_customer_merged_into_id_2994ddb6 ON public.customers_customer USING btree (merged_into_id);
CREATE INDEX customers_customer_number_c63b3994_like ON public.customers_customer USING btree (number varchar_pattern_ops);
CREATE INDEX customers_customertag_added_by_id_89234d84 ON public.customers_customertag USING btree (added_by_id);
CREATE INDEX customers_customertag_customer_id_bd0af7af ON public.customers_customertag USING btree (customer_id);
CREATE INDEX customers_customertag_tag_id_9e916327 ON public.customers_customertag USING btree (tag_id);
CREATE INDEX customers_customertoken_customer_id_cdd4be69 ON public.customers_customertoken USING btree (customer_id);
CREATE INDEX customers_forgottenmark_customer_id_ba410b8a ON public.customers_forgottenmark USING btree (customer_id);
CREATE INDEX customers_identity_customer_id_b1e21f37 ON public.customers_identity USING btree (customer_id);
CREATE INDEX customers_merge_merged_by_id_f8b83ac2 ON public.customers_merge USING btree (merged_by_id);
CREATE INDEX customers_merge_merged_id_fa9d6919 ON public.customers_merge USING btree (merged_id);
CREATE INDEX customers_merge_survivor_id_4584b5fe ON public.customers_merge USING btree (survivor_id);
CREATE INDEX customers_merge_undone_by_id_6cedfb9e ON public.customers_merge USING btree (undone_by_id);
CREATE INDEX customers_movedrows_merge_id_e3236ccc ON public.customers_movedrows USING btree (merge_id);
CREATE INDEX customers_personalexport_customer_id_2ea20be4 ON public.customers_personalexport USING btree (customer_id);
CREATE INDEX customers_personalexport_requested_by_id_e8f29180 ON public.customers_personalexport USING btree (requested_by_id);
CREATE INDEX customers_possibletwins_high_id_ede0937c ON public.customers_possibletwins USING btree (high_id);
CREATE INDEX customers_possibletwins_low_id_e0e7abdd ON public.customers_possibletwins USING btree (low_id);
CREATE INDEX deadline_due ON public.desk_deadline USING btree (due_at, id) WHERE ((status)::text = 'running'::text);
CREATE INDEX deadline_warn ON public.desk_deadline USING btree (warn_at, id) WHERE (((status)::text = 'running'::text) AND (warn_at IS NOT NULL) AND (warned_at IS NULL));
CREATE INDEX delivery_due ON public.desk_delivery USING btree (next_at, id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX desk_attachment_message_id_b308aa5a ON public.desk_attachment USING btree (message_id);
CREATE INDEX desk_callout_ended_by_id_5736a920 ON public.desk_callout USING btree (ended_by_id);
CREATE INDEX desk_callout_ticket_id_a83de72e ON public.desk_callout USING btree (ticket_id);
CREATE INDEX desk_callstep_call_out_id_b1e673d9 ON public.desk_callstep USING btree (call_out_id);
CREATE INDEX desk_conversation_customer_id_03524ab9 ON public.desk_conversation USING btree (customer_id);
CREATE INDEX desk_deadline_policy_version_id_72369092 ON public.desk_deadline USING btree (policy_version_id);
CREATE INDEX desk_deadline_ticket_id_edbe81fa ON public.desk_deadline USING btree (ticket_id);
CREATE INDEX desk_department_calendar_id_7ffbaa56 ON public.desk_department USING btree (calendar_id);
CREATE INDEX desk_department_name_99fa9d4f_like ON public.desk_department USING btree (name varchar_pattern_ops);
CREATE INDEX desk_departmentmember_department_id_e570122b ON public.desk_departmentmember USING btree (department_id);
CREATE INDEX desk_departmentmember_staff_id_823e641e ON public.desk_departmentmember USING btree (staff_id);
CREATE INDEX desk_draft_staff_id_ee30728a ON public.desk_draft USING btree (staff_id);
CREATE INDEX desk_draft_ticket_id_96fa4bd2 ON public.desk_draft USING btree (ticket_id);
CREATE INDEX desk_dutychange_made_by_id_be2e4246 ON public.desk_dutychange USING btree (made_by_id);
CREATE INDEX desk_dutychange_staff_id_567caab1 ON public.desk_dutychange USING btree (staff_id);
CREATE INDEX desk_dutychange_taker_id_2dcaf312 ON public.desk_dutychange USING btree (taker_id);
CREATE INDEX desk_dutyrotation_name_3c8080b6_like ON public.desk_dutyrotation USING btree (name varchar_pattern_ops);
CREATE INDEX desk_dutyturn_rotation_id_9a6769e8 ON public.desk_dutyturn USING btree (rotation_id);
CREATE INDEX desk_dutyturn_staff_id_1e0bd4eb ON public.desk_dutyturn USING btree (staff_id);
CREATE INDEX desk_kindcertificate_kind_0282bba1_like ON public.desk_kindcertificate USING btree (kind varchar_pattern_ops);
CREATE INDEX desk_kindcertificate_programme_id_2c393a2f ON public.desk_kindcertificate USING btree (programme_id);
CREATE INDEX desk_logentry_message_id_c75bb206 ON public.desk_logentry USING btree (message_id);
CREATE INDEX desk_logentry_policy_version_id_898d0281 ON public.desk_logentry USING btree (policy_version_id);
CREATE INDEX desk_logentry_staff_id_a76726eb ON public.desk_logentry USING btree (staff_id);
CREATE INDEX desk_logentry_ticket_id_db0b2ec9 ON public.desk_logentry USING btree (ticket_id);
CREATE INDEX desk_macro_name_2e86828a_like ON public.desk_macro USING btree (name varchar_pattern_ops);
CREATE INDEX desk_macro_product_id_af7a1fd6 ON public.desk_macro USING btree (product_id);
CREATE INDEX desk_message_by_conversation ON public.desk_message USING btree (conversation_id, id DESC);
CREATE INDEX desk_message_by_ticket ON public.desk_message USING btree (ticket_id, happened_at, id);
CREATE INDEX desk_message_conversation_id_e57d6598 ON public.desk_message USING btree (conversation_id);
CREATE INDEX desk_message_marks ON public.desk_message USING gin (marks);
CREATE INDEX desk_message_of_staff ON public.desk_message USING btree (happened_at, staff_id) WHERE (((author)::text = 'staff'::text) AND public);
CREATE INDEX desk_message_staff_id_9399cf0e ON public.desk_message USING btree (staff_id);
CREATE INDEX desk_message_ticket_id_2fbacc05 ON public.desk_message USING btree (ticket_id);
CREATE INDEX desk_notice_about_id_6a3cb305 ON public.desk_notice USING btree (about_id);
CREATE INDEX desk_notice_call_step_id_0a120faf ON public.desk_notice USING btree (call_step_id);
CREATE INDEX desk_notice_key_feaea9c8_like ON public.desk_notice USING btree (key varchar_pattern_ops);
CREATE INDEX desk_notice_staff_id_dd8fbd78 ON public.desk_notice USING btree (staff_id);
CREATE INDEX desk_notice_ticket_id_ec3f5d01 ON public.desk_notice USING btree (ticket_id);
CREATE INDEX desk_ownagent_staff_id_0576c1f6 ON public.desk_ownagent USING btree (staff_id);
CREATE INDEX desk_policy_name_83eb0036_like ON public.desk_policy USING btree (name varchar_pattern_ops);
CREATE INDEX desk_policytarget_calendar_id_e2bc4736 ON public.desk_policytarget USING btree (calendar_id);
CREATE INDEX desk_policytarget_version_id_cfb23bd8 ON public.desk_policytarget USING btree (version_id);
CREATE INDEX desk_policyversion_policy_id_22edc74b ON public.desk_policyversion USING btree (policy_id);
CREATE INDEX desk_policyversion_saved_by_id_28c42861 ON public.desk_policyversion USING btree (saved_by_id);
CREATE INDEX desk_rating_customer_id_8bc433a6 ON public.desk_rating USING btree (customer_id);
CREATE INDEX desk_rating_key_599901a6_like ON public.desk_rating USING btree (key varchar_pattern_ops);
CREATE INDEX desk_rating_staff_id_8c132d0e ON public.desk_rating USING btree (staff_id);
CREATE INDEX desk_rating_ticket_id_43af7027 ON public.desk_rating USING btree (ticket_id);
CREATE INDEX desk_specialday_calendar_id_b3fd24e9 ON public.desk_specialday USING btree (calendar_id);
CREATE INDEX desk_statename_name_02d2224f_like ON public.desk_statename USING btree (name varchar_pattern_ops);
CREATE INDEX desk_task_asked_by_id_4571d7fc ON public.desk_task USING btree (asked_by_id);
CREATE INDEX desk_task_department_id_857c83fa ON public.desk_task USING btree (department_id);
CREATE INDEX desk_task_key_b2c79959_like ON public.desk_task USING btree (key varchar_pattern_ops);
CREATE INDEX desk_task_owner_id_6b7dfb32 ON public.desk_task USING btree (owner_id);
CREATE INDEX desk_task_ticket_id_0e8d8fe9 ON public.desk_task USING btree (ticket_id);
CREATE INDEX desk_ticket_assignee_id_2ceb07a1 ON public.desk_ticket USING btree (assignee_id);
CREATE INDEX desk_ticket_conversation_id_0b99896f ON public.desk_ticket USING btree (conversation_id);
CREATE INDEX desk_ticket_customer_id_e1c6dc73 ON public.desk_ticket USING btree (customer_id);
CREATE INDEX desk_ticket_merged_into_id_23004089 ON public.desk_ticket USING btree (merged_into_id);
CREATE INDEX desk_ticket_number_571b7004_like ON public.desk_ticket USING btree (number varchar_pattern_ops);
CREATE INDEX desk_ticket_policy_version_id_835e5de2 ON public.desk_ticket USING btree (policy_version_id);
CREATE INDEX desk_ticket_state_name_id_145ac15b ON public.desk_ticket USING btree (state_name_id);
CREATE INDEX desk_ticketproduct_line_id_9fae96fa ON public.desk_ticketproduct USING btree (line_id);
CREATE INDEX desk_ticketproduct_product_id_2d018acf ON public.desk_ticketproduct USING btree (product_id);
CREATE INDEX desk_tickettag_ticket_id_757abbf5 ON public.desk_tickettag USING btree (ticket_id);
CREATE INDEX desk_viewing_staff_id_b046e9d8 ON public.desk_viewing USING btree (staff_id);
CREATE INDEX desk_viewing_ticket_id_22e8c05f ON public.desk_viewing USING btree (ticket_id);
CREATE INDEX desk_workcalendar_name_3d92ae64_like ON public.desk_workcalendar USING btree (name varchar_pattern_ops);
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX draw_ticket_by_customer ON public.draws_ticket USING btree (customer_id, draw_id, state);
CREATE INDEX draw_ticket_by_prize ON public.draws_ticket USING btree (prize_id, id DESC) WHERE (prize_id IS NOT NULL);
CREATE INDEX draw_ticket_to_deliver ON public.draws_ticket USING btree (id) WHERE ((delivery)::text = ANY (ARRAY[('wanted'::character varying)::text, ('stuck'::character varying)::text]));
CREATE INDEX draw_to_end ON public.draws_draw USING btree (closes_at) WHERE ((state)::text = 'published'::text);
CREATE INDEX draws_draw_made_by_id_57c867a6 ON public.draws_draw USING btree (made_by_id);
CREATE INDEX draws_draw_number_0fd52f89_like ON public.draws_draw USING btree (number varchar_pattern_ops);
CREATE INDEX draws_draw_published_by_id_4970b76c ON public.draws_draw USING btree (published_by_id);
CREATE INDEX draws_prize_draw_id_5f9969fc ON public.draws_prize USING btree (draw_id);
CREATE INDEX draws_ticket_key_f1a4d768_like ON public.draws_ticket USING btree (key varchar_pattern_ops);
CREATE INDEX drill_of_candidates ON public.training_drill USING btree (made_at) WHERE (staff_id IS NULL);
CREATE INDEX drill_of_staff ON public.training_drill USING btree (staff_id, id DESC);
CREATE INDEX duty_change_by_end ON public.desk_dutychange USING btree (ends_at);
CREATE INDEX exchange_by_customer ON public.pointsmall_exchange USING btree (customer_id, id DESC);
CREATE INDEX exchange_by_item ON public.pointsmall_exchange USING btree (item_id, id DESC);
CREATE INDEX export_by_customer ON public.customers_personalexport USING btree (customer_id, id DESC);
CREATE INDEX export_to_delete ON public.customers_personalexport USING btree (expires_at) WHERE (zip_enc IS NOT NULL);
CREATE INDEX fact_by_customer ON public.timeline_fact USING btree (customer_id, happened_at DESC, id DESC);
CREATE INDEX fact_by_kind ON public.timeline_fact USING btree (kind, happened_at);
CREATE INDEX forgotten_mark_by_customer ON public.customers_forgottenmark USING btree (customer_id);
CREATE INDEX gift_by_customer ON public.gifts_gift USING btree (customer_id, id DESC);
CREATE INDEX gift_by_kind ON public.gifts_gift USING btree (kind_id, state);
CREATE INDEX gift_by_source ON public.gifts_gift USING btree (of);
CREATE UNIQUE INDEX gift_kind_name_once ON public.gifts_giftkind USING btree (name) WHERE (stopped_at IS NULL);
CREATE INDEX gift_open_until ON public.gifts_gift USING btree (claim_by, customer_id) WHERE ((state)::text = 'open'::text);
CREATE INDEX gifts_gift_key_b3e25180_like ON public.gifts_gift USING btree (key varchar_pattern_ops);
CREATE INDEX gifts_giftkind_budget_id_ce8cba0a ON public.gifts_giftkind USING btree (budget_id);
CREATE INDEX gifts_giftkind_made_by_id_8c88cd1d ON public.gifts_giftkind USING btree (made_by_id);
CREATE INDEX gifts_giftkind_shop_id_d6e45da7 ON public.gifts_giftkind USING btree (shop_id);
CREATE INDEX gifts_giftkind_sku_id_4715dfe4 ON public.gifts_giftkind USING btree (sku_id);
CREATE INDEX grant_asked ON public.loyalty_grant USING btree (id) WHERE ((state)::text = 'asked'::text);
CREATE INDEX grant_by_customer ON public.loyalty_grant USING btree (customer_id, id DESC);
CREATE UNIQUE INDEX group_invitation_once ON public.referral_groupinvitation USING btree (key) WHERE (NOT ((key)::text = ''::text));
CREATE INDEX growth_by_day ON public.tiers_growth USING btree (customer_id, counts_on) INCLUDE (amount, taken);
CREATE INDEX identity_check_by_customer ON public.payouts_identitycheck USING btree (customer_id, asked_at DESC);
CREATE INDEX identity_phone_tail ON public.customers_identity USING btree ("right"((hint)::text, 4)) WHERE ((kind)::text = 'phone'::text);
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);
CREATE INDEX improve_finding_product_id_349a167b ON public.improve_finding USING btree (product_id);
CREATE INDEX improve_finding_week_id_f5c52cac ON public.improve_finding USING btree (week_id);
CREATE INDEX improve_improvement_key_15baa255_like ON public.improve_improvement USING btree (key varchar_pattern_ops);
CREATE INDEX improve_improvement_opened_by_id_2d8f7424 ON public.improve_improvement USING btree (opened_by_id);
CREATE INDEX improve_improvement_owner_id_85fc42b8 ON public.improve_improvement USING btree (owner_id);
CREATE INDEX improve_improvement_product_id_9983123a ON public.improve_improvement USING btree (product_id);
CREATE INDEX improvement_due ON public.improve_improvement USING btree (due_on, id) WHERE ((state)::text = ANY (ARRAY[('open'::character varying)::text, ('working'::character varying)::text]));
CREATE INDEX improvement_of_cause ON public.improve_improvement USING btree (product_id, kind);
CREATE INDEX insight_churnmonth_snapshot_id_4e7000db ON public.insight_churnmonth USING btree (snapshot_id);
CREATE INDEX insight_cohortcell_snapshot_id_1060245d ON public.insight_cohortcell USING btree (snapshot_id);
CREATE INDEX insight_cuts_made_by_id_a935ee4b ON public.insight_cuts USING btree (made_by_id);
CREATE INDEX insight_gapbin_snapshot_id_663d9873 ON public.insight_gapbin USING btree (snapshot_id);
CREATE INDEX insight_scorecell_snapshot_id_b9e029a6 ON public.insight_scorecell USING btree (snapshot_id);
CREATE INDEX insight_secondorder_snapshot_id_74f9729e ON public.insight_secondorder USING btree (snapshot_id);
CREATE INDEX insight_snapshot_cuts_id_69655d44 ON public.insight_snapshot USING btree (cuts_id);
CREATE INDEX intake_rejection_run_id_ebccb727 ON public.intake_rejection USING btree (run_id);
CREATE INDEX intake_run_by_id_6b5bf854 ON public.intake_run USING btree (by_id);
CREATE INDEX kit_cache_expires ON public.kit_cache USING btree (expires);
CREATE INDEX knowledge_advice_article_id_221ff6e6 ON public.knowledge_advice USING btree (article_id);
CREATE INDEX knowledge_advice_author_id_12ca78d6 ON public.knowledge_advice USING btree (author_id);
CREATE INDEX knowledge_advice_solution_id_13b48be9 ON public.knowledge_advice USING btree (solution_id);
CREATE INDEX knowledge_advice_staff_id_9e7542ce ON public.knowledge_advice USING btree (staff_id);
CREATE INDEX knowledge_advice_ticket_id_4f61f15e ON public.knowledge_advice USING btree (ticket_id);
CREATE INDEX knowledge_answer_accepted_by_id_29f14152 ON public.knowledge_answer USING btree (accepted_by_id);
CREATE INDEX knowledge_answer_customer_id_da59ee3c ON public.knowledge_answer USING btree (customer_id);
CREATE INDEX knowledge_answer_key_f9883126_like ON public.knowledge_answer USING btree (key varchar_pattern_ops);
CREATE INDEX knowledge_answer_question_id_3d9e7194 ON public.knowledge_answer USING btree (question_id);
CREATE INDEX knowledge_answervote_answer_id_5e02bf7d ON public.knowledge_answervote USING btree (answer_id);
CREATE INDEX knowledge_answervote_customer_id_9b483b89 ON public.knowledge_answervote USING btree (customer_id);
CREATE INDEX knowledge_article_changed_by_id_3890ef3f ON public.knowledge_article USING btree (changed_by_id);
CREATE INDEX knowledge_article_product_id_c4fb9fc3 ON public.knowledge_article USING btree (product_id);
CREATE INDEX knowledge_articleopinion_article_id_033317f2 ON public.knowledge_articleopinion USING btree (article_id);
CREATE INDEX knowledge_articleopinion_customer_id_6d661a9b ON public.knowledge_articleopinion USING btree (customer_id);
CREATE INDEX knowledge_question_customer_id_6245ccfd ON public.knowledge_question USING btree (customer_id);
CREATE INDEX knowledge_question_key_16abc174_like ON public.knowledge_question USING btree (key varchar_pattern_ops);
CREATE INDEX knowledge_question_product_id_e789d504 ON public.knowledge_question USING btree (product_id);
CREATE INDEX knowledge_question_ticket_id_556d7419 ON public.knowledge_question USING btree (ticket_id);
CREATE INDEX knowledge_solution_answer_id_0c69ae64 ON public.knowledge_solution USING btree (answer_id);
CREATE INDEX ledger_account_address_7e7fa9f6_like ON public.ledger_account USING btree (address varchar_pattern_ops);
CREATE INDEX ledger_openhold_credit_id_5aab83e0 ON public.ledger_openhold USING btree (credit_id);
CREATE INDEX ledger_openhold_debit_id_0601188d ON public.ledger_openhold USING btree (debit_id);
CREATE INDEX link_share_by_link ON public.referral_linkshare USING btree (link_id, at DESC, id DESC);
CREATE INDEX login_code_age ON public.customers_logincode USING btree (created_at);
CREATE INDEX login_code_by_ip ON public.customers_logincode USING btree (ip_mark, created_at DESC);
CREATE INDEX login_code_by_phone ON public.customers_logincode USING btree (phone_mark, created_at DESC);
CREATE INDEX lot_by_customer ON public.points_lot USING btree (customer_id, id DESC);
CREATE INDEX loyalty_award_fact_id_22cee43e ON public.loyalty_award USING btree (fact_id);
CREATE INDEX loyalty_award_rule_id_e355aea3 ON public.loyalty_award USING btree (rule_id);
CREATE INDEX loyalty_awardback_award_id_59d95b39 ON public.loyalty_awardback USING btree (award_id);
CREATE INDEX loyalty_awardback_fact_id_080f7057 ON public.loyalty_awardback USING btree (fact_id);
CREATE INDEX loyalty_budget_made_by_id_ab4dd9c8 ON public.loyalty_budget USING btree (made_by_id);
CREATE INDEX loyalty_compensation_asked_by_id_286bf361 ON public.loyalty_compensation USING btree (asked_by_id);
CREATE INDEX loyalty_compensation_decided_by_id_926706c1 ON public.loyalty_compensation USING btree (decided_by_id);
CREATE INDEX loyalty_compensation_gift_kind_id_b22be052 ON public.loyalty_compensation USING btree (gift_kind_id);
CREATE INDEX loyalty_compensation_template_id_fcba5a8d ON public.loyalty_compensation USING btree (template_id);
CREATE INDEX loyalty_compensation_ticket_id_6802d398 ON public.loyalty_compensation USING btree (ticket_id);
CREATE INDEX loyalty_effectwindow_effect_id_7c4f8482 ON public.loyalty_effectwindow USING btree (effect_id);
CREATE INDEX loyalty_grant_budget_id_65289427 ON public.loyalty_grant USING btree (budget_id);
CREATE INDEX loyalty_grant_decided_by_id_33a9d163 ON public.loyalty_grant USING btree (decided_by_id);
CREATE INDEX loyalty_grant_fact_id_0e05d664 ON public.loyalty_grant USING btree (fact_id);
CREATE INDEX loyalty_grant_staff_id_4649ccc7 ON public.loyalty_grant USING btree (staff_id);
CREATE INDEX loyalty_pack_made_by_id_45882808 ON public.loyalty_pack USING btree (made_by_id);
CREATE INDEX loyalty_ruleversion_budget_id_8b89d157 ON public.loyalty_ruleversion USING btree (budget_id);
CREATE INDEX loyalty_ruleversion_made_by_id_5103f1c8 ON public.loyalty_ruleversion USING btree (made_by_id);
CREATE INDEX loyalty_ruleversion_rule_id_2a0520b5 ON public.loyalty_ruleversion USING btree (rule_id);
CREATE INDEX made_file_by_staff ON public.mall_madefile USING btree (staff_id, id DESC);
CREATE INDEX made_file_old ON public.mall_madefile USING btree (expires_at);
CREATE INDEX mail_of_sender ON public.mailbox_mail USING btree (sender_blind, arrived_at);
CREATE INDEX mail_to_forget ON public.mailbox_mail USING btree (settled_at) WHERE ((said_id IS NULL) AND (NOT (text_enc = '\x'::bytea)));
CREATE INDEX mail_waiting ON public.mailbox_mail USING btree (id DESC) WHERE ((said_id IS NULL) AND (settled_at IS NULL));
CREATE INDEX mailbox_mail_hinted_id_1b71fed5 ON public.mailbox_mail USING btree (hinted_id);
CREATE INDEX mailbox_mail_mailbox_id_3e9e83e0 ON public.mailbox_mail USING btree (mailbox_id);
CREATE INDEX mailbox_mail_settled_by_id_459c0dd4 ON public.mailbox_mail USING btree (settled_by_id);
CREATE INDEX mailbox_mailbox_address_b9fd2242_like ON public.mailbox_mailbox USING btree (address varchar_pattern_ops);
CREATE INDEX mailbox_parkedfile_mail_id_7c4210aa ON public.mailbox_parkedfile USING btree (mail_id);
CREATE INDEX mailbox_participant_conversation_id_32d53fbf ON public.mailbox_participant USING btree (conversation_id);
CREATE INDEX mall_address_customer_id_9790e40b ON public.mall_address USING btree (customer_id);
CREATE INDEX mall_billdifference_bill_id_a4574278 ON public.mall_billdifference USING btree (bill_id);
CREATE INDEX mall_billdifference_explained_by_id_979e7391 ON public.mall_billdifference USING btree (explained_by_id);
CREATE INDEX mall_cartline_cart_id_49c23001 ON public.mall_cartline USING btree (cart_id);
CREATE INDEX mall_cartline_shop_id_f3e28832 ON public.mall_cartline USING btree (shop_id);
CREATE INDEX mall_cartline_sku_id_f63d6fdf ON public.mall_cartline USING btree (sku_id);
CREATE INDEX mall_category_parent_id_f815a16d ON public.mall_category USING btree (parent_id);
CREATE INDEX mall_companion_accessory_id_d121fbd7 ON public.mall_companion USING btree (accessory_id);
CREATE INDEX mall_companion_product_id_eb0fecf6 ON public.mall_companion USING btree (product_id);
CREATE INDEX mall_freightrow_template_id_99d82a3e ON public.mall_freightrow USING btree (template_id);
CREATE INDEX mall_label_name_f86ceb38_like ON public.mall_label USING btree (name varchar_pattern_ops);
CREATE INDEX mall_madefile_staff_id_bd5a8057 ON public.mall_madefile USING btree (staff_id);
CREATE INDEX mall_movement_key_4c767e5b_like ON public.mall_movement USING btree (key varchar_pattern_ops);
CREATE INDEX mall_movement_level_id_82e786af ON public.mall_movement USING btree (level_id);
CREATE INDEX mall_movement_staff_id_53ceeee8 ON public.mall_movement USING btree (staff_id);
CREATE INDEX mall_notice_explained_by_id_9e2cff6b ON public.mall_notice USING btree (explained_by_id);
CREATE INDEX mall_notice_payment_id_17969526 ON public.mall_notice USING btree (payment_id);
CREATE INDEX mall_order_group_id_81e03308 ON public.mall_order USING btree (group_id);
CREATE INDEX mall_order_shop_id_fc02cece ON public.mall_order USING btree (shop_id);
CREATE INDEX mall_order_supplier_id_a9a43c89 ON public.mall_order USING btree (supplier_id);
CREATE INDEX mall_orderchange_order_id_a8069687 ON public.mall_orderchange USING btree (order_id);
CREATE INDEX mall_orderchange_run_id_2433cff4 ON public.mall_orderchange USING btree (run_id);
CREATE INDEX mall_ordergroup_customer_id_16bc3744 ON public.mall_ordergroup USING btree (customer_id);
CREATE INDEX mall_ordergroup_number_0f86ce6c_like ON public.mall_ordergroup USING btree (number varchar_pattern_ops);
CREATE INDEX mall_ordernote_order_id_35d67bc5 ON public.mall_ordernote USING btree (order_id);
CREATE INDEX mall_ordernote_staff_id_f29ed883 ON public.mall_ordernote USING btree (staff_id);
CREATE INDEX mall_payment_group_id_d104d801 ON public.mall_payment USING btree (group_id);
CREATE INDEX mall_payment_number_29c90cb3_like ON public.mall_payment USING btree (number varchar_pattern_ops);
CREATE INDEX mall_paymentsplit_order_id_2e45cf1b ON public.mall_paymentsplit USING btree (order_id);
CREATE INDEX mall_paymentsplit_payment_id_d8014214 ON public.mall_paymentsplit USING btree (payment_id);
CREATE INDEX mall_picture_product_id_152dfd59 ON public.mall_picture USING btree (product_id);
CREATE INDEX mall_product_category_id_7f10e670 ON public.mall_product USING btree (category_id);
CREATE INDEX mall_product_code_d63fcdde_like ON public.mall_product USING btree (code varchar_pattern_ops);
CREATE INDEX mall_product_label_id_8b9925d5 ON public.mall_product USING btree (label_id);
CREATE INDEX mall_product_supplier_id_6df38f19 ON public.mall_product USING btree (supplier_id);
CREATE INDEX mall_refund_key_0cb39a01_like ON public.mall_refund USING btree (key varchar_pattern_ops);
CREATE INDEX mall_refund_number_760b79ea_like ON public.mall_refund USING btree (number varchar_pattern_ops);
CREATE INDEX mall_refund_order_id_8c051494 ON public.mall_refund USING btree (order_id);
CREATE INDEX mall_refund_payment_id_a5c07646 ON public.mall_refund USING btree (payment_id);
CREATE INDEX mall_refundline_line_id_95077ac5 ON public.mall_refundline USING btree (line_id);
CREATE INDEX mall_refundline_refund_id_88b11b68 ON public.mall_refundline USING btree (refund_id);
CREATE INDEX mall_repairquote_purchase_id_7ff57f0f ON public.mall_repairquote USING btree (purchase_id);
CREATE INDEX mall_repairquote_request_id_3eec66b8 ON public.mall_repairquote USING btree (request_id);
CREATE INDEX mall_reservation_level_id_c4b8a199 ON public.mall_reservation USING btree (level_id);
CREATE INDEX mall_reservation_line_id_4eceb8ec ON public.mall_reservation USING btree (line_id);
CREATE INDEX mall_reservation_timed_price_id_508c1246 ON public.mall_reservation USING btree (timed_price_id);
CREATE INDEX mall_return_assignee_id_345516ca ON public.mall_return USING btree (assignee_id);
CREATE INDEX mall_return_customer_id_e1abe337 ON public.mall_return USING btree (customer_id);
CREATE INDEX mall_return_number_ef775690_like ON public.mall_return USING btree (number varchar_pattern_ops);
CREATE INDEX mall_return_order_id_66145f43 ON public.mall_return USING btree (order_id);
CREATE INDEX mall_returnline_line_id_67819109 ON public.mall_returnline USING btree (line_id);
CREATE INDEX mall_returnline_refund_id_7c7836ab ON public.mall_returnline USING btree (refund_id);
CREATE INDEX mall_returnline_request_id_a74dbee4 ON public.mall_returnline USING btree (request_id);
CREATE INDEX mall_returnline_serial_id_8fd4284d ON public.mall_returnline USING btree (serial_id);
CREATE INDEX mall_returnphoto_request_id_26ed11ed ON public.mall_returnphoto USING btree (request_id);
CREATE INDEX mall_returnstep_request_id_e5f23d66 ON public.mall_returnstep USING btree (request_id);
CREATE INDEX mall_returnstep_staff_id_b57608ea ON public.mall_returnstep USING btree (staff_id);
CREATE INDEX mall_serial_customer_id_3f8c1a4a ON public.mall_serial USING btree (customer_id);
CREATE INDEX mall_serial_line_id_b5ec4919 ON public.mall_serial USING btree (line_id);
CREATE INDEX mall_serial_shipment_id_9b60d90c ON public.mall_serial USING btree (shipment_id);
CREATE INDEX mall_serial_sku_id_4a3dc005 ON public.mall_serial USING btree (sku_id);
CREATE INDEX mall_shipment_key_1af19ef7_like ON public.mall_shipment USING btree (key varchar_pattern_ops);
CREATE INDEX mall_shipment_number_25d42816_like ON public.mall_shipment USING btree (number varchar_pattern_ops);
CREATE INDEX mall_shipment_order_id_b8d97d2d ON public.mall_shipment USING btree (order_id);
CREATE INDEX mall_shipment_request_id_c9d28712 ON public.mall_shipment USING btree (request_id);
CREATE INDEX mall_shipmentline_line_id_8008bca9 ON public.mall_shipmentline USING btree (line_id);
CREATE INDEX mall_shipmentline_shipment_id_fb01d2c6 ON public.mall_shipmentline USING btree (shipment_id);
CREATE INDEX mall_shopprice_shop_id_f64a1cfd ON public.mall_shopprice USING btree (shop_id);
CREATE INDEX mall_shopprice_sku_id_aad5d109 ON public.mall_shopprice USING btree (sku_id);
CREATE INDEX mall_sku_code_a1b53473_like ON public.mall_sku USING btree (code varchar_pattern_ops);
CREATE INDEX mall_sku_product_id_7ecf1c67 ON public.mall_sku USING btree (product_id);
CREATE INDEX mall_statement_closed_by_id_d1f765df ON public.mall_statement USING btree (closed_by_id);
CREATE INDEX mall_statement_number_0557ebb1_like ON public.mall_statement USING btree (number varchar_pattern_ops);
CREATE INDEX mall_statement_paid_by_id_91adbcc7 ON public.mall_statement USING btree (paid_by_id);
CREATE INDEX mall_statement_shop_id_bcced25c ON public.mall_statement USING btree (shop_id);
CREATE INDEX mall_statement_supplier_id_918c5a31 ON public.mall_statement USING btree (supplier_id);
CREATE INDEX mall_statementline_key_c5f3759c_like ON public.mall_statementline USING btree (key varchar_pattern_ops);
CREATE INDEX mall_statementline_line_id_c182a1f5 ON public.mall_statementline USING btree (line_id);
CREATE INDEX mall_statementline_order_id_79f92743 ON public.mall_statementline USING btree (order_id);
CREATE INDEX mall_statementline_refund_line_id_c13397bb ON public.mall_statementline USING btree (refund_line_id);
CREATE INDEX mall_statementline_shop_id_3e6b925e ON public.mall_statementline USING btree (shop_id);
CREATE INDEX mall_statementline_statement_id_1e4baeb7 ON public.mall_statementline USING btree (statement_id);
CREATE INDEX mall_statementline_supplier_id_72707759 ON public.mall_statementline USING btree (supplier_id);
CREATE INDEX mall_stocklevel_sku_id_e5e06a6d ON public.mall_stocklevel USING btree (sku_id);
CREATE INDEX mall_stocklevel_warehouse_id_0dcc9df0 ON public.mall_stocklevel USING btree (warehouse_id);
CREATE INDEX mall_supplier_code_d81a6242_like ON public.mall_supplier USING btree (code varchar_pattern_ops);
CREATE INDEX mall_supplierstaff_staff_id_e870a802 ON public.mall_supplierstaff USING btree (staff_id);
CREATE INDEX mall_supplierstaff_supplier_id_daf7bcf2 ON public.mall_supplierstaff USING btree (supplier_id);
CREATE INDEX mall_tierprice_sku_id_34124451 ON public.mall_tierprice USING btree (sku_id);
CREATE INDEX mall_timedprice_shop_id_b93951ba ON public.mall_timedprice USING btree (shop_id);
CREATE INDEX mall_timedprice_sku_id_a12ff278 ON public.mall_timedprice USING btree (sku_id);
CREATE INDEX mall_warehouse_code_f9ebd1bc_like ON public.mall_warehouse USING btree (code varchar_pattern_ops);
CREATE INDEX mall_warehouse_supplier_id_8e49b884 ON public.mall_warehouse USING btree (supplier_id);
CREATE UNIQUE INDEX merged_once ON public.customers_merge USING btree (merged_id) WHERE (undone_at IS NULL);
CREATE INDEX message_by_customer ON public.outreach_message USING btree (customer_id, asked_at DESC, id DESC);
CREATE INDEX message_claimed ON public.outreach_message USING btree (claimed_until) WHERE ((state)::text = 'sending'::text);
CREATE INDEX message_due ON public.outreach_message USING btree (send_at) WHERE ((state)::text = ANY (ARRAY[('queued'::character varying)::text, ('held'::character varying)::text]));
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);
CREATE INDEX movement_by_level ON public.mall_movement USING btree (level_id, id DESC);
CREATE INDEX notice_to_look_at ON public.mall_notice USING btree (received_at DESC) WHERE needs_look;
CREATE INDEX notice_unseen ON public.desk_notice USING btree (staff_id, id DESC) WHERE (seen_at IS NULL);
CREATE INDEX openhold_by_expiry ON public.ledger_openhold USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX openlot_by_expiry ON public.points_openlot USING btree (expires_at, customer_id) WHERE (expires_at IS NOT NULL);
CREATE INDEX openlot_first_out ON public.points_openlot USING btree (customer_id, expires_at, lot_id);
CREATE INDEX order_board ON public.mall_order USING btree (state, placed_at DESC, id DESC) WHERE ((source)::text = ANY (ARRAY[('shop'::character varying)::text, ('gift'::character varying)::text]));
CREATE INDEX order_by_customer ON public.mall_order USING btree (customer_id, placed_at DESC, id DESC);
CREATE INDEX order_change_by_order ON public.mall_orderchange USING btree (order_id, id DESC);
CREATE INDEX order_group_due ON public.mall_ordergroup USING btree (expires_at) WHERE ((state)::text = 'placed'::text);
CREATE INDEX order_line_by_item ON public.mall_orderline USING btree (item_id) WHERE (item_id IS NOT NULL);
CREATE INDEX order_newest ON public.mall_order USING btree (placed_at DESC, id DESC);
CREATE INDEX org_auditentry_shop_id_0fa2e77c ON public.org_auditentry USING btree (shop_id);
CREATE INDEX org_auditentry_staff_id_62dfd8aa ON public.org_auditentry USING btree (staff_id);
CREATE INDEX org_savedview_staff_id_ef24c1a4 ON public.org_savedview USING btree (staff_id);
CREATE INDEX org_shop_code_c507fb6c_like ON public.org_shop USING btree (code varchar_pattern_ops);
CREATE INDEX org_staff_email_a0fbbdd2_like ON public.org_staff USING btree (email varchar_pattern_ops);
CREATE INDEX org_staff_phone_1d1830bb_like ON public.org_staff USING btree (phone varchar_pattern_ops);
CREATE INDEX org_staff_username_a7f78b0b_like ON public.org_staff USING btree (username varchar_pattern_ops);
CREATE INDEX org_staffrole_shop_id_08dee103 ON public.org_staffrole USING btree (shop_id);
CREATE INDEX org_staffrole_staff_id_178e910d ON public.org_staffrole USING btree (staff_id);
CREATE INDEX outreach_block_customer_id_1a5548ab ON public.outreach_block USING btree (customer_id);
CREATE INDEX outreach_block_key_edddfb09_like ON public.outreach_block USING btree (key varchar_pattern_ops);
CREATE INDEX outreach_message_about_id_f7c2a491 ON public.outreach_message USING btree (about_id);
CREATE INDEX outreach_message_customer_id_6af0ebae ON public.outreach_message USING btree (customer_id);
CREATE INDEX outreach_message_key_cd8ea9d5_like ON public.outreach_message USING btree (key varchar_pattern_ops);
CREATE UNIQUE INDEX pack_name_once ON public.loyalty_pack USING btree (name) WHERE (stopped_at IS NULL);
CREATE INDEX part_without_file ON public.payouts_part USING btree (id) WHERE ((file_id IS NULL) AND ((state)::text = 'sending'::text));
CREATE INDEX payment_by_day ON public.mall_payment USING btree (provider, paid_at);
CREATE INDEX payment_due ON public.mall_payment USING btree (ask_at) WHERE (ask_at IS NOT NULL);
CREATE INDEX payment_newest ON public.mall_payment USING btree (created_at DESC, id DESC);
CREATE UNIQUE INDEX payment_ref_once ON public.mall_payment USING btree (provider, provider_ref) WHERE (NOT ((provider_ref)::text = ''::text));
CREATE UNIQUE INDEX payment_waits_once ON public.mall_payment USING btree (group_id, provider, way) WHERE ((state)::text = ANY (ARRAY[('new'::character varying)::text, ('open'::character varying)::text]));
CREATE INDEX payout_by_customer ON public.payouts_payout USING btree (customer_id, id DESC);
CREATE INDEX payout_by_month ON public.payouts_payout USING btree (tax_month) WHERE (tax_month IS NOT NULL);
CREATE INDEX payout_by_state ON public.payouts_payout USING btree (state, id DESC);
CREATE INDEX payouts_bankaccount_number_mark_423a969d ON public.payouts_bankaccount USING btree (number_mark);
CREATE INDEX payouts_bankfile_made_by_id_d8ccc458 ON public.payouts_bankfile USING btree (made_by_id);
CREATE INDEX payouts_part_file_id_54ab1757 ON public.payouts_part USING btree (file_id);
CREATE INDEX payouts_part_key_07932668_like ON public.payouts_part USING btree (key varchar_pattern_ops);
CREATE INDEX payouts_part_payout_id_d70a9fc5 ON public.payouts_part USING btree (payout_id);
CREATE INDEX payouts_payout_asked_by_id_dd11cb21 ON public.payouts_payout USING btree (asked_by_id);
CREATE INDEX payouts_payout_decided_by_id_bbb0aa07 ON public.payouts_payout USING btree (decided_by_id);
CREATE INDEX payouts_payout_run_id_85636f9c ON public.payouts_payout USING btree (run_id);
CREATE INDEX payouts_payoutterms_made_by_id_6ee08bc7 ON public.payouts_payoutterms USING btree (made_by_id);
CREATE INDEX payouts_run_made_by_id_ee47c2d6 ON public.payouts_run USING btree (made_by_id);
CREATE INDEX payouts_taxexport_made_by_id_458e5875 ON public.payouts_taxexport USING btree (made_by_id);
CREATE INDEX performance_bonus_decided_by_id_6d45955c ON public.performance_bonus USING btree (decided_by_id);
CREATE INDEX performance_bonus_staff_id_cb2b032b ON public.performance_bonus USING btree (staff_id);
CREATE INDEX performance_bonusterms_saved_by_id_b9f83033 ON public.performance_bonusterms USING btree (saved_by_id);
CREATE INDEX performance_staffday_staff_id_381b3fb9 ON public.performance_staffday USING btree (staff_id);
CREATE INDEX plan_version_live ON public.referral_planversion USING btree (starts_at) WHERE (starts_at IS NOT NULL);
CREATE INDEX points_change_lot_id_623df9cf ON public.points_change USING btree (lot_id);
CREATE INDEX points_givenback_redemption_id_c82b9cd2 ON public.points_givenback USING btree (redemption_id);
CREATE INDEX points_programme_made_by_id_46db73f4 ON public.points_programme USING btree (made_by_id);
CREATE INDEX pointsmall_exchange_order_id_70a86af8 ON public.pointsmall_exchange USING btree (order_id);
CREATE INDEX pointsmall_exchange_undone_by_id_5e63379e ON public.pointsmall_exchange USING btree (undone_by_id);
CREATE INDEX pointsmall_item_made_by_id_24895264 ON public.pointsmall_item USING btree (made_by_id);
CREATE INDEX pointsmall_item_shop_id_6663312d ON public.pointsmall_item USING btree (shop_id);
CREATE UNIQUE INDEX policy_one_default ON public.desk_policy USING btree (is_default) WHERE is_default;
CREATE INDEX position_to_count ON public.referral_position USING btree (count_at, id) WHERE (count_at IS NOT NULL);
CREATE INDEX posting_by_credit ON public.ledger_posting USING btree (credit_id, id);
CREATE INDEX posting_by_debit ON public.ledger_posting USING btree (debit_id, id);
CREATE INDEX posting_by_fact ON public.ledger_posting USING btree (fact_id) WHERE (fact_id IS NOT NULL);
CREATE INDEX posting_by_of ON public.ledger_posting USING btree (of_id) WHERE (of_id IS NOT NULL);
CREATE INDEX preferences_birthday ON public.customers_preferences USING btree (birth_month_day) WHERE (birth_month_day IS NOT NULL);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);
CREATE INDEX product_by_price ON public.mall_product USING btree (state, from_fen, id);
CREATE INDEX product_newest ON public.mall_product USING btree (state, "position" DESC, id DESC);
CREATE INDEX product_search ON public.mall_product USING gin (search public.gin_trgm_ops);
CREATE INDEX product_shelf ON public.mall_product USING btree (state, category_id, "position" DESC, id DESC);
CREATE INDEX push_event_by_at ON public.push_event USING btree (at);
CREATE INDEX push_event_by_xid ON public.push_event USING btree (xid);
CREATE INDEX question_by_customer ON public.knowledge_question USING btree (customer_id, id DESC);
CREATE INDEX question_marks ON public.knowledge_question USING gin (marks);
CREATE INDEX question_open ON public.knowledge_question USING btree (id DESC) WHERE ((state)::text = 'open'::text);
CREATE INDEX question_waiting ON public.knowledge_question USING btree (id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX rating_by_customer ON public.desk_rating USING btree (customer_id, id DESC);
CREATE INDEX rating_by_ticket ON public.desk_rating USING btree (ticket_id, id DESC);
CREATE INDEX rating_of_staff ON public.desk_rating USING btree (staff_id, rated_at) WHERE (score IS NOT NULL);
CREATE INDEX reach_by_customer ON public.tiers_reach USING btree (customer_id, id);
CREATE UNIQUE INDEX reach_key_once ON public.tiers_reach USING btree (key) WHERE (NOT ((key)::text = ''::text));
CREATE INDEX reaction_open ON public.timeline_reaction USING btree (state, id DESC) WHERE (NOT ((state)::text = 'done'::text));
CREATE INDEX redemption_by_customer ON public.points_redemption USING btree (customer_id, id DESC);
CREATE INDEX referral_block_blocked_by_id_bcf3e63f ON public.referral_block USING btree (blocked_by_id);
CREATE INDEX referral_block_customer_id_3eff29fa ON public.referral_block USING btree (customer_id);
CREATE INDEX referral_bound_at ON public.referral_referral USING brin (bound_at);
CREATE INDEX referral_by_referrer ON public.referral_referral USING btree (referrer_id, id DESC) WHERE (ended_at IS NULL);
CREATE INDEX referral_commission_order_id_1ef640de ON public.referral_commission USING btree (order_id);
CREATE INDEX referral_commissionback_commission_id_c985fa2f ON public.referral_commissionback USING btree (commission_id);
CREATE INDEX referral_family_above_id_fb28a121 ON public.referral_family USING btree (above_id);
CREATE INDEX referral_fraudpolicy_made_by_id_3d5fd801 ON public.referral_fraudpolicy USING btree (made_by_id);
CREATE INDEX referral_frozenmember_customer_id_ee5b7d1c ON public.referral_frozenmember USING btree (customer_id);
CREATE INDEX referral_frozenmember_line_id_57f99612 ON public.referral_frozenmember USING btree (line_id);
CREATE INDEX referral_groupinvitation_made_by_id_94551869 ON public.referral_groupinvitation USING btree (made_by_id);
CREATE UNIQUE INDEX referral_link_once ON public.referral_referrallink USING btree (customer_id, staff_id, shop_id, landing, product_id, target, name) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX referral_once ON public.referral_referral USING btree (customer_id) WHERE (ended_at IS NULL);
CREATE INDEX referral_passedover_customer_id_31da56ac ON public.referral_passedover USING btree (customer_id);
CREATE INDEX referral_passedover_touch_id_1137a1ec ON public.referral_passedover USING btree (touch_id);
CREATE INDEX referral_plan_name_0c34e931_like ON public.referral_plan USING btree (name varchar_pattern_ops);
CREATE INDEX referral_planversion_entry_product_id_b0058ef1 ON public.referral_planversion USING btree (entry_product_id);
CREATE INDEX referral_planversion_made_by_id_88f64a73 ON public.referral_planversion USING btree (made_by_id);
CREATE INDEX referral_planversion_plan_id_8a25e026 ON public.referral_planversion USING btree (plan_id);
CREATE INDEX referral_planversion_seen_by_id_2dd363a0 ON public.referral_planversion USING btree (seen_by_id);
CREATE INDEX referral_position_inviter_id_13aa1fd8 ON public.referral_position USING btree (inviter_id);
CREATE INDEX referral_position_team_boss_id_bc7ffd0c ON public.referral_position USING btree (team_boss_id);
CREATE INDEX referral_programme_made_by_id_07aed11d ON public.referral_programme USING btree (made_by_id);
CREATE INDEX referral_referral_corrected_by_id_829373f2 ON public.referral_referral USING btree (corrected_by_id);
CREATE INDEX referral_referral_customer_id_d2bc2b9b ON public.referral_referral USING btree (customer_id);
CREATE INDEX referral_referral_link_id_9accd9a6 ON public.referral_referral USING btree (link_id);
CREATE INDEX referral_referral_referrer_id_a5dbe67b ON public.referral_referral USING btree (referrer_id);
CREATE INDEX referral_referrallink_customer_id_6c058ef2 ON public.referral_referrallink USING btree (customer_id);
CREATE INDEX referral_referrallink_product_id_5977b3c3 ON public.referral_referrallink USING btree (product_id);
CREATE INDEX referral_referrallink_shop_id_87a532fc ON public.referral_referrallink USING btree (shop_id);
CREATE INDEX referral_referrallink_staff_id_8ea5f36a ON public.referral_referrallink USING btree (staff_id);
CREATE INDEX referral_referrallink_token_d9e4456d_like ON public.referral_referrallink USING btree (token varchar_pattern_ops);
CREATE INDEX referral_screening_customer_id_d49ee37a ON public.referral_screening USING btree (customer_id);
CREATE INDEX referral_screening_decided_by_id_51d8c723 ON public.referral_screening USING btree (decided_by_id);
CREATE INDEX referral_screening_order_id_d340a263 ON public.referral_screening USING btree (order_id);
CREATE INDEX referral_screening_policy_id_0b69c92c ON public.referral_screening USING btree (policy_id);
CREATE INDEX referral_shareddevice_customer_id_148e69a1 ON public.referral_shareddevice USING btree (customer_id);
CREATE INDEX referral_signoff_recorded_by_id_43fc9b86 ON public.referral_signoff USING btree (recorded_by_id);
CREATE INDEX referral_signoff_version_id_2fb1beac ON public.referral_signoff USING btree (version_id);
CREATE INDEX referral_trial_candidate_id_7bd4b226 ON public.referral_trial USING btree (candidate_id);
CREATE INDEX referral_trial_made_by_id_fd9844ec ON public.referral_trial USING btree (made_by_id);
CREATE INDEX referral_visitor_customer_id_b40f0e3e ON public.referral_visitor USING btree (customer_id);
CREATE INDEX referral_watchedline_head_id_89c9d5dc ON public.referral_watchedline USING btree (head_id);
CREATE INDEX referral_watchedline_released_by_id_9b016709 ON public.referral_watchedline USING btree (released_by_id);
CREATE INDEX refund_due ON public.mall_refund USING btree (try_at) WHERE (try_at IS NOT NULL);
CREATE INDEX refund_failed ON public.mall_refund USING btree (created_at DESC) WHERE ((state)::text = 'failed'::text);
CREATE INDEX report_of_address ON public.webform_report USING btree (address_mark, sent_at);
CREATE INDEX report_of_contact ON public.webform_report USING btree (contact_blind, sent_at);
CREATE INDEX request_limit_over ON public.request_limit USING btree (until);
CREATE INDEX reservation_due ON public.mall_reservation USING btree (expires_at) WHERE ((state)::text = 'held'::text);
CREATE INDEX return_board ON public.mall_return USING btree (state, asked_at DESC, id DESC);
CREATE INDEX return_by_customer ON public.mall_return USING btree (customer_id, id DESC);
CREATE INDEX run_by_file ON public.intake_run USING btree (kind, sha256);
CREATE INDEX run_files_due ON public.intake_run USING btree (delete_files_at) WHERE (delete_files_at IS NOT NULL);
CREATE INDEX run_newest ON public.intake_run USING btree (created_at DESC, id DESC);
CREATE INDEX saved_view_shared ON public.org_savedview USING btree (page) WHERE shared;
CREATE INDEX score_by_first ON public.insight_customerscore USING btree (first_on, customer_id);
CREATE INDEX score_by_last ON public.insight_customerscore USING btree (last_on, customer_id);
CREATE INDEX score_by_rfm ON public.insight_customerscore USING btree (recency, frequency, money, customer_id);
CREATE INDEX score_by_value ON public.insight_customerscore USING btree (value_tier, value_fen DESC, customer_id);
CREATE INDEX screening_open ON public.referral_screening USING btree (score DESC, id DESC) WHERE (((decision)::text = ''::text) AND (NOT ((verdict)::text = 'pass'::text)));
CREATE INDEX serial_by_number ON public.mall_serial USING btree (upper((number)::text));
CREATE INDEX service_bonus_by_month ON public.performance_bonus USING btree (month DESC, id);
CREATE INDEX sku_by_barcode ON public.mall_sku USING btree (barcode) WHERE (NOT ((barcode)::text = ''::text));
CREATE UNIQUE INDEX sku_values_once ON public.mall_sku USING btree (product_id, "values") WHERE active;
CREATE INDEX snapshot_newest ON public.insight_snapshot USING btree (computed_at DESC, id DESC);
CREATE INDEX solution_marks ON public.knowledge_solution USING gin (marks);
CREATE INDEX solution_newest ON public.knowledge_solution USING btree (solved_at DESC, id DESC);
CREATE INDEX standing_by_code ON public.tiers_standing USING btree (code, customer_id);
CREATE INDEX standing_due ON public.tiers_standing USING btree (look_on, customer_id) WHERE (look_on IS NOT NULL);
CREATE INDEX statement_newest ON public.mall_statement USING btree (until_on DESC, id DESC);
CREATE INDEX statement_of_brand ON public.mall_statementline USING btree (counts_at) WHERE ((shop_id IS NULL) AND (supplier_id IS NULL));
CREATE INDEX statement_open_b ON public.mall_statementline USING btree (shop_id, counts_at) WHERE (statement_id IS NULL);
CREATE INDEX statement_open_s ON public.mall_statementline USING btree (supplier_id, counts_at) WHERE (statement_id IS NULL);
CREATE INDEX storefront_block_category_id_416c07fa ON public.storefront_block USING btree (category_id);
CREATE INDEX storefront_front_shop_id_b9fdaeac ON public.storefront_front USING btree (shop_id);
CREATE UNIQUE INDEX tag_name_once ON public.customers_tag USING btree (lower((name)::text));
CREATE INDEX task_by_ticket ON public.desk_task USING btree (ticket_id, id);
CREATE INDEX task_due ON public.desk_task USING btree (due_at, id) WHERE ((breached_at IS NULL) AND (done_at IS NULL));
CREATE INDEX task_open ON public.desk_task USING btree (department_id, due_at, id) WHERE (done_at IS NULL);
CREATE INDEX tax_export_by_quarter ON public.payouts_taxexport USING btree (year, quarter, id DESC);
CREATE INDEX ticket_board ON public.desk_ticket USING btree (priority, due_at, id) WHERE (done_at IS NULL);
CREATE INDEX ticket_by_conversation ON public.desk_ticket USING btree (conversation_id, id DESC);
CREATE INDEX ticket_by_customer ON public.desk_ticket USING btree (customer_id, id DESC);
CREATE INDEX ticket_by_opening ON public.desk_ticket USING btree (opened_at);
CREATE INDEX ticket_count_by_name ON public.desk_ticketcount USING btree (name) INCLUDE (count);
CREATE INDEX ticket_done ON public.desk_ticket USING btree (done_at DESC, id DESC) WHERE (done_at IS NOT NULL);
CREATE INDEX ticket_free ON public.desk_ticket USING btree (priority, due_at, id) WHERE ((assignee_id IS NULL) AND (done_at IS NULL));
CREATE INDEX ticket_log ON public.desk_logentry USING btree (ticket_id, id);
CREATE INDEX ticket_next_breach ON public.desk_ticket USING btree (due_at, id) WHERE ((done_at IS NULL) AND (due_at IS NOT NULL));
CREATE INDEX ticket_of_product ON public.desk_ticketproduct USING btree (product_id, batch);
CREATE INDEX ticket_of_staff ON public.desk_ticket USING btree (assignee_id, priority, due_at, id) WHERE (done_at IS NULL);
CREATE INDEX ticket_overdue ON public.desk_ticket USING btree (priority, due_at, id) WHERE ((done_at IS NULL) AND (overdue_since_at IS NOT NULL));
CREATE UNIQUE INDEX ticket_play_once ON public.draws_ticket USING btree (play_key) WHERE (NOT ((play_key)::text = ''::text));
CREATE INDEX ticket_tag_by_name ON public.desk_tickettag USING btree (name, ticket_id DESC);
CREATE INDEX ticket_waiting ON public.desk_ticket USING btree (priority, due_at, id) WHERE ((done_at IS NULL) AND (waiting_since_at IS NOT NULL));
CREATE INDEX tiers_growth_key_5ee80f19_like ON public.tiers_growth USING btree (key varchar_pattern_ops);
CREATE INDEX tiers_growthback_growth_id_bc1a5af7 ON public.tiers_growthback USING btree (growth_id);
CREATE INDEX tiers_growthback_key_e7767e5e_like ON public.tiers_growthback USING btree (key varchar_pattern_ops);
CREATE INDEX tiers_plan_made_by_id_930c8cd4 ON public.tiers_plan USING btree (made_by_id);
CREATE INDEX tiers_reach_made_by_id_837ff58b ON public.tiers_reach USING btree (made_by_id);
CREATE INDEX tiers_tier_plan_id_cd493f56 ON public.tiers_tier USING btree (plan_id);
CREATE INDEX timed_price_running ON public.mall_timedprice USING btree (sku_id, ends_at);
CREATE INDEX timeline_fact_cause_id_a9adab85 ON public.timeline_fact USING btree (cause_id);
CREATE INDEX timeline_reaction_fact_id_e68e2e84 ON public.timeline_reaction USING btree (fact_id);
CREATE INDEX touch_at ON public.referral_touch USING brin (at);
CREATE INDEX touch_by_address ON public.referral_touch USING btree (address_mark, at DESC);
CREATE INDEX touch_by_link ON public.referral_touch USING btree (link_id, at DESC, id DESC);
CREATE INDEX touch_by_visitor ON public.referral_touch USING btree (visitor_id, at DESC, id DESC);
CREATE UNIQUE INDEX tracking_once ON public.mall_shipment USING btree (carrier, tracking) WHERE (NOT ((tracking)::text = ''::text));
CREATE INDEX training_attempt_course_id_276e27ce ON public.training_attempt USING btree (course_id);
CREATE INDEX training_attempt_staff_id_a9bfc728 ON public.training_attempt USING btree (staff_id);
CREATE INDEX training_attendance_course_id_a1ca3ba4 ON public.training_attendance USING btree (course_id);
CREATE INDEX training_attendance_marked_by_id_5e68aa10 ON public.training_attendance USING btree (marked_by_id);
CREATE INDEX training_attendance_staff_id_6a179b11 ON public.training_attendance USING btree (staff_id);
CREATE INDEX training_certificate_course_id_f16c3a2a ON public.training_certificate USING btree (course_id);
CREATE INDEX training_certificate_programme_id_be30727d ON public.training_certificate USING btree (programme_id);
CREATE INDEX training_certificate_staff_id_ba976187 ON public.training_certificate USING btree (staff_id);
CREATE INDEX training_certificate_withdrawn_by_id_b663a22c ON public.training_certificate USING btree (withdrawn_by_id);
CREATE INDEX training_course_drill_id_67d11984 ON public.training_course USING btree (drill_id);
CREATE INDEX training_course_made_by_id_50acec7a ON public.training_course USING btree (made_by_id);
CREATE INDEX training_course_programme_id_9cb4205f ON public.training_course USING btree (programme_id);
CREATE INDEX training_drill_invited_by_id_2ba66c49 ON public.training_drill USING btree (invited_by_id);
CREATE INDEX training_drill_script_id_4baad334 ON public.training_drill USING btree (script_id);
CREATE INDEX training_drill_staff_id_c371e8ed ON public.training_drill USING btree (staff_id);
CREATE INDEX training_drill_token_hash_f1833717_like ON public.training_drill USING btree (token_hash varchar_pattern_ops);
CREATE INDEX training_drillline_drill_id_db847928 ON public.training_drillline USING btree (drill_id);
CREATE INDEX training_drillscript_name_e57fd416_like ON public.training_drillscript USING btree (name varchar_pattern_ops);
CREATE INDEX training_drillscript_saved_by_id_e228f652 ON public.training_drillscript USING btree (saved_by_id);
CREATE INDEX training_programme_name_23797a34_like ON public.training_programme USING btree (name varchar_pattern_ops);
CREATE INDEX transfer_by_customer ON public.cash_transfer USING btree (customer_id, id DESC);
CREATE INDEX transfer_by_day ON public.cash_transfer USING btree (provider, ended_at) WHERE ((state)::text = 'sent'::text);
CREATE INDEX transfer_due ON public.cash_transfer USING btree (try_at) WHERE (try_at IS NOT NULL);
CREATE UNIQUE INDEX trial_one_at_a_time ON public.referral_trial USING btree (ends_at) NULLS NOT DISTINCT WHERE (ends_at IS NULL);
CREATE INDEX twins_by_high ON public.customers_possibletwins USING btree (high_id);
CREATE INDEX twins_open ON public.customers_possibletwins USING btree (noticed_at DESC, id DESC) WHERE (dismissed_at IS NULL);
CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY (ARRAY[('totp'::character varying)::text, ('recovery_codes'::character varying)::text]));
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
CREATE INDEX version_by_kind ON public.loyalty_ruleversion USING btree (fact_kind, starts_at);
CREATE INDEX viewing_old ON public.desk_viewing USING btree (seen_at);
CREATE INDEX waiting_by_due ON public.timeline_waiting USING btree (due_at, fact_id);
CREATE UNIQUE INDEX watched_line_once ON public.referral_watchedline USING btree (head_id) WHERE (ended_at IS NULL);
CREATE INDEX watched_line_open ON public.referral_watchedline USING btree (people DESC, id DESC) WHERE (ended_at IS NULL);
CREATE INDEX webform_report_order_id_efd3de6c ON public.webform_report USING btree (order_id);
CREATE INDEX wecom_account_code_fdb24040_like ON public.wecom_account USING btree (code varchar_pattern_ops);
CREATE TRIGGER customers_consent_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.customers_consent FOR EACH STATEMENT EXECUTE FUNCTION public.customers_append_only();
CREATE TRIGGER customers_consenttext_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.customers_consenttext FOR EACH STATEMENT EXECUTE FUNCTION public.customers_append_only();
CREATE TRIGGER desk_ticket_counted AFTER INSERT OR DELETE ON public.desk_ticket FOR EACH ROW EXECUTE FUNCTION public.desk_count_ticket();
CREATE TRIGGER desk_ticket_recounted AFTER UPDATE OF done_at, assignee_id, waiting_since_at, overdue_since_at, priority, state ON public.desk_ticket FOR EACH ROW EXECUTE FUNCTION public.desk_count_ticket();
CREATE TRIGGER draws_draw_frozen BEFORE DELETE OR UPDATE ON public.draws_draw FOR EACH ROW EXECUTE FUNCTION public.draws_draw_frozen();
CREATE TRIGGER draws_prize_frozen BEFORE INSERT OR DELETE OR UPDATE ON public.draws_prize FOR EACH ROW EXECUTE FUNCTION public.draws_prize_frozen();
CREATE TRIGGER draws_stock_counts BEFORE UPDATE ON public.draws_stock FOR EACH ROW EXECUTE FUNCTION public.draws_stock_counts();
CREATE TRIGGER draws_ticket_stands BEFORE DELETE OR UPDATE ON public.draws_ticket FOR EACH ROW EXECUTE FUNCTION public.draws_ticket_stands();
CREATE TRIGGER insight_orders_added AFTER INSERT ON public.mall_order REFERENCING NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION public.insight_note_stale_months();
CREATE TRIGGER insight_orders_changed AFTER UPDATE ON public.mall_order REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION public.insight_note_stale_months();
CREATE TRIGGER insight_orders_removed AFTER DELETE ON public.mall_order REFERENCING OLD TABLE AS rows_before FOR EACH STATEMENT EXECUTE FUNCTION public.insight_note_stale_months();
CREATE TRIGGER ledger_account_kept BEFORE TRUNCATE ON public.ledger_account FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_v1();
CREATE TRIGGER ledger_account_stays BEFORE DELETE OR UPDATE OF id, address, unit, purpose, owner_kind, owner_id, debit_normal, rolled, opened_at ON public.ledger_account FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_v1();
ALTER TABLE public.ledger_account ENABLE ALWAYS TRIGGER ledger_account_stays;
CREATE TRIGGER ledger_posting_kept BEFORE TRUNCATE ON public.ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_v1();
CREATE TRIGGER ledger_posting_stays BEFORE DELETE OR UPDATE ON public.ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_v1();
ALTER TABLE public.ledger_posting ENABLE ALWAYS TRIGGER ledger_posting_stays;
CREATE TRIGGER ledger_seal_kept BEFORE TRUNCATE ON public.ledger_seal FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_v1();
CREATE TRIGGER ledger_seal_stays BEFORE DELETE OR UPDATE ON public.ledger_seal FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_v1();
ALTER TABLE public.ledger_seal ENABLE ALWAYS TRIGGER ledger_seal_stays;
CREATE TRIGGER org_audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.org_auditentry FOR EACH STATEMENT EXECUTE FUNCTION public.org_audit_append_only();
CREATE TRIGGER performance_advice_changed AFTER UPDATE ON public.knowledge_advice REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.performance_note_stale();
CREATE TRIGGER performance_advice_given AFTER INSERT ON public.knowledge_advice REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.performance_note_stale();
CREATE TRIGGER performance_advice_gone AFTER DELETE ON public.knowledge_advice REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.performance_note_stale();
CREATE TRIGGER performance_log_changed AFTER UPDATE ON public.desk_logentry REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.performance_note_stale();
CREATE TRIGGER performance_log_grew AFTER INSERT ON public.desk_logentry REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.performance_note_stale();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();
CREATE TRIGGER referral_touch_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.referral_touch FOR EACH STATEMENT EXECUTE FUNCTION public.referral_append_only();
CREATE TRIGGER referral_version_stays BEFORE DELETE OR UPDATE ON public.referral_planversion FOR EACH ROW WHEN ((old.starts_at IS NOT NULL)) EXECUTE FUNCTION public.referral_version_stays();
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_org_staff_id FOREIGN KEY (user_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_bonus
    ADD CONSTRAINT cash_bonus_customer_id_56db2238_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_bonus
    ADD CONSTRAINT cash_bonus_decided_by_id_b239380c_fk_org_staff_id FOREIGN KEY (decided_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_bonus
    ADD CONSTRAINT cash_bonus_plan_id_834077b7_fk_cash_plan_id FOREIGN KEY (plan_id) REFERENCES public.cash_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_bonus
    ADD CONSTRAINT cash_bonus_transfer_id_eb98f8cc_fk_cash_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.cash_transfer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_bonusback
    ADD CONSTRAINT cash_bonusback_bonus_id_4358cdea_fk_cash_bonus_id FOREIGN KEY (bonus_id) REFERENCES public.cash_bonus(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_cashterms
    ADD CONSTRAINT cash_cashterms_made_by_id_868cf3aa_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_flowdifference
    ADD CONSTRAINT cash_flowdifference_day_id_1708a9ea_fk_cash_flowday_id FOREIGN KEY (day_id) REFERENCES public.cash_flowday(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_flowdifference
    ADD CONSTRAINT cash_flowdifference_explained_by_id_2cc2b95e_fk_org_staff_id FOREIGN KEY (explained_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_leftout
    ADD CONSTRAINT cash_leftout_customer_id_fd2358cd_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_leftout
    ADD CONSTRAINT cash_leftout_plan_id_af6415fb_fk_cash_plan_id FOREIGN KEY (plan_id) REFERENCES public.cash_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_plan
    ADD CONSTRAINT cash_plan_approved_by_id_cfa044d5_fk_org_staff_id FOREIGN KEY (approved_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_plan
    ADD CONSTRAINT cash_plan_budget_id_b5d8c13c_fk_loyalty_budget_id FOREIGN KEY (budget_id) REFERENCES public.loyalty_budget(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_plan
    ADD CONSTRAINT cash_plan_made_by_id_008bcc9b_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_transfer
    ADD CONSTRAINT cash_transfer_customer_id_4f20e9c6_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cash_transfernotice
    ADD CONSTRAINT cash_transfernotice_transfer_id_afdb19ef_fk_cash_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.cash_transfer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_batch
    ADD CONSTRAINT coupons_batch_made_by_id_360a6744_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_batch
    ADD CONSTRAINT coupons_batch_template_id_44da32d9_fk_coupons_template_id FOREIGN KEY (template_id) REFERENCES public.coupons_template(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_batch
    ADD CONSTRAINT coupons_batch_version_id_bb9dce75_fk_coupons_version_id FOREIGN KEY (version_id) REFERENCES public.coupons_version(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_coupon
    ADD CONSTRAINT coupons_coupon_batch_id_11659969_fk_coupons_batch_id FOREIGN KEY (batch_id) REFERENCES public.coupons_batch(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_coupon
    ADD CONSTRAINT coupons_coupon_customer_id_0d6138e8_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_coupon
    ADD CONSTRAINT coupons_coupon_version_id_5ef223d6_fk_coupons_version_id FOREIGN KEY (version_id) REFERENCES public.coupons_version(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_leftout
    ADD CONSTRAINT coupons_leftout_batch_id_75d177af_fk_coupons_batch_id FOREIGN KEY (batch_id) REFERENCES public.coupons_batch(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_takenback
    ADD CONSTRAINT coupons_takenback_coupon_id_2af8ef58_fk_coupons_coupon_id FOREIGN KEY (coupon_id) REFERENCES public.coupons_coupon(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_template
    ADD CONSTRAINT coupons_template_made_by_id_c33c4936_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_use
    ADD CONSTRAINT coupons_use_coupon_id_f1087f84_fk_coupons_coupon_id FOREIGN KEY (coupon_id) REFERENCES public.coupons_coupon(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_version
    ADD CONSTRAINT coupons_version_made_by_id_1c57674b_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_version
    ADD CONSTRAINT coupons_version_sku_id_57d4628b_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.coupons_version
    ADD CONSTRAINT coupons_version_template_id_26317712_fk_coupons_template_id FOREIGN KEY (template_id) REFERENCES public.coupons_template(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_carried_from_id_f4ea0856_fk_customers FOREIGN KEY (carried_from_id) REFERENCES public.customers_consent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_customer_id_e5c9af2d_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_merge_id_c10086ca_fk_customers_merge_id FOREIGN KEY (merge_id) REFERENCES public.customers_merge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_recorded_by_id_eb4f0d84_fk_org_staff_id FOREIGN KEY (recorded_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_consent
    ADD CONSTRAINT customers_consent_text_id_3cfd5e77_fk_customers_consenttext_id FOREIGN KEY (text_id) REFERENCES public.customers_consenttext(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_customer
    ADD CONSTRAINT customers_customer_merged_into_id_2994ddb6_fk_customers FOREIGN KEY (merged_into_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customers_customerta_customer_id_bd0af7af_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customers_customertag_added_by_id_89234d84_fk_org_staff_id FOREIGN KEY (added_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_customertag
    ADD CONSTRAINT customers_customertag_tag_id_9e916327_fk_customers_tag_id FOREIGN KEY (tag_id) REFERENCES public.customers_tag(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_customertoken
    ADD CONSTRAINT customers_customerto_customer_id_cdd4be69_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_forgottenmark
    ADD CONSTRAINT customers_forgottenm_customer_id_ba410b8a_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_customer_id_b1e21f37_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_merged_by_id_f8b83ac2_fk_org_staff_id FOREIGN KEY (merged_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_merged_id_fa9d6919_fk_customers_customer_id FOREIGN KEY (merged_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_survivor_id_4584b5fe_fk_customers_customer_id FOREIGN KEY (survivor_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_undone_by_id_6cedfb9e_fk_org_staff_id FOREIGN KEY (undone_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_movedrows
    ADD CONSTRAINT customers_movedrows_merge_id_e3236ccc_fk_customers_merge_id FOREIGN KEY (merge_id) REFERENCES public.customers_merge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_personalexport
    ADD CONSTRAINT customers_personalex_customer_id_2ea20be4_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_personalexport
    ADD CONSTRAINT customers_personalex_requested_by_id_e8f29180_fk_org_staff FOREIGN KEY (requested_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_possibletwins
    ADD CONSTRAINT customers_possibletw_high_id_ede0937c_fk_customers FOREIGN KEY (high_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_possibletwins
    ADD CONSTRAINT customers_possibletw_low_id_e0e7abdd_fk_customers FOREIGN KEY (low_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_preferences
    ADD CONSTRAINT customers_preference_customer_id_d5eb7893_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_agent
    ADD CONSTRAINT desk_agent_staff_id_b835fdb6_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_attachment
    ADD CONSTRAINT desk_attachment_message_id_b308aa5a_fk_desk_message_id FOREIGN KEY (message_id) REFERENCES public.desk_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_callout
    ADD CONSTRAINT desk_callout_ended_by_id_5736a920_fk_org_staff_id FOREIGN KEY (ended_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_callout
    ADD CONSTRAINT desk_callout_ticket_id_a83de72e_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_callstep
    ADD CONSTRAINT desk_callstep_call_out_id_b1e673d9_fk_desk_callout_id FOREIGN KEY (call_out_id) REFERENCES public.desk_callout(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_conversation
    ADD CONSTRAINT desk_conversation_customer_id_03524ab9_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_deadline
    ADD CONSTRAINT desk_deadline_policy_version_id_72369092_fk_desk_poli FOREIGN KEY (policy_version_id) REFERENCES public.desk_policyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_deadline
    ADD CONSTRAINT desk_deadline_ticket_id_edbe81fa_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_delivery
    ADD CONSTRAINT desk_delivery_message_id_a7b146c5_fk_desk_message_id FOREIGN KEY (message_id) REFERENCES public.desk_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_department
    ADD CONSTRAINT desk_department_calendar_id_7ffbaa56_fk_desk_workcalendar_id FOREIGN KEY (calendar_id) REFERENCES public.desk_workcalendar(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_departmentmember
    ADD CONSTRAINT desk_departmentmembe_department_id_e570122b_fk_desk_depa FOREIGN KEY (department_id) REFERENCES public.desk_department(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_departmentmember
    ADD CONSTRAINT desk_departmentmember_staff_id_823e641e_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT desk_draft_staff_id_ee30728a_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_draft
    ADD CONSTRAINT desk_draft_ticket_id_96fa4bd2_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_dutychange
    ADD CONSTRAINT desk_dutychange_made_by_id_be2e4246_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_dutychange
    ADD CONSTRAINT desk_dutychange_staff_id_567caab1_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_dutychange
    ADD CONSTRAINT desk_dutychange_taker_id_2dcaf312_fk_org_staff_id FOREIGN KEY (taker_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_dutyturn
    ADD CONSTRAINT desk_dutyturn_rotation_id_9a6769e8_fk_desk_dutyrotation_id FOREIGN KEY (rotation_id) REFERENCES public.desk_dutyrotation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_dutyturn
    ADD CONSTRAINT desk_dutyturn_staff_id_1e0bd4eb_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_kindcertificate
    ADD CONSTRAINT desk_kindcertificate_programme_id_2c393a2f_fk_training_ FOREIGN KEY (programme_id) REFERENCES public.training_programme(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_logentry
    ADD CONSTRAINT desk_logentry_message_id_c75bb206_fk_desk_message_id FOREIGN KEY (message_id) REFERENCES public.desk_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_logentry
    ADD CONSTRAINT desk_logentry_policy_version_id_898d0281_fk_desk_poli FOREIGN KEY (policy_version_id) REFERENCES public.desk_policyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_logentry
    ADD CONSTRAINT desk_logentry_staff_id_a76726eb_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_logentry
    ADD CONSTRAINT desk_logentry_ticket_id_db0b2ec9_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_macro
    ADD CONSTRAINT desk_macro_product_id_af7a1fd6_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_message
    ADD CONSTRAINT desk_message_conversation_id_e57d6598_fk_desk_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.desk_conversation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_message
    ADD CONSTRAINT desk_message_staff_id_9399cf0e_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_message
    ADD CONSTRAINT desk_message_ticket_id_2fbacc05_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_notice
    ADD CONSTRAINT desk_notice_about_id_6a3cb305_fk_org_staff_id FOREIGN KEY (about_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_notice
    ADD CONSTRAINT desk_notice_call_step_id_0a120faf_fk_desk_callstep_id FOREIGN KEY (call_step_id) REFERENCES public.desk_callstep(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_notice
    ADD CONSTRAINT desk_notice_staff_id_dd8fbd78_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_notice
    ADD CONSTRAINT desk_notice_ticket_id_ec3f5d01_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ownagent
    ADD CONSTRAINT desk_ownagent_customer_id_8a0d918a_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ownagent
    ADD CONSTRAINT desk_ownagent_staff_id_0576c1f6_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_policytarget
    ADD CONSTRAINT desk_policytarget_calendar_id_e2bc4736_fk_desk_workcalendar_id FOREIGN KEY (calendar_id) REFERENCES public.desk_workcalendar(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_policytarget
    ADD CONSTRAINT desk_policytarget_version_id_cfb23bd8_fk_desk_policyversion_id FOREIGN KEY (version_id) REFERENCES public.desk_policyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_policyversion
    ADD CONSTRAINT desk_policyversion_policy_id_22edc74b_fk_desk_policy_id FOREIGN KEY (policy_id) REFERENCES public.desk_policy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_policyversion
    ADD CONSTRAINT desk_policyversion_saved_by_id_28c42861_fk_org_staff_id FOREIGN KEY (saved_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_rating
    ADD CONSTRAINT desk_rating_customer_id_8bc433a6_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_rating
    ADD CONSTRAINT desk_rating_staff_id_8c132d0e_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_rating
    ADD CONSTRAINT desk_rating_ticket_id_43af7027_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_specialday
    ADD CONSTRAINT desk_specialday_calendar_id_b3fd24e9_fk_desk_workcalendar_id FOREIGN KEY (calendar_id) REFERENCES public.desk_workcalendar(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_task
    ADD CONSTRAINT desk_task_asked_by_id_4571d7fc_fk_org_staff_id FOREIGN KEY (asked_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_task
    ADD CONSTRAINT desk_task_department_id_857c83fa_fk_desk_department_id FOREIGN KEY (department_id) REFERENCES public.desk_department(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_task
    ADD CONSTRAINT desk_task_owner_id_6b7dfb32_fk_org_staff_id FOREIGN KEY (owner_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_task
    ADD CONSTRAINT desk_task_ticket_id_0e8d8fe9_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_about_return_id_d29b3d6a_fk_mall_return_id FOREIGN KEY (about_return_id) REFERENCES public.mall_return(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_assignee_id_2ceb07a1_fk_org_staff_id FOREIGN KEY (assignee_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_conversation_id_0b99896f_fk_desk_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.desk_conversation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_customer_id_e1c6dc73_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_merged_into_id_23004089_fk_desk_ticket_id FOREIGN KEY (merged_into_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_policy_version_id_835e5de2_fk_desk_policyversion_id FOREIGN KEY (policy_version_id) REFERENCES public.desk_policyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticket
    ADD CONSTRAINT desk_ticket_state_name_id_145ac15b_fk_desk_statename_id FOREIGN KEY (state_name_id) REFERENCES public.desk_statename(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticketproduct
    ADD CONSTRAINT desk_ticketproduct_line_id_9fae96fa_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticketproduct
    ADD CONSTRAINT desk_ticketproduct_product_id_2d018acf_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_ticketproduct
    ADD CONSTRAINT desk_ticketproduct_ticket_id_34723d22_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_tickettag
    ADD CONSTRAINT desk_tickettag_ticket_id_757abbf5_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_viewing
    ADD CONSTRAINT desk_viewing_staff_id_b046e9d8_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_viewing
    ADD CONSTRAINT desk_viewing_ticket_id_22e8c05f_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_org_staff_id FOREIGN KEY (user_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_course
    ADD CONSTRAINT draws_course_draw_id_bb6a1870_fk_draws_draw_id FOREIGN KEY (draw_id) REFERENCES public.draws_draw(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_draw
    ADD CONSTRAINT draws_draw_made_by_id_57c867a6_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_draw
    ADD CONSTRAINT draws_draw_published_by_id_4970b76c_fk_org_staff_id FOREIGN KEY (published_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_prize
    ADD CONSTRAINT draws_prize_draw_id_5f9969fc_fk_draws_draw_id FOREIGN KEY (draw_id) REFERENCES public.draws_draw(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_stock
    ADD CONSTRAINT draws_stock_prize_id_f81510fd_fk_draws_prize_id FOREIGN KEY (prize_id) REFERENCES public.draws_prize(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT draws_ticket_customer_id_33c85cf7_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT draws_ticket_draw_id_502d5f25_fk_draws_draw_id FOREIGN KEY (draw_id) REFERENCES public.draws_draw(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.draws_ticket
    ADD CONSTRAINT draws_ticket_prize_id_3442134f_fk_draws_prize_id FOREIGN KEY (prize_id) REFERENCES public.draws_prize(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_customer_id_494ea6b9_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_fact_id_aac0f7ab_fk_timeline_fact_id FOREIGN KEY (fact_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_kind_id_713b159b_fk_gifts_giftkind_id FOREIGN KEY (kind_id) REFERENCES public.gifts_giftkind(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_gift
    ADD CONSTRAINT gifts_gift_order_id_13018846_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_giftkind
    ADD CONSTRAINT gifts_giftkind_budget_id_ce8cba0a_fk_loyalty_budget_id FOREIGN KEY (budget_id) REFERENCES public.loyalty_budget(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_giftkind
    ADD CONSTRAINT gifts_giftkind_made_by_id_8c88cd1d_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_giftkind
    ADD CONSTRAINT gifts_giftkind_shop_id_d6e45da7_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.gifts_giftkind
    ADD CONSTRAINT gifts_giftkind_sku_id_4715dfe4_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.improve_finding
    ADD CONSTRAINT improve_finding_product_id_349a167b_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.improve_finding
    ADD CONSTRAINT improve_finding_week_id_f5c52cac_fk_improve_week_id FOREIGN KEY (week_id) REFERENCES public.improve_week(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.improve_improvement
    ADD CONSTRAINT improve_improvement_opened_by_id_2d8f7424_fk_org_staff_id FOREIGN KEY (opened_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.improve_improvement
    ADD CONSTRAINT improve_improvement_owner_id_85fc42b8_fk_org_staff_id FOREIGN KEY (owner_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.improve_improvement
    ADD CONSTRAINT improve_improvement_product_id_9983123a_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_churnmonth
    ADD CONSTRAINT insight_churnmonth_snapshot_id_4e7000db_fk_insight_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.insight_snapshot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_cohortcell
    ADD CONSTRAINT insight_cohortcell_snapshot_id_1060245d_fk_insight_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.insight_snapshot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_customerscore
    ADD CONSTRAINT insight_customerscor_customer_id_40378347_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_cuts
    ADD CONSTRAINT insight_cuts_made_by_id_a935ee4b_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_gapbin
    ADD CONSTRAINT insight_gapbin_snapshot_id_663d9873_fk_insight_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.insight_snapshot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_scorecell
    ADD CONSTRAINT insight_scorecell_snapshot_id_b9e029a6_fk_insight_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.insight_snapshot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_secondorder
    ADD CONSTRAINT insight_secondorder_snapshot_id_74f9729e_fk_insight_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.insight_snapshot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insight_snapshot
    ADD CONSTRAINT insight_snapshot_cuts_id_69655d44_fk_insight_cuts_id FOREIGN KEY (cuts_id) REFERENCES public.insight_cuts(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.intake_rejection
    ADD CONSTRAINT intake_rejection_run_id_ebccb727_fk_intake_run_id FOREIGN KEY (run_id) REFERENCES public.intake_run(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.intake_run
    ADD CONSTRAINT intake_run_by_id_6b5bf854_fk_org_staff_id FOREIGN KEY (by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT knowledge_advice_article_id_221ff6e6_fk_knowledge_article_id FOREIGN KEY (article_id) REFERENCES public.knowledge_article(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT knowledge_advice_author_id_12ca78d6_fk_org_staff_id FOREIGN KEY (author_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT knowledge_advice_solution_id_13b48be9_fk_knowledge_solution_id FOREIGN KEY (solution_id) REFERENCES public.knowledge_solution(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT knowledge_advice_staff_id_9e7542ce_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_advice
    ADD CONSTRAINT knowledge_advice_ticket_id_4f61f15e_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_answer
    ADD CONSTRAINT knowledge_answer_accepted_by_id_29f14152_fk_org_staff_id FOREIGN KEY (accepted_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_answer
    ADD CONSTRAINT knowledge_answer_customer_id_da59ee3c_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_answer
    ADD CONSTRAINT knowledge_answer_question_id_3d9e7194_fk_knowledge_question_id FOREIGN KEY (question_id) REFERENCES public.knowledge_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_answervote
    ADD CONSTRAINT knowledge_answervote_answer_id_5e02bf7d_fk_knowledge_answer_id FOREIGN KEY (answer_id) REFERENCES public.knowledge_answer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_answervote
    ADD CONSTRAINT knowledge_answervote_customer_id_9b483b89_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_article
    ADD CONSTRAINT knowledge_article_changed_by_id_3890ef3f_fk_org_staff_id FOREIGN KEY (changed_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_article
    ADD CONSTRAINT knowledge_article_product_id_c4fb9fc3_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_articleopinion
    ADD CONSTRAINT knowledge_articleopi_article_id_033317f2_fk_knowledge FOREIGN KEY (article_id) REFERENCES public.knowledge_article(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_articleopinion
    ADD CONSTRAINT knowledge_articleopi_customer_id_6d661a9b_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_question
    ADD CONSTRAINT knowledge_question_customer_id_6245ccfd_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_question
    ADD CONSTRAINT knowledge_question_product_id_e789d504_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_question
    ADD CONSTRAINT knowledge_question_ticket_id_556d7419_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_solution
    ADD CONSTRAINT knowledge_solution_answer_id_0c69ae64_fk_desk_message_id FOREIGN KEY (answer_id) REFERENCES public.desk_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knowledge_solution
    ADD CONSTRAINT knowledge_solution_ticket_id_58d42b3f_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_forward_id_485d6f67_fk_ledger_account_id FOREIGN KEY (forward_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_award
    ADD CONSTRAINT loyalty_award_customer_id_4c37fd74_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_award
    ADD CONSTRAINT loyalty_award_fact_id_22cee43e_fk_timeline_fact_id FOREIGN KEY (fact_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_award
    ADD CONSTRAINT loyalty_award_rule_id_e355aea3_fk_loyalty_rule_id FOREIGN KEY (rule_id) REFERENCES public.loyalty_rule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_award
    ADD CONSTRAINT loyalty_award_version_id_5cf0ba52_fk_loyalty_ruleversion_id FOREIGN KEY (version_id) REFERENCES public.loyalty_ruleversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_awardback
    ADD CONSTRAINT loyalty_awardback_award_id_59d95b39_fk_loyalty_award_id FOREIGN KEY (award_id) REFERENCES public.loyalty_award(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_awardback
    ADD CONSTRAINT loyalty_awardback_fact_id_080f7057_fk_timeline_fact_id FOREIGN KEY (fact_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_budget
    ADD CONSTRAINT loyalty_budget_made_by_id_ab4dd9c8_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_budget
    ADD CONSTRAINT loyalty_budget_staff_id_f9687444_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_capuse
    ADD CONSTRAINT loyalty_capuse_rule_id_13bc0d14_fk_loyalty_rule_id FOREIGN KEY (rule_id) REFERENCES public.loyalty_rule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_asked_by_id_286bf361_fk_org_staff_id FOREIGN KEY (asked_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_decided_by_id_926706c1_fk_org_staff_id FOREIGN KEY (decided_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_gift_kind_id_b22be052_fk_gifts_giftkind_id FOREIGN KEY (gift_kind_id) REFERENCES public.gifts_giftkind(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_grant_id_e42edc47_fk_loyalty_grant_id FOREIGN KEY (grant_id) REFERENCES public.loyalty_grant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_template_id_fcba5a8d_fk_coupons_t FOREIGN KEY (template_id) REFERENCES public.coupons_template(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_compensation
    ADD CONSTRAINT loyalty_compensation_ticket_id_6802d398_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_effectwindow
    ADD CONSTRAINT loyalty_effectwindow_effect_id_7c4f8482_fk_loyalty_effect_id FOREIGN KEY (effect_id) REFERENCES public.loyalty_effect(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT loyalty_grant_budget_id_65289427_fk_loyalty_budget_id FOREIGN KEY (budget_id) REFERENCES public.loyalty_budget(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT loyalty_grant_customer_id_04094196_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT loyalty_grant_decided_by_id_33a9d163_fk_org_staff_id FOREIGN KEY (decided_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT loyalty_grant_fact_id_0e05d664_fk_timeline_fact_id FOREIGN KEY (fact_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_grant
    ADD CONSTRAINT loyalty_grant_staff_id_4649ccc7_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_pack
    ADD CONSTRAINT loyalty_pack_made_by_id_45882808_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_ruleversion
    ADD CONSTRAINT loyalty_ruleversion_budget_id_8b89d157_fk_loyalty_budget_id FOREIGN KEY (budget_id) REFERENCES public.loyalty_budget(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_ruleversion
    ADD CONSTRAINT loyalty_ruleversion_made_by_id_5103f1c8_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_ruleversion
    ADD CONSTRAINT loyalty_ruleversion_rule_id_2a0520b5_fk_loyalty_rule_id FOREIGN KEY (rule_id) REFERENCES public.loyalty_rule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_suggested
    ADD CONSTRAINT loyalty_suggested_customer_id_85b389e6_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.loyalty_suggestion
    ADD CONSTRAINT loyalty_suggestion_customer_id_8d5dbd24_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_hinted_id_1b71fed5_fk_desk_ticket_id FOREIGN KEY (hinted_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_mailbox_id_3e9e83e0_fk_mailbox_mailbox_id FOREIGN KEY (mailbox_id) REFERENCES public.mailbox_mailbox(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_said_id_0a66aa56_fk_desk_message_id FOREIGN KEY (said_id) REFERENCES public.desk_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_settled_by_id_459c0dd4_fk_org_staff_id FOREIGN KEY (settled_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mailbox_parkedfile
    ADD CONSTRAINT mailbox_parkedfile_mail_id_7c4210aa_fk_mailbox_mail_id FOREIGN KEY (mail_id) REFERENCES public.mailbox_mail(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mailbox_participant
    ADD CONSTRAINT mailbox_participant_conversation_id_32d53fbf_fk_desk_conv FOREIGN KEY (conversation_id) REFERENCES public.desk_conversation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_address
    ADD CONSTRAINT mall_address_customer_id_9790e40b_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_billdifference
    ADD CONSTRAINT mall_billdifference_bill_id_a4574278_fk_mall_bill_id FOREIGN KEY (bill_id) REFERENCES public.mall_bill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_billdifference
    ADD CONSTRAINT mall_billdifference_explained_by_id_979e7391_fk_org_staff_id FOREIGN KEY (explained_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_cart
    ADD CONSTRAINT mall_cart_customer_id_c29fb3d6_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_cartline
    ADD CONSTRAINT mall_cartline_cart_id_49c23001_fk_mall_cart_id FOREIGN KEY (cart_id) REFERENCES public.mall_cart(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_cartline
    ADD CONSTRAINT mall_cartline_shop_id_f3e28832_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_cartline
    ADD CONSTRAINT mall_cartline_sku_id_f63d6fdf_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_category
    ADD CONSTRAINT mall_category_parent_id_f815a16d_fk_mall_category_id FOREIGN KEY (parent_id) REFERENCES public.mall_category(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_companion
    ADD CONSTRAINT mall_companion_accessory_id_d121fbd7_fk_mall_product_id FOREIGN KEY (accessory_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_companion
    ADD CONSTRAINT mall_companion_product_id_eb0fecf6_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_freightrow
    ADD CONSTRAINT mall_freightrow_template_id_99d82a3e_fk_mall_freighttemplate_id FOREIGN KEY (template_id) REFERENCES public.mall_freighttemplate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_freighttemplate
    ADD CONSTRAINT mall_freighttemplate_supplier_id_53960f39_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_madefile
    ADD CONSTRAINT mall_madefile_staff_id_bd5a8057_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_movement
    ADD CONSTRAINT mall_movement_level_id_82e786af_fk_mall_stocklevel_id FOREIGN KEY (level_id) REFERENCES public.mall_stocklevel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_movement
    ADD CONSTRAINT mall_movement_staff_id_53ceeee8_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_notice
    ADD CONSTRAINT mall_notice_explained_by_id_9e2cff6b_fk_org_staff_id FOREIGN KEY (explained_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_notice
    ADD CONSTRAINT mall_notice_payment_id_17969526_fk_mall_payment_id FOREIGN KEY (payment_id) REFERENCES public.mall_payment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_order
    ADD CONSTRAINT mall_order_customer_id_0676308b_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_order
    ADD CONSTRAINT mall_order_group_id_81e03308_fk_mall_ordergroup_id FOREIGN KEY (group_id) REFERENCES public.mall_ordergroup(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_order
    ADD CONSTRAINT mall_order_shop_id_fc02cece_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_order
    ADD CONSTRAINT mall_order_supplier_id_a9a43c89_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_orderchange
    ADD CONSTRAINT mall_orderchange_order_id_a8069687_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_orderchange
    ADD CONSTRAINT mall_orderchange_run_id_2433cff4_fk_intake_run_id FOREIGN KEY (run_id) REFERENCES public.intake_run(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_ordergroup
    ADD CONSTRAINT mall_ordergroup_customer_id_16bc3744_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_orderline
    ADD CONSTRAINT mall_orderline_item_id_67912c28_fk_mall_sku_id FOREIGN KEY (item_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_orderline
    ADD CONSTRAINT mall_orderline_order_id_a41c5d0e_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_ordernote
    ADD CONSTRAINT mall_ordernote_order_id_35d67bc5_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_ordernote
    ADD CONSTRAINT mall_ordernote_staff_id_f29ed883_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_packingcard
    ADD CONSTRAINT mall_packingcard_supplier_id_e04f2a38_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_payment
    ADD CONSTRAINT mall_payment_group_id_d104d801_fk_mall_ordergroup_id FOREIGN KEY (group_id) REFERENCES public.mall_ordergroup(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_paymentsplit
    ADD CONSTRAINT mall_paymentsplit_order_id_2e45cf1b_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_paymentsplit
    ADD CONSTRAINT mall_paymentsplit_payment_id_d8014214_fk_mall_payment_id FOREIGN KEY (payment_id) REFERENCES public.mall_payment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_picture
    ADD CONSTRAINT mall_picture_product_id_152dfd59_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_product
    ADD CONSTRAINT mall_product_category_id_7f10e670_fk_mall_category_id FOREIGN KEY (category_id) REFERENCES public.mall_category(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_product
    ADD CONSTRAINT mall_product_label_id_8b9925d5_fk_mall_label_id FOREIGN KEY (label_id) REFERENCES public.mall_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_product
    ADD CONSTRAINT mall_product_supplier_id_6df38f19_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_refund
    ADD CONSTRAINT mall_refund_order_id_8c051494_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_refund
    ADD CONSTRAINT mall_refund_payment_id_a5c07646_fk_mall_payment_id FOREIGN KEY (payment_id) REFERENCES public.mall_payment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_refundline
    ADD CONSTRAINT mall_refundline_line_id_95077ac5_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_refundline
    ADD CONSTRAINT mall_refundline_refund_id_88b11b68_fk_mall_refund_id FOREIGN KEY (refund_id) REFERENCES public.mall_refund(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_repairquote
    ADD CONSTRAINT mall_repairquote_purchase_id_7ff57f0f_fk_mall_ordergroup_id FOREIGN KEY (purchase_id) REFERENCES public.mall_ordergroup(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_repairquote
    ADD CONSTRAINT mall_repairquote_request_id_3eec66b8_fk_mall_return_id FOREIGN KEY (request_id) REFERENCES public.mall_return(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_reservation
    ADD CONSTRAINT mall_reservation_level_id_c4b8a199_fk_mall_stocklevel_id FOREIGN KEY (level_id) REFERENCES public.mall_stocklevel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_reservation
    ADD CONSTRAINT mall_reservation_line_id_4eceb8ec_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_reservation
    ADD CONSTRAINT mall_reservation_timed_price_id_508c1246_fk_mall_timedprice_id FOREIGN KEY (timed_price_id) REFERENCES public.mall_timedprice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_return
    ADD CONSTRAINT mall_return_assignee_id_345516ca_fk_org_staff_id FOREIGN KEY (assignee_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_return
    ADD CONSTRAINT mall_return_customer_id_e1abe337_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_return
    ADD CONSTRAINT mall_return_order_id_66145f43_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnline
    ADD CONSTRAINT mall_returnline_line_id_67819109_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnline
    ADD CONSTRAINT mall_returnline_refund_id_7c7836ab_fk_mall_refund_id FOREIGN KEY (refund_id) REFERENCES public.mall_refund(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnline
    ADD CONSTRAINT mall_returnline_request_id_a74dbee4_fk_mall_return_id FOREIGN KEY (request_id) REFERENCES public.mall_return(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnline
    ADD CONSTRAINT mall_returnline_serial_id_8fd4284d_fk_mall_serial_id FOREIGN KEY (serial_id) REFERENCES public.mall_serial(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnphoto
    ADD CONSTRAINT mall_returnphoto_request_id_26ed11ed_fk_mall_return_id FOREIGN KEY (request_id) REFERENCES public.mall_return(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnstep
    ADD CONSTRAINT mall_returnstep_request_id_e5f23d66_fk_mall_return_id FOREIGN KEY (request_id) REFERENCES public.mall_return(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_returnstep
    ADD CONSTRAINT mall_returnstep_staff_id_b57608ea_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_serial
    ADD CONSTRAINT mall_serial_customer_id_3f8c1a4a_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_serial
    ADD CONSTRAINT mall_serial_line_id_b5ec4919_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_serial
    ADD CONSTRAINT mall_serial_shipment_id_9b60d90c_fk_mall_shipment_id FOREIGN KEY (shipment_id) REFERENCES public.mall_shipment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_serial
    ADD CONSTRAINT mall_serial_sku_id_4a3dc005_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_shipment
    ADD CONSTRAINT mall_shipment_order_id_b8d97d2d_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_shipment
    ADD CONSTRAINT mall_shipment_request_id_c9d28712_fk_mall_return_id FOREIGN KEY (request_id) REFERENCES public.mall_return(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_shipmentline
    ADD CONSTRAINT mall_shipmentline_line_id_8008bca9_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_shipmentline
    ADD CONSTRAINT mall_shipmentline_shipment_id_fb01d2c6_fk_mall_shipment_id FOREIGN KEY (shipment_id) REFERENCES public.mall_shipment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_shopprice
    ADD CONSTRAINT mall_shopprice_shop_id_f64a1cfd_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_shopprice
    ADD CONSTRAINT mall_shopprice_sku_id_aad5d109_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_sku
    ADD CONSTRAINT mall_sku_product_id_7ecf1c67_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT mall_statement_closed_by_id_d1f765df_fk_org_staff_id FOREIGN KEY (closed_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT mall_statement_paid_by_id_91adbcc7_fk_org_staff_id FOREIGN KEY (paid_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT mall_statement_shop_id_bcced25c_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statement
    ADD CONSTRAINT mall_statement_supplier_id_918c5a31_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_line_id_c182a1f5_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_order_id_79f92743_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_refund_line_id_c13397bb_fk_mall_refu FOREIGN KEY (refund_line_id) REFERENCES public.mall_refundline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_shop_id_3e6b925e_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_statement_id_1e4baeb7_fk_mall_statement_id FOREIGN KEY (statement_id) REFERENCES public.mall_statement(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_statementline
    ADD CONSTRAINT mall_statementline_supplier_id_72707759_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_stocklevel
    ADD CONSTRAINT mall_stocklevel_sku_id_e5e06a6d_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_stocklevel
    ADD CONSTRAINT mall_stocklevel_warehouse_id_0dcc9df0_fk_mall_warehouse_id FOREIGN KEY (warehouse_id) REFERENCES public.mall_warehouse(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_supplierstaff
    ADD CONSTRAINT mall_supplierstaff_staff_id_e870a802_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_supplierstaff
    ADD CONSTRAINT mall_supplierstaff_supplier_id_daf7bcf2_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_tierprice
    ADD CONSTRAINT mall_tierprice_sku_id_34124451_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_timedprice
    ADD CONSTRAINT mall_timedprice_shop_id_b93951ba_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_timedprice
    ADD CONSTRAINT mall_timedprice_sku_id_a12ff278_fk_mall_sku_id FOREIGN KEY (sku_id) REFERENCES public.mall_sku(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mall_warehouse
    ADD CONSTRAINT mall_warehouse_supplier_id_8e49b884_fk_mall_supplier_id FOREIGN KEY (supplier_id) REFERENCES public.mall_supplier(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_org_staff_id FOREIGN KEY (user_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.org_auditentry
    ADD CONSTRAINT org_auditentry_shop_id_0fa2e77c_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.org_auditentry
    ADD CONSTRAINT org_auditentry_staff_id_62dfd8aa_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.org_savedview
    ADD CONSTRAINT org_savedview_staff_id_ef24c1a4_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.org_staffrole
    ADD CONSTRAINT org_staffrole_shop_id_08dee103_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.org_staffrole
    ADD CONSTRAINT org_staffrole_staff_id_178e910d_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outreach_block
    ADD CONSTRAINT outreach_block_customer_id_1a5548ab_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outreach_message
    ADD CONSTRAINT outreach_message_about_id_f7c2a491_fk_timeline_fact_id FOREIGN KEY (about_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.outreach_message
    ADD CONSTRAINT outreach_message_customer_id_6af0ebae_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_bankaccount
    ADD CONSTRAINT payouts_bankaccount_customer_id_d61ba61d_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_bankfile
    ADD CONSTRAINT payouts_bankfile_made_by_id_d8ccc458_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_identitycheck
    ADD CONSTRAINT payouts_identitychec_customer_id_a6877fb5_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_part
    ADD CONSTRAINT payouts_part_file_id_54ab1757_fk_payouts_bankfile_id FOREIGN KEY (file_id) REFERENCES public.payouts_bankfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_part
    ADD CONSTRAINT payouts_part_payout_id_d70a9fc5_fk_payouts_payout_id FOREIGN KEY (payout_id) REFERENCES public.payouts_payout(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_payout
    ADD CONSTRAINT payouts_payout_asked_by_id_dd11cb21_fk_org_staff_id FOREIGN KEY (asked_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_payout
    ADD CONSTRAINT payouts_payout_customer_id_1f5e9849_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_payout
    ADD CONSTRAINT payouts_payout_decided_by_id_bbb0aa07_fk_org_staff_id FOREIGN KEY (decided_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_payout
    ADD CONSTRAINT payouts_payout_run_id_85636f9c_fk_payouts_run_id FOREIGN KEY (run_id) REFERENCES public.payouts_run(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_payoutterms
    ADD CONSTRAINT payouts_payoutterms_made_by_id_6ee08bc7_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_person
    ADD CONSTRAINT payouts_person_customer_id_b2be7671_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_run
    ADD CONSTRAINT payouts_run_made_by_id_ee47c2d6_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.payouts_taxexport
    ADD CONSTRAINT payouts_taxexport_made_by_id_458e5875_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.performance_bonus
    ADD CONSTRAINT performance_bonus_decided_by_id_6d45955c_fk_org_staff_id FOREIGN KEY (decided_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.performance_bonus
    ADD CONSTRAINT performance_bonus_staff_id_cb2b032b_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.performance_bonusterms
    ADD CONSTRAINT performance_bonusterms_saved_by_id_b9f83033_fk_org_staff_id FOREIGN KEY (saved_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.performance_staffday
    ADD CONSTRAINT performance_staffday_staff_id_381b3fb9_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.performance_ticketshare
    ADD CONSTRAINT performance_ticketshare_ticket_id_4717a1ae_fk_desk_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.desk_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.points_change
    ADD CONSTRAINT points_change_customer_id_ae681406_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.points_change
    ADD CONSTRAINT points_change_lot_id_623df9cf_fk_points_lot_id FOREIGN KEY (lot_id) REFERENCES public.points_lot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.points_givenback
    ADD CONSTRAINT points_givenback_redemption_id_c82b9cd2_fk_points_redemption_id FOREIGN KEY (redemption_id) REFERENCES public.points_redemption(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.points_lot
    ADD CONSTRAINT points_lot_customer_id_3c5fe73a_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.points_lot
    ADD CONSTRAINT points_lot_of_id_65c72f18_fk_points_lot_id FOREIGN KEY (of_id) REFERENCES public.points_lot(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.points_programme
    ADD CONSTRAINT points_programme_made_by_id_46db73f4_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pointsmall_exchange
    ADD CONSTRAINT pointsmall_exchange_customer_id_1e251a10_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pointsmall_exchange
    ADD CONSTRAINT pointsmall_exchange_item_id_0c31fa7a_fk_pointsmall_item_id FOREIGN KEY (item_id) REFERENCES public.pointsmall_item(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pointsmall_exchange
    ADD CONSTRAINT pointsmall_exchange_order_id_70a86af8_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pointsmall_exchange
    ADD CONSTRAINT pointsmall_exchange_undone_by_id_5e63379e_fk_org_staff_id FOREIGN KEY (undone_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pointsmall_item
    ADD CONSTRAINT pointsmall_item_made_by_id_24895264_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pointsmall_item
    ADD CONSTRAINT pointsmall_item_shop_id_6663312d_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
ALTER TABLE ONLY public.referral_block
    ADD CONSTRAINT referral_block_blocked_by_id_bcf3e63f_fk_org_staff_id FOREIGN KEY (blocked_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_block
    ADD CONSTRAINT referral_block_customer_id_3eff29fa_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT referral_commission_customer_id_8e623ba6_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT referral_commission_line_id_cd5d5684_fk_mall_orderline_id FOREIGN KEY (line_id) REFERENCES public.mall_orderline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT referral_commission_order_id_1ef640de_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT referral_commission_referral_id_35968e87_fk_referral_ FOREIGN KEY (referral_id) REFERENCES public.referral_referral(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_commission
    ADD CONSTRAINT referral_commission_version_id_9caa8a6f_fk_referral_ FOREIGN KEY (version_id) REFERENCES public.referral_planversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_commissionback
    ADD CONSTRAINT referral_commissionb_commission_id_c985fa2f_fk_referral_ FOREIGN KEY (commission_id) REFERENCES public.referral_commission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_family
    ADD CONSTRAINT referral_family_above_id_fb28a121_fk_referral_ FOREIGN KEY (above_id) REFERENCES public.referral_family(customer_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_family
    ADD CONSTRAINT referral_family_customer_id_faf65dc8_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_fraudpolicy
    ADD CONSTRAINT referral_fraudpolicy_made_by_id_3d5fd801_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_frozenmember
    ADD CONSTRAINT referral_frozenmembe_customer_id_ee5b7d1c_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_frozenmember
    ADD CONSTRAINT referral_frozenmembe_line_id_57f99612_fk_referral_ FOREIGN KEY (line_id) REFERENCES public.referral_watchedline(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_groupinvitation
    ADD CONSTRAINT referral_groupinvitation_made_by_id_94551869_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_leaderplace
    ADD CONSTRAINT referral_leaderplace_customer_id_e8b179e2_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_linkshare
    ADD CONSTRAINT referral_linkshare_link_id_043f600f_fk_referral_referrallink_id FOREIGN KEY (link_id) REFERENCES public.referral_referrallink(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_passedover
    ADD CONSTRAINT referral_passedover_customer_id_31da56ac_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_passedover
    ADD CONSTRAINT referral_passedover_touch_id_1137a1ec_fk_referral_touch_id FOREIGN KEY (touch_id) REFERENCES public.referral_touch(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_planversion
    ADD CONSTRAINT referral_planversion_entry_product_id_b0058ef1_fk_mall_prod FOREIGN KEY (entry_product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_planversion
    ADD CONSTRAINT referral_planversion_made_by_id_88f64a73_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_planversion
    ADD CONSTRAINT referral_planversion_plan_id_8a25e026_fk_referral_plan_id FOREIGN KEY (plan_id) REFERENCES public.referral_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_planversion
    ADD CONSTRAINT referral_planversion_seen_by_id_2dd363a0_fk_org_staff_id FOREIGN KEY (seen_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_portrait
    ADD CONSTRAINT referral_portrait_customer_id_4e19a223_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_customer_id_7954d921_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_former_boss_id_65c62a33_fk_referral_ FOREIGN KEY (former_boss_id) REFERENCES public.referral_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_inviter_id_13aa1fd8_fk_referral_position_id FOREIGN KEY (inviter_id) REFERENCES public.referral_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_position
    ADD CONSTRAINT referral_position_team_boss_id_bc7ffd0c_fk_referral_position_id FOREIGN KEY (team_boss_id) REFERENCES public.referral_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_programme
    ADD CONSTRAINT referral_programme_made_by_id_07aed11d_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referral
    ADD CONSTRAINT referral_referral_corrected_by_id_829373f2_fk_org_staff_id FOREIGN KEY (corrected_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referral
    ADD CONSTRAINT referral_referral_customer_id_d2bc2b9b_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referral
    ADD CONSTRAINT referral_referral_link_id_9accd9a6_fk_referral_referrallink_id FOREIGN KEY (link_id) REFERENCES public.referral_referrallink(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referral
    ADD CONSTRAINT referral_referral_referrer_id_a5dbe67b_fk_customers_customer_id FOREIGN KEY (referrer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referrallink
    ADD CONSTRAINT referral_referrallin_customer_id_6c058ef2_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referrallink
    ADD CONSTRAINT referral_referrallink_product_id_5977b3c3_fk_mall_product_id FOREIGN KEY (product_id) REFERENCES public.mall_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referrallink
    ADD CONSTRAINT referral_referrallink_shop_id_87a532fc_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_referrallink
    ADD CONSTRAINT referral_referrallink_staff_id_8ea5f36a_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_replay
    ADD CONSTRAINT referral_replay_version_id_7ca39010_fk_referral_planversion_id FOREIGN KEY (version_id) REFERENCES public.referral_planversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_screening
    ADD CONSTRAINT referral_screening_customer_id_d49ee37a_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_screening
    ADD CONSTRAINT referral_screening_decided_by_id_51d8c723_fk_org_staff_id FOREIGN KEY (decided_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_screening
    ADD CONSTRAINT referral_screening_order_id_d340a263_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_screening
    ADD CONSTRAINT referral_screening_policy_id_0b69c92c_fk_referral_ FOREIGN KEY (policy_id) REFERENCES public.referral_fraudpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_shareddevice
    ADD CONSTRAINT referral_shareddevic_customer_id_148e69a1_fk_customers FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_shareddevice
    ADD CONSTRAINT referral_shareddevic_visitor_id_8b38b7f5_fk_referral_ FOREIGN KEY (visitor_id) REFERENCES public.referral_visitor(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_signoff
    ADD CONSTRAINT referral_signoff_recorded_by_id_43fc9b86_fk_org_staff_id FOREIGN KEY (recorded_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_signoff
    ADD CONSTRAINT referral_signoff_version_id_2fb1beac_fk_referral_planversion_id FOREIGN KEY (version_id) REFERENCES public.referral_planversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_touch
    ADD CONSTRAINT referral_touch_link_id_daf5b25c_fk_referral_referrallink_id FOREIGN KEY (link_id) REFERENCES public.referral_referrallink(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_touch
    ADD CONSTRAINT referral_touch_visitor_id_16458a33_fk_referral_visitor_id FOREIGN KEY (visitor_id) REFERENCES public.referral_visitor(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_trial
    ADD CONSTRAINT referral_trial_candidate_id_7bd4b226_fk_referral_planversion_id FOREIGN KEY (candidate_id) REFERENCES public.referral_planversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_trial
    ADD CONSTRAINT referral_trial_made_by_id_fd9844ec_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_unlisted
    ADD CONSTRAINT referral_unlisted_customer_id_7b34d0fd_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_visitor
    ADD CONSTRAINT referral_visitor_customer_id_b40f0e3e_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_watchedline
    ADD CONSTRAINT referral_watchedline_head_id_89c9d5dc_fk_customers_customer_id FOREIGN KEY (head_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.referral_watchedline
    ADD CONSTRAINT referral_watchedline_released_by_id_9b016709_fk_org_staff_id FOREIGN KEY (released_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.storefront_block
    ADD CONSTRAINT storefront_block_category_id_416c07fa_fk_mall_category_id FOREIGN KEY (category_id) REFERENCES public.mall_category(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.storefront_front
    ADD CONSTRAINT storefront_front_shop_id_b9fdaeac_fk_org_shop_id FOREIGN KEY (shop_id) REFERENCES public.org_shop(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_growth
    ADD CONSTRAINT tiers_growth_customer_id_c75e42d4_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_growthback
    ADD CONSTRAINT tiers_growthback_growth_id_bc1a5af7_fk_tiers_growth_id FOREIGN KEY (growth_id) REFERENCES public.tiers_growth(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_plan
    ADD CONSTRAINT tiers_plan_made_by_id_930c8cd4_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_reach
    ADD CONSTRAINT tiers_reach_customer_id_ca30d39c_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_reach
    ADD CONSTRAINT tiers_reach_made_by_id_837ff58b_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_reach
    ADD CONSTRAINT tiers_reach_plan_id_b17f1b1f_fk_tiers_plan_id FOREIGN KEY (plan_id) REFERENCES public.tiers_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_standing
    ADD CONSTRAINT tiers_standing_customer_id_81d7a5c2_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tiers_tier
    ADD CONSTRAINT tiers_tier_plan_id_cd493f56_fk_tiers_plan_id FOREIGN KEY (plan_id) REFERENCES public.tiers_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.timeline_fact
    ADD CONSTRAINT timeline_fact_cause_id_a9adab85_fk_timeline_fact_id FOREIGN KEY (cause_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.timeline_fact
    ADD CONSTRAINT timeline_fact_customer_id_7f688662_fk_customers_customer_id FOREIGN KEY (customer_id) REFERENCES public.customers_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.timeline_reaction
    ADD CONSTRAINT timeline_reaction_fact_id_e68e2e84_fk_timeline_fact_id FOREIGN KEY (fact_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.timeline_waiting
    ADD CONSTRAINT timeline_waiting_fact_id_bacb4d0a_fk_timeline_fact_id FOREIGN KEY (fact_id) REFERENCES public.timeline_fact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempt
    ADD CONSTRAINT training_attempt_course_id_276e27ce_fk_training_course_id FOREIGN KEY (course_id) REFERENCES public.training_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attempt
    ADD CONSTRAINT training_attempt_staff_id_a9bfc728_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attendance
    ADD CONSTRAINT training_attendance_course_id_a1ca3ba4_fk_training_course_id FOREIGN KEY (course_id) REFERENCES public.training_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attendance
    ADD CONSTRAINT training_attendance_marked_by_id_5e68aa10_fk_org_staff_id FOREIGN KEY (marked_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_attendance
    ADD CONSTRAINT training_attendance_staff_id_6a179b11_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_certificate
    ADD CONSTRAINT training_certificate_course_id_f16c3a2a_fk_training_course_id FOREIGN KEY (course_id) REFERENCES public.training_course(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_certificate
    ADD CONSTRAINT training_certificate_programme_id_be30727d_fk_training_ FOREIGN KEY (programme_id) REFERENCES public.training_programme(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_certificate
    ADD CONSTRAINT training_certificate_staff_id_ba976187_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_certificate
    ADD CONSTRAINT training_certificate_withdrawn_by_id_b663a22c_fk_org_staff_id FOREIGN KEY (withdrawn_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_course
    ADD CONSTRAINT training_course_drill_id_67d11984_fk_training_drillscript_id FOREIGN KEY (drill_id) REFERENCES public.training_drillscript(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_course
    ADD CONSTRAINT training_course_made_by_id_50acec7a_fk_org_staff_id FOREIGN KEY (made_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_course
    ADD CONSTRAINT training_course_programme_id_9cb4205f_fk_training_programme_id FOREIGN KEY (programme_id) REFERENCES public.training_programme(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_drill
    ADD CONSTRAINT training_drill_invited_by_id_2ba66c49_fk_org_staff_id FOREIGN KEY (invited_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_drill
    ADD CONSTRAINT training_drill_script_id_4baad334_fk_training_drillscript_id FOREIGN KEY (script_id) REFERENCES public.training_drillscript(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_drill
    ADD CONSTRAINT training_drill_staff_id_c371e8ed_fk_org_staff_id FOREIGN KEY (staff_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_drillline
    ADD CONSTRAINT training_drillline_drill_id_db847928_fk_training_drill_id FOREIGN KEY (drill_id) REFERENCES public.training_drill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.training_drillscript
    ADD CONSTRAINT training_drillscript_saved_by_id_e228f652_fk_org_staff_id FOREIGN KEY (saved_by_id) REFERENCES public.org_staff(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webform_report
    ADD CONSTRAINT webform_report_conversation_id_e1c076d4_fk_desk_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.desk_conversation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.webform_report
    ADD CONSTRAINT webform_report_order_id_efd3de6c_fk_mall_order_id FOREIGN KEY (order_id) REFERENCES public.mall_order(id) DEFERRABLE INITIALLY DEFERRED;
REVOKE ALL ON FUNCTION public.ledger_collect_v1(debits bigint[], amounts bigint[], keys text[], target text, booked timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ledger_end_v1() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ledger_plain_v1(entry_key text, entry_kind text, source text, target text, asked bigint, kept bigint, until timestamp with time zone, of_fact bigint, of_order bigint, of_line bigint, by_plan text, booked timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ledger_post_v1(opening jsonb, moves jsonb, parts jsonb, booked timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ledger_roll_up_v1(most integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ledger_seal_v1(up_to bigint, day date, at timestamp with time zone, most integer) FROM PUBLIC;
INSERT INTO public.django_migrations (app, name, applied) VALUES
('account', '0001_initial', now()), -- 6f27ff6bdf57521a
('account', '0002_email_max_length', now()), -- c956ab7a3c3660a1
('account', '0003_alter_emailaddress_create_unique_verified_email', now()), -- 66b6f1939621bcfa
('account', '0004_alter_emailaddress_drop_unique_email', now()), -- ebc6317e90c47d7a
('account', '0005_emailaddress_idx_upper_email', now()), -- e7569f1662da1754
('account', '0006_emailaddress_lower', now()), -- 54adb08cb3fba66b
('account', '0007_emailaddress_idx_email', now()), -- 87fad70bfde8ae29
('account', '0008_emailaddress_unique_primary_email_fixup', now()), -- 794bf875bdbef9c4
('account', '0009_emailaddress_unique_primary_email', now()), -- 79762cfa7b1e1d7c
('admin', '0001_initial', now()), -- f4716989d9815b62
('admin', '0002_logentry_remove_auto_add', now()), -- 2c127e659a2236ed
('admin', '0003_logentry_add_action_flag_choices', now()), -- 02700a827190720e
('auth', '0001_initial', now()), -- 845cff319606332f
('auth', '0002_alter_permission_name_max_length', now()), -- feaf97e0e8f7d148
('auth', '0003_alter_user_email_max_length', now()), -- 9d5657b4db9872dc
('auth', '0004_alter_user_username_opts', now()), -- 9538db342c9a9bec
('auth', '0005_alter_user_last_login_null', now()), -- 79f60a35dc000fdd
('auth', '0006_require_contenttypes_0002', now()), -- 00cb16e3405f14b6
('auth', '0007_alter_validators_add_error_messages', now()), -- 115db87dc327530f
('auth', '0008_alter_user_username_max_length', now()), -- 02857f65f7d64814
('auth', '0009_alter_user_last_name_max_length', now()), -- 19a89500e7f108a7
('auth', '0010_alter_group_name_max_length', now()), -- 0963ed6498ac0b3a
('auth', '0011_update_proxy_permissions', now()), -- 85a5dde708dc4b61
('auth', '0012_alter_user_first_name_max_length', now()), -- 6cefbc9f80903763
('cash', '0001_initial', now()), -- eb669673a4537da4
('cash', '0002_hold_out', now()), -- 8d9ec96932df03c2
('contenttypes', '0001_initial', now()), -- 35ed8489a147e0b4
('contenttypes', '0002_remove_content_type_name', now()), -- 7d36494075750f0e
('coupons', '0001_initial', now()), -- ee080bb2aeebc0d3
('coupons', '0002_reminders_are_the_timelines', now()), -- 24f75394aa7f2efc
('customers', '0001_initial', now()), -- 83b8dd6be9845146
('customers', '0002_consent_append_only', now()), -- 0c41638cef677f3e
('customers', '0003_login', now()), -- 0cca87c0be0d7942
('customers', '0004_consent_text_channel', now()), -- beefd6dc35ba05db
('desk', '0001_initial', now()), -- cca5221c8ef6c350
('desk', '0002_duty', now()), -- 410dc95bdb7e67d6
('desk', '0003_routing', now()), -- 404a1f0aba880064
('desk', '0004_inbox', now()), -- a36868f614aef1ba
('desk', '0005_counts', now()), -- 223738632aa6fd42
('desk', '0006_message_marks', now()), -- 457c8bfcc24636e6
('desk', '0007_deliveries', now()), -- 6d12136169222242
('desk', '0008_kind_model', now()), -- b84e30b2b4759291
('desk', '0009_certificates', now()), -- 10c3bf269fd49a9a
('desk', '0010_tickets_know_their_goods', now()), -- 4722a0db92181a24
('draws', '0001_initial', now()), -- f6c967066bc676ef
('draws', '0002_frozen', now()), -- ed0107c1b2db3f14
('gifts', '0001_initial', now()), -- af0a5df3b213f6a9
('gifts', '0002_reminders', now()), -- 6f9e9147e07373fb
('improve', '0001_initial', now()), -- c0a621d8e93a52b5
('improve', '0002_key', now()), -- 9746972a90f3b1dd
('insight', '0001_figures_and_scores', now()), -- 5a2704adc372fc13
('insight', '0002_orders_note_stale_months', now()), -- 024b0b0af39643f7
('intake', '0001_runs', now()), -- 932d5e245362509b
('intake', '0002_files_deleted_in_time', now()), -- 0ae9509170987df8
('knowledge', '0001_initial', now()), -- 1c6bb1426ff158a5
('knowledge', '0002_advice_author', now()), -- f5e72c0b878b06de
('ledger', '0001_initial', now()), -- 4817ad3d803de6d5
('ledger', '0002_post', now()), -- 923678642c2049d1
('ledger', '0003_close', now()), -- 0dc93a71ff34b58c
('ledger', '0004_collect', now()), -- 20a8b9fc8b19f4bc
('ledger', '0005_plain', now()), -- 87a2882c8e13bf82
('loyalty', '0001_initial', now()), -- 830e5819a3214863
('loyalty', '0002_effect', now()), -- 610c816012aa9633
('loyalty', '0003_grants', now()), -- 9f87ff9098bed327
('loyalty', '0004_packs', now()), -- 220c8662af1f1348
('loyalty', '0005_compensation', now()), -- e9d9b2682607a4b6
('loyalty', '0006_gift_compensation', now()), -- ddad12b39b567a0c
('loyalty', '0007_suggestions_of_every_kind', now()), -- ef757e028844474a
('mailbox', '0001_initial', now()), -- f4ec27ddf2848f3e
('mailbox', '0002_parked_files', now()), -- 7452348a6acbd529
('mall', '0001_initial', now()), -- 6591bb7bfc8bccac
('mall', '0002_import_changes', now()), -- 2ba808b03ebadf14
('mall', '0003_order_notes_and_review_code', now()), -- 171cfdd102a4701e
('mall', '0004_statements_are_closed_and_paid', now()), -- 1c089633624e8b04
('mall', '0005_money_goes_back_by_the_piece', now()), -- 038b8e72371e07ba
('mall', '0006_serials_are_found_by_number', now()), -- e18beb429bc08eea
('mall', '0007_freight_is_free_for_tiers', now()), -- 6303c801af4c8272
('mall', '0008_carriers_tell_of_parcels', now()), -- 3e140808e19e7ce7
('mall', '0009_serials_know_their_parcel', now()), -- a643d8fde896ddbe
('mall', '0010_files_are_made_for_staff', now()), -- 54165e7a42e9bec6
('mall', '0011_purchases_count_their_coupons', now()), -- cc1640ed1bd00532
('mall', '0012_no_index_twice', now()), -- 08abf9609b390437
('mall', '0013_the_board_has_gifts', now()), -- 87808622ea231755
('mall', '0014_files_count_their_tries', now()), -- d297412ae2ffafb6
('mall', '0015_timed_prices_say_for_whom', now()), -- 2383c1eb7769b8f5
('mall', '0016_parcels_know_their_batch', now()), -- 596b86e0a7c07c39
('mfa', '0001_initial', now()), -- a42b6353f2ed5dd7
('mfa', '0002_authenticator_timestamps', now()), -- b6566eb07301e2e4
('mfa', '0003_authenticator_type_uniq', now()), -- 88550a456154080c
('org', '0001_initial', now()), -- 2b94f81185e3d945
('org', '0002_audit_append_only', now()), -- c697eec0a8204ff5
('org', '0003_cache_table', now()), -- ce4111d9fa878cb8
('org', '0004_saved_view', now()), -- 80ae7e9fd58e5625
('outreach', '0001_initial', now()), -- 6d33e60216596983
('outreach', '0002_inbox_read', now()), -- 0f9413ae73a30fe8
('payouts', '0001_initial', now()), -- 31a3171703a508e3
('performance', '0001_initial', now()), -- 096cf5bb6bf8bebb
('performance', '0002_stale', now()), -- d69478f98573803b
('performance', '0003_useful', now()), -- 36969a1cf50f9961
('points', '0001_initial', now()), -- cccca02062ecd6f7
('points', '0002_lots', now()), -- 5665f89dafa3d167
('points', '0003_reminders_are_the_timelines', now()), -- a45e1a96c156b9c6
('points', '0004_redeem_plainly', now()), -- 6e9cb2a4593f7588
('points', '0005_fewer_indexes', now()), -- 159d45a41ed3315c
('pointsmall', '0001_initial', now()), -- 47bef383f3c055d2
('procrastinate', '0001_initial', now()), -- be81516c79d02f26
('procrastinate', '0002_drop_started_at_column', now()), -- 2ead163c1ce2991d
('procrastinate', '0003_drop_started_at_column', now()), -- 740f2d8ff02c0bb5
('procrastinate', '0004_drop_procrastinate_version_table', now()), -- 9f48b76f59a9cc8c
('procrastinate', '0005_fix_procrastinate_fetch_job', now()), -- 6a8e4055ab8e463d
('procrastinate', '0006_fix_trigger_status_events_insert', now()), -- d9d2f532a094aa09
('procrastinate', '0007_add_queueing_lock_column', now()), -- dc12645a882f2067
('procrastinate', '0008_close_fetch_job_race_condition', now()), -- 74c7c44a68d3c204
('procrastinate', '0009_add_defer_job_function', now()), -- b9d529f1bb143b09
('procrastinate', '0010_add_procrastinate_periodic_defers', now()), -- bd1aa56a04f86df5
('procrastinate', '0011_add_foreign_key_index', now()), -- 25cc0914481114fd
('procrastinate', '0012_add_locks_to_periodic_defer', now()), -- 7cf8863ace39220c
('procrastinate', '0013_fix_procrastinate_defer_periodic_job', now()), -- 4d5072911b8c904c
('procrastinate', '0014_add_finish_job_and_retry_job_functions', now()), -- 20ebed9ca30246c8
('procrastinate', '0015_add_trigger_on_job_deletion', now()), -- 41bec3a5111ff97f
('procrastinate', '0016_delete_finished_jobs', now()), -- aa4d841aae25c4b1
('procrastinate', '0017_add_checks_to_finish_job', now()), -- fa9f208ddf3368de
('procrastinate', '0018_add_checks_to_retry_job', now()), -- 893bfc867f1594eb
('procrastinate', '0019_fix_finish_job_compat_issue', now()), -- 4c85f00a990bb3d7
('procrastinate', '0020_add_index_on_procrastinate_jobs', now()), -- 5a93c4ea92b856f5
('procrastinate', '0021_add_kwargs_to_defer_periodic_job', now()), -- 88dd3371cbdee2ba
('procrastinate', '0022_null_locks_excluded', now()), -- 2d5b088f88e89d69
('procrastinate', '0023_remove_old_finish_job_function', now()), -- 89267383eac7bb81
('procrastinate', '0024_job_id_bigint', now()), -- 27108dc62abe6372
('procrastinate', '0025_add_models', now()), -- 29580ceb9d30811c
('procrastinate', '0026_add_job_priority', now()), -- 4f7746b8edef802a
('procrastinate', '0027_add_periodic_job_priority', now()), -- 17e24782e5f4b56e
('procrastinate', '0028_add_cancel_states', now()), -- 2831656624aa9165
('procrastinate', '0029_add_additional_params_to_retry_job', now()), -- 50d48f155234960c
('procrastinate', '0030_alter_procrastinateevent_options', now()), -- 94486414b944e707
('procrastinate', '0031_add_indexes_for_fetch_job', now()), -- c7235c71c0c003fd
('procrastinate', '0032_pre_cancel_notification', now()), -- 42c97f730f7f0edd
('procrastinate', '0033_post_cancel_notification', now()), -- 8bd0e84d1e45311e
('procrastinate', '0034_pre_add_heartbeat', now()), -- 844ed448222ba8b1
('procrastinate', '0035_post_add_heartbeat', now()), -- 0cbd71b8406c14f4
('procrastinate', '0036_add_worker_model', now()), -- f996e8059968a3a4
('procrastinate', '0037_pre_batch_defer_jobs', now()), -- 0d7d4294e8aa2749
('procrastinate', '0038_post_batch_defer_jobs', now()), -- 503152d687e3e49b
('procrastinate', '0039_pre_priority_lock_fetch_job', now()), -- aba2087cb2b69233
('procrastinate', '0040_pre_retry_failed_job', now()), -- f6d2a552fbbc5088
('procrastinate', '0041_post_retry_failed_job', now()), -- 2c8dc359b30362a9
('referral', '0001_initial', now()), -- 51a2b0065b083e36
('referral', '0002_kept_as_written', now()), -- d077333aa8c44807
('referral', '0003_network_watch', now()), -- a5bb4a2a60f03432
('referral', '0004_statistics', now()), -- 56c28b6c292fe875
('referral', '0005_replays', now()), -- b4e859064e08e901
('referral', '0006_trials', now()), -- 0fcd3f2cc7ec46cc
('referral', '0007_arm_of_a_trial', now()), -- b7f4d49b838489d2
('referral', '0008_screening', now()), -- d9f84614becdca22
('referral', '0009_portraits', now()), -- 6e4e7c69c98f4b05
('referral', '0010_links_lead_to_places_and_groups', now()), -- 5b91ad7307742ca0
('referral', '0011_group_invitations_are_made_once', now()), -- b9d9463d64af8baf
('referral', '0012_replays_count_packs', now()), -- e0f05d5bdb6118cd
('run', '0001_push_event', now()), -- 24b340332c573be1
('run', '0002_request_limit', now()), -- 72456a5f62b3b9ef
('sessions', '0001_initial', now()), -- 2aa438e2393ee513
('storefront', '0001_front_and_blocks', now()), -- a34b51182d567de2
('tiers', '0001_initial', now()), -- 174b702ad5a1a0e4
('tiers', '0002_tiers_as_rewards', now()), -- 162053984d3debe7
('timeline', '0001_initial', now()), -- 4ff40aa74c3428f8
('timeline', '0002_no_index_twice', now()), -- ce34d989046b095c
('timeline', '0003_reminders_in_one_place', now()), -- 106372d07aa11b11
('timeline', '0004_facts_wait_in_a_table', now()), -- f6cc2855c864dd34
('training', '0001_initial', now()), -- 58fe5dd3717aeff4
('webform', '0001_initial', now()), -- d567a6bf66f1a9ac
('wecom', '0001_initial', now()); -- c6d7ee159f73ca3a
