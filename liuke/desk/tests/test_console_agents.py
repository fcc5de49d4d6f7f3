"""Managers say who can do what and what states are called; a customer gets a person of their own."""

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import Agent, OwnAgent, StateName, Ticket
from liuke.desk.tests.rows import agent, customer, say, ticket_of
from liuke.org.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    person = agent("boss", name="林", role=Role.OWNER)
    client.force_login(person)
    return person


def test_what_comes_to_a_person_is_set_and_nonsense_is_refused(client, boss):
    mei = agent("mei", name="梅", role=Role.AGENT)
    door = reverse("desk:agent", args=[mei.pk])

    client.post(door, {"capacity": "3", "skills": ["repair", "usage"]})
    for wrong in ({"capacity": "0"}, {"capacity": "many"}, {"capacity": "3", "skills": "dancing"}):
        client.post(door, wrong)

    row = Agent.objects.get(staff=mei)
    assert (row.capacity, row.skills, row.vip) == (3, ["repair", "usage"], False)
    assert "维修" in client.get(reverse("desk:agents")).content.decode()
    client.force_login(mei)
    assert client.post(door, {"capacity": "9"}).status_code == 403


def test_a_ticket_stands_under_the_brands_own_name_of_its_state(client, boss):
    ticket = ticket_of(say(customer(), "加热器坏了", at=timezone.now()))
    for state in ("on_hold", "spam"):
        client.post(reverse("desk:state_add"), {"name": f"等配件 {state}", "state": state})
    name = StateName.objects.get()
    here = reverse("desk:ticket", args=[ticket.number])
    assert "等配件 on_hold" in client.get(here).content.decode()

    client.post(reverse("desk:ticket_change", args=[ticket.number]), {"state": "on_hold", "state_name": name.pk})

    ticket.refresh_from_db()
    assert (ticket.state, ticket.state_name) == ("on_hold", name)
    client.post(reverse("desk:state_use", args=[name.pk]))
    other = ticket_of(say(customer(), "加热器坏了", at=timezone.now()))
    assert "等配件" not in client.get(reverse("desk:ticket", args=[other.number])).content.decode()
    assert "等配件 on_hold" in client.get(here).content.decode()


def test_a_customer_has_a_person_of_their_own_until_nobody_is_chosen(client, boss):
    ticket = ticket_of(say(customer(), "在吗", at=timezone.now()))
    mei = agent("mei", name="梅", role=Role.AGENT)
    panel = reverse("desk:own_panel", args=[ticket.number])
    assert "梅" in client.get(panel).content.decode()

    client.post(reverse("desk:own", args=[ticket.number]), {"to": mei.pk})
    assert OwnAgent.objects.get().staff == mei
    assert f'value="{mei.pk}" selected' in client.get(panel).content.decode()
    client.post(reverse("desk:own", args=[ticket.number]), {"to": agent("x", role=Role.ANALYST).pk})
    assert OwnAgent.objects.get().staff == mei
    client.post(reverse("desk:own", args=[ticket.number]), {"to": ""})

    assert (OwnAgent.objects.count(), Ticket.objects.count()) == (0, 1)
