"""Reactions: a ticket about a request knows its goods by itself."""

from liuke.desk.models import Ticket
from liuke.desk.services.products import BY_REQUEST, say_product
from liuke.mall.models import ReturnLine
from liuke.mall.queries.batches import batches_of
from liuke.timeline import facts
from liuke.timeline.models import Fact


def name_product(fact: Fact, body: facts.TicketOpened) -> None:
    """The first line of the request says which product, and its parcel which batch."""
    ticket = Ticket.objects.get(pk=body.ticket_id)
    lines = ReturnLine.objects.filter(request=ticket.about_return_id or 0).exclude(line__item=None)
    row = lines.select_related("line__item").order_by("pk").first()
    if row is None or row.line.item is None:
        return
    say_product(ticket_id=ticket.pk, product_id=row.line.item.product_id, line_id=row.line_id, said_by=BY_REQUEST,
                batch=batches_of([row.line_id]).get(row.line_id, ""), now=fact.happened_at)
