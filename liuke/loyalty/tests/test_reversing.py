from datetime import UTC, datetime

import pytest

from liuke.ledger import queries as ledger
from liuke.loyalty.models import Award, AwardBack, CapUse
from liuke.loyalty.services import ruling
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.releasing import plan_release, release_due
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import DAY, NOW, customer, paid, refund, rule, terms
from liuke.points.queries import Balance, balance

pytestmark = pytest.mark.django_db


def earn(*facts, now=NOW):
    return award(facts=facts, now=now)


def undo(fact, now=NOW):
    return take_back_for_refund(order_id=fact.data["order_id"], fact_id=fact.pk, now=now)


def test_parts_of_a_refund_take_back_their_share_and_together_exactly_all():
    ann, version = customer(), rule(amount="100")
    bought = paid(ann, 3_333, 3_333, 3_334)
    earn(bought)

    taken = [undo(refund(bought, 3_333)), undo(refund(bought, 0, 3_333)), undo(refund(bought, 0, 0, 3_334))]

    assert (taken, sum(taken)) == ([33, 34, 33], 100)
    row = Award.objects.get()
    assert (row.taken, row.state, balance(ann.pk, now=NOW).available) == (100, "undone", 0)
    assert list(AwardBack.objects.order_by("pk").values_list("amount", flat=True)) == taken
    assert ledger.balance(version.budget.address).posted == 1_000_000


def test_the_same_refund_again_takes_nothing():
    ann, _ = customer(), rule(amount="100")
    bought = paid(ann, 10_000)
    earn(bought)
    back = refund(bought, 5_000)

    assert [undo(back), undo(back)] == [50, 0]


def test_todays_rule_does_not_matter():
    ann, version = customer(), rule(amount="100")
    bought = paid(ann, 10_000)
    earn(bought)
    ruling.change_rule(rule_id=version.rule_id, now=NOW + DAY, terms=terms(
        amount="9999", budget_id=version.budget_id, starts_at=NOW + DAY, notice="改了"))
    ruling.stop_rule(rule_id=version.rule_id, now=NOW + 2 * DAY)

    assert undo(refund(bought, 10_000), now=NOW + 3 * DAY) == 100


def test_what_a_cap_kept_back_is_not_taken_back():
    ann, _ = customer(), rule(amount="100", caps={"customer": 60})
    bought = paid(ann, 10_000)
    earn(bought)

    assert undo(refund(bought, 5_000)) == 30
    assert CapUse.objects.get().used == 30


def test_a_refund_makes_room_under_a_cap_again():
    ann, _ = customer(), rule(amount="100", caps={"customer": 100, "customer_times": 1})
    bought = paid(ann, 10_000)
    earn(bought)
    undo(refund(bought, 10_000))

    earn(paid(ann, 10_000))

    assert balance(ann.pk, now=NOW).available == 100


def test_a_refund_of_freight_or_of_other_lines_takes_nothing():
    ann, _ = customer(), rule(amount="100")
    bought = paid(ann, 10_000, freight_fen=1_000)
    earn(bought)

    assert undo(refund(bought)) == 0


def test_held_points_wait_for_the_return_window():
    ann, _ = customer(), rule(amount="100", hold="after_return", hold_days=7)
    bought = paid(ann, 10_000)
    earn(bought)
    assert balance(ann.pk, now=NOW) == Balance(0, 0, 100, 0, None)
    assert release_due(now=NOW + 90 * DAY) == 0

    assert plan_release(order_id=bought.data["order_id"], received_at=NOW + 3 * DAY) == 1
    assert plan_release(order_id=bought.data["order_id"], received_at=NOW + 4 * DAY) == 0

    assert release_due(now=NOW + 9 * DAY) == 0
    assert release_due(now=NOW + 10 * DAY) == 1
    assert release_due(now=NOW + 10 * DAY) == 0
    assert (balance(ann.pk, now=NOW).available, Award.objects.get().state) == (100, "given")


def test_held_points_of_a_refunded_part_never_come():
    ann, version = customer(), rule(amount="100", hold="after_days", hold_days=7, valid="days", valid_length=30)
    bought = paid(ann, 4_000, 6_000)
    earn(bought)

    undo(refund(bought, 4_000))
    release_due(now=NOW + 7 * DAY)

    midnight_in_china = datetime(2026, 12, 9, 16, tzinfo=UTC)
    assert balance(ann.pk, now=NOW + 7 * DAY) == Balance(60, 0, 0, 60, midnight_in_china)
    assert ledger.balance(version.budget.address).free == 1_000_000 - 60
    assert undo(refund(bought, 0, 6_000), now=NOW + 8 * DAY) == 60
    assert Award.objects.get().state == "undone"


def test_wholly_refunded_while_held_nothing_is_released():
    ann, _ = customer(), rule(amount="100", hold="after_days", hold_days=7)
    bought = paid(ann, 10_000)
    earn(bought)
    undo(refund(bought, 10_000))

    assert release_due(now=NOW + 8 * DAY) == 0
    assert balance(ann.pk, now=NOW) == Balance(0, 0, 0, 0, None)


def test_an_order_that_was_refunded_before_it_was_rewarded_keeps_only_the_rest():
    ann, _ = customer(), rule(amount="100")
    bought = paid(ann, 10_000)
    undo(refund(bought, 4_000))

    earn(bought)

    assert balance(ann.pk, now=NOW).available == 60


def test_an_order_received_before_it_was_rewarded_is_released_all_the_same():
    from liuke.mall.models import Order

    ann, _ = customer(), rule(amount="100", hold="after_return", hold_days=7)
    bought = paid(ann, 10_000)
    Order.objects.filter(pk=bought.data["order_id"]).update(received_at=NOW)

    earn(bought)

    assert release_due(now=NOW + 7 * DAY) == 1


def test_spent_points_that_are_taken_back_are_a_debt():
    from liuke.points.services import spend

    ann, _ = customer(), rule(amount="100")
    bought = paid(ann, 10_000)
    earn(bought)
    spend(customer_id=ann.pk, amount=80, key="p1", now=NOW)

    undo(refund(bought, 10_000))

    assert balance(ann.pk, now=NOW).available == -80


def test_growth_value_goes_back_too():
    ann, _ = customer(), rule(benefit="growth", amount="100", hold="after_days", hold_days=1)
    bought = paid(ann, 4_000, 6_000)
    earn(bought)
    undo(refund(bought, 1_000))
    release_due(now=NOW + DAY)
    undo(refund(bought, 3_000))

    assert ledger.balance(f"growth:customer:{ann.pk}") == ledger.Balance(60, 0)
