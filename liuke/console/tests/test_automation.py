"""Dead reactions and the story of one happening."""

import pytest
from django.urls import reverse

from liuke.console import words
from liuke.console.tests import builders
from liuke.org.models import AuditEntry
from liuke.timeline import reactor

pytestmark = pytest.mark.django_db


def test_the_empty_page_says_what_it_is_for(client, owner):
    page = client.get(reverse("console:reactions")).content.decode()

    assert "一切正常" in page
    assert "<table" not in page.split("<main")[1].split("</main>")[0]


def test_dead_reactions_are_listed_and_failing_ones_have_their_own_view(client, owner):
    fact = builders.fact(builders.customer())
    builders.reaction(fact, handler="a.handlers.dead_one")
    builders.reaction(fact, state="failing", handler="a.handlers.failing_one")

    dead = client.get(reverse("console:reactions")).content.decode()
    failing = client.get(reverse("console:reactions"), {"view": "failing"}).content.decode()

    assert "a.handlers.dead_one" in dead
    assert "a.handlers.failing_one" not in dead
    assert "a.handlers.failing_one" in failing


def test_again_gives_the_picked_ones_their_tries_back_and_leaves_an_audit_row(client, owner):
    fact = builders.fact(builders.customer())
    picked = builders.reaction(fact, handler="a.handlers.one")
    other = builders.reaction(fact, handler="a.handlers.two")

    response = client.post(reverse("console:retry_reactions"), {"pick": [picked.pk, "x", "999999"]}, follow=True)

    picked.refresh_from_db()
    other.refresh_from_db()
    assert (picked.state, picked.tries) == ("failing", 0)
    assert other.state == "dead"
    assert "1 个会马上再试一次" in response.content.decode()
    row = AuditEntry.objects.get()
    assert row.action == "console.automation.retry_reactions"
    assert row.detail == {"reaction_ids": [picked.pk, 999999], "again": 1}


def test_again_is_not_for_everybody(client, agent):
    reaction = builders.reaction(builders.fact(builders.customer()))

    assert client.post(reverse("console:retry_reactions"), {"pick": reaction.pk}).status_code == 403

    reaction.refresh_from_db()
    assert reaction.state == "dead"


def test_a_happening_shows_its_cause_its_effects_and_what_became_of_it(client, owner):
    of = builders.customer()
    cause = builders.fact(of, key="first")
    fact = builders.fact(of, key="second", cause=cause, kind="OrderRefunded", data={"order_id": 1, "refund_fen": 5})
    builders.fact(of, key="third", cause=fact, kind="OrderCancelled", data={"order_id": 1})
    builders.reaction(fact)

    page = client.get(reverse("console:fact", args=[fact.pk])).content.decode()

    assert "订单退款" in page
    assert reverse("console:fact", args=[cause.pk]) in page
    assert "取消订单" in page
    assert "Boom" in page


def test_no_such_happening_is_404_in_our_look(client, owner):
    response = client.get(reverse("console:fact", args=[12345]))

    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()


def test_the_home_board_counts_what_is_dead(client, owner):
    builders.reaction(builders.fact(builders.customer()))

    page = client.get("/console/").content.decode()

    assert "1 个自动处理没有成功" in page
    assert "1 件事等您处理" in page


def test_a_calm_home_says_so(client, owner):
    assert "没有等您处理的事" in client.get("/console/").content.decode()


def test_whatever_the_system_does_has_words_a_person_understands():
    handlers = {reactor.name_of(handler) for row in reactor.table().values() for handler in row}

    assert handlers - set(words.HANDLERS) == set()
