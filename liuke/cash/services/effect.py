"""Plans as things whose effect is measured: each leaves a share of its audience out on purpose."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.cash.models import Bonus, Plan
from liuke.cash.rules import BEGUN, State
from liuke.cash.services import planning
from liuke.loyalty.services.effect import Measured, Totals

SEEN = timedelta(days=240)
EVENTS = """
SELECT b.customer_id, (extract(epoch FROM p.send_at) * 1000000)::bigint AS at, true AS treated,
       (b.amount_fen - b.back_fen)::bigint AS cost_fen
FROM cash_bonus b JOIN cash_plan p ON p.id = b.plan_id WHERE b.plan_id = {plan}
UNION ALL
SELECT o.customer_id, (extract(epoch FROM p.send_at) * 1000000)::bigint, false, 0::bigint
FROM cash_leftout o JOIN cash_plan p ON p.id = o.plan_id WHERE o.plan_id = {plan}
"""


class CashPlans:
    """Given are bonuses, used are those that arrived. Both groups count from when the plan was due."""

    kind: ClassVar[str] = "cash"
    word: ClassVar[Promise] = gettext_lazy("红包计划")

    def measured(self, *, now: datetime) -> list[Measured]:
        rows = Plan.objects.filter(state__in=BEGUN, send_at__gte=now - SEEN).order_by("pk")
        return [Measured(id=row.pk, name=row.name, address=reverse("cash:plan", args=[row.pk]), unit="cash",
                         hold_out_bp=row.hold_out_bp, since=row.send_at) for row in rows]

    def events(self, of_id: int) -> str:
        return EVENTS.format(plan=int(of_id))

    def totals(self, of_ids: list[int]) -> Mapping[int, Totals]:
        rows = Bonus.objects.filter(plan_id__in=of_ids).values("plan_id").annotate(
            given=Count("pk"), used=Count("pk", filter=Q(state=State.SENT)), cost=Sum(F("amount_fen") - F("back_fen")))
        return {row["plan_id"]: Totals(given=row["given"], used=row["used"], cost_fen=row["cost"]) for row in rows}

    def stop(self, of_id: int, *, now: datetime) -> dict[str, Any] | None:
        """Who was given theirs keeps it; who has not got one yet gets none."""
        del now
        return {} if planning.stop(plan_id=of_id) else None

    def resume(self, of_id: int, how: dict[str, Any], *, now: datetime) -> None:
        del how, now
        planning.go_on(plan_id=of_id)
