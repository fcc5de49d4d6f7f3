"""A fact reaches each handler once, whatever fails and however often it is told."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from liuke.customers.models import Customer
from liuke.timeline import facts, reactor, rules, services
from liuke.timeline.models import Fact, Reaction, Waiting
from liuke.timeline.testing import settle

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
seen: list[tuple[str, int]] = []


def first(fact: Fact, body: facts.OrderPaid) -> None:
    seen.append(("first", body.total_fen))


def broken(fact: Fact, body: facts.OrderPaid) -> None:
    raise RuntimeError("the kettle is cold")


def quotes_a_row(fact: Fact, body: facts.OrderPaid) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_customer (number, name_enc) VALUES ('M1', 'geheim'), ('M1', 'geheim')")


@reactor.together
def many(told: Sequence[tuple[Fact, facts.OrderPaid]]) -> None:
    seen.append(("many", sorted(body.total_fen for _, body in told)))
    if any(body.total_fen == 13 for _, body in told):
        raise RuntimeError("not this one")


def last(fact: Fact, body: facts.OrderPaid) -> None:
    seen.append(("last", body.total_fen))


@pytest.fixture
def table(monkeypatch):
    def put(*handlers, in_order=False):
        monkeypatch.setattr(reactor, "table", lambda: {"OrderPaid": handlers})
        monkeypatch.setattr(reactor, "ordered", lambda: frozenset({"OrderPaid"} if in_order else ()))
        seen.clear()

    return put


def pay(total_fen=100, key="order_paid:1"):
    customer, _ = Customer.objects.get_or_create(number="M1", defaults={"joined_at": NOW})
    return services.record(
        facts.OrderPaid(order_id=1, total_fen=total_fen), customer_id=customer.pk, key=key, happened_at=NOW
    )


@pytest.mark.django_db
def test_a_failure_is_kept_without_the_rows_that_the_database_quotes(table):
    table(quotes_a_row)
    pay()
    settle()

    said = Reaction.objects.get().error
    assert said.startswith("IntegrityError: ")
    assert "geheim" not in said
    assert "DETAIL" not in said


@pytest.mark.django_db
def test_a_failure_is_kept_whatever_its_words_and_one_that_cannot_be_kept_stops_nobody(table):
    class Unspeakable(Exception):
        def __str__(self):
            raise RuntimeError

    def unspeakable(fact, body):
        raise Unspeakable

    def not_a_text(fact, body):
        raise ValueError("a\x00b\ud800")

    table(unspeakable, not_a_text, last)
    for fen in (1, 2):
        pay(total_fen=fen, key=f"order_paid:{fen}")

    assert settle() == 2

    assert seen == [("last", 1), ("last", 2)]
    failing = Reaction.objects.filter(state=rules.FAILING)
    assert set(failing.values_list("tries", "error")) == {(1, "ValueError: ab?")}
    assert Waiting.objects.filter(due_at__gt=timezone.now()).count() == failing.count() == 2


@pytest.mark.django_db
def test_in_order_a_handler_waits_while_the_one_before_it_fails_and_goes_on_when_that_is_given_up(table):
    def picky(fact, body):
        if body.total_fen == 13:
            raise RuntimeError("not yet")

    table(picky, many, in_order=True)
    unlucky, _lucky = pay(total_fen=13, key="order_paid:1"), pay(total_fen=2, key="order_paid:2")

    settle()

    assert seen == [("many", [2])]
    assert Waiting.objects.get().due_at > timezone.now()
    Reaction.objects.filter(fact=unlucky).update(tries=rules.MAX_TRIES - 1)
    table(picky, last, in_order=True)
    reactor.take_up([unlucky])
    assert seen == [("last", 13)]
    assert list(Reaction.objects.filter(fact=unlucky).order_by("pk").values_list("state", flat=True)) == [
        rules.DEAD, rules.DONE]


@pytest.mark.django_db
class TestRecord:
    def test_the_same_fact_twice_is_one_fact_and_waits_once(self, table):
        table(first)

        assert pay() == pay()
        settle()

        assert seen == [("first", 100)]
        assert Fact.objects.count() == 1

    def test_the_same_key_for_another_fact_is_refused_aloud(self, table):
        table(first)
        pay()

        with pytest.raises(services.OtherFact):
            pay(total_fen=200)

    def test_history_stands_on_the_timeline_and_nobody_reacts(self, table):
        table(first)
        customer = Customer.objects.create(number="M2", joined_at=NOW)
        past = services.PastFact(facts.OrderPaid(order_id=7, total_fen=5), customer.pk, "order_paid:7", NOW)

        assert services.record_history([past]) == 1
        assert services.record_history([past]) == 0
        assert settle() == 0

        assert Fact.objects.get().history
        assert seen == []


@pytest.mark.django_db
class TestReact:
    def test_one_failure_does_not_stop_the_others(self, table):
        table(first, broken, last)
        fact = pay()

        settle()

        assert seen == [("first", 100), ("last", 100)]
        states = {row.handler.rsplit(".", 1)[-1]: row.state for row in Reaction.objects.filter(fact=fact)}
        assert states == {"first": rules.DONE, "broken": rules.FAILING, "last": rules.DONE}

    def test_trying_again_skips_what_is_done_and_ends_as_dead(self, table):
        table(first, broken)
        fact = pay()

        for _ in range(rules.MAX_TRIES + 2):
            reactor.react([fact])

        row = Reaction.objects.get(handler__endswith="broken")
        assert (row.state, row.tries, row.error) == (rules.DEAD, rules.MAX_TRIES, "RuntimeError: the kettle is cold")
        assert seen == [("first", 100)]

    def test_what_a_failing_handler_wrote_is_rolled_back(self, table):
        def writes_then_breaks(fact, body):
            Customer.objects.create(number="half", joined_at=NOW)
            raise RuntimeError

        table(writes_then_breaks)
        reactor.react([pay()])

        assert not Customer.objects.filter(number="half").exists()

    def test_a_failed_reaction_is_planned_for_later_not_now(self, table):
        table(broken)
        pay()

        assert settle() == 1
        assert Waiting.objects.get().due_at == Reaction.objects.get().try_at > timezone.now()


@pytest.mark.django_db
class TestTogether:
    def test_facts_that_wait_are_seen_at_once_and_what_is_done_is_not_seen_again(self, table):
        table(many, last)
        known = pay(total_fen=1, key="order_paid:1")
        reactor.react([known])
        for fen in (2, 3):
            pay(total_fen=fen, key=f"order_paid:{fen}")

        assert settle() == 3
        assert settle() == 0

        assert seen == [("many", [1]), ("last", 1), ("many", [2, 3]), ("last", 2), ("last", 3)]
        assert not Waiting.objects.exists()

    def test_one_that_fails_takes_none_of_the_others_with_it(self, table):
        table(many)
        told = {fen: pay(total_fen=fen, key=f"order_paid:{fen}").pk for fen in (12, 13, 14)}

        settle()

        assert seen == [("many", [12, 13, 14]), ("many", [12]), ("many", [13]), ("many", [14])]
        states = dict(Reaction.objects.values_list("fact_id", "state"))
        assert states == {told[12]: rules.DONE, told[13]: rules.FAILING, told[14]: rules.DONE}
        assert [each.fact_id for each in Waiting.objects.all()] == [told[13]]

    def test_what_a_person_wants_tried_again_meanwhile_is_not_forgotten(self, table):
        def tried_again_meanwhile(fact, body):
            reactor.make_due({fact.pk: NOW})

        table(tried_again_meanwhile)
        pay()

        assert reactor.work_off() == 1
        assert Waiting.objects.get().due_at == NOW


@pytest.mark.django_db
class TestLanes:
    def test_none_waits_for_what_another_of_its_process_has_in_hand(self, table):
        def longer_than_a_claim(fact, body):
            reactor.make_due({fact.pk: NOW})
            seen.append(("another lane", reactor.work_off()))

        table(longer_than_a_claim)
        pay()

        reactor.work_off()
        assert seen == [("another lane", 0)]

    def test_what_is_behind_a_slow_handler_is_given_back_at_once(self, table, monkeypatch):
        def slow(fact, body):
            time.sleep(0.05)
            first(fact, body)

        monkeypatch.setattr(rules, "BUSY_SECONDS", 0.02)
        table(slow, last)
        pay()

        assert reactor.work_off() == 1
        assert (seen, Waiting.objects.get().due_at <= timezone.now()) == ([("first", 100)], True)
        assert settle() == 1
        assert seen == [("first", 100), ("last", 100)]

    def test_a_whole_claim_is_finished_however_few_rows_the_planner_expects(self, table):
        table(first)
        for number in range(20):
            pay(key=f"order_paid:{number}")
            if number == 1:
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE timeline_waiting")

        assert reactor.work_off() == 20
        assert not Waiting.objects.exists()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4)), max_size=30))
def test_groups_are_of_one_kind_and_keep_the_order_of_every_customer(told):
    groups = rules.grouped(told)

    in_turn = [at for group in groups for at in group]
    assert sorted(in_turn) == list(range(len(told)))
    assert all(len({told[at][0] for at in group}) == 1 for group in groups)
    for customer in {customer for _, customer in told}:
        mine = [at for at in in_turn if told[at][1] == customer]
        assert mine == sorted(mine)


@pytest.mark.django_db
def test_what_somebody_wants_to_hear_waits_and_nothing_else(table):
    table(first)
    customer = Customer.objects.create(number="M2", joined_at=NOW)
    paid, tag = facts.OrderPaid(order_id=1, total_fen=5), facts.TagAdded(tag_id=1, source="staff")

    def told(*bodies, key):
        return services.record_many([services.NewFact(body, customer.pk, f"{key}:{at}", NOW)
                                     for at, body in enumerate(bodies)])

    assert [fact.kind for fact in told(tag, tag, key="a")] == ["TagAdded", "TagAdded"]
    assert settle() == 0
    assert [fact.kind for fact in told(tag, paid, tag, paid, key="b")] == ["TagAdded", "OrderPaid"] * 2
    assert (settle(), seen) == (2, [("first", 5)] * 2)
