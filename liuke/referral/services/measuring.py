"""What a night reckons of everybody: K by cohort and the leaderboard; and what promoters themselves tell."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from liuke.insight.rules.bought import BOUGHT
from liuke.kit import rows
from liuke.kit.db import advisory_lock, require_transaction
from liuke.referral.models import InviterCohort, LeaderPlace, LinkShare, Unlisted
from liuke.referral.plans import RETURN_WINDOW_DAYS
from liuke.referral.queries.statistics import LISTED
from liuke.referral.services.touches import CHANNELS, BadTouch

LEADER_DAYS = 90
FIRST_DAYS = 90                               # of a member in which K is comparable between cohorts

# A purchase is confirmed when it was received, kept, and can no longer come back; an imported one as it stands.
COHORTS = """
WITH confirmed AS MATERIALIZED (
    SELECT customer_id, min(coalesce(received_at, placed_at)) AS at FROM mall_order
    WHERE state = ANY(%(bought)s) AND refunded_fen < total_fen
      AND (source = 'import' OR source = 'shop' AND received_at <= %(kept)s)
    GROUP BY 1),
brought AS (
    SELECT m.customer_id, count(*) AS ever, count(*) FILTER (WHERE n.at < m.at + %(first)s) AS early
    FROM confirmed m JOIN referral_referral r ON r.referrer_id = m.customer_id AND r.ended_at IS NULL
    JOIN confirmed n ON n.customer_id = r.customer_id AND n.at >= r.bound_at
    GROUP BY 1),
invited AS (
    SELECT l.customer_id, count(DISTINCT t.visitor_id) AS people
    FROM referral_touch t JOIN referral_referrallink l ON l.id = t.link_id
    WHERE l.customer_id IS NOT NULL GROUP BY 1)
SELECT date_trunc('month', m.at AT TIME ZONE %(zone)s)::date, count(*), coalesce(sum(invited.people), 0)::bigint,
       coalesce(sum(brought.ever), 0)::bigint, coalesce(sum(brought.early), 0)::bigint
FROM confirmed m LEFT JOIN brought USING (customer_id) LEFT JOIN invited USING (customer_id)
GROUP BY 1
"""
LEADERS = """
SELECT r.referrer_id, sum(goods.net)::bigint, count(*)
FROM mall_order o
JOIN referral_referral r ON r.customer_id = o.customer_id AND r.ended_at IS NULL
    AND date_trunc('second', r.bound_at) <= o.paid_at
CROSS JOIN LATERAL (SELECT sum(amount_fen - refunded_fen) AS net FROM mall_orderline WHERE order_id = o.id) goods
WHERE o.source = 'shop' AND o.state = ANY(%(bought)s) AND o.placed_at >= %(since)s AND o.received_at <= %(kept)s
  AND NOT EXISTS (SELECT 1 FROM referral_unlisted u WHERE u.customer_id = r.referrer_id)
  AND NOT EXISTS (SELECT 1 FROM referral_block b WHERE b.customer_id = r.referrer_id AND b.lifted_at IS NULL)
GROUP BY 1 HAVING sum(goods.net) > 0 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""


def measure(*, now: datetime) -> None:
    """Reckon cohorts and leaderboard anew from all orders. Again gives the same."""
    require_transaction()
    advisory_lock("referral:measure")
    values = {"bought": list(BOUGHT), "kept": now - timedelta(days=RETURN_WINDOW_DAYS), "zone": settings.TIME_ZONE,
              "first": timedelta(days=FIRST_DAYS), "since": now - timedelta(days=LEADER_DAYS), "most": LISTED}
    months = [InviterCohort(month=month, members=members, invited=invited, brought=brought, brought_90=early,
                            computed_at=now)
              for month, members, invited, brought, early in rows.fetch(COHORTS, values)]
    InviterCohort.objects.all().delete()
    InviterCohort.objects.bulk_create(months)
    LeaderPlace.objects.all().delete()
    LeaderPlace.objects.bulk_create([
        LeaderPlace(place=place, customer_id=customer_id, goods_fen=goods, orders=orders, computed_at=now)
        for place, (customer_id, goods, orders) in enumerate(rows.fetch(LEADERS, values), 1)])


def note_share(*, link_id: int, channel: str, now: datetime) -> LinkShare:
    """The owner says that the link was shared. Each call is a share of its own. Raises BadTouch."""
    require_transaction()
    if channel not in CHANNELS:
        raise BadTouch(_("未知的渠道"))
    return LinkShare.objects.create(link_id=link_id, channel=channel, at=now)


def list_me(*, customer_id: int, listed: bool, now: datetime) -> None:
    """Whether the customer may stand on the leaderboard. Leaving counts at once, coming back from the next night on."""
    require_transaction()
    if listed:
        Unlisted.objects.filter(customer_id=customer_id).delete()
    else:
        Unlisted.objects.get_or_create(customer_id=customer_id, defaults={"at": now})
