"""A purchase is paid once, by whatever way the news of it comes: early, late, twice, wrong or never."""

from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from liuke.kit.errors import BadInput, NotYours
from liuke.mall.models import Notice, Order, Payment, PaymentSplit, Refund, Reservation, StockLevel
from liuke.mall.queries import payments as queries
from liuke.mall.rules import payments as rules
from liuke.mall.rules.payments import Outcome
from liuke.mall.services import notices, orders, payments, refunds, stock
from liuke.mall.services.notices import NotConfirmed, Received, ReferenceTaken
from liuke.mall.services.payments import NotPayable, OtherPayment, Payer, ProviderAway
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import SOON, deliver, expire, opened
from liuke.org.tests.builders import staff
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return builders.purchase([(builders.sku(list_fen=8800), 1)], now=timezone.now())


def ask(payment, *, at=None):
    return payments.ask_payment(payment_id=payment.pk, now=at or payment.group.placed_at + SOON)


def facts(kind):
    return [fact.data for fact in Fact.objects.filter(kind=kind).order_by("pk")]


class TestOpen:
    def test_the_device_gets_what_it_needs_and_the_provider_waits(self, wechat, group):
        payment = opened(group)

        assert (payment.state, payment.amount_fen, payment.number) == ("open", 8800, f"{group.number}-1")
        assert payment.prepared["signType"] == "RSA"
        assert wechat.orders[payment.number]["amount"] == {"total": 8800, "currency": "CNY"}

    def test_a_double_click_is_one_payment(self, wechat, group):
        first = opened(group, key="click 1")

        assert opened(group, key="click 1") == first
        assert opened(group, key="click 2") == first
        assert len(wechat.requests) == 1

    def test_another_way_is_another_payment(self, wechat, group):
        assert opened(group).number != opened(group, way="native", key="other").number

    def test_the_same_key_for_another_way_is_refused(self, wechat, group):
        opened(group)

        with pytest.raises(OtherPayment):
            opened(group, way="native")

    @pytest.mark.parametrize("by", [
        Payer("wechat", "app"), Payer("alipay", "jsapi"), Payer("wechat", "jsapi"), Payer("wechat", "h5", payer="o"),
    ])
    def test_unknown_ways_and_missing_values_are_refused_before_anything_is_written(self, wechat, group, by):
        with pytest.raises(BadInput):
            payments.open_payment(
                purchase=group.number, customer_id=group.customer_id, by=by, key="k", now=group.placed_at)

        assert not Payment.objects.exists()

    def test_what_is_called_off_or_over_cannot_be_paid(self, wechat, group):
        with pytest.raises(NotPayable):
            payments.open_payment(purchase=group.number, customer_id=group.customer_id,
                                  by=Payer("wechat", "native"), key="k", now=group.expires_at)
        expire(group)

        with pytest.raises(NotPayable):
            opened(group)

    def test_a_lost_answer_may_be_repeated(self, wechat, group):
        wechat.trouble.append("lose")

        with pytest.raises(ProviderAway):
            opened(group)
        assert Payment.objects.get().state == "new"

        assert opened(group).state == "open"
        assert list(wechat.orders) == [f"{group.number}-1"]

    def test_a_refusal_is_looked_into_and_closed(self, wechat, group):
        wechat.appid = "wx-other"              # WeChat no longer knows our app

        with pytest.raises(ProviderAway):
            opened(group)
        payment = Payment.objects.get()
        assert payment.error.startswith("APPID_MCHID_NOT_MATCH")

        assert ask(payment, at=group.expires_at + timedelta(minutes=3)).state == "closed"

    def test_a_slow_way_keeps_the_goods_for_longer(self, bank, group):
        payment = opened(group, provider="transfer", way="bank")

        group.refresh_from_db()
        assert group.expires_at == group.placed_at + timedelta(days=3)
        assert Reservation.objects.get().expires_at == group.expires_at
        assert payment.prepared == {"account": "中国银行 某某支行 某某公司 6222", "write": payment.number}
        assert payment.ask_at is None


class TestPaid:
    def test_everything_that_a_payment_changes(self, wechat):
        now = timezone.now()
        dear, cheap = builders.sku(list_fen=8800), builders.sku(list_fen=333)
        group = builders.purchase([(dear, 1), (cheap, 2)], [(cheap, 3)], now=now, freight_fen=100, discount_fen=66)
        payment = opened(group)
        wechat.pay(payment.number, at=now + timedelta(minutes=1))

        assert deliver(wechat.notice(payment.number)) == 204

        payment.refresh_from_db()
        group.refresh_from_db()
        assert (payment.state, payment.ask_at) == ("paid", None)
        assert payment.paid_at == (now + timedelta(minutes=1)).replace(microsecond=0)
        assert payment.provider_ref == wechat.orders[payment.number]["transaction_id"]
        assert (group.state, group.expires_at) == ("paid", None)
        assert [order.state for order in Order.objects.order_by("pk")] == ["paid", "paid"]
        assert list(PaymentSplit.objects.order_by("pk").values_list("amount_fen", flat=True)) == [9500, 1099]
        assert payment.amount_fen == 9500 + 1099
        assert set(Reservation.objects.values_list("state", "expires_at")) == {("kept", None)}
        assert facts("OrderPaid") == [
            {"order_id": order.pk, "total_fen": total, "source": "shop"}
            for order, total in zip(Order.objects.order_by("pk"), [9500, 1099], strict=True)
        ]
        notice = Notice.objects.get()
        assert (notice.outcome, notice.payment, notice.amount_fen) == ("applied", payment, 10599)
        assert not notice.needs_look
        assert b"encrypt-resource" in bytes(notice.body)

    def test_the_statements_of_a_notice(self, wechat, group, django_assert_max_num_queries):
        payment = opened(group)
        wechat.pay(payment.number)
        notice = wechat.notice(payment.number)

        with django_assert_max_num_queries(10):       # its eight, and two of the transaction
            deliver(notice)

    def test_a_notice_that_comes_again_changes_nothing(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)
        notice = wechat.notice(payment.number, event="EV")

        assert [deliver(notice) for _ in range(3)] == [204, 204, 204]

        assert Notice.objects.get().repeats == 2
        assert len(facts("OrderPaid")) == 1

    def test_the_same_news_under_another_event_changes_nothing(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)

        for _ in range(2):
            deliver(wechat.notice(payment.number))

        assert sorted(Notice.objects.values_list("outcome", flat=True)) == ["applied", "repeated"]
        assert PaymentSplit.objects.count() == 1

    def test_another_transaction_for_the_same_number_is_looked_at(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)
        deliver(wechat.notice(payment.number))

        deliver(wechat.notice(payment.number, transaction_id="4200000000000000000000000000"))

        assert queries.notices_to_look_at().get().outcome == Outcome.CONFLICT

    def test_the_other_ways_to_pay_are_closed(self, wechat, group):
        jsapi, native = opened(group), opened(group, way="native", key="other")
        wechat.pay(jsapi.number)
        deliver(wechat.notice(jsapi.number))

        native.refresh_from_db()
        assert ask(native, at=timezone.now()).state == "closed"
        assert wechat.orders[native.number]["trade_state"] == "CLOSED"

    def test_a_second_payment_of_the_same_purchase_goes_back(self, wechat, group):
        jsapi, native = opened(group), opened(group, way="native", key="other")
        for payment in (jsapi, native):
            wechat.pay(payment.number)
            deliver(wechat.notice(payment.number))

        refund = Refund.objects.get()
        assert (refund.payment, refund.order, refund.amount_fen, refund.state) == (native, None, 8800, "wanted")
        assert facts("PaymentReturned") == [{"payment_id": native.pk, "amount_fen": 8800}]
        assert len(facts("OrderPaid")) == 1
        refunds.ask_refund(refund_id=refund.pk, now=timezone.now())
        assert wechat.refunds[refund.number]["amount"]["refund"] == 8800

    def test_a_purchase_that_costs_nothing_is_paid_at_once(self, group):
        with transaction.atomic(), pytest.raises(NotConfirmed):
            notices.mark_free(group_id=group.pk, now=group.placed_at)
        free = builders.purchase([(builders.sku(list_fen=0), 1)])

        for _ in range(2):
            assert notices.mark_free(group_id=free.pk, now=free.placed_at).state == "paid"

        assert [fact["total_fen"] for fact in facts("OrderPaid")] == [0]


class TestWrong:
    @pytest.mark.parametrize(("changed", "outcome"), [
        ({"amount": {"total": 8799, "currency": "CNY"}}, Outcome.WRONG_AMOUNT),
        ({"amount": {"total": 8801, "currency": "CNY"}}, Outcome.WRONG_AMOUNT),
        ({"amount": {"total": 8800, "currency": "HKD"}}, Outcome.WRONG_CURRENCY),
        ({"mchid": "1900000666"}, Outcome.WRONG_MERCHANT),
        ({"out_trade_no": "NOBODY-1"}, Outcome.UNKNOWN),
    ])
    def test_money_that_does_not_fit_is_kept_and_shown(self, wechat, group, changed, outcome):
        payment = opened(group)
        wechat.pay(payment.number)

        assert deliver(wechat.notice(payment.number, **changed)) == 204

        notice = queries.notices_to_look_at().get()
        assert notice.outcome == outcome
        assert Order.objects.get().state == "placed"
        assert not PaymentSplit.objects.exists()
        assert facts("OrderPaid") == []

    def test_what_was_looked_at_is_no_longer_shown(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)
        deliver(wechat.notice(payment.number, mchid="1900000666"))
        notice, mei = Notice.objects.get(), staff()
        with pytest.raises(BadInput):
            notices.explain_notice(notice_id=notice.pk, staff_id=mei.pk, explanation=" ")

        notices.explain_notice(notice_id=notice.pk, staff_id=mei.pk, explanation="已联系微信")

        assert not queries.notices_to_look_at().exists()

    def test_a_notice_that_is_not_from_wechat_is_not_kept(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)
        old = timezone.now() - timedelta(minutes=6)

        assert deliver(wechat.notice(payment.number, signed_by="stranger")) == 401
        assert deliver(wechat.notice(payment.number, at=old)) == 401

        assert not Notice.objects.exists()
        assert Order.objects.get().state == "placed"

    def test_the_hook_is_closed_without_a_merchant(self, client):
        assert client.post("/hooks/wechatpay/notify", b"{}", content_type="application/json").status_code == 404

    def test_the_hook_takes_posts_only(self, wechat, client):
        assert client.get("/hooks/wechatpay/notify").status_code == 405

    def test_the_table_refuses_what_the_services_would(self, wechat, group):
        payment = opened(group)

        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(claimed_fen=8801)


class TestLate:
    def test_with_the_goods_still_there_the_purchase_lives_again(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)
        expire(group)
        assert StockLevel.objects.get().reserved == 0

        deliver(wechat.notice(payment.number))

        group.refresh_from_db()
        assert (group.state, Order.objects.get().state) == ("paid", "paid")
        assert StockLevel.objects.get().reserved == 1
        assert Notice.objects.get().outcome == Outcome.REVIVED
        assert len(facts("OrderPaid")) == 1
        assert not Refund.objects.exists()

    def test_without_the_goods_the_money_goes_back(self, wechat):
        last = builders.sku(stock=1, list_fen=8800)
        group = builders.purchase([(last, 1)], now=timezone.now())
        payment = opened(group)
        wechat.pay(payment.number)
        expire(group)
        builders.purchase([(last, 1)], now=timezone.now())         # somebody else was faster

        deliver(wechat.notice(payment.number))

        group.refresh_from_db()
        payment.refresh_from_db()
        assert (group.state, payment.state, payment.claimed_fen) == ("cancelled", "paid", 8800)
        assert Refund.objects.get().amount_fen == 8800
        assert Notice.objects.get().outcome == Outcome.RETURNED
        assert facts("OrderPaid") == []
        assert StockLevel.objects.get().reserved == 1
        assert not payment.splits.exists()

    def test_one_missing_line_of_many_sends_all_of_it_back(self, wechat):
        last, plenty = builders.sku(stock=1), builders.sku()
        group = builders.purchase([(plenty, 2)], [(last, 1)], now=timezone.now())
        payment = opened(group)
        wechat.pay(payment.number)
        expire(group)
        builders.purchase([(last, 1)], now=timezone.now())

        deliver(wechat.notice(payment.number))

        assert Refund.objects.get().amount_fen == payment.amount_fen
        assert StockLevel.objects.get(sku=plenty).reserved == 0
        assert set(Order.objects.filter(group=group).values_list("state", flat=True)) == {"cancelled"}

    def test_paid_between_the_end_of_time_and_the_clock(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number, at=group.expires_at + timedelta(seconds=5))

        deliver(wechat.notice(payment.number))

        assert Notice.objects.get().outcome == Outcome.APPLIED
        with transaction.atomic():
            assert orders.expire(now=group.expires_at + timedelta(hours=1)) == 0

    def test_a_flash_sale_is_bought_again_at_its_price_only_while_it_lasts(self, wechat):
        from liuke.mall.models import TimedPrice
        sku, now = builders.sku(stock=9), timezone.now()
        sale = TimedPrice.objects.create(
            sku=sku, price_fen=1990, starts_at=now, ends_at=now + timedelta(days=1), quantity=1
        )
        group = builders.purchase([(sku, 1)], now=now)
        Reservation.objects.update(timed_price=sale)
        TimedPrice.objects.update(sold=1)
        payment = opened(group)
        wechat.pay(payment.number)
        expire(group)
        assert TimedPrice.objects.get().sold == 0
        TimedPrice.objects.update(sold=1)                          # another customer took the last one

        deliver(wechat.notice(payment.number))

        assert Notice.objects.get().outcome == Outcome.RETURNED
        assert StockLevel.objects.get().reserved == 0


class TestAsk:
    def test_a_payment_whose_notice_never_came_is_found(self, wechat, group):
        payment = opened(group)
        wechat.pay(payment.number)

        assert ask(payment).state == "paid"

        assert Order.objects.get().state == "paid"
        assert Notice.objects.get().event.startswith(f"query:{payment.number}:")
        deliver(wechat.notice(payment.number))                     # and then it comes after all
        assert sorted(Notice.objects.values_list("outcome", flat=True)) == ["applied", "repeated"]

    def test_it_is_asked_less_and_less_often(self, wechat, group):
        payment = opened(group)
        at, gaps = payment.ask_at, []
        for _ in range(6):
            asked = ask(payment, at=at)
            gaps.append((asked.ask_at - at).total_seconds())
            at = asked.ask_at

        assert gaps == [60, 120, 240, 480, 600, 600]

    def test_it_is_not_asked_before_its_time_nor_twice(self, wechat, group):
        payment = opened(group)

        ask(payment, at=group.placed_at)
        ask(payment)
        ask(payment)

        assert wechat.requests[1:] == [f"GET /v3/pay/transactions/out-trade-no/{payment.number}"]

    def test_when_its_time_is_over_nobody_can_pay_it_any_more(self, wechat, group):
        payment = opened(group)

        closed = ask(payment, at=group.expires_at + rules.CLOSE_AFTER)

        assert (closed.state, closed.ask_at) == ("closed", None)
        assert wechat.orders[payment.number]["trade_state"] == "CLOSED"

    def test_calling_off_closes_it_at_once(self, wechat, group):
        payment = opened(group)
        with transaction.atomic():
            orders.cancel(number=group.number, customer_id=group.customer_id, now=group.placed_at + SOON)

        assert ask(payment).state == "closed"

    def test_a_customer_who_is_faster_than_the_closing_has_paid(self, wechat, group, monkeypatch):
        payment = opened(group)
        do = wechat._close
        wechat._close = lambda *asked: (wechat.pay(payment.number), do(*asked))[1]

        asked = ask(payment, at=group.expires_at + rules.CLOSE_AFTER)

        assert asked.state == "paid"
        assert Order.objects.get().state == "paid"

    @pytest.mark.parametrize("trouble", ["lose", "fail", "unsigned"])
    def test_no_answer_is_no_answer(self, wechat, group, trouble):
        payment = opened(group)
        wechat.pay(payment.number)
        wechat.trouble.append(trouble)

        asked = ask(payment)

        assert asked.state == "open"
        assert ask(payment, at=payment.group.placed_at + timedelta(minutes=5)).state == "paid"

    def test_a_wrong_amount_is_asked_about_once(self, wechat, group):
        payment = opened(group)
        wechat.orders[payment.number]["amount"]["total"] = 1
        wechat.pay(payment.number)

        asked = ask(payment)

        assert (asked.state, asked.ask_at) == ("open", None)
        assert queries.notices_to_look_at().get().amount_fen == 1

    def test_the_clock_queues_what_is_due_once(self, wechat, group):
        payment = opened(group)

        assert payments.queue_due(now=group.placed_at) == 0
        assert [payments.queue_due(now=payment.ask_at) for _ in range(2)] == [1, 1]

        from django.db import connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mall.ask_payment'")
            assert cursor.fetchone() == (1,)


class TestTransfers:
    @pytest.fixture
    def payment(self, bank, group):
        return opened(group, provider="transfer", way="bank")

    def confirm(self, payment, **fields):
        at = payment.group.placed_at + timedelta(hours=5)
        received = Received(**{"reference": "TX1", "amount_fen": 8800, "paid_at": at.astimezone(UTC), **fields})
        with transaction.atomic():
            return notices.confirm_transfer(number=payment.number, received=received, staff_id=7, now=at)

    def test_staff_say_that_it_came_once(self, payment):
        assert list(queries.transfers_waiting()) == [payment]

        for _ in range(2):
            assert self.confirm(payment).provider_ref == "TX1"

        assert Order.objects.get().state == "paid"
        assert not queries.transfers_waiting().exists()
        assert b'"staff_id": 7' in bytes(Notice.objects.get().body)

    def test_a_reference_pays_once(self, payment):
        self.confirm(payment)
        other = opened(builders.purchase([(builders.sku(list_fen=8800), 1)], now=timezone.now()), provider="transfer",
                       way="bank")

        with pytest.raises(ReferenceTaken):
            self.confirm(other)

    def test_another_amount_is_refused_and_nothing_is_written(self, payment):
        with pytest.raises(NotConfirmed):
            self.confirm(payment, amount_fen=880)

        assert not Notice.objects.exists()

    def test_a_second_reference_is_refused(self, payment):
        self.confirm(payment)

        with pytest.raises(NotConfirmed):
            self.confirm(payment, reference="TX2")

    def test_unknown_numbers_and_empty_references_are_refused(self, payment):
        with pytest.raises(BadInput):
            self.confirm(payment, reference=" ")
        payment.number = "NOBODY"
        with pytest.raises(NotYours):
            self.confirm(payment)

    def test_one_that_nobody_sent_is_closed_with_its_purchase(self, payment):
        payment.group.refresh_from_db()
        expire(payment.group)

        payments.queue_due(now=payment.group.placed_at + timedelta(days=3))

        payment.refresh_from_db()
        assert payment.state == "closed"

    def test_one_that_comes_too_late_revives_or_goes_back_by_hand(self, payment):
        payment.group.refresh_from_db()
        expire(payment.group)
        with transaction.atomic():
            stock.take(level_id=StockLevel.objects.get().pk, counted=0, key="t", reason="盘点", staff_id=None)

        self.confirm(payment)

        assert Refund.objects.get().amount_fen == 8800


def test_customers_find_only_their_own(wechat, group):
    payment = opened(group)

    assert queries.payment_for(group.customer_id, payment.number) == payment
    assert queries.group_for(group.customer_id, group.number) == group
    for find, number in ((queries.payment_for, payment.number), (queries.group_for, group.number)):
        with pytest.raises(NotYours):
            find(group.customer_id + 1, number)
