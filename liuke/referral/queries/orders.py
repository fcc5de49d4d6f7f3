"""What a commission needs of an order: its lines, the buyer's two referrers, the plan in force when it was paid."""

from dataclasses import dataclass
from datetime import datetime

from liuke.kit import rows
from liuke.referral.models import PlanVersion

# One statement, whatever the size of the network: the order's lines, two steps up from the buyer, and the version that
# rewards it. What is only asked for being there has a limit, so that nobody reads a table whole. It locks the order, so
# that commission, confirmation and refund of one order never overtake each other.
PAID = f"""
SELECT line.id, line.amount_fen, line.refunded_fen, sku.product_id,
       o.customer_id, o.paid_at, o.received_at, first.id, first.referrer_id, first_block.id, second.referrer_id,
       second_block.id, (SELECT true FROM referral_commission owed WHERE owed.order_id = o.id LIMIT 1),
       CASE WHEN first.id IS NULL THEN (
           SELECT true FROM referral_visitor v JOIN referral_touch t ON t.visitor_id = v.id
           WHERE v.customer_id = o.customer_id LIMIT 1) END,
       {rows.columns(PlanVersion)}
FROM mall_order o
JOIN mall_orderline line ON line.order_id = o.id
LEFT JOIN mall_sku sku ON sku.id = line.item_id
LEFT JOIN referral_referral first ON first.customer_id = o.customer_id AND first.ended_at IS NULL
LEFT JOIN referral_block first_block ON first_block.customer_id = first.referrer_id AND first_block.lifted_at IS NULL
LEFT JOIN referral_referral second ON second.customer_id = first.referrer_id AND second.ended_at IS NULL
LEFT JOIN referral_block second_block
    ON second_block.customer_id = second.referrer_id AND second_block.lifted_at IS NULL
LEFT JOIN LATERAL (
    SELECT id FROM referral_planversion
    WHERE starts_at <= o.paid_at AND (ends_at IS NULL OR ends_at > o.paid_at)
    ORDER BY starts_at DESC, id DESC LIMIT 1) live ON true
LEFT JOIN referral_trial trial ON trial.starts_at <= o.paid_at AND (trial.ends_at IS NULL OR trial.ends_at > o.paid_at)
    AND referral_arm(trial.salt, first.referrer_id) < trial.share_bp
LEFT JOIN referral_planversion ON referral_planversion.id = coalesce(trial.candidate_id, live.id)
WHERE o.id = %s AND o.source = 'shop' AND o.paid_at IS NOT NULL
ORDER BY line.id FOR NO KEY UPDATE OF o
"""  # noqa: S608  names of our own


@dataclass(frozen=True, slots=True)
class Line:
    line_id: int
    amount_fen: int                           # really paid: after every discount, freight left out
    refunded_fen: int
    product_id: int | None


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """`referrers`: the buyer's and that one's, nearest first; None in the place of who is blocked or not there.

    `promised`: its commissions are written. `may_be_bound`: nobody referred the buyer yet, who has opened links.
    """

    order_id: int
    lines: tuple[Line, ...]
    customer_id: int
    paid_at: datetime
    received_at: datetime | None
    referral_id: int | None
    referrers: tuple[int | None, int | None]
    promised: bool
    may_be_bound: bool
    version: PlanVersion | None


def lock_paid(order_id: int) -> PaidOrder | None:
    """The order, locked until the transaction ends; None when it was not paid in the shop. One statement."""
    found = rows.fetch(PAID, [order_id])
    if not found:
        return None
    customer_id, paid_at, received_at, referral_id = found[0][4:8]
    first, first_block, second, second_block, promised, may_be_bound = found[0][8:14]
    version = found[0][14:]
    return PaidOrder(
        order_id, tuple(Line(*row[:4]) for row in found), customer_id, paid_at, received_at, referral_id,
        (None if first_block else first, None if second_block else second), bool(promised), bool(may_be_bound),
        rows.made(PlanVersion, [version])[0] if version[0] else None)
