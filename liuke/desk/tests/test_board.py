"""The board shows what breaches next, who answered when, and what is called for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import DutyGap, Ticket
from liuke.desk.queries.board import board
from liuke.desk.tests.rows import agent, answer, customer, say, ticket_of

pytestmark = pytest.mark.django_db


def test_the_board_in_few_statements(django_assert_max_num_queries):
    now, mei = timezone.now(), agent(name="梅")
    calm = ticket_of(say(customer(name="李思琪"), "快递没到", at=now))
    danger = ticket_of(say(customer(name="王小满"), "冒烟了", at=now))
    answer(calm, mei, at=now)
    Ticket.objects.filter(pk=danger.pk).update(due_at=now + timedelta(minutes=5))
    Ticket.objects.filter(pk=calm.pk).update(due_at=now + timedelta(minutes=9), assignee=mei)

    with django_assert_max_num_queries(13):
        seen = board(now=now)

    assert [(each.name, each.title) for each in seen.next_due] == [("王小满", "冒烟了"), ("李思琪", "快递没到")]
    (person,) = [each for each in seen.people if each.hand.staff_id == mei.pk]
    assert (person.today, person.hand.load, person.answers[-1]) == (1, 1, 1)
    assert (sum(seen.opened), [call.ticket_id for call in seen.calls]) == (2, [danger.pk])


def test_its_page_and_its_news_open(client):
    client.force_login(agent("boss"))
    say(customer(), "冒烟了", at=timezone.now())

    for name in ("board", "board_news"):
        page = client.get(reverse(f"desk:{name}"))
        assert (page.status_code, "正在呼叫" in page.content.decode()) == (200, True)


def test_hours_that_nobody_covers_stand_on_it_until_they_are_over(client):
    client.force_login(agent("boss"))
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for hours in (-3, 5):
        DutyGap.objects.create(starts_at=now + timedelta(hours=hours), ends_at=now + timedelta(hours=hours + 2),
                               noticed_at=now)

    page = client.get(reverse("desk:board_news")).content.decode()

    assert page.count("值班表有空档") == 1
    ahead, over = (timezone.localtime(now + timedelta(hours=hours)).strftime("%m-%d %H:%M") for hours in (5, -3))
    assert (ahead in page, over in page) == (True, False)
