"""Giving by rules, approval, plans, taking back, and the comparison with the channel's account."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from liuke.cash.models import Bonus, FlowDifference, LeftOut, Plan, Transfer
from liuke.cash.rules import BadAmount, BadCash, Terms, owed_from
from liuke.cash.services import approving, flows, giving, planning
from liuke.cash.tests.builders import DAY, MINUTE, NOW, ask_all, budget, give, make_customer, payee, send
from liuke.customers.models import Customer
from liuke.customers.services import merge
from liuke.customers.tests.builders import make_tag, tag
from liuke.kit import comparing
from liuke.ledger.queries import balance
from liuke.loyalty.models import Effect, EffectWindow
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.effect import source_of
from liuke.loyalty.services.effect.nightly import measure
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import order, paid, refund, rule
from liuke.org.tests.builders import staff
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def call(function, **given):
    with transaction.atomic():
        return function(**given)


def plan(**changes):
    given = {"name": "周年庆红包", "reason": "周年庆", "amount_fen": 500, "audience": {}, "send_at": NOW + DAY,
             "now": NOW, **changes}
    if "budget_id" not in given:
        given["budget_id"] = budget().pk
    return call(planning.write_plan, **given)


def approved(**changes):
    mine = plan(**changes)
    call(planning.decide, plan_id=mine.pk, approved=True, by_id=None, now=NOW)
    return mine


def run_plans(now):
    while call(planning.run_due, now=now, limit=2):
        pass


def test_a_rule_gives_cash_and_a_refund_before_it_left_takes_it_back(wechat):
    row, ann = budget(100_000), payee()
    rule(benefit="cash", amount="max(100, min(20000, floor(amount_fen / 50)))", budget_id=row.pk)
    bought = paid(ann, 10_000)
    award(facts=[bought], now=NOW)
    bonus = Bonus.objects.get()
    assert (bonus.amount_fen, bonus.reason, bonus.state) == (200, "消费送积分", "queued")

    take_back_for_refund(order_id=bought.data["order_id"], fact_id=refund(bought, 5_000).pk, now=NOW)
    bonus.refresh_from_db()
    assert (bonus.kept_fen, balance(row.address).held) == (100, 100)
    take_back_for_refund(order_id=bought.data["order_id"], fact_id=refund(bought, 5_000).pk, now=NOW)

    bonus.refresh_from_db()
    assert (bonus.state, balance(row.address).held, balance(row.address).posted) == ("cancelled", 0, 100_000)


def test_what_is_taken_back_after_it_was_sent_is_paid_by_the_next_bonuses(wechat):
    row, ann = budget(100_000), payee()
    first = give(ann, 500, out_of=row)
    send()
    wechat.transfers.end(Transfer.objects.get().number)
    ask_all(NOW + MINUTE)
    assert call(giving.take_back, of=first.key, amount_fen=500, key="back:1", now=NOW)
    assert not call(giving.take_back, of=first.key, amount_fen=500, key="back:1", now=NOW)
    assert not call(giving.take_back, of=first.key, amount_fen=500, key="back:2", now=NOW)

    second = give(ann, 300, out_of=row)
    third = give(ann, 1_000, out_of=row)
    send(NOW + DAY)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, second.kept_fen, third.kept_fen) == ("cancelled", 0, 800)
    assert Transfer.objects.latest("pk").amount_fen == 800
    assert Bonus.objects.get(pk=first.pk).owed_fen == 0


@pytest.mark.parametrize(("amount", "owed", "part"), [(500, 0, 0), (500, 500, 500), (500, 700, 500), (500, 450, 400),
                                                      (100, 50, 0), (500, 300, 300)])
def test_a_debt_leaves_a_yuan_to_send_or_takes_all(amount, owed, part):
    assert owed_from(amount, owed) == part


def test_what_waits_for_the_customer_is_called_back(wechat):
    row, ann = budget(10_000), payee()
    bonus = give(ann, 500, out_of=row)
    send()
    call(giving.take_back, of=bonus.key, amount_fen=500, key="back:1", now=NOW)
    ask_all(NOW)
    number = Transfer.objects.get().number
    assert wechat.transfers.rows[number]["state"] == "CANCELING"
    wechat.transfers.end(number, "CANCELLED")

    ask_all(NOW + 10 * MINUTE)

    bonus.refresh_from_db()
    assert (bonus.state, balance(row.address).posted, balance(row.address).held) == ("cancelled", 10_000, 0)


def test_a_budget_that_is_empty_gives_nothing_and_says_so():
    row = budget(1_000)

    assert give(payee(), 888, out_of=row).state == "queued"
    assert give(payee(), 888, out_of=row) == "budget"
    assert give(payee(), 20_001) == "cash_amount"
    assert Bonus.objects.count() == 1


def test_the_same_key_is_given_once():
    row, ann = budget(10_000), payee()

    assert give(ann, out_of=row, key="award:9:9:customer") == give(ann, out_of=row, key="award:9:9:customer")
    assert balance(row.address).held == 888


class TestApproval:
    def test_from_the_limit_on_finance_says_yes_or_no(self, wechat):
        call(approving.set_terms, new=Terms(approve_from_fen=1_000), now=NOW)
        row = budget(100_000)
        small, large, other = (give(payee(), fen, out_of=row) for fen in (999, 1_000, 2_000))
        send()
        assert [each.state for each in Bonus.objects.order_by("pk")] == ["asked", "approval", "approval"]

        assert call(approving.approve, bonus_ids=[small.pk, large.pk], by_id=None, now=NOW) == 1
        assert call(approving.approve, bonus_ids=[large.pk], by_id=None, now=NOW) == 0
        assert call(approving.refuse, bonus_ids=[other.pk, large.pk], reason="金额有误", by_id=None, now=NOW) == 1
        send()

        assert [each.state for each in Bonus.objects.order_by("pk")] == ["asked", "asked", "refused"]
        assert Bonus.objects.get(pk=other.pk).refusal == "金额有误"
        assert balance(row.address).held == 1_999

    def test_a_no_needs_a_reason_and_a_yes_is_no_repair(self):
        row = give(payee(), 5_000)
        with pytest.raises(BadCash):
            call(approving.refuse, bonus_ids=[row.pk], reason=" ", by_id=None, now=NOW)
        with pytest.raises(approving.NotFailed):
            call(approving.send_again, bonus_id=row.pk, by_id=None, now=NOW)

    @pytest.mark.parametrize("changes", [{"minute_most": 1_801}, {"person_day_fen": 100}, {"person_day_times": 0},
                                         {"approve_from_fen": -1}])
    def test_terms_that_the_channel_would_never_allow_are_refused(self, changes):
        with pytest.raises(BadCash):
            call(approving.set_terms, new=Terms(**changes), now=NOW)


class TestPlans:
    def test_everybody_of_the_audience_gets_it_once_at_the_set_time(self, wechat):
        vip = make_tag("VIP")
        people = [payee() for _ in range(5)]
        for each in people[:3]:
            tag(each, vip)
        row = budget(10_000)
        mine = plan(audience={"tag": {"any": [vip.pk]}}, budget_id=row.pk, hold_out_bp=0)

        run_plans(NOW + 2 * DAY)
        assert Bonus.objects.count() == 0            # nobody has said yes
        call(planning.decide, plan_id=mine.pk, approved=True, by_id=None, now=NOW)
        run_plans(NOW)
        assert Bonus.objects.count() == 0            # too early
        run_plans(NOW + DAY)
        run_plans(NOW + 2 * DAY)

        assert sorted(Bonus.objects.values_list("customer_id", flat=True)) == sorted(each.pk for each in people[:3])
        assert (Plan.objects.get().state, balance(row.address).held) == ("done", 1_500)
        assert set(Bonus.objects.values_list("state", flat=True)) == {"queued"}

    @pytest.mark.django_db(transaction=True)     # the engine that measures reads beside us
    def test_a_share_is_left_out_for_good_and_its_effect_is_measured(self, settings, tmp_path):
        settings.LIUKE_DATA = tmp_path
        with transaction.atomic():
            row = budget(100_000)
        assert plan(budget_id=row.pk).hold_out_bp == 500
        people = [make_customer().pk for _ in range(20)]
        mine = approved(budget_id=row.pk, hold_out_bp=5_000)

        run_plans(NOW + DAY)

        out = set(mine.left_out.values_list("customer_id", flat=True))
        assert out == {pk for pk in people if held_out(f"cash:{mine.pk}", pk, 5_000)}
        assert 0 < len(out) < 20
        given = Bonus.objects.filter(plan=mine)
        assert set(given.values_list("customer_id", flat=True)) == set(people) - out
        given.filter(pk=given.first().pk).update(back_fen=500)
        order(Customer.objects.get(pk=given.first().customer_id), 6_000, at=NOW + 5 * DAY)
        measure(now=NOW + 40 * DAY, only=("cash", mine.pk))
        told = Effect.objects.get(kind="cash", of_id=mine.pk)
        assert (told.treated, told.control, told.given) == (20 - len(out), len(out), 20 - len(out))
        assert told.cost_fen == 500 * (20 - len(out)) - 500
        window = EffectWindow.objects.get(effect=told, days=30)
        assert (window.treated_again, window.treated_fen, window.control_again) == (1, 6_000, 0)

    def test_beside_an_empty_budget_nobody_is_compared(self):
        row = budget(0)
        for _ in range(20):
            make_customer()
        approved(budget_id=row.pk, hold_out_bp=5_000)

        call(planning.run_due, now=NOW + DAY, limit=100)

        assert 0 < Plan.objects.get().without_budget < 20
        assert not LeftOut.objects.exists()

    def test_who_is_left_out_stays_so_when_two_records_become_one(self):
        one, other = make_customer(), make_customer()
        mine = plan(hold_out_bp=5_000)
        LeftOut.objects.create(plan=mine, customer=other)

        done = call(merge.merge, survivor_id=one.pk, merged_id=other.pk, now=NOW)
        settle()
        assert LeftOut.objects.get().customer_id == one.pk
        call(merge.undo_merge, merge_id=done.pk, now=NOW)
        settle()
        assert LeftOut.objects.get().customer_id == other.pk

    def test_what_runs_is_stopped_and_goes_on(self):
        row = budget(100_000)
        for _ in range(5):
            make_customer()
        mine = approved(budget_id=row.pk, hold_out_bp=0)
        assert source_of("cash").stop(mine.pk, now=NOW) is None                  # it has not begun
        call(planning.run_due, now=NOW + DAY, limit=2)

        with transaction.atomic():
            how = source_of("cash").stop(mine.pk, now=NOW + DAY)
        run_plans(NOW + DAY)
        assert Bonus.objects.count() == 2
        with transaction.atomic():
            source_of("cash").resume(mine.pk, how, now=NOW + DAY)
        run_plans(NOW + DAY)

        assert (Bonus.objects.count(), Plan.objects.get().state) == (5, "done")
        with pytest.raises(planning.PlanDecided), transaction.atomic():
            source_of("cash").resume(mine.pk, {}, now=NOW + DAY)

    def test_a_budget_that_runs_out_is_told(self):
        row = budget(1_000)
        for _ in range(3):
            make_customer()
        approved(budget_id=row.pk, hold_out_bp=0)

        run_plans(NOW + DAY)

        assert (Bonus.objects.count(), Plan.objects.get().without_budget) == (2, 1)

    @pytest.mark.parametrize(("changes", "kind"), [
        ({"amount_fen": 99}, BadAmount), ({"amount_fen": 20_001}, BadAmount), ({"amount_fen": -5}, BadAmount),
        ({"hold_out_bp": 5_001}, BadCash), ({"hold_out_bp": -1}, BadCash),
        ({"name": ""}, BadCash), ({"reason": "x" * 31}, BadCash), ({"budget_id": None}, BadCash),
        ({"send_at": NOW - DAY}, Against),
    ])
    def test_what_could_never_be_sent_is_refused_as_it_is_written(self, changes, kind):
        with pytest.raises(kind):
            plan(**changes)

    def test_a_plan_is_called_off_before_it_has_begun(self):
        mine = plan()
        call(planning.cancel, plan_id=mine.pk)
        with pytest.raises(planning.PlanDecided):
            call(planning.decide, plan_id=mine.pk, approved=True, by_id=None, now=NOW)


class TestComparison:
    def test_both_sides_agree_and_differences_are_found_and_go(self, wechat):
        for _ in range(3):
            give(payee())
        send()
        first, second, _third = Transfer.objects.order_by("pk")
        at = NOW.astimezone(wechat.now().tzinfo)
        wechat.transfers.end(first.number, at=at)
        wechat.transfers.end(second.number, at=at)
        ask_all(NOW + MINUTE)
        day = date(2026, 11, 2)
        flow = flows.fetch_and_compare(provider="wechat", day=day, now=NOW + DAY)
        assert (flow.rows, flow.out_fen, flow.sent_fen, flow.differences.count()) == (2, 1_776, 1_776, 0)

        wechat.transfers.rows[second.number]["transfer_amount"] = 999
        wechat.transfers.rows["CB9999"] = {**wechat.transfers.rows[first.number], "out_bill_no": "CB9999"}
        del wechat.transfers.rows[first.number]
        Transfer.objects.update(billed_on=None)
        flows.fetch_and_compare(provider="wechat", day=day, now=NOW + DAY)
        assert sorted(FlowDifference.objects.values_list("kind", "number")) == [
            ("amount", second.number), ("missing_here", "CB9999"), ("missing_there", first.number)]

        call(comparing.explain, kind=FlowDifference, staff_id=staff().pk, explanation="已核实",
             difference_id=FlowDifference.objects.get(kind="amount").pk)
        wechat.transfers.rows[first.number] = {**wechat.transfers.rows.pop("CB9999"), "out_bill_no": first.number}
        flows.fetch_and_compare(provider="wechat", day=day, now=NOW + DAY)
        assert list(FlowDifference.objects.values_list("kind", "explanation")) == [("amount", "已核实")]

    def test_a_day_is_compared_until_nothing_is_open(self, wechat):
        with transaction.atomic():
            assert flows.queue_due(now=NOW) == 7
        flows.fetch_and_compare(provider="wechat", day=date(2026, 11, 1), now=NOW)
        with transaction.atomic():
            assert flows.queue_due(now=NOW + timedelta(hours=1)) == 6
