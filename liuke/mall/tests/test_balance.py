"""A stored balance pays like any provider, never below zero, and gets its refunds back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.kit.errors import BadInput
from liuke.ledger import queries as ledger
from liuke.ledger.services import KeyTaken
from liuke.mall.models import BillDifference, Notice, Order, OrderLine, Payment, Refund
from liuke.mall.queries.payments import ZONE
from liuke.mall.services import balance, bills, payments, refunds
from liuke.mall.services.providers import providers
from liuke.mall.services.refunds import Part
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, expire, opened
from liuke.org.models import AuditEntry
from liuke.org.tests.builders import staff
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _turned_on(monkeypatch):
    monkeypatch.setenv("LIUKE_BALANCE", "yes")


@pytest.fixture
def clerk():
    return staff("cai")


@pytest.fixture
def rich(clerk):
    """A customer with 50.00."""
    someone = builders.customer()
    top_up(someone, clerk, 5000)
    return someone


def top_up(customer, clerk, amount, key="t1"):
    with transaction.atomic():
        return balance.top_up(customer_id=customer.pk, amount_fen=amount, key=key, reference="POS-1",
                              staff_id=clerk.pk, now=timezone.now())


def correct(customer, clerk, amount, key="c1", reason="mistake"):
    with transaction.atomic():
        return balance.correct(customer_id=customer.pk, amount_fen=amount, key=key, reason=reason, staff_id=clerk.pk,
                               now=timezone.now())


def buy(customer, price=2000, pieces=2):
    return builders.purchase([(builders.sku(list_fen=price), pieces)], by=customer, now=timezone.now())


def pay(group, key="click"):
    return opened(group, provider="balance", way="balance", key=key)


def standing(customer):
    found = balance.balance_of(customer.pk)
    return found.posted, found.held


class TestByStaff:
    def test_a_top_up_is_once_told_and_audited(self, rich, clerk):
        assert top_up(rich, clerk, 5000) == 5000

        assert standing(rich) == (5000, 0)
        assert Fact.objects.get(kind="BalanceChanged").data == {"amount_fen": 5000, "kind": "top_up"}
        assert AuditEntry.objects.filter(action="mall.balance.top_up", staff=clerk).count() == 1
        with pytest.raises(KeyTaken):
            top_up(rich, clerk, 6000)

    def test_a_correction_never_takes_more_than_there_is(self, rich, clerk):
        assert correct(rich, clerk, -4999) == 1

        with pytest.raises(balance.NotEnough):
            correct(rich, clerk, -2, key="c2")
        assert standing(rich) == (1, 0)

    def test_no_balance_is_larger_than_the_law_allows(self, rich, clerk):
        with pytest.raises(balance.TooMuch):
            top_up(rich, clerk, 495_001, key="t2")

        assert top_up(rich, clerk, 495_000, key="t3") == 500_000

    @pytest.mark.parametrize("wrong", [
        {"amount": 0}, {"reason": "because"},
    ], ids=["nothing", "unknown reason"])
    def test_nonsense_is_refused(self, rich, clerk, wrong):
        with pytest.raises(BadInput):
            correct(rich, clerk, wrong.get("amount", 5), reason=wrong.get("reason", "other"))
        with pytest.raises(BadInput), transaction.atomic():
            balance.top_up(customer_id=rich.pk, amount_fen=5, key="x", reference=" ", staff_id=clerk.pk,
                           now=timezone.now())


class TestPaying:
    def test_it_pays_at_once_and_a_double_click_pays_once(self, rich):
        group = buy(rich)

        assert [pay(group).state, pay(group).state] == ["paid", "paid"]
        with pytest.raises(payments.NotPayable):
            pay(group, "other")

        group.refresh_from_db()
        assert (group.state, standing(rich)) == ("paid", (1000, 0))
        assert Fact.objects.filter(kind="OrderPaid").count() == 1
        assert Notice.objects.get().outcome == "applied"

    def test_too_little_is_refused_aloud_and_can_be_paid_after_a_top_up(self, rich, clerk):
        group = buy(rich, pieces=3)
        with pytest.raises(balance.NotEnough) as refused:
            pay(group)
        assert refused.value.code == "balance_not_enough"
        assert standing(rich) == (5000, 0)

        top_up(rich, clerk, 1000, key="t2")

        assert pay(group).state == "paid"
        assert standing(rich) == (0, 0)

    def test_the_balance_is_the_buyers_whatever_the_device_says(self, rich):
        poor = buy(builders.customer())

        with pytest.raises(balance.NotEnough):
            payments.open_payment(purchase=poor.number, customer_id=poor.customer_id, key="k", now=timezone.now(),
                                  by=payments.Payer("balance", "balance", payer=str(rich.pk)))

    def test_killed_after_setting_aside_it_is_finished_by_the_clock(self, rich, monkeypatch):
        group = buy(rich)
        monkeypatch.setattr(payments, "_mark_open", lambda *_: 1 / 0)       # the process dies here
        with pytest.raises(ZeroDivisionError):
            pay(group)
        assert standing(rich) == (5000, 4000)
        monkeypatch.undo()

        waiting = Payment.objects.get()
        payments.ask_payment(payment_id=waiting.pk, now=waiting.ask_at)

        group.refresh_from_db()
        assert (group.state, standing(rich)) == ("paid", (1000, 0))

    def test_what_was_never_set_aside_is_closed_when_the_time_is_over(self, rich):
        group = buy(rich, pieces=3)
        with pytest.raises(balance.NotEnough):
            pay(group)
        expire(group)

        waiting = Payment.objects.get()
        payments.ask_payment(payment_id=waiting.pk, now=waiting.ask_at + timedelta(days=1))

        assert Payment.objects.get().state == "closed"
        assert standing(rich) == (5000, 0)

    def test_paid_by_another_way_meanwhile_it_goes_back(self, rich, wechat):
        group = buy(rich)
        other = opened(group, key="other")
        pay(group)
        wechat.pay(other.number)
        deliver(wechat.notice(other.number))

        assert Refund.objects.get().payment == other
        assert standing(rich) == (1000, 0)

    def test_it_is_offered_only_where_it_is_turned_on(self, rich, monkeypatch):
        assert "balance" in providers()
        monkeypatch.setenv("LIUKE_BALANCE", "no")

        with pytest.raises(BadInput):
            pay(buy(rich))


class TestBack:
    def refund(self, group, pieces, key="k"):
        with transaction.atomic():
            row = refunds.refund_lines(order_id=group.orders.get().pk, key=key, reason="", now=timezone.now(),
                                       parts=[Part(OrderLine.objects.get(order__group=group).pk, pieces)])
        return refunds.ask_refund(refund_id=row.pk, now=timezone.now())

    def test_a_refund_returns_to_the_balance_once(self, rich):
        group = buy(rich)
        pay(group)

        row = self.refund(group, 1)
        refunds.ask_refund(refund_id=row.pk, now=timezone.now() + timedelta(days=1))

        assert (row.state, standing(rich), Order.objects.get().refunded_fen) == ("done", (3000, 0), 2000)

    def test_killed_between_the_entry_and_its_note_it_is_not_given_twice(self, rich, monkeypatch):
        group = buy(rich)
        pay(group)
        monkeypatch.setattr(refunds, "apply_status", lambda *_, **__: 1 / 0)       # the process dies here
        with pytest.raises(ZeroDivisionError):
            self.refund(group, 1)
        monkeypatch.undo()
        assert standing(rich) == (3000, 0)

        again = refunds.ask_refund(refund_id=Refund.objects.get().pk, now=timezone.now() + timedelta(minutes=2))

        assert (again.state, standing(rich)) == ("done", (3000, 0))

    def test_books_and_ledger_agree_and_a_difference_is_found(self, rich):
        group = buy(rich)
        pay(group)
        self.refund(group, 1)
        today = timezone.now().astimezone(ZONE).date()

        bill = bills.fetch_and_compare(provider="balance", day=today, now=timezone.now())
        assert (bill.rows, bill.paid_fen, bill.refunded_fen) == (2, 4000, 2000)
        assert not BillDifference.objects.exists()

        Payment.objects.update(amount_fen=4001)
        bills.fetch_and_compare(provider="balance", day=today, now=timezone.now())
        assert BillDifference.objects.values_list("kind", "ours_fen", "theirs_fen").get() == ("amount", 4001, 4000)
        assert [total.balance for total in ledger.totals()] == [0]
