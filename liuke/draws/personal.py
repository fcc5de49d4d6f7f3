"""The part of draws in a person's export: every ticket and what it won. They name nobody.

It stands beside the usual files because it shapes reads for `liuke/personal.py`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from liuke.draws.models import Ticket
from liuke.kit.sheets import Sheet


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    rows = Ticket.objects.filter(customer_id__in=customer_ids).select_related("draw", "prize").order_by("pk")
    yield Sheet(
        name="draw_tickets", title=_("抽奖"),
        columns=(("draw", _("抽奖")), ("number", _("抽奖券号")), ("given_at", _("获得时间")), ("source", _("来源")),
                 ("drawn_at", _("抽奖时间")), ("prize", _("奖品")), ("delivered_at", _("发放时间"))),
        rows=((row.draw.number, row.number, row.given_at, row.source, row.drawn_at,
               row.prize.name if row.prize else "", row.delivered_at) for row in rows.iterator(chunk_size=1_000)),
    )
