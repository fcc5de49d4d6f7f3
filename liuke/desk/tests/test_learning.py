"""The small model names what it is sure of, leaves the rest open, and is not asked when it was wrong too often."""

import random

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from liuke.desk.learning import SAID_IN, guess, learn, named, tried
from liuke.desk.models import KindModel, Ticket
from liuke.desk.services import learning
from liuke.desk.tests.rows import NOW, after, customer, say, ticket_of
from liuke.desk.triage import judged

WASHING = ("机洗会缩水吗", "手洗还是机洗", "水温多少度合适", "可以漂白吗", "晾干要平铺吗")
COLOURS = ("颜色和图上不一样", "色差有点大", "收到的颜色偏深", "和照片颜色对不上", "灰色变成蓝色")
EXAMPLES = [(kind, f"{words}{at % 7}") for at in range(60) for kind, words in (
    ("usage", WASHING[at % 5]), ("quality", COLOURS[at % 5]))]


def test_it_names_what_it_has_seen_often_and_says_nothing_of_what_it_does_not_know():
    learned = learn(EXAMPLES)

    assert named(learned, "请问机洗会不会缩水") == "usage"
    assert named(learned, "这个颜色偏深了，有色差") == "quality"
    assert named(learned, "在吗") == named(learned, "") == named(learned, "机洗，颜色") == ""


def test_what_only_one_or_two_people_said_is_not_kept():
    learned = learn([*EXAMPLES, ("usage", "我叫欧阳锋"), ("usage", "欧阳锋在吗")])

    assert "欧阳" not in learned.said
    assert all(sum(kinds.values()) >= SAID_IN for kinds in learned.said.values())


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.text("机洗缩水颜色", max_size=8)), min_size=1, max_size=30),
       st.text("机洗缩水颜色", max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_what_it_learns_from_is_of_no_matter_and_a_share_is_one(examples, text, chance):
    mixed = list(examples)
    chance.shuffle(mixed)

    assert learn(mixed) == learn(examples)
    kind, share = guess(learn(examples), text)
    assert 0 <= share <= 1 + 1e-9
    assert (kind == "") == (share == 0)


def test_one_that_guesses_is_told_by_trying_it():
    pick = random.Random(3)
    noise = [(pick.choice(["usage", "quality"]), "".join(pick.choices("机洗缩水颜色深浅", k=6))) for _ in range(400)]

    assert tried(EXAMPLES).good
    assert tried(EXAMPLES).right == tried(EXAMPLES).named
    assert not tried(noise).good


@pytest.mark.django_db
@transaction.atomic
def test_what_staff_have_sorted_is_learnt_and_names_new_matters_that_the_rules_leave_open():
    who = customer()
    assert not any(judged(text).kind for _kind, text in EXAMPLES)
    for at, (kind, text) in enumerate(EXAMPLES):
        ticket = ticket_of(say(who, text, thread=f"t{at}"))
        Ticket.objects.filter(pk=ticket.pk).update(kind=kind, kind_by="staff" if at < 115 else "model")
    before = ticket_of(say(who, "请问机洗会不会缩水", thread="before"))
    assert (before.kind, before.kind_by) == ("", "")

    row = learning.learn_kinds(now=after(1))
    assert learning.learn_kinds(now=after(2)) == KindModel.objects.get()

    assert (sum(row.matters.values()), row.used, row.right) == (115, True, row.named)
    found = ticket_of(say(who, "请问机洗会不会缩水", thread="x"))
    assert (found.kind, found.kind_by, found.priority_why) == ("usage", "model", "low+plain")
    assert ticket_of(say(who, "快递没到，机洗缩水", thread="y")).kind_by == "words"
    assert ticket_of(say(who, "在吗", thread="z")).kind == ""
    KindModel.objects.update(used=False)
    assert ticket_of(say(who, "请问机洗会不会缩水", thread="w")).kind == ""


@pytest.mark.django_db
@transaction.atomic
def test_a_new_desk_has_learnt_nothing():
    say(customer(), "机洗会缩水吗")

    assert learning.learn_kinds(now=NOW) is None
    assert KindModel.objects.count() == 0
