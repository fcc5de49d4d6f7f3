"""Rows for tests: customers who say something, staff who answer."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction

from liuke.customers.tests.builders import make_customer
from liuke.desk.models import Ticket, WorkCalendar
from liuke.desk.services import promises, talk
from liuke.desk.services.promises import Terms
from liuke.desk.services.talk import Incoming
from liuke.org.models import Staff
from liuke.org.tests.builders import staff

NOW = datetime(2026, 6, 8, 2, tzinfo=UTC)          # a Monday, ten in the morning in China
_numbers = count(1)


def after(minutes):
    return NOW + timedelta(minutes=minutes)


def agent(username=None, **fields) -> Staff:
    return staff(username or f"agent{next(_numbers)}", **fields)


def customer(**fields):
    return make_customer(**fields)


@transaction.atomic
def say(who, text="在吗", *, at=NOW, now=None, thread=None, external_id=None, channel="chat", pictures=()):
    """What a customer says; without a thread each customer has one."""
    said = Incoming(
        channel=channel, thread=thread or f"t{who.pk}", external_id=external_id or f"m{next(_numbers)}",
        customer_id=who.pk, text=text, at=at, pictures=pictures)
    return talk.receive(said=said, now=now or at)


@transaction.atomic
def answer(ticket, by, text="您好，请讲", *, at=NOW, key=None, **more):
    return talk.reply(ticket_id=ticket.pk, staff_id=by.pk, text=text, key=key or f"k{next(_numbers)}", now=at, **more)


def ticket_of(message) -> Ticket:
    return Ticket.objects.get(pk=message.ticket_id)


@transaction.atomic
def promise(*, on="全天", name=None, kinds=("quality",), tiers=(), warn=0, pauses=("resolution",), now=NOW, **minutes):
    """A policy by the calendar called `on`: promise(first_response=15)."""
    promises.set_up(now=now)
    calendar = WorkCalendar.objects.get(name=on)
    return promises.save_policy(name=name or f"承诺 {next(_numbers)}", kinds=kinds, tiers=tiers, now=now, terms=Terms(
        targets={clock: (length, calendar.pk) for clock, length in minutes.items()}, warn_before_minutes=warn,
        pauses=pauses))
