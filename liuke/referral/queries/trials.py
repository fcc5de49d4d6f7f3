"""What a trial of two plans has shown so far: both arms by inviter, with everything that chance may have done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.insight.queries.margins import margin
from liuke.insight.rules.bought import BOUGHT
from liuke.insight.rules.uplift import Difference, Moments, of_means_always, parted_by_chance
from liuke.kit import rows
from liuke.kit.money import BASIS_POINTS
from liuke.referral.clusters import Quotient, difference
from liuke.referral.models import Trial

# Inviters are who was one before the trial began, so that the plan cannot choose who is counted.
ARMS = """
WITH inviter AS (
    SELECT c.id, referral_arm(%(salt)s, c.id) < %(share)s AS treated
    FROM customers_customer c
    WHERE c.merged_into_id IS NULL AND (
        EXISTS (SELECT 1 FROM referral_referrallink l WHERE l.customer_id = c.id AND l.made_at < %(since)s)
        OR EXISTS (SELECT 1 FROM referral_referral r WHERE r.referrer_id = c.id AND r.bound_at < %(since)s))),
sold AS (
    SELECT r.referrer_id, count(DISTINCT r.customer_id) FILTER (WHERE r.bound_at >= %(since)s) AS newcomers,
           sum(goods.net) AS net, sum(coalesce(owed.cost, 0)) AS cost
    FROM mall_order o
    JOIN referral_referral r ON r.customer_id = o.customer_id AND r.ended_at IS NULL
        AND date_trunc('second', r.bound_at) <= o.paid_at
    CROSS JOIN LATERAL (SELECT sum(amount_fen - refunded_fen) AS net FROM mall_orderline WHERE order_id = o.id) goods
    CROSS JOIN LATERAL (SELECT sum(amount) AS cost FROM referral_commission WHERE order_id = o.id) owed
    WHERE o.source = 'shop' AND o.state = ANY(%(bought)s) AND o.paid_at >= %(since)s AND o.paid_at < %(until)s
      AND o.placed_at >= %(since)s - interval '30 days'
    GROUP BY 1),
packed AS (
    SELECT r.referrer_id, sum(p.cost_fen) AS cost
    FROM ({packs}) p JOIN referral_referral r ON r.customer_id = p.customer_id AND r.ended_at IS NULL
    WHERE p.at >= %(since)s AND p.at < %(until)s GROUP BY 1),
brought AS (
    SELECT treated, coalesce(newcomers, 0)::float AS newcomers, coalesce(net, 0)::float AS net,
           spent.cost::float AS cost, (coalesce(net, 0) * %(margin)s - spent.cost)::float AS worth
    FROM inviter LEFT JOIN sold ON sold.referrer_id = inviter.id LEFT JOIN packed ON packed.referrer_id = inviter.id
    CROSS JOIN LATERAL (SELECT coalesce(sold.cost, 0) + coalesce(packed.cost, 0) AS cost) spent)
SELECT treated, count(*), sum(newcomers), sum(newcomers * newcomers), sum(net), sum(net * net), sum(worth),
       sum(worth * worth), sum(cost), sum(cost * cost), sum(cost * newcomers)
FROM brought GROUP BY treated
"""


@dataclass(frozen=True, slots=True)
class Arm:
    """Each is by inviter. `cost_per_new`: commissions and packs of both sides by newcomers who bought."""

    newcomers: Moments
    net: Moments
    worth: Moments
    cost_per_new: Quotient

    @property
    def inviters(self) -> int:
        return self.newcomers.count


@dataclass(frozen=True, slots=True)
class Reading:
    """Differences are candidate less plan in force, None while there are too few inviters. Money in fen.

    The intervals of newcomers, net and worth hold however often somebody looks; that of cost is an ordinary one. Worth
    is net at the margin of the goods (the whole of it while no supply price is known) less commissions and packs.
    """

    treated: Arm
    control: Arm
    newcomers: Difference | None
    net: Difference | None
    worth: Difference | None
    cost_per_new: Difference | None
    fair: bool                                # the arms have the sizes that chance may give


def reading(trial: Trial, *, now: datetime) -> Reading:
    """The trial as it stands; one statement over the orders of its time."""
    kept, packs = margin(now=now), import_string(f"{settings.LIUKE_INVITATIONS}.cost_of_packs")()
    until = min(now, trial.ends_at) if trial.ends_at else now
    found = {row[0]: _arm(row[1:]) for row in rows.fetch(ARMS.format(packs=packs), {
        "salt": trial.salt, "share": trial.share_bp, "since": trial.starts_at, "until": until, "bought": list(BOUGHT),
        "margin": (BASIS_POINTS if kept is None else kept) / BASIS_POINTS})}
    treated, control = found.get(True, _arm((0,) * 10)), found.get(False, _arm((0,) * 10))
    return Reading(
        treated, control, newcomers=of_means_always(treated.newcomers, control.newcomers),
        net=of_means_always(treated.net, control.net), worth=of_means_always(treated.worth, control.worth),
        cost_per_new=difference(treated.cost_per_new, control.cost_per_new),
        fair=parted_by_chance(control.inviters, treated.inviters + control.inviters,
                              control_share=1 - trial.share_bp / 10_000))


def _arm(row: tuple[Any, ...]) -> Arm:
    count, new, new2, net, net2, worth, worth2, cost, cost2, cost_new = row
    return Arm(Moments(count, new, new2), Moments(count, net, net2), Moments(count, worth, worth2),
               Quotient(count, cost, new, cost2, new2, cost_new))


def running(*, at: datetime) -> Trial | None:
    """The trial that has begun and not ended."""
    return Trial.objects.filter(ends_at=None, starts_at__lte=at).select_related("candidate__plan").first()
