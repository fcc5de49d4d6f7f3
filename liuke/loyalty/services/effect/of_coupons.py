"""Coupons given to many at once, as things whose effect is measured: a grant leaves a share out on purpose."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.coupons import services as coupons
from liuke.coupons.models import Batch
from liuke.coupons.rules.states import BatchKind
from liuke.loyalty.services import coupon_grants
from liuke.loyalty.services.effect import Measured, Totals

SEEN = timedelta(days=240)
EVENTS = """
SELECT c.customer_id, (extract(epoch FROM b.made_at) * 1000000)::bigint AS at, true AS treated,
       coalesce((SELECT sum(u.amount_fen) FROM coupons_use u WHERE u.coupon_id = c.id AND u.state = 'used'), 0)::bigint
           AS cost_fen
FROM coupons_coupon c JOIN coupons_batch b ON b.id = c.batch_id
WHERE c.batch_id = {batch} AND c.customer_id IS NOT NULL
UNION ALL
SELECT o.customer_id, (extract(epoch FROM b.made_at) * 1000000)::bigint, false, 0::bigint
FROM coupons_leftout o JOIN coupons_batch b ON b.id = o.batch_id WHERE o.batch_id = {batch}
"""
TOTALS = """
SELECT c.batch_id, count(*), count(u.id), coalesce(sum(u.amount_fen), 0)::bigint
FROM coupons_coupon c LEFT JOIN coupons_use u ON u.coupon_id = c.id AND u.state = 'used'
WHERE c.batch_id = ANY(%s) AND c.customer_id IS NOT NULL GROUP BY 1
"""


class CouponGrants:
    """A grant of coupons to an audience. Both groups count from the moment it was begun, so that neither waits longer.

    A coupon costs what it took off when it was used. Codes and lists have no hold-out: who takes one has chosen to.
    """

    kind: ClassVar[str] = "coupons"
    word: ClassVar[Promise] = gettext_lazy("发券活动")

    def measured(self, *, now: datetime) -> list[Measured]:
        rows = Batch.objects.filter(kind=BatchKind.GRANT, made_at__gte=now - SEEN, made_at__lte=now).order_by("pk")
        return [Measured(id=row.pk, name=row.name, address=reverse("loyalty:coupon_batch", args=[row.pk]),
                         hold_out_bp=row.hold_out_bp, since=row.made_at, unit="coupon",
                         stopped_at=row.stopped_at) for row in rows]

    def events(self, of_id: int) -> str:
        return EVENTS.format(batch=int(of_id))

    def totals(self, of_ids: list[int]) -> Mapping[int, Totals]:
        with connection.cursor() as cursor:
            cursor.execute(TOTALS, [of_ids])
            return {pk: Totals(given=given, used=used, cost_fen=cost) for pk, given, used, cost in cursor.fetchall()}

    def stop(self, of_id: int, *, now: datetime) -> dict[str, Any] | None:
        """What was given stays; who has not got one yet gets none."""
        runs = Batch.objects.filter(pk=of_id, stopped_at=None).exists()
        coupons.stop_batch(batch_id=of_id, now=now)
        return {} if runs else None

    def resume(self, of_id: int, how: dict[str, Any], *, now: datetime) -> None:
        del how, now
        coupon_grants.queue(coupons.unstop_grant(batch_id=of_id))
