"""Draws as things whose effect is looked at: what they cost and who came back.

A draw is public, and everybody whom its terms name may take part: nobody is held out in secret. So it has no control
group and the page says that it cannot be compared, beside cost and redemption.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.draws.models import Draw
from liuke.draws.queries.states import State
from liuke.draws.rules.promise import NOTHING
from liuke.draws.services import ending
from liuke.loyalty.services.effect import Costed, Measured, Totals, cost_sql, costed_kinds
from liuke.points.queries import terms

SEEN = timedelta(days=240)
EVENTS = """
SELECT t.customer_id, (extract(epoch FROM t.drawn_at) * 1000000)::bigint AS at, true AS treated,
       ({cost})::bigint AS cost_fen
FROM draws_ticket t JOIN draws_prize p ON p.id = t.prize_id WHERE t.draw_id = {draw} AND t.state = 'drawn'
"""
TOTALS = """
SELECT t.draw_id, count(*), count(*) FILTER (WHERE t.state = 'drawn'),
       coalesce(sum(CASE WHEN t.state = 'drawn' THEN ({cost}) END), 0)::bigint
FROM draws_ticket t LEFT JOIN draws_prize p ON p.id = t.prize_id
WHERE t.draw_id = ANY(%s) AND t.state <> 'taken' GROUP BY 1
"""


class Draws:
    """Given are tickets, used are those that were drawn."""

    kind: ClassVar[str] = "draw"
    word: ClassVar[Promise] = gettext_lazy("抽奖")

    def measured(self, *, now: datetime) -> list[Measured]:
        rows = Draw.objects.filter(opens_at__lte=now, opens_at__gte=now - SEEN).exclude(state=State.DRAFT)
        return [Measured(id=row.pk, name=row.name, address=reverse("draws:draw", args=[row.pk]), hold_out_bp=0,
                         since=row.opens_at, unit="draw_ticket", stopped_at=row.ended_at)
                for row in rows.order_by("pk")]

    def events(self, of_id: int) -> str:
        return EVENTS.format(draw=int(of_id), cost=_cost())

    def totals(self, of_ids: list[int]) -> Mapping[int, Totals]:
        with connection.cursor() as cursor:
            cursor.execute(TOTALS.format(cost=_cost()), [of_ids])
            return {pk: Totals(given=given, used=used, cost_fen=cost) for pk, given, used, cost in cursor.fetchall()}

    def stop(self, of_id: int, *, now: datetime) -> dict[str, Any] | None:
        """A draw that was ended is over: its seed is shown, so nothing can take that back."""
        ending.stop(draw_id=of_id, reason=_("效果不佳，提前结束"), now=now)
        return None

    def resume(self, of_id: int, how: dict[str, Any], *, now: datetime) -> None:
        del of_id, how, now
        raise ending.NotOpen(_("已结束的抽奖不能恢复"))


def _cost() -> str:
    """What the prize of a ticket costs, as its kind reckons it."""
    of = Costed(key="'draw:' || t.draw_id || ':' || t.id", given="p.amount", kept="p.amount", details="p.details",
                points_per_yuan=terms().points_per_yuan)
    cases = "".join(f" WHEN '{kind}' THEN {cost_sql(kind, of)}" for kind in costed_kinds() if kind != NOTHING)
    return f"CASE p.kind{cases} ELSE 0 END"
