"""Prices, freight, shares of money and the machine of returns, each against the plainest oracle."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.mall.rules import freight, prices, returns, shares
from liuke.mall.rules.orders import MOVES, NotAllowed, State, next_state
from liuke.mall.rules.returns import Claim, Goods, Kind

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BASE = prices.Base(supply_fen=1000, list_fen=1990, floor_fen=1500, ceiling_fen=2500)


def sale(price_fen, *, left=5, starts=-1, ends=1, pk=1):
    return prices.Timed(pk, price_fen, NOW + timedelta(hours=starts), NOW + timedelta(hours=ends), left)


class TestPrice:
    def test_without_rules_it_is_the_list_price(self):
        answer = prices.price(BASE, now=NOW)

        assert (answer.shop_fen, answer.price_fen, answer.timed) == (1990, 1990, None)
        assert [step.rule for step in answer.steps] == ["supply", "list"]

    @pytest.mark.parametrize(("shop", "asked", "rules"), [
        (prices.Shop(markup_bp=8000), 1800, ["supply", "markup"]),
        (prices.Shop(markup_bp=1000), 1500, ["supply", "markup", "floor"]),
        (prices.Shop(price_fen=9900), 2500, ["supply", "fixed", "ceiling"]),
    ])
    def test_the_shop_stays_between_floor_and_ceiling(self, shop, asked, rules):
        answer = prices.price(BASE, now=NOW, shop=shop)

        assert answer.price_fen == asked
        assert [step.rule for step in answer.steps] == rules

    def test_a_tier_never_pays_less_than_the_supplier_asks(self):
        assert prices.price(BASE, now=NOW, tier=prices.Tier("金卡", off_bp=9000)).price_fen == 1000
        assert prices.price(BASE, now=NOW, tier=prices.Tier("金卡", off_bp=500)).price_fen == 1890

    def test_the_lowest_running_sale_with_enough_left_wins(self):
        sales = [sale(900, ends=0), sale(800, left=1, pk=2), sale(1200, pk=3), sale(1200, pk=4)]

        answer = prices.price(BASE, now=NOW, quantity=2, timed=sales)

        assert (answer.price_fen, answer.timed, answer.shop_fen) == (1200, 3, 1990)

    def test_a_sale_dearer_than_the_tier_price_is_not_used(self):
        answer = prices.price(BASE, now=NOW, tier=prices.Tier("金卡", price_fen=1100), timed=[sale(1200)])

        assert (answer.price_fen, answer.timed) == (1100, None)


class TestFreight:
    rows = [
        freight.Row("", True, 1000, 800, 1000, 200, 9900),
        freight.Row("65", True, 1000, 2000, 500, 900),
        freight.Row("6501", False, 1, 0, 1, 0),
    ]

    @pytest.mark.parametrize(("region", "grams", "goods", "fen"), [
        ("310106", 0, 0, 800), ("310106", 1000, 0, 800), ("310106", 1001, 0, 1000), ("310106", 9000, 9900, 0),
        ("659001", 2000, 99_000, 3800),
    ])
    def test_the_longest_region_decides_by_begun_steps(self, region, grams, goods, fen):
        assert freight.freight(self.rows, region=region, grams=grams, goods_fen=goods).fen == fen

    def test_where_nobody_delivers_it_says_so(self):
        with pytest.raises(freight.NotDelivered):
            freight.freight(self.rows, region="650102", grams=1, goods_fen=1, free=freight.Free.TIER)
        with pytest.raises(freight.NotDelivered):
            freight.freight(self.rows[1:2], region="310106", grams=1, goods_fen=1)

    def test_a_benefit_makes_it_free_and_is_named_only_where_it_saved_something(self):
        def asked(region, goods, rows=self.rows):
            return freight.freight(rows, region=region, grams=5000, goods_fen=goods, free=freight.Free.TIER)

        assert asked("659001", 1) == freight.Freight(0, freight.Free.TIER)
        assert asked("310106", 9900) == freight.Freight(0, freight.Free.AMOUNT)
        assert asked("310106", 1, rows=()) == asked("310106", 1, rows=[freight.Row("", True, 1, 0, 1, 0)]) \
            == freight.Freight(0)


class TestShares:
    @given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), st.integers(0, 10**10))
    def test_every_fen_of_a_discount_lies_on_a_line_and_no_line_goes_below_zero(self, amounts, discount):
        parts = shares.share_discount(discount, amounts)

        assert sum(parts) == min(discount, sum(amounts))
        assert all(0 <= part <= amount for part, amount in zip(parts, amounts, strict=True))

    @given(st.integers(1, 500), st.integers(0, 10**8), st.data())
    def test_any_portions_of_all_pieces_give_back_exactly_what_was_paid(self, quantity, amount, data):
        sold, back = shares.Sold(quantity, amount), []
        while sold.refunded < quantity:
            pieces = data.draw(st.integers(1, quantity - sold.refunded))
            fen = shares.refund_fen(sold, quantity=pieces)
            back.append(fen)
            sold = shares.Sold(quantity, amount, sold.refunded + pieces, sold.refunded_fen + fen)

        assert sum(back) == amount
        assert min(back) >= 0

    def test_a_goodwill_refund_is_taken_from_what_is_left(self):
        sold = shares.Sold(quantity=2, amount_fen=1000, refunded=0, refunded_fen=700)

        assert shares.refund_fen(sold, quantity=2) == 300

    def test_more_pieces_than_bought_are_refused(self):
        with pytest.raises(shares.RefundTooLarge):
            shares.refund_fen(shares.Sold(2, 1000, refunded=1), quantity=2)


class TestOrders:
    def test_a_state_without_a_move_is_an_end(self):
        starts = {state for _move, state in MOVES}

        assert set(State) - starts == {State.REFUNDED}
        with pytest.raises(NotAllowed):
            next_state("ship", State.PLACED)


class TestReturns:
    def reachable(self, kind):
        start, seen, edges = (Goods.CUSTOMER, Claim.ASKED), set(), {}
        queue = [start]
        while queue:
            here = queue.pop()
            if here in seen:
                continue
            seen.add(here)
            moves = [m for by in ("customer", "staff", "carrier")
                     for m in returns.moves_from(kind=kind, goods=here[0], claim=here[1], by=by)]
            edges[here] = {m: returns.after(m, kind=kind, goods=here[0], claim=here[1]) for m in moves}
            queue.extend(edges[here].values())
        return edges

    @pytest.mark.parametrize("kind", list(Kind))
    def test_nothing_is_ever_stuck_and_an_end_is_an_end(self, kind):
        for (goods, claim), moves in self.reachable(kind).items():
            assert bool(moves) != returns.finished(goods, claim), (kind, goods, claim)

    def test_a_return_is_paid_back_only_after_the_goods_were_inspected(self):
        with pytest.raises(returns.NotNow):
            returns.after("refund", kind="return", goods="customer", claim="approved")

        assert returns.after("refund", kind="refund", goods="customer", claim="approved") == ("customer", "refunding")
        assert returns.after("refund", kind="return", goods="inspected", claim="approved")[1] == "refunding"

    def test_a_refused_quote_sends_the_piece_home_as_it_is(self):
        goods, claim = "inspected", "quoted"
        for move in ("refuse_quote", "ship_out", "arrive"):
            goods, claim = returns.after(move, kind="repair", goods=goods, claim=claim)

        assert (goods, claim) == ("home", "not_repaired")

    def test_goods_that_fail_the_inspection_go_home_refused(self):
        goods, claim = "received", "approved"
        for move in ("reject", "ship_out", "arrive"):
            goods, claim = returns.after(move, kind="return", goods=goods, claim=claim)

        assert (goods, claim) == ("home", "refused")
        assert returns.finished(goods, claim)

    @pytest.mark.parametrize("kind", list(Kind))
    def test_money_goes_back_at_most_once(self, kind):
        edges = self.reachable(kind)
        after_money = [here for here in edges if here[1] in (Claim.REFUNDING, Claim.REFUNDED)]

        assert all("refund" not in edges[here] for here in after_money)
