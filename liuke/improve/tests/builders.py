"""Parcels that left and tickets about their goods."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from liuke.desk.models import Ticket
from liuke.desk.services import talk
from liuke.desk.services.products import BY_STAFF, say_product
from liuke.desk.services.talk import Incoming
from liuke.desk.tests.rows import customer
from liuke.mall.models import Shipment, ShipmentLine
from liuke.mall.tests.builders import line

MONDAY = datetime(2026, 6, 8, 4, tzinfo=UTC)             # noon in China
TODAY = MONDAY.date()
_numbers = count(1)


def ago(days, hours=0):
    return MONDAY - timedelta(days=days, hours=hours)


def shipped(of, *, at, quantity=100, batch="", replaces=None):
    """A parcel that left; returns the order's line."""
    row, number = line(of, quantity=quantity), next(_numbers)
    parcel = Shipment.objects.create(order=row.order, number=f"T{number}", key=f"t{number}", state="shipped",
                                     shipped_at=at, request=replaces)
    ShipmentLine.objects.create(shipment=parcel, line=row, quantity=quantity, batch=batch)
    return row


@transaction.atomic
def trouble(of, *, at, kind="quality", batch="", who=None, text="坏了"):
    """A customer says so, and somebody ties it to the goods."""
    who, thread = who or customer(), f"trouble{next(_numbers)}"
    said = talk.receive(now=at, said=Incoming(channel="chat", thread=thread, external_id=thread, customer_id=who.pk,
                                              text=text, at=at, kind=kind))
    say_product(ticket_id=said.ticket_id, product_id=of.product_id, batch=batch, said_by=BY_STAFF, now=at)
    return Ticket.objects.get(pk=said.ticket_id)
