"""A posting happens once per key, never takes an account too low, and a refusal writes nothing."""

from datetime import timedelta

import pytest

from liuke.ledger import queries
from liuke.ledger import services as ledger
from liuke.ledger.models import Account, OpenHold, Posting
from liuke.ledger.services import Cause, Confirm, Hold, Move, NewAccount, Post, Reverse, Void
from liuke.ledger.services.upkeep import expire_holds, roll_up
from liuke.ledger.tests.builders import HOUSE, NOW, give, open_points, points, spend

pytestmark = pytest.mark.django_db


class TestPost:
    def test_moves_and_answers_with_what_was_written(self):
        house, ann = open_points(1)

        entry = give(ann, 30, "e1")

        assert queries.balances() == {house: -30, ann: 30}
        assert (entry.key, entry.booked_at, entry.amount) == ("e1", NOW, 30)
        row = Posting.objects.get(pk=entry.legs[0].posting_id)
        assert (row.kind, row.debit.address, row.credit.address, row.leg, row.legs) == ("post", house, ann, 0, 1)

    def test_again_is_once_whatever_the_time(self):
        _, ann = open_points(1)
        first = give(ann, 30, "e1")

        again = ledger.post(key="e1", moves=[Move(HOUSE.address, ann, 30)], now=NOW + timedelta(days=1))

        assert again == first
        assert queries.balance(ann).posted == 30
        assert Posting.objects.count() == 1

    @pytest.mark.parametrize("other", [
        {"moves": [Move("points:house", "points:customer:1", 31)]},
        {"moves": [Move("points:house", "points:customer:2", 30)]},
        {"moves": [Move("points:customer:1", "points:house", 30)]},
        {"moves": [Move("points:house", "points:customer:1", 30, order_line_id=5)]},
        {"moves": [Move("points:house", "points:customer:1", 30), Move("points:house", "points:customer:2", 1)]},
        {"moves": [Move("points:house", "points:customer:1", 30)], "cause": Cause(fact_id=7)},
        {"moves": [Move("points:house", "points:customer:1", 30)], "cause": Cause(plan_version="v2")},
    ], ids=["amount", "target", "direction", "order line", "more legs", "fact", "plan"])
    def test_the_same_key_with_other_inputs_is_refused(self, other):
        open_points(1, 2)
        give("points:customer:1", 30, "e1")

        with pytest.raises(ledger.KeyTaken) as refused:
            ledger.post(key="e1", now=NOW, **other)

        assert refused.value.code == "ledger_key_taken"
        assert Posting.objects.count() == 1

    def test_fewer_legs_under_the_same_key_are_refused(self):
        _, ann, bob = open_points(1, 2)
        ledger.post(key="e1", moves=[Move(HOUSE.address, ann, 1), Move(HOUSE.address, bob, 1)], now=NOW)

        with pytest.raises(ledger.KeyTaken):
            ledger.post(key="e1", moves=[Move(HOUSE.address, ann, 1)], now=NOW)

    def test_an_account_does_not_go_below_its_floor_and_nothing_is_written(self):
        house, ann = open_points(1)
        give(ann, 10, "e1")

        with pytest.raises(ledger.Overdrawn) as refused:
            spend(ann, 11, "e2")

        assert (refused.value.code, refused.value.about) == ("ledger_overdrawn", ann)
        assert queries.balances() == {house: -10, ann: 10}
        assert Posting.objects.count() == 1

    def test_a_refusal_leaves_the_transaction_usable(self):
        _, ann = open_points(1)
        with pytest.raises(ledger.Overdrawn):
            spend(ann, 1, "e1")

        give(ann, 5, "e2")

        assert queries.balance(ann).posted == 5

    def test_what_was_refused_may_be_posted_later_under_the_same_key(self):
        _, ann = open_points(1)
        with pytest.raises(ledger.Overdrawn):
            spend(ann, 1, "e1")
        give(ann, 5, "e2")

        spend(ann, 1, "e1")

        assert queries.balance(ann).posted == 4

    def test_a_replay_is_answered_even_when_the_account_is_empty_by_now(self):
        _, ann = open_points(1)
        give(ann, 10, "e1")
        spent = spend(ann, 10, "e2")

        assert spend(ann, 10, "e2") == spent

    def test_an_entry_is_judged_after_all_of_its_legs(self):
        house, ann = open_points(1)

        ledger.post(key="e1", moves=[Move(ann, house, 5), Move(house, ann, 5)], now=NOW)

        assert queries.balance(ann).posted == 0

    def test_one_leg_too_many_refuses_the_whole_entry(self):
        house, ann, bob = open_points(1, 2)
        give(ann, 5, "e1")

        with pytest.raises(ledger.Overdrawn):
            ledger.post(key="e2", moves=[Move(ann, house, 5), Move(bob, house, 1)], now=NOW)

        assert queries.balances() == {house: -5, ann: 5, bob: 0}

    def test_a_floor_below_zero_allows_debts_down_to_it(self):
        _, ann = open_points(1, floor=-50)

        spend(ann, 50, "e1")
        with pytest.raises(ledger.Overdrawn):
            spend(ann, 1, "e2")

        assert queries.balance(ann).posted == -50

    def test_without_a_floor_a_debt_has_no_end_but_keep_stops_a_spend(self):
        house, ann = open_points(1, floor=None)
        spend(ann, 80, "clawback")
        give(ann, 100, "e2")

        with pytest.raises(ledger.Overdrawn):
            ledger.post(key="withdraw", moves=[Move(ann, house, 21, keep=0)], now=NOW)
        ledger.post(key="withdraw", moves=[Move(ann, house, 20, keep=0)], now=NOW)

        assert queries.balance(ann).posted == 0

    def test_what_comes_in_is_welcome_below_the_floor(self):
        _, ann = open_points(1, floor=-50)
        spend(ann, 50, "e1")

        give(ann, 10, "e2")

        assert queries.balance(ann).posted == -40

    def test_keep_is_refused_where_nobody_looks_at_the_balance(self):
        house, ann = open_points(1)

        with pytest.raises(ledger.NotGuarded):
            ledger.post(key="e1", moves=[Move(house, ann, 1, keep=0)], now=NOW)

    def test_an_unknown_address_and_another_unit_are_refused(self):
        house, _ = open_points(1)
        ledger.open_account(NewAccount(purpose="cash", unit="fen"))

        with pytest.raises(ledger.NoAccount) as refused:
            ledger.post(key="e1", moves=[Move(house, "points:customer:9", 1)], now=NOW)
        with pytest.raises(ledger.OtherUnit):
            ledger.post(key="e1", moves=[Move(house, "cash:house", 1)], now=NOW)

        assert refused.value.about == "points:customer:9"

    def test_accounts_are_opened_in_the_same_statement(self):
        for key in ("e1", "e2"):
            ledger.post(key=key, moves=[Move(HOUSE.address, "points:customer:7", 3)], now=NOW,
                        opening=[HOUSE, points(7, floor=-5)])

        assert queries.balance("points:customer:7").posted == 6
        assert Account.objects.get(address="points:customer:7").floor == -5

    def test_the_cause_stands_on_the_posting(self):
        _, ann = open_points(1)

        ledger.post(key="e1", moves=[Move(HOUSE.address, ann, 3, order_line_id=9)], now=NOW,
                    cause=Cause(fact_id=4, order_id=5, plan_version="rule:2.v3"))

        row = queries.caused_by(4).get()
        assert (row.order_id, row.order_line_id, row.plan_version) == (5, 9, "rule:2.v3")


class TestAccounts:
    def test_opening_again_is_nothing_and_otherwise_is_refused(self):
        account = ledger.open_account(points(1))

        assert ledger.open_account(points(1, floor=-5)) == account
        with pytest.raises(ledger.AccountDiffers):
            ledger.open_account(points(1, unit="growth"))

    def test_a_floor_can_be_moved_but_not_above_what_is_free(self):
        _, ann = open_points(1)
        give(ann, 10, "e1")

        ledger.set_floor(address=ann, floor=-3)
        spend(ann, 12, "e2")

        with pytest.raises(ledger.Overdrawn):
            ledger.set_floor(address=ann, floor=0)


class TestPostMany:
    def test_one_refusal_hinders_no_other_and_answers_keep_their_order(self):
        house, ann, bob = open_points(1, 2)
        give(ann, 10, "e0")

        results = ledger.post_many([
            Post(key="a", moves=[Move(ann, bob, 6)]),
            Post(key="b", moves=[Move(ann, house, 5)]),
            Post(key="e0", moves=[Move(house, ann, 10)]),
            Post(key="c", moves=[Move(ann, house, 4)]),
            Post(key="d", moves=[Move(bob, "points:customer:9", 1)]),
        ], now=NOW)

        assert [getattr(result, "code", result.key) for result in results] == [
            "a", "ledger_overdrawn", "e0", "c", "ledger_no_account"]
        assert queries.balances() == {house: -6, ann: 0, bob: 6}

    def test_an_earlier_one_may_give_what_a_later_one_spends_but_not_the_other_way_round(self):
        house, ann = open_points(1)

        results = ledger.post_many([
            Post(key="too early", moves=[Move(ann, house, 1)]),
            Post(key="gift", moves=[Move(house, ann, 1)]),
            Post(key="in time", moves=[Move(ann, house, 1)]),
        ], now=NOW)

        assert [result.key for result in results if isinstance(result, ledger.Entry)] == ["gift", "in time"]

    def test_a_thousand_at_once(self):
        house, *customers = open_points(*range(1, 51))

        results = ledger.post_many(
            [Post(key=f"e{n}", moves=[Move(house, customers[n % 50], n + 1)]) for n in range(1000)], now=NOW)

        assert [result.key for result in results] == [f"e{n}" for n in range(1000)]
        assert queries.balance(customers[0]).posted == sum(range(1, 1001, 50))
        assert queries.balance(house).posted == -500_500

    def test_nothing_is_nothing(self):
        assert ledger.post_many([], now=NOW) == []

    def test_many_kinds_in_one_statement(self):
        house, ann, bob = open_points(1, 2)
        give(ann, 50, "paid")
        ledger.hold(key="held", moves=[Move(ann, bob, 20)], now=NOW)
        ledger.hold(key="let go", moves=[Move(ann, bob, 5)], now=NOW)

        results = ledger.post_many([
            Confirm(key="c", of="held", amounts=[15]), Void(key="v", of="let go"),
            Reverse(key="r", of="paid", amounts=[10]), Hold(key="h", moves=[Move(bob, house, 15)]),
        ], now=NOW)

        assert [result.amount for result in results] == [15, 5, 10, 15]
        assert (queries.balance(ann).posted, queries.balance(ann).held) == (25, 5)
        assert (queries.balance(bob).posted, queries.balance(bob).held) == (15, 15)


class TestHolds:
    def test_what_is_held_cannot_be_spent_and_has_not_arrived(self):
        house, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")

        ledger.hold(key="h1", moves=[Move(ann, bob, 7)], now=NOW)

        assert queries.balance(ann).free == 3
        assert (queries.balance(bob).posted, queries.coming(bob)) == (0, 7)
        with pytest.raises(ledger.Overdrawn):
            spend(ann, 4, "e2")
        with pytest.raises(ledger.Overdrawn):
            ledger.hold(key="h2", moves=[Move(ann, house, 4)], now=NOW)

    def test_confirm_carries_out_in_parts_until_nothing_is_left(self):
        _, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        ledger.hold(key="h1", moves=[Move(ann, bob, 10)], now=NOW)

        part = ledger.confirm(key="c1", of="h1", amounts=[4], now=NOW)
        assert ledger.confirm(key="c1", of="h1", amounts=[4], now=NOW) == part
        rest = ledger.confirm(key="c2", of="h1", now=NOW)
        assert ledger.confirm(key="c2", of="h1", now=NOW) == rest

        assert (part.amount, rest.amount) == (4, 6)
        assert (queries.balance(ann), queries.balance(bob).posted) == (queries.Balance(0, 0), 10)
        assert OpenHold.objects.count() == 0
        with pytest.raises(ledger.NothingLeft):
            ledger.void(key="v1", of="h1", now=NOW)

    def test_confirm_of_an_amount_and_of_the_rest_are_different_inputs(self):
        _, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        ledger.hold(key="h1", moves=[Move(ann, bob, 10)], now=NOW)
        ledger.confirm(key="c1", of="h1", amounts=[10], now=NOW)

        with pytest.raises(ledger.KeyTaken):
            ledger.confirm(key="c1", of="h1", now=NOW)

    def test_more_than_is_left_is_refused(self):
        _, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        ledger.hold(key="h1", moves=[Move(ann, bob, 10)], now=NOW)
        ledger.void(key="v1", of="h1", amounts=[4], now=NOW)

        with pytest.raises(ledger.NothingLeft):
            ledger.confirm(key="c1", of="h1", amounts=[7], now=NOW)

        assert queries.balance(ann) == queries.Balance(10, 6)

    def test_legs_are_confirmed_and_voided_one_by_one(self):
        house, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        ledger.hold(key="h1", moves=[Move(ann, bob, 6), Move(ann, house, 4)], now=NOW)

        ledger.void(key="v1", of="h1", amounts=[0, 4], now=NOW)
        confirmed = ledger.confirm(key="c1", of="h1", now=NOW)

        assert [(leg.number, leg.amount) for leg in confirmed.legs] == [(0, 6)]
        assert queries.balances() == {house: -10, ann: 4, bob: 6}

    def test_after_expiry_a_hold_can_only_be_voided_and_the_clock_does_it(self):
        _, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        soon = NOW + timedelta(minutes=30)
        ledger.hold(key="h1", moves=[Move(ann, bob, 4)], now=NOW, expires_at=soon)
        ledger.hold(key="h2", moves=[Move(ann, bob, 5)], now=NOW)

        with pytest.raises(ledger.HoldExpired):
            ledger.confirm(key="c1", of="h1", now=soon)
        assert expire_holds(now=soon - timedelta(seconds=1)) == 0
        assert expire_holds(now=soon) == 1
        assert expire_holds(now=soon) == 0

        assert queries.balance(ann) == queries.Balance(10, 5)

    def test_a_hold_confirmed_in_time_is_found_by_a_late_repetition(self):
        _, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        soon = NOW + timedelta(minutes=30)
        ledger.hold(key="h1", moves=[Move(ann, bob, 4)], now=NOW, expires_at=soon)
        confirmed = ledger.confirm(key="c1", of="h1", now=NOW)

        assert ledger.confirm(key="c1", of="h1", now=soon + timedelta(days=1)) == confirmed

    def test_only_holds_can_be_confirmed_and_only_what_exists(self):
        _, ann = open_points(1)
        give(ann, 10, "e1")

        with pytest.raises(ledger.NotHeld):
            ledger.confirm(key="c1", of="e1", now=NOW)
        with pytest.raises(ledger.NoEntry):
            ledger.confirm(key="c1", of="nix", now=NOW)
        with pytest.raises(ledger.NoEntry):
            ledger.void(key="c1", of="e1", amounts=[0, 1], now=NOW)


class TestReverse:
    def test_twice_is_once(self):
        house, ann = open_points(1)
        entry = give(ann, 10, "e1")

        assert ledger.reverse(of=entry.key, now=NOW) == ledger.reverse(of=entry.key, now=NOW)

        assert queries.balances() == {house: 0, ann: 0}
        assert queries.entry("e1:reverse").get().of_id == entry.legs[0].posting_id

    def test_parts_never_add_up_to_more_than_was_posted(self):
        _, ann = open_points(1)
        give(ann, 10, "e1")
        ledger.reverse(of="e1", key="r1", amounts=[6], now=NOW)

        with pytest.raises(ledger.NothingLeft):
            ledger.reverse(of="e1", key="r2", amounts=[5], now=NOW)
        rest = ledger.reverse(of="e1", key="r3", now=NOW)

        assert rest.amount == 4
        with pytest.raises(ledger.NothingLeft):
            ledger.reverse(of="e1", key="r4", now=NOW)

    def test_what_was_spent_already_cannot_come_back_unless_the_account_may_go_negative(self):
        house, ann, bob = open_points(1, 2)
        ledger.set_floor(address=bob, floor=None)
        for address in (ann, bob):
            give(address, 10, f"gift {address}")
            spend(address, 8, f"spent {address}")

        with pytest.raises(ledger.Overdrawn):
            ledger.reverse(of=f"gift {ann}", now=NOW)
        ledger.reverse(of=f"gift {bob}", now=NOW)

        assert queries.balances() == {house: 6, ann: 2, bob: -8}

    def test_a_confirmed_hold_is_reversed_by_its_confirmation(self):
        _, ann, bob = open_points(1, 2)
        give(ann, 10, "e1")
        ledger.hold(key="h1", moves=[Move(ann, bob, 10)], now=NOW)

        with pytest.raises(ledger.NotPosted):
            ledger.reverse(of="h1", now=NOW)
        ledger.confirm(key="c1", of="h1", now=NOW)
        ledger.reverse(of="c1", now=NOW)

        assert (queries.balance(ann).posted, queries.balance(bob).posted) == (10, 0)

    def test_a_reversal_is_not_reversed(self):
        _, ann = open_points(1)
        give(ann, 10, "e1")
        ledger.reverse(of="e1", key="r1", now=NOW)

        with pytest.raises(ledger.NotPosted):
            ledger.reverse(of="r1", now=NOW)


class TestBadInput:
    @pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, 1.5, True, "1"])
    def test_an_amount_is_a_positive_whole_number(self, amount):
        open_points(1)

        with pytest.raises(ledger.BadMove) as refused:
            give("points:customer:1", amount, "e1")

        assert (refused.value.code, refused.value.status) == ("ledger_bad_move", 422)

    @pytest.mark.parametrize("key", ["", "x" * 161, "a\x1fb", "a\nb"])
    def test_a_key_is_short_and_printable(self, key):
        open_points(1)

        with pytest.raises(ledger.BadMove):
            give("points:customer:1", 1, key)

    def test_no_moves_too_many_moves_and_a_move_to_itself(self):
        house, ann = open_points(1)

        for moves in ([], [Move(house, ann, 1)] * 101, [Move(ann, ann, 1)]):
            with pytest.raises(ledger.BadMove):
                ledger.post(key="e1", moves=moves, now=NOW)

    def test_one_call_names_a_key_and_an_entry_once(self):
        house, ann = open_points(1)
        give(ann, 1, "e1")

        with pytest.raises(ledger.BadMove):
            ledger.post_many([Post(key="a", moves=[Move(house, ann, 1)])] * 2, now=NOW)
        with pytest.raises(ledger.BadMove):
            ledger.post_many([Reverse(key="a", of="e1"), Reverse(key="b", of="e1")], now=NOW)

    def test_names_and_floors_of_accounts(self):
        for changes in ({"purpose": "Points"}, {"owner_kind": "a:b"}, {"unit": ""}, {"floor": 1}, {"rolled": True}):
            with pytest.raises(ledger.BadMove):
                ledger.open_account(points(1, **changes))


def test_rolling_up_changes_no_balance():
    house, ann = open_points(1)
    give(ann, 5, "e1")
    give(ann, 6, "e2")
    assert Account.objects.get(address=house).posted == 0

    assert (roll_up(limit=1), roll_up(), roll_up()) == (1, 1, 0)

    assert Account.objects.get(address=house).posted == -11
    assert queries.balances() == {house: -11, ann: 11}
