"""Open pages of staff hear that a ticket has changed; they fetch the rest themselves."""

from liuke.desk.models import Ticket
from liuke.kit.push import publish, publish_all

TICKETS = "desk.tickets"


def topic(ticket_id: int) -> str:
    """Of one ticket's conversation."""
    return f"desk.ticket:{ticket_id}"


def customer_topic(customer_id: int) -> str:
    """Of all that one customer sees of us."""
    return f"desk.customer:{customer_id}"


def staff_topic(staff_id: int) -> str:
    """Of what one member of staff is told."""
    return f"desk.staff:{staff_id}"


def tell_viewers(ticket_id: int) -> None:
    """Who has this ticket open sees who else has."""
    publish(topic=f"{topic(ticket_id)}:viewers")


def tell_staff(staff_id: int) -> None:
    publish(topic=staff_topic(staff_id))


def tell(ticket: Ticket, *, message_id: int | None = None, public: bool = False) -> None:
    """Lists, the ticket's page and, for what is `public`, the customer look again when this transaction commits."""
    events: list[tuple[str, dict[str, int | str | bool | None]]] = [
        (topic(ticket.pk), {"ticket": ticket.pk, "message": message_id}),
        (TICKETS, {"ticket": ticket.pk}),
    ]
    if public:
        events.append((customer_topic(ticket.customer_id), {"case": ticket.number, "message": message_id}))
    publish_all(events)
