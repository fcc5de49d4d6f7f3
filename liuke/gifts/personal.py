"""The part of gifts in a person's export. They name nobody: name and address are the order's.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.gifts.models import Gift
from liuke.kit.sheets import Sheet


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    rows = Gift.objects.filter(customer_id__in=customer_ids).select_related("kind", "order").order_by("pk")
    yield Sheet(
        name="gifts", title=_("礼品"),
        columns=(("given_at", _("获得时间")), ("gift", _("礼品")), ("state", _("状态")), ("claim_by", _("领取截止")),
                 ("claimed_at", _("何时领取")), ("order", _("订单"))),
        rows=((row.given_at, row.kind.name, row.state, row.claim_by, row.claimed_at,
               row.order.number if row.order and row.claimed_at else "") for row in rows.iterator(chunk_size=1_000)),
    )
