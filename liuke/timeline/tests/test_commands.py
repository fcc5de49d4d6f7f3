"""Replay counts first; the printed table is the table."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from liuke.timeline import reactor, rules, services
from liuke.timeline.management.commands.facts import document
from liuke.timeline.models import Reaction, Waiting
from liuke.timeline.testing import settle
from liuke.timeline.tests.test_reactor import NOW, broken, first, pay, seen, table  # noqa: F401  fixtures and handlers


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_printed_table_of_facts_is_up_to_date():
    assert (Path(__file__).parents[3] / "docs" / "facts.md").read_text() == document()


def test_one_kind_says_who_reacts():
    assert run("facts", "TagAdded") == "nobody, on purpose\n"


@pytest.mark.django_db
def test_replay_is_a_dry_run_until_told_to_write(table):  # noqa: F811
    table(first)
    pay()

    assert run("replay", "OrderPaid", "--since", "2026-01-01") == "1 facts would be replayed\n"
    assert seen == []

    assert run("replay", "OrderPaid", "--since", "2026-01-01", "--write") == "1 facts replayed\n"
    assert run("replay", "OrderPaid", "--since", "2026-01-01", "--write") == "1 facts replayed\n"
    assert seen == [("first", 100)]


@pytest.mark.django_db
def test_what_a_replay_that_was_interrupted_has_begun_is_tried_again_by_itself(table):  # noqa: F811
    def interrupted(fact, body):
        raise KeyboardInterrupt

    table(broken, interrupted)
    pay()
    Waiting.objects.all().delete()                                          # as of a fact from before Liuke

    with pytest.raises(KeyboardInterrupt):
        run("replay", "OrderPaid", "--since", "2026-01-01", "--write")

    assert Waiting.objects.update(due_at=NOW) == 1                          # as it is by itself a little later
    table(broken, first)
    settle()
    assert seen == [("first", 100)]
    assert Reaction.objects.get(state=rules.FAILING).tries == 2


def test_replay_of_an_unknown_kind_is_refused():
    with pytest.raises(CommandError, match="there is no fact OrderPayed"):
        run("replay", "OrderPayed", "--since", "2026-01-01")


@pytest.mark.django_db
def test_a_dead_reaction_is_tried_again_by_hand_once(table, monkeypatch):  # noqa: F811
    table(broken)
    fact = pay()
    for _ in range(rules.MAX_TRIES):
        reactor.react([fact])
    row = Reaction.objects.get()
    services.retry(reaction_id=row.pk)

    with pytest.raises(services.NotDead):
        services.retry(reaction_id=row.pk)

    monkeypatch.setattr(reactor, "table", lambda: {"OrderPaid": (broken_no_more,)})
    settle()
    assert Reaction.objects.get().state == rules.DONE


def broken_no_more(fact, body):
    seen.append(("mended", body.total_fen))


broken_no_more.__name__, broken_no_more.__module__ = broken.__name__, broken.__module__
