-- The plain case of ledger_post_v1: one leg from an account with a balance of its own to one that is rolled up, with nothing
-- to refuse, no key used before and nobody merged. The same rows, the same lock and the same hash come of it, for a third of
-- the time. Answers the posting, or NULL when the case is not plain: then nothing was written, and ledger_post_v1 judges it.
CREATE FUNCTION ledger_plain_v1(
  entry_key text, entry_kind text, source text, target text, asked bigint, kept bigint, until timestamptz,
  of_fact bigint, of_order bigint, of_line bigint, by_plan text, booked timestamptz
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, @schema@, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
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

REVOKE ALL ON FUNCTION ledger_plain_v1(text, text, text, text, bigint, bigint, timestamptz, bigint, bigint, bigint, text,
                                       timestamptz) FROM PUBLIC;
