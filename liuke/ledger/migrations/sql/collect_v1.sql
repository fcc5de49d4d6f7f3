-- One posting from each of many accounts to one rolled-up account of the house: entries of one leg each, as
-- ledger_post_v1 would write them. For the clocks that take a little from very many balances in one run (points that
-- expire): plain arrays instead of documents, no look-up by address, and nothing that one row could be refused for.
-- What cannot be is an error: a key that is used, an account that would fall below its floor or is rolled up.
CREATE FUNCTION ledger_collect_v1(debits bigint[], amounts bigint[], keys text[], target text, booked timestamptz)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, @schema@, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
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

REVOKE ALL ON FUNCTION ledger_collect_v1(bigint[], bigint[], text[], text, timestamptz) FROM PUBLIC;
