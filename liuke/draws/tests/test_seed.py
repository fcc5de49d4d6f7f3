"""The demo brand gets draws and bonuses, once."""

import pytest
from django.core.management import call_command

from liuke.cash.models import Bonus, Plan
from liuke.draws.models import Draw
from liuke.draws.queries.proof import proof_of
from liuke.draws.rules.proof import faults
from liuke.draws.tests.builders import customer
from liuke.org import demo

pytestmark = pytest.mark.django_db


def test_the_demo_has_an_open_and_an_ended_draw_that_are_sound_and_bonuses(monkeypatch):
    monkeypatch.setattr(demo, "is_demo", lambda: True)
    for _ in range(5):
        customer()

    for _again in range(2):
        call_command("seed_draws")
        call_command("seed_cash")

    assert sorted(Draw.objects.values_list("state", flat=True)) == ["ended", "published"]
    assert (Bonus.objects.count(), Plan.objects.count()) == (5, 1)
    for draw in Draw.objects.all():
        proof = proof_of(draw)
        assert list(faults(terms=proof.terms, terms_hash=proof.terms_hash, seed_hash=proof.seed_hash, seed=proof.seed,
                           entries=proof.entries)) == []
        assert draw.course.drawn == 5
