"""A fact reaches each handler once, whatever fails and however often it is told."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from liuke.customers.models import Customer
from liuke.timeline import facts, reactor, rules, services
from liuke.timeline.models import Fact, Reaction
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


def last(fact: Fact, body: facts.OrderPaid) -> None:
    seen.append(("last", body.total_fen))


@pytest.fixture
def table(monkeypatch):
    def put(*handlers):
        monkeypatch.setattr(reactor, "table", lambda: {"OrderPaid": handlers})
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
class TestRecord:
    def test_the_same_fact_twice_is_one_fact_and_one_job(self, table):
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
            reactor.react(fact.pk)

        row = Reaction.objects.get(handler__endswith="broken")
        assert (row.state, row.tries, row.error) == (rules.DEAD, rules.MAX_TRIES, "RuntimeError: the kettle is cold")
        assert seen == [("first", 100)]

    def test_what_a_failing_handler_wrote_is_rolled_back(self, table):
        def writes_then_breaks(fact, body):
            Customer.objects.create(number="half", joined_at=NOW)
            raise RuntimeError

        table(writes_then_breaks)
        reactor.react(pay().pk)

        assert not Customer.objects.filter(number="half").exists()

    def test_a_failed_reaction_is_planned_for_later_not_now(self, table):
        table(broken)
        pay()

        assert settle() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at > now()")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_a_job_is_queued_for_what_somebody_wants_to_hear_and_for_nothing_else(table):
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
