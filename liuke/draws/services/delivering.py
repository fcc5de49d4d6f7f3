"""What was won is given through loyalty's kinds of benefit: once per ticket, also after a crash or a refusal."""

from datetime import datetime

from liuke.draws.models import Ticket
from liuke.draws.queries.states import Delivery
from liuke.draws.rules.limits import DELIVER_BATCH
from liuke.draws.services.purse import source_of
from liuke.kit.db import require_transaction
from liuke.kit.push import publish
from liuke.ledger.services import Cause
from liuke.loyalty.services import benefits
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.services import record


def deliver(*, ticket_id: int, now: datetime, cause: Fact | None = None) -> Ticket:
    """Give what the ticket has won. Again is once; a refusal is kept as stuck and tried again by a clock."""
    require_transaction()
    row = Ticket.objects.select_for_update(of=("self",)).select_related("draw", "prize").get(pk=ticket_id)
    if row.delivery not in (Delivery.WANTED, Delivery.STUCK):
        return row
    prize = row.prize
    assert prize is not None, "who has won nothing has nothing to be given"
    gift = benefits.Gift(
        key=f"draw:{row.draw_id}:{row.pk}", customer_id=row.customer_id, amount=prize.amount,
        source=source_of(row.draw_id, prize.kind), details={**prize.details, "reason": row.draw.name},
        cause=Cause(fact_id=cause.pk if cause else None),
    )
    (why,) = benefits.benefit_of(prize.kind).give([gift], now=now)
    row.delivery, row.stuck_reason = (Delivery.STUCK, why[:60]) if why else (Delivery.DONE, "")
    row.delivered_at = None if why else now
    row.save(update_fields=["delivery", "stuck_reason", "delivered_at"])
    if not why:
        body = facts.PrizeDelivered(draw_id=row.draw_id, draw_ticket_id=row.pk, kind=prize.kind, amount=prize.amount)
        record(body, customer_id=row.customer_id, key=f"prize_delivered:{row.pk}", happened_at=now, cause=cause)
    publish(topic=f"draws:{row.draw_id}")
    return row


def deliver_left(*, now: datetime, after: int = 0, limit: int = DELIVER_BATCH) -> int:
    """Try the next prizes that are not given yet; returns the last ticket's id, 0 at the end."""
    require_transaction()
    rows = Ticket.objects.select_for_update(skip_locked=True).filter(
        pk__gt=after, delivery__in=[Delivery.WANTED, Delivery.STUCK])
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        deliver(ticket_id=pk, now=now)
    return ids[-1] if ids else 0
