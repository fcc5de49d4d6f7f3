"""A desk where anything may happen, step by step, for the test against the oracle."""

from datetime import timedelta

from django.db import transaction

from liuke.desk.rules import State
from liuke.desk.services import deadlines, ratings, routing, shape, talk, tickets
from liuke.desk.tests.rows import NOW, agent, answer, customer, promise, say, ticket_of
from liuke.knowledge.models import Solution
from liuke.knowledge.rules import TICKET
from liuke.knowledge.services import faults

STEPS = ("ask", "reply", "late reply", "take", "hand back", "solve", "reopen", "sort", "rate", "spam", "wait", "advise")


class Desk:
    """Three tickets of two people; `act` does a step unless the desk refuses it, and time goes on."""

    def __init__(self):
        self.now = NOW
        promise(first_response=15, next_response=30, resolution=240)
        self.people = [agent("ann"), agent("ben")]
        self.customers = [customer(), customer(), customer()]
        self.tickets = [ticket_of(say(who, "质量太差，裂了", at=self.now)) for who in self.customers]
        self.numbers = iter(range(10_000))

    def act(self, step, which, who, minutes):
        self.now += timedelta(minutes=minutes)
        ticket, person = self.tickets[which], self.people[who]
        ticket.refresh_from_db()
        with transaction.atomic():
            while deadlines.mark_due(now=self.now):
                pass
        getattr(self, f"_{step.replace(' ', '_')}")(ticket, person, which)

    def _ask(self, ticket, _person, which):
        if ticket.done_at is None:
            say(self.customers[which], "怎么样了", at=self.now)

    def _reply(self, ticket, person, _which):
        if ticket.state not in ("spam", "merged"):
            answer(ticket, person, "先断电，十秒后再开机", at=self.now)

    @transaction.atomic
    def _late_reply(self, ticket, person, _which):
        """Said on the phone forty minutes ago, and written down only now."""
        if ticket.state not in ("spam", "merged"):
            talk.reply(ticket_id=ticket.pk, staff_id=person.pk, text="电话里说过了", key=f"k{next(self.numbers)}",
                       now=self.now, at=self.now - timedelta(minutes=40))

    @transaction.atomic
    def _take(self, ticket, person, _which):
        if ticket.state not in ("spam", "merged"):
            routing.take(ticket_id=ticket.pk, staff_id=person.pk, now=self.now, over=True)

    @transaction.atomic
    def _hand_back(self, ticket, person, _which):
        if ticket.state not in ("spam", "merged"):
            routing.hand_over(ticket_id=ticket.pk, staff_id=person.pk, to_id=None, text="先放回",
                              key=f"k{next(self.numbers)}", now=self.now)

    @transaction.atomic
    def _solve(self, ticket, person, _which):
        if ticket.state not in ("spam", "merged"):
            tickets.set_state(ticket_id=ticket.pk, state=State.SOLVED, staff_id=person.pk, now=self.now)

    def _reopen(self, ticket, _person, which):
        if ticket.done_at is not None and ticket.state == State.SOLVED:
            say(self.customers[which], "又坏了，还是不行", at=self.now)

    @transaction.atomic
    def _sort(self, ticket, person, _which):
        if ticket.state not in ("spam", "merged"):
            kind = "usage" if ticket.kind == "quality" else "quality"
            tickets.sort(ticket_id=ticket.pk, kind=kind, staff_id=person.pk, now=self.now)

    @transaction.atomic
    def _rate(self, ticket, person, _which):
        if ticket.done_at is None:
            return
        ratings.ask(ticket_id=ticket.pk, key=f"solved{next(self.numbers)}", now=self.now)
        open_one = ticket.ratings.filter(suppressed="", score=None, expires_at__gt=self.now).order_by("-pk").first()
        if open_one and open_one == ticket.ratings.filter(suppressed="").order_by("-pk").first():
            ratings.rate(ticket_id=ticket.pk, score=3 + person.pk % 3, now=self.now)

    @transaction.atomic
    def _spam(self, ticket, person, _which):
        if ticket.state == "spam":
            shape.take_back(ticket_id=ticket.pk, staff_id=person.pk, now=self.now)
        elif ticket.done_at is None:
            shape.mark_spam(ticket_id=ticket.pk, staff_id=person.pk, now=self.now)

    @transaction.atomic
    def _advise(self, ticket, person, which):
        """Somebody's answer to another matter helped with this one, or did not after all."""
        faults.learn(ticket_id=self.tickets[which - 1].pk, now=self.now)
        solution = Solution.objects.filter(ticket=self.tickets[which - 1]).first()
        if solution:
            faults.advise(ticket_id=ticket.pk, staff_id=person.pk, kind=TICKET, source_id=solution.pk,
                          useful=self.now.minute % 3 > 0, now=self.now)

    def _wait(self, _ticket, _person, _which):
        pass

