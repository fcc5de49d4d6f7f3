"""Agents make up for things within their budget; above it, and with coupons, a manager who is not them decides."""

import pytest
from django.db import transaction
from django.urls import reverse

from liuke.desk.models import LogEntry, Notice
from liuke.desk.tests.rows import NOW, customer, say, ticket_of
from liuke.loyalty.models import Compensation
from liuke.loyalty.services import budgets, compensating
from liuke.loyalty.services.compensating import Decided, NotOwnDecision, Wanted
from liuke.loyalty.services.granting import NoOwnBudget
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.points.queries import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return ticket_of(say(customer(), "奶瓶裂了"))


@pytest.fixture
def mei():
    return staff("mei", role=Role.AGENT, name="梅")


@pytest.fixture
def boss():
    return staff("boss", role=Role.OWNER, name="林")


@transaction.atomic
def purse(person, amount):
    row = budgets.open_budget(name=person.name, unit="points", staff_id=person.pk, now=NOW)
    budgets.change_budget(budget_id=row.pk, amount=amount, key=person.username, now=NOW)


@transaction.atomic
def ask(ticket, person, amount=300, key="k1"):
    return compensating.ask(ticket_id=ticket.pk, wanted=Wanted(benefit="points", amount=amount, why="quality"),
                            staff_id=person.pk, key=key, now=NOW)


@transaction.atomic
def decide(row, person, *, agree):
    return compensating.decide(compensation_id=row.pk, staff_id=person.pk, agree=agree, now=NOW)


def points(ticket):
    return balance(ticket.customer_id, now=NOW).available


def test_points_within_the_budget_are_given_at_once_and_once(ticket, mei):
    purse(mei, 500)

    assert ask(ticket, mei) == ask(ticket, mei)

    assert (Compensation.objects.get().state, points(ticket)) == ("given", 300)
    assert LogEntry.objects.filter(kind="compensated").count() == 1


def test_above_the_budget_a_manager_gives_out_of_their_own(ticket, mei, boss):
    purse(mei, 100)
    row = ask(ticket, mei)
    assert (row.state, points(ticket), Notice.objects.get(reason="compensation").staff) == ("asked", 0, boss)
    with pytest.raises(NoOwnBudget):
        decide(row, boss, agree=True)
    purse(boss, 1_000)

    assert decide(row, boss, agree=True) == decide(row, boss, agree=True)

    assert (points(ticket), Notice.objects.get(reason="compensated").staff) == (300, mei)
    with pytest.raises(Decided):
        decide(row, boss, agree=False)


def test_nobody_approves_what_they_asked_for(ticket, boss):
    row = ask(ticket, boss)
    with pytest.raises(NotOwnDecision):
        decide(row, boss, agree=True)
    assert points(ticket) == 0


def test_agents_cannot_decide_in_the_console(client, ticket, mei, boss):
    row = ask(ticket, mei)
    client.force_login(mei)

    client.post(reverse("loyalty:compensation", args=[row.pk]), {"agree": "yes"})

    row.refresh_from_db()
    assert row.state == "asked"
    page = client.get(reverse("console:ticket_side", args=[ticket.number]))
    assert (page.status_code, "等主管批准" in page.content.decode()) == (200, True)
    client.force_login(boss)
    client.post(reverse("loyalty:compensation", args=[row.pk]), {"agree": "no"})
    row.refresh_from_db()
    assert (row.state, points(ticket)) == ("refused", 0)
