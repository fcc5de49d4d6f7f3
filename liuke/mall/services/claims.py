"""The lines of a request as steps move them: told as a story and a fact, ended when nothing more will happen.

`returns.py` decides which move is made; here is what every move shares, and what money that comes or goes does to them.
"""

from collections.abc import Sequence
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.mall.models import Order, Refund, Return, ReturnLine, ReturnStep, Serial
from liuke.mall.rules import returns as rules
from liuke.mall.rules.returns import Claim
from liuke.mall.services import live
from liuke.timeline import facts
from liuke.timeline.services import record

MAX_WORDS = 2_000
OWN_FACT = ("ask", "approve", "refuse", "repair")        # steps that are facts of their own kind


def move(*, request: Return, rows: Sequence[ReturnLine], name: str) -> None:
    """Move these lines, which the caller has locked. Raises NotNow."""
    for row in rows:
        row.goods, row.claim = rules.after(name, kind=request.kind, goods=row.goods, claim=row.claim)
        row.save(update_fields=["goods", "claim"])


def tell(
    *, request: Return, name: str, now: datetime, staff_id: int | None = None, note: str = "",
    expected_at: datetime | None = None,
) -> ReturnStep:
    """One step of the story that customer and staff read, and the fact that others may act on."""
    step = ReturnStep.objects.create(
        request=request, move=name, staff_id=staff_id, note=note[:MAX_WORDS], at=now, expected_at=expected_at
    )
    if name not in OWN_FACT:
        record(facts.ReturnMoved(return_id=request.pk, order_id=request.order_id, move=name),
               customer_id=request.customer_id, key=f"return_step:{step.pk}", happened_at=now)
    live.tell_returns()
    return step


def close_if_finished(*, request: Return, now: datetime) -> None:
    if request.state == "open" and all(rules.finished(row.goods, row.claim) for row in request.lines.all()):
        request.state, request.closed_at, request.expected_at = "closed", now, None
        request.save(update_fields=["state", "closed_at", "expected_at"])
        record(facts.ReturnClosed(return_id=request.pk, order_id=request.order_id), customer_id=request.customer_id,
               key=f"return_closed:{request.pk}", happened_at=now)


def mark_refunded(*, refund_id: int, now: datetime) -> int:
    """The money of a refund is back: the claims that wait for it are done; returns how many. Again is none."""
    return _after_refund(refund_id, "refunded", now)


def reopen(*, refund: Refund, now: datetime) -> int:
    """A refund was given up: the claims that waited for it are approved again and can be refunded anew."""
    return _after_refund(refund.pk, "refund_failed", now)


def _after_refund(refund_id: int, name: str, now: datetime) -> int:
    require_transaction()
    moved = 0
    requests = Return.objects.filter(lines__refund_id=refund_id).order_by("pk").values_list("pk", flat=True)
    for pk in sorted(set(requests)):
        request = Return.objects.select_for_update().get(pk=pk)
        waiting = request.lines.select_for_update().filter(refund_id=refund_id, claim=Claim.REFUNDING)
        rows = list(waiting.order_by("pk"))
        if not rows:
            continue
        move(request=request, rows=rows, name=name)
        if name == "refunded":
            _take_over(rows)
        if name == "refund_failed":
            ReturnLine.objects.filter(pk__in=[row.pk for row in rows]).update(refund=None, refund_fen=0)
        tell(request=request, name=name, now=now)
        close_if_finished(request=request, now=now)
        moved += len(rows)
    return moved


def _take_over(rows: Sequence[ReturnLine]) -> None:
    """Numbered pieces that are with us and whose money is back are nobody's, and may be sold again."""
    ours = [row.pk for row in rows if row.goods in rules.WITH_US]
    Serial.objects.filter(returns__in=ours).update(customer=None, warranty_until=None)


def say_repair_paid(*, order: Order, paid_at: datetime) -> None:
    """The fee of a repair came: the fact that lets the repair begin. Again is once."""
    require_transaction()
    request = Return.objects.get(quotes__purchase_id=order.group_id)
    record(facts.RepairPaid(return_id=request.pk, order_id=order.pk, total_fen=order.total_fen),
           customer_id=order.customer_id, key=f"repair_paid:{order.pk}", happened_at=paid_at)
