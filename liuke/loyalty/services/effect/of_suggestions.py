"""The nightly suggestions as one thing whose effect is measured: a share is never suggested anything.

Both groups are everybody whom something would have been suggested, from that night on, whether staff then gave it or
not: whom staff choose is no chance, so only the two whole groups can be compared. It is a dull but honest test.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection, transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.loyalty.models import Suggesting, Suggestion
from liuke.loyalty.rules.limits import DEFAULT_HOLD_OUT_BP
from liuke.loyalty.services.effect import Costed, Measured, Totals, cost_sql, costed_kinds
from liuke.points.queries import terms

SUGGESTIONS = 0                          # in the place of a rule's number, where the hold-out is drawn
EVENTS = """
SELECT s.customer_id, (extract(epoch FROM s.at) * 1000000)::bigint AS at, NOT s.held_out AS treated,
       0::bigint AS cost_fen
FROM loyalty_suggested s
UNION ALL
SELECT h.customer_id, (extract(epoch FROM h.at) * 1000000)::bigint, true, ({cost})::bigint
FROM loyalty_grant h JOIN loyalty_suggested s ON s.customer_id = h.customer_id AND s.at <= h.at
WHERE h.why <> '' AND h.state = 'given' AND h.undone_at IS NULL
"""
TOTALS = """
SELECT count(*), coalesce(sum({cost}), 0)::bigint FROM loyalty_grant h
WHERE h.why <> '' AND h.state = 'given' AND h.undone_at IS NULL
"""


def begun(*, now: datetime) -> bool:
    """Whether anything is to be suggested; the first night begins it."""
    with transaction.atomic():
        row, _made = Suggesting.objects.get_or_create(pk=1, defaults={"since": now})
    return row.stopped_at is None


class Suggestions:
    """Given are the suggestions that staff followed. Stopped, nobody is suggested anything from then on."""

    kind: ClassVar[str] = "suggestions"
    word: ClassVar[Promise] = gettext_lazy("奖励建议")

    def measured(self, *, now: datetime) -> list[Measured]:
        rows = Suggesting.objects.filter(since__lte=now)
        return [Measured(id=row.pk, name=_("按客户建议的奖励"), address=reverse("loyalty:grants"),
                         hold_out_bp=DEFAULT_HOLD_OUT_BP, since=row.since, unit="", stopped_at=row.stopped_at)
                for row in rows]

    def events(self, of_id: int) -> str:
        del of_id
        return EVENTS.format(cost=_cost())

    def totals(self, of_ids: list[int]) -> Mapping[int, Totals]:
        with connection.cursor() as cursor:
            cursor.execute(TOTALS.format(cost=_cost()))
            given, cost_fen = cursor.fetchone()
        return dict.fromkeys(of_ids, Totals(given=given, cost_fen=cost_fen))

    def stop(self, of_id: int, *, now: datetime) -> dict[str, Any] | None:
        runs = Suggesting.objects.filter(pk=of_id, stopped_at=None).update(stopped_at=now)
        Suggestion.objects.all().delete()
        return {} if runs else None

    def resume(self, of_id: int, how: dict[str, Any], *, now: datetime) -> None:
        """From the next night on."""
        del how, now
        Suggesting.objects.filter(pk=of_id).update(stopped_at=None)


def _cost() -> str:
    """What a grant costs, as its kind reckons it; of a tier, what it was expected to cost."""
    of = Costed(key="('grant:' || h.id)", given="h.amount", kept="h.amount", details="h.details",
                points_per_yuan=terms().points_per_yuan)
    cases = "".join(f" WHEN '{kind}' THEN {cost_sql(kind, of)}" for kind in costed_kinds())
    return f"CASE h.benefit{cases} ELSE coalesce(h.cost_fen, 0) END"
