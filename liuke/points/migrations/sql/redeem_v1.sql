-- A redemption in one call, when nothing of the customer is due to expire and the ledger calls it plain. Otherwise no row is
-- answered and nothing was written: who asks goes step by step.
CREATE FUNCTION points_redeem_plain_v1(
  whose bigint, wanted bigint, for_key text, in_state text, at timestamptz, source text, target text, entry_key text,
  of_fact bigint, of_order bigint, by_plan text
)
RETURNS TABLE (id bigint, customer_id bigint, amount bigint, state text, tries smallint, lots bigint[], parts bigint[],
               back bigint, fresh boolean)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
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
