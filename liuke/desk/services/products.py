"""Which goods a ticket is about: told by a request, a form, or whoever works on it."""

from datetime import datetime

from liuke.desk.models import TicketProduct
from liuke.desk.services.tickets import entry, held

BY_STAFF, BY_REQUEST, BY_FORM, BY_CUSTOMER = "staff", "request", "form", "customer"


def say_product(
    *, ticket_id: int, product_id: int, said_by: str, now: datetime, line_id: int | None = None, batch: str = "",
    staff_id: int | None = None,
) -> TicketProduct:
    """The ticket is about this product, of this line and batch if that is known. Again is once.

    What a person has said stays; only a person changes it. The caller has looked that the line is the customer's.
    """
    ticket = held(ticket_id, alive=False)
    known = TicketProduct.objects.filter(ticket=ticket).first()
    if known and known.said_by == BY_STAFF and said_by != BY_STAFF:
        return known
    row = TicketProduct(ticket=ticket, product_id=product_id, line_id=line_id, batch=batch, said_by=said_by)
    if known and (known.product_id, known.line_id, known.batch, known.said_by) == (product_id, line_id, batch, said_by):
        return known
    row.save(force_insert=known is None, force_update=known is not None)
    entry(ticket, "product", at=now, staff_id=staff_id, word=batch)
    return row
