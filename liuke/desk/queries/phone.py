"""Who calls: the customer with the number, and the matters that the call may be about."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from liuke.customers.models import Customer
from liuke.customers.queries import records
from liuke.customers.rules.identities import PHONE
from liuke.desk.models import Ticket
from liuke.desk.rules import GONE, MOST_CALLER_TICKETS, REOPENS_WITHIN
from liuke.kit import crypto
from liuke.kit.errors import NotYours


@dataclass(frozen=True)
class Caller:
    """`customer_id` is None for a number that nobody has yet; `member` is the customer's number with us.

    `tickets` are open or were done not long ago, with their titles; the newest first.
    """

    customer_id: int | None = None
    name: str = ""
    member: str = ""
    tickets: tuple[tuple[Ticket, str], ...] = ()


def caller_with(number: str, *, now: datetime) -> Caller:
    """Who has this number. Raises BadIdentity."""
    holder = records.owner_of(kind=PHONE, value=number)
    return caller(holder, now=now) if holder else Caller()


def caller(customer_id: int, *, now: datetime) -> Caller:
    """The customer. Raises NotYours for none, and for one whose record was merged or forgotten."""
    person = Customer.objects.filter(pk=customer_id, merged_into=None, forgotten_at=None).first()
    if person is None:
        raise NotYours
    alive = Q(done_at=None) | Q(done_at__gt=now - REOPENS_WITHIN)
    rows = Ticket.objects.filter(alive, customer=person).exclude(state__in=GONE).select_related(
        "state_name", "conversation", "assignee").order_by("-last_said_at", "-pk")[:MOST_CALLER_TICKETS]
    return Caller(person.pk, crypto.decrypt(person.name_enc), person.number, tickets=tuple(
        (row, crypto.decrypt(row.title_enc) if row.title_enc else "") for row in rows))
