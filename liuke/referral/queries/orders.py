"""What a commission needs of an order: its lines, the buyer's two referrers, the plan in force when it was paid."""

from dataclasses import dataclass
from datetime import datetime

from liuke.kit import rows
from liuke.referral.models import PlanVersion

# One statement, whatever the size of the network: the order's lines, and two steps up from the buyer. It locks the
# order, so that commission, confirmation and refund of one order never overtake each other.
PAID = """
SELECT o.customer_id, o.paid_at, o.received_at, line.id, line.amount_fen, line.refunded_fen, sku.product_id,
       first.id, first.referrer_id, first_block.id, second.referrer_id, second_block.id,
       coalesce(trial.candidate_id, version.id)
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
    ORDER BY starts_at DESC, id DESC LIMIT 1) version ON true
LEFT JOIN referral_trial trial ON trial.starts_at <= o.paid_at AND (trial.ends_at IS NULL OR trial.ends_at > o.paid_at)
    AND referral_arm(trial.salt, first.referrer_id) < trial.share_bp
WHERE o.id = %s AND o.source = 'shop' AND o.paid_at IS NOT NULL
ORDER BY line.id FOR NO KEY UPDATE OF o
"""


@dataclass(frozen=True, slots=True)
class Line:
    line_id: int
    amount_fen: int                           # really paid: after every discount, freight left out
    refunded_fen: int
    product_id: int | None


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """`referrers`: the buyer's and that one's, nearest first; None in the place of who is blocked or not there."""

    order_id: int
    customer_id: int
    paid_at: datetime
    received_at: datetime | None
    lines: tuple[Line, ...]
    referral_id: int | None
    referrers: tuple[int | None, int | None]
    version_id: int | None


def lock_paid(order_id: int) -> PaidOrder | None:
    """The order, locked until the transaction ends; None when it was not paid in the shop. One statement."""
    found = rows.fetch(PAID, [order_id])
    if not found:
        return None
    customer_id, paid_at, received_at = found[0][:3]
    referral_id, first, first_block, second, second_block, version_id = found[0][7:]
    return PaidOrder(
        order_id, customer_id, paid_at, received_at, tuple(Line(*row[3:7]) for row in found), referral_id,
        (None if first_block else first, None if second_block else second), version_id)


def version_of(version_id: int) -> PlanVersion:
    """A version that is in force never changes."""
    return PlanVersion.objects.get(pk=version_id)
