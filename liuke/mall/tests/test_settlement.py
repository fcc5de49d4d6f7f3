"""Who is owed what: to the fen, once, and frozen when the period is closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.kit.errors import BadInput, NotYours
from liuke.ledger import queries as ledger
from liuke.mall.models import Order, OrderLine, Refund, Statement, StatementLine
from liuke.mall.queries import settlement as queries
from liuke.mall.rules.settlement import Shares, Sold, counts_from, month_before, refund_shares, sale_shares
from liuke.mall.services import refunds, settlement
from liuke.mall.services.refunds import Part
from liuke.mall.services.settlement import EarlierOpen, NotClosed, PaidOtherwise, Party, PeriodNotOver, PeriodTaken
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import paid
from liuke.org.tests.builders import staff

pytestmark = pytest.mark.django_db
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
SEPTEMBER = (date(2026, 9, 1), date(2026, 10, 1))
THEN = datetime(2026, 10, 12, 4, tzinfo=UTC)                      # its goods may be returned until the 19th
NOVEMBER = datetime(2026, 11, 2, 1, tzinfo=UTC)


@pytest.fixture
def order(wechat):
    """Three pieces at 20.00 (12.00 to the supplier), 3.00 off, freight 8.00: received on 12 October."""
    paid(wechat, [(builders.sku(supply_fen=1200, list_fen=2000), 3)], freight_fen=800, discount_fen=300)
    order = Order.objects.get()
    receive(order)
    return order


def receive(order, at=THEN):
    order.state, order.received_at = "received", at
    order.save()


def settle(order):
    return settlement.settle_order(order_id=order.pk)


def send_back(order, *parts, at=THEN, key="k"):
    """A refund that is done at that time."""
    with transaction.atomic():
        refund = refunds.refund_lines(order_id=order.pk, parts=parts, key=key, reason="", now=timezone.now())
        status = refunds.RefundStatus(number=refund.number, state=refunds.Refunded.DONE, amount_fen=refund.amount_fen,
                                      done_at=at)
        refunds.apply_status(status, provider="wechat", now=at)
        settlement.settle_refund(refund_id=refund.pk)
    return refund


def written():
    """(kind, who, pieces, fen) of every line, in the order in which they were written."""
    return [
        (row.kind, "supplier" if row.supplier_id else "shop" if row.shop_id else "brand", row.quantity, row.amount_fen)
        for row in StatementLine.objects.order_by("pk")
    ]


def balance(order, who):
    return ledger.balance(f"owed:{who}:{order.supplier_id if who == 'supplier' else order.shop_id}").posted


def closed(order, period=OCTOBER, *, now=NOVEMBER, of="supplier"):
    party = Party(supplier_id=order.supplier_id) if of == "supplier" else Party(shop_id=order.shop_id)
    draft = settlement.open_statement(party=party, from_on=period[0], until_on=period[1])
    return settlement.close_statement(statement_id=draft.pk, staff_id=staff_id(), now=now)


def staff_id():
    from liuke.org.models import Staff
    known = Staff.objects.filter(username="cai").first()
    return (known or staff("cai")).pk


class TestRules:
    @pytest.mark.parametrize(("shop", "price", "paid", "expected"), [
        (2000, 2000, 6000, Shares(3600, 2400, 0)),
        (2000, 2000, 5700, Shares(3600, 2400, -300)),               # a coupon
        (2000, 1800, 5400, Shares(3600, 1800, 0)),                  # a member's price: the shop earns less
        (2000, 1000, 3000, Shares(3600, 0, -600)),                  # a flash sale below the supply price
        (1100, 1100, 3300, Shares(3600, -300, 0)),                  # the shop's own loss
        (1100, 1000, 3000, Shares(3600, -300, -300)),
        (2000, 2000, 0, Shares(3600, 2400, -6000)),
    ], ids=["plain", "coupon", "tier", "flash", "below", "both", "free"])
    def test_a_sale_is_shared_to_the_fen(self, shop, price, paid, expected):
        shares = sale_shares(Sold(3, 1200, shop, price, paid))

        assert shares == expected
        assert shares.total_fen == paid

    def test_pieces_come_back_from_supplier_and_shop_and_goodwill_from_the_brand(self):
        sold = Sold(3, 1200, 2000, 2000, 5700)

        assert refund_shares(sold, quantity=1, amount_fen=1900) == Shares(-1200, -800, 100)
        assert refund_shares(sold, quantity=0, amount_fen=500) == Shares(0, 0, -500)
        assert refund_shares(sold, quantity=3, amount_fen=5700) == Shares(-3600, -2400, 300)

    def test_an_order_counts_when_the_last_of_its_goods_can_no_longer_be_returned(self):
        assert counts_from(THEN, [7, 30, 0]) == THEN + timedelta(days=30)
        assert counts_from(THEN, []) == THEN + timedelta(days=7)

    def test_the_month_before_january_lies_in_the_year_before(self):
        assert month_before(date(2026, 1, 31)) == (date(2025, 12, 1), date(2026, 1, 1))


class TestLines:
    def test_a_received_order_brings_each_their_share_once(self, order):
        assert [settle(order), settle(order)] == [4, 0]

        assert written() == [
            ("sale", "supplier", 3, 3600), ("sale", "shop", 3, 2400), ("sale", "brand", 3, -300),
            ("freight", "supplier", 1, 800),
        ]
        assert {row.counts_at for row in StatementLine.objects.all()} == {THEN + timedelta(days=7)}

    def test_what_is_not_received_brings_nothing(self, order):
        Order.objects.update(received_at=None, state="shipped")

        assert settle(order) == 0

    def test_a_refund_within_the_return_window_is_netted_with_the_sale(self, order):
        settle(order)
        refund = send_back(order, Part(order.lines.get().pk, 1), at=THEN + timedelta(days=3))

        assert written()[4:] == [("refund", "supplier", -1, -1200), ("refund", "shop", -1, -800),
                                 ("refund", "brand", -1, 100)]
        assert {row.counts_at for row in StatementLine.objects.all()} == {THEN + timedelta(days=7)}
        assert {row.refund_line for row in StatementLine.objects.filter(kind="refund")} == {refund.lines.get()}
        assert settlement.settle_refund(refund_id=refund.pk) == 0

    def test_a_refund_after_it_counts_when_the_money_went(self, order):
        settle(order)
        late = THEN + timedelta(days=40)
        send_back(order, Part(order.lines.get().pk, 1), at=late)

        assert {row.counts_at for row in StatementLine.objects.filter(kind="refund")} == {late}

    def test_a_refund_before_the_receipt_waits_for_it(self, wechat, order):
        Order.objects.update(received_at=None, state="paid")
        send_back(order, Part(order.lines.get().pk, 2))
        assert written() == []

        receive(Order.objects.get())
        assert settle(order) == 7

        assert sum(row[3] for row in written() if row[1] == "supplier") == 1200 + 800

    def test_freight_comes_back_from_the_supplier(self, order):
        settle(order)
        send_back(order, Part(None, 0, 300))

        assert written()[4:] == [("refund", "supplier", 0, -300)]
        assert StatementLine.objects.get(kind="refund").line is None

    def test_all_money_back_before_anything_was_sent_owes_nobody(self, order):
        Order.objects.update(received_at=None, state="paid")
        send_back(order, Part(order.lines.get().pk, 3), Part(None))

        assert written() == []

    def test_all_money_back_for_goods_that_stayed_still_owes_who_sent_them(self, order):
        Order.objects.update(received_at=None, state="shipped")
        OrderLine.objects.update(shipped=3)
        send_back(order, Part(order.lines.get().pk, 0, 5700), Part(None))

        assert Order.objects.get().state == "refunded"
        assert [row for row in written() if row[1] == "supplier"] == [
            ("sale", "supplier", 3, 3600), ("freight", "supplier", 1, 800), ("refund", "supplier", 0, -800),
        ]
        assert sum(row[3] for row in written()) == 0

    def test_all_lines_of_an_order_are_what_was_paid_less_what_went_back(self, order):
        settle(order)
        line = order.lines.get()
        send_back(order, Part(line.pk, 1), key="a")
        send_back(order, Part(line.pk, 0, 77), Part(None, 0, 5), key="b")

        order.refresh_from_db()
        assert sum(row[3] for row in written()) == order.total_fen - order.refunded_fen == 6500 - 1900 - 82

    def test_the_facts_write_them(self, order):
        from liuke.timeline import facts
        from liuke.timeline.services import record
        from liuke.timeline.testing import settle_facts

        record(facts.OrderReceived(order_id=order.pk, total_fen=order.total_fen), customer_id=order.customer_id,
               key="r", happened_at=THEN)
        settle_facts()

        assert len(written()) == 4


class TestClosing:
    @pytest.fixture(autouse=True)
    def _settled(self, order):
        settle(order)

    def test_a_draft_shows_what_it_would_be(self, order):
        draft = settlement.open_statement(party=Party(supplier_id=order.supplier_id), from_on=OCTOBER[0],
                                          until_on=OCTOBER[1])

        assert queries.figures_of(draft) == queries.Figures(1, 2, 3600, 800, 0)
        assert (draft.state, draft.total_fen) == ("open", 0)

    def test_a_closed_statement_is_frozen_and_booked_once(self, order):
        first = closed(order)
        send_back(order, Part(order.lines.get().pk, 1), at=THEN)      # written after the closing

        again = closed(order)

        assert (again.pk, again.state, again.total_fen) == (first.pk, "closed", 4400)
        assert first.number == f"JS261031-S{order.supplier_id}"
        assert balance(order, "supplier") == 4400
        assert queries.figures_of(again).total_fen == 4400

    def test_what_came_too_late_stands_on_the_next_one(self, order):
        closed(order)
        send_back(order, Part(order.lines.get().pk, 1), at=THEN)
        december = datetime(2026, 12, 1, tzinfo=UTC)

        following = closed(order, (date(2026, 11, 1), date(2026, 12, 1)), now=december)

        assert following.total_fen == -1200
        assert balance(order, "supplier") == 3200

    def test_the_shop_gets_its_mark_up(self, order):
        assert closed(order, of="shop").total_fen == 2400
        assert balance(order, "shop") == 2400

    def test_days_are_the_brands(self, order):
        """Eight in the evening of 31 October in London is 1 November in Shanghai."""
        StatementLine.objects.update(counts_at=datetime(2026, 10, 31, 20, tzinfo=UTC))
        assert closed(order).total_fen == 0

        StatementLine.objects.update(counts_at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC))
        assert closed(order, of="shop").total_fen == 2400

    def test_a_period_is_closed_when_it_is_over(self, order):
        with pytest.raises(PeriodNotOver), transaction.atomic():
            closed(order, now=datetime(2026, 10, 31, 15, 59, tzinfo=UTC))

        assert closed(order, now=datetime(2026, 10, 31, 16, tzinfo=UTC)).state == "closed"

    def test_drafts_are_closed_in_their_order(self, order):
        party = Party(supplier_id=order.supplier_id)
        september = settlement.open_statement(party=party, from_on=SEPTEMBER[0], until_on=SEPTEMBER[1])
        with pytest.raises(EarlierOpen), transaction.atomic():
            closed(order)

        nothing = settlement.close_statement(statement_id=september.pk, staff_id=staff_id(), now=NOVEMBER)

        assert (nothing.state, nothing.total_fen, nothing.entry) == ("paid", 0, "")
        assert closed(order).total_fen == 4400

    def test_a_period_that_is_covered_is_refused(self, order):
        closed(order)

        for period in ((date(2026, 10, 15), date(2026, 11, 1)), SEPTEMBER):
            with pytest.raises(PeriodTaken), transaction.atomic():
                closed(order, period)
        with pytest.raises(BadInput):
            closed(order, (OCTOBER[1], OCTOBER[0]))

    def test_payment_is_noted_once_under_its_reference(self, order):
        statement = closed(order)

        for _ in range(2):
            row = settlement.mark_statement_paid(statement_id=statement.pk, reference=" TX1 ", staff_id=staff_id(),
                                                 now=NOVEMBER)

        assert (row.state, row.reference, row.paid_at) == ("paid", "TX1", NOVEMBER)
        assert balance(order, "supplier") == 0
        assert ledger.balance("paid_out:house").posted == 4400
        with pytest.raises(PaidOtherwise):
            settlement.mark_statement_paid(statement_id=statement.pk, reference="TX2", staff_id=staff_id(),
                                           now=NOVEMBER)

    def test_a_party_that_owes_pays_back(self, order):
        closed(order)
        send_back(order, Part(order.lines.get().pk, 3), at=THEN)
        december = datetime(2026, 12, 1, tzinfo=UTC)
        negative = closed(order, (date(2026, 11, 1), date(2026, 12, 1)), now=december)
        assert (negative.total_fen, balance(order, "supplier")) == (-3600, 800)

        for row in Statement.objects.all():
            settlement.mark_statement_paid(statement_id=row.pk, reference="TX1", staff_id=staff_id(), now=december)

        assert balance(order, "supplier") == 0
        assert ledger.balance("paid_out:house").posted == 800

    def test_a_draft_cannot_be_paid_nor_anything_without_a_reference(self, order):
        draft = settlement.open_statement(party=Party(shop_id=order.shop_id), from_on=OCTOBER[0], until_on=OCTOBER[1])

        with pytest.raises(NotClosed):
            settlement.mark_statement_paid(statement_id=draft.pk, reference="TX", staff_id=1, now=NOVEMBER)
        with pytest.raises(BadInput):
            settlement.mark_statement_paid(statement_id=draft.pk, reference=" ", staff_id=1, now=NOVEMBER)
        with pytest.raises(NotYours):
            settlement.mark_statement_paid(statement_id=0, reference="TX", staff_id=1, now=NOVEMBER)

    def test_the_clock_drafts_the_last_month_for_everybody_with_money_once(self, order):
        assert [settlement.open_month(now=NOVEMBER), settlement.open_month(now=NOVEMBER)] == [2, 0]

        assert sorted(Statement.objects.values_list("from_on", "until_on", "state")) == [(*OCTOBER, "open")] * 2
        assert settlement.open_month(now=datetime(2026, 10, 15, tzinfo=UTC)) == 0

    def test_the_books_balance(self, order):
        closed(order)
        closed(order, of="shop")

        assert [total.balance for total in ledger.totals()] == [0]


class TestLooking:
    @pytest.fixture(autouse=True)
    def _settled(self, order):
        settle(order)

    def test_a_supplier_sees_only_its_own(self, order):
        mine, other = closed(order), builders.supplier()
        closed(order, of="shop")

        assert list(queries.statements_list(supplier_ids=[order.supplier_id], shop_ids=[])) == [mine]
        assert list(queries.statements_list(supplier_ids=[other.pk], shop_ids=[])) == []
        assert queries.statements_list().count() == 2
        with pytest.raises(NotYours):
            queries.statement_for(mine.number, supplier_ids=[other.pk], shop_ids=[])
        assert queries.statement_for(mine.number, supplier_ids=[order.supplier_id], shop_ids=[]) == mine
        assert {row.supplier_id for row in queries.lines_waiting(supplier_ids=[order.supplier_id], shop_ids=[])} <= {
            order.supplier_id}

    def test_standings_say_what_is_due_what_waits_and_what_is_unpaid(self, order):
        before, after = THEN + timedelta(days=6), THEN + timedelta(days=7)
        assert [(row.supplier_id, row.shop_id, row.due_fen, row.waiting_fen) for row in queries.standings(now=before)
                ] == [(order.supplier_id, None, 0, 4400), (None, order.shop_id, 0, 2400)]
        closed(order)

        assert [(row.name, row.due_fen, row.waiting_fen, row.unpaid_fen) for row in queries.standings(now=after)] == [
            (order.supplier.name, 0, 0, 4400), (order.shop.name, 2400, 0, 0)]

    def test_the_brand_sees_what_it_paid_in_discounts(self, order):
        month = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))

        assert queries.brand_part(since=month[0], until=month[1]).total_fen == -300

    def test_the_file_has_a_row_for_each_line_and_the_sum(self, order, tmp_path):
        from python_calamine import CalamineWorkbook

        from liuke.intake.tables import write_sheet
        file = tmp_path / "statement.xlsx"
        write_sheet(file, queries.statement_sheet(closed(order)))

        rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        line = order.lines.get()
        assert rows[0][:6] == ["订单号", "类型", "货号", "商品", "数量", "金额（元）"]
        assert rows[1][:6] == [order.number, "销售", line.sku, line.name, 3, 36.0]
        assert rows[2][:6] == [order.number, "运费", "", "", 1, 8.0]
        assert (rows[3][0], rows[3][5]) == ("合计", 44.0)
        assert Refund.objects.count() == 0
