"""Who could take a ticket, and who is looking at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.utils import timezone

from liuke.desk.models import Agent, DutyRotation, KindCertificate, OwnAgent, Ticket, TicketCount, Viewing
from liuke.desk.queries import duty
from liuke.desk.rules import CAPACITY, VIEWED_FOR
from liuke.desk.triage import VIP
from liuke.training.queries import certified


@dataclass(frozen=True)
class Hand:
    """One person who may work on tickets, with what they can do and how much they have."""

    staff_id: int
    name: str
    capacity: int
    skills: frozenset[str]
    vip: bool
    away: bool
    on_duty: bool
    load: int
    lacks: frozenset[str] = frozenset()      # kinds that ask for a certificate which they do not hold

    @property
    def free(self) -> int:
        """How many more tickets may come to them by themselves."""
        return 0 if self.away or not self.on_duty else max(0, self.capacity - self.load)

    def suits(self, ticket: Ticket) -> bool:
        """Whether they can do it: the kind is unknown or one of theirs, certified, and a VIP is for who serves VIPs."""
        skilled = not self.skills or not ticket.kind or ticket.kind in self.skills
        return skilled and ticket.kind not in self.lacks and (self.vip or ticket.tier != VIP)


def hands(*, now: datetime) -> list[Hand]:
    """Everybody who may work on tickets, by name. Without any rotation everybody counts as on duty."""
    people = duty.workers()
    known = {row.staff_id: row for row in Agent.objects.all()}
    loads = open_tickets([person.pk for person in people])
    serving = set(duty.on_duty(now=now)) if DutyRotation.objects.exists() else {person.pk for person in people}
    wanted, good = certificates_wanted(), certified(timezone.localdate(now))
    found = []
    for person in people:
        row = known.get(person.pk) or Agent(staff=person, capacity=CAPACITY)
        found.append(Hand(person.pk, person.name, row.capacity, frozenset(row.skills), row.vip, row.away,
                          person.pk in serving, loads.get(person.pk, 0), frozenset(
                              kind for kind, programme in wanted.items() if (person.pk, programme) not in good)))
    return found


def certificates_wanted() -> dict[str, int]:
    """Which programme each kind of ticket asks for; kinds that ask for none are left out."""
    return dict(KindCertificate.objects.filter(programme__active=True).values_list("kind", "programme_id"))


def open_tickets(staff_ids: Collection[int]) -> dict[int, int]:
    """How many open tickets each of them has, by the counters."""
    names = {f"of:{staff_id}": staff_id for staff_id in staff_ids}
    rows = TicketCount.objects.filter(name__in=names).values_list("name").annotate(sum=Sum("count")).order_by("name")
    return {names[name]: count for name, count in rows}


def own_agent_of(customer_id: int) -> int | None:
    """The customer's own person, if they have one."""
    return OwnAgent.objects.filter(customer_id=customer_id).values_list("staff_id", flat=True).first()


def own_customers() -> QuerySet[OwnAgent]:
    """Customers who have a person of their own."""
    return OwnAgent.objects.select_related("customer", "staff")


def viewers(ticket_id: int, *, now: datetime, without: int) -> list[tuple[str, bool]]:
    """Who else has the ticket open, by name, and whether they are writing."""
    rows = Viewing.objects.filter(ticket_id=ticket_id, seen_at__gt=now - VIEWED_FOR).exclude(staff_id=without)
    found = rows.select_related("staff").order_by("staff__name", "pk")
    return [(row.staff.name, row.writes_until_at is not None and row.writes_until_at > now) for row in found]
