"""What a rule has brought is told from its hold-out, through the real engine, and nothing is claimed without proof."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from liuke.loyalty.models import Award, Effect, EffectWindow
from liuke.loyalty.queries.effect import reading
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.rules.verdicts import Verdict, days_for, main_window
from liuke.loyalty.services import ruling
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.effect.nightly import measure
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import DAY, NOW, customer, order, paid, referred, refund, rule, terms
from liuke.mall.models import Order
from liuke.points import services as points

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + 40 * DAY
HALF = 5_000


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.LIUKE_DATA = tmp_path


def people(version, treated, held):
    """So many new customers who get the reward, and so many who are held out of it."""
    found = {True: [], False: []}
    while len(found[True]) < held or len(found[False]) < treated:
        made = customer()
        out = held_out(version.rule_id, made.pk, version.hold_out_bp)
        if len(found[out]) < (held if out else treated):
            found[out].append(made)
    return found[False], found[True]


def earn(*facts, now=NOW):
    from django.db import transaction

    with transaction.atomic():
        return award(facts=facts, now=now)


def window(rule_id, days=30):
    return EffectWindow.objects.get(effect__of_id=rule_id, days=days)


@pytest.fixture
def version(transactional_db):
    from django.db import transaction

    with transaction.atomic():
        return rule(hold_out_bp=HALF)


def test_both_groups_are_counted_from_their_first_reward_on(version):
    given, kept = people(version, 3, 2)
    earn(*(paid(each, 10_000) for each in (*given, *kept)))
    order(given[0], 5_000, at=NOW + 5 * DAY)
    order(given[0], 4_000, at=NOW + 29 * DAY)
    order(given[1], 7_000, at=NOW + 31 * DAY)                        # after the window
    order(kept[0], 6_000, at=NOW + DAY)
    order(kept[1], 9_000, at=NOW - DAY)                              # before it

    assert measure(now=LATER) == 1

    seen = window(version.rule_id)
    assert (seen.treated, seen.control) == (3, 2)
    assert (seen.treated_again, seen.control_again) == (1, 1)
    assert (seen.treated_fen, seen.control_fen) == (9_000, 6_000)
    assert seen.cost_fen == 3 * 100                                  # 100 points each, worth a yuan
    assert window(version.rule_id, 60).treated == 0                  # nobody was watched for so long


def test_refunds_are_taken_off_money_and_cost(version):
    from django.db import transaction

    given, _kept = people(version, 1, 1)
    bought = paid(given[0], 10_000)
    earn(bought)
    later_order = order(given[0], 5_000, at=NOW + 5 * DAY)
    Order.objects.filter(pk=later_order.pk).update(refunded_fen=2_000)
    back = refund(bought, 4_000, at=NOW + 2 * DAY)
    with transaction.atomic():
        take_back_for_refund(order_id=bought.data["order_id"], fact_id=back.pk, now=NOW + 2 * DAY)

    measure(now=LATER)

    seen, row = window(version.rule_id), Effect.objects.get()
    assert (seen.treated_fen, seen.cost_fen) == (3_000, 60)
    assert (row.given, row.cost_fen, row.used) == (60, 60, 0)


def test_what_of_the_points_was_used_is_told(version):
    from django.db import transaction

    given, _kept = people(version, 2, 0)
    earn(*(paid(each, 10_000) for each in given))
    with transaction.atomic():
        points.spend(customer_id=given[0].pk, amount=30, key="mall:1", now=NOW)

    measure(now=LATER)

    assert (Effect.objects.get().given, Effect.objects.get().used) == (200, 30)


def test_who_met_the_rule_before_its_hold_out_changed_is_left_out_of_both_groups(version):
    from django.db import transaction

    given, kept = people(version, 2, 2)
    earn(paid(given[0], 10_000), paid(kept[0], 10_000))
    with transaction.atomic():
        ruling.change_rule(rule_id=version.rule_id, now=NOW + DAY, terms=terms(
            budget_id=version.budget_id, hold_out_bp=HALF - 1, starts_at=NOW + DAY, notice="对照组改为一半"))
    after = NOW + 2 * DAY
    earn(*(paid(each, 10_000, at=after) for each in (*given, *kept)), now=after)

    measure(now=LATER)

    row = Effect.objects.get()
    assert (row.since, row.treated, row.control) == (NOW + DAY, 1, 1)


def test_a_second_night_of_the_same_day_replaces_the_first(version):
    given, _kept = people(version, 1, 1)
    earn(paid(given[0], 10_000))

    measure(now=LATER)
    measure(now=LATER + timedelta(minutes=5))
    measure(now=LATER + DAY)

    assert Effect.objects.count() == 2
    assert EffectWindow.objects.count() == 2 * 5


def test_without_a_hold_out_nothing_can_be_told(transactional_db):
    from django.db import transaction

    with transaction.atomic():
        version = rule(hold_out_bp=0)
    earn(paid(customer(), 10_000))

    measure(now=LATER)

    assert reading("rule", version.rule_id).verdict is Verdict.UNMEASURED


def test_few_customers_are_told_to_be_too_few_and_how_many_are_missing(version):
    given, kept = people(version, 5, 5)
    earn(*(paid(each, 10_000) for each in (*given, *kept)))
    order(given[0], 100_000, at=NOW + DAY)

    measure(now=LATER)

    found = reading("rule", version.rule_id)
    assert found.verdict is Verdict.COLLECT
    assert found.row.missing > 100
    assert found.row.days_left == days_for(found.row.missing, 10, 40)


def test_groups_that_chance_did_not_part_are_not_compared(version):
    given, kept = people(version, 60, 4)
    earn(*(paid(each, 10_000) for each in (*given, *kept)))

    measure(now=LATER)

    assert reading("rule", version.rule_id).verdict is Verdict.UNEVEN


def test_a_rule_that_only_costs_is_to_be_stopped_and_one_that_brings_is_kept(version):
    """Eighty customers in each group; a difference that nobody could miss."""
    from django.db import transaction

    with transaction.atomic():
        worse = rule("白送", amount="5000", hold_out_bp=HALF)
    for each, lift in ((version, 50_000), (worse, 0)):
        given, kept = people(each, 80, 80)
        facts = [paid(who, 10_000) for who in (*given, *kept)]
        earn(*facts)
        Award.objects.exclude(rule_id=each.rule_id).filter(fact__in=facts).delete()      # each rule's own people
        for at, who in enumerate((*given, *kept)):
            more = lift if who in given else 0
            order(who, 1_000 + at % 7 + more, at=NOW + DAY)

    measure(now=LATER)

    assert reading("rule", version.rule_id).verdict is Verdict.KEEP
    assert reading("rule", worse.rule_id).verdict is Verdict.STOP
    assert reading("rule", worse.rule_id).main.per_yuan.high < 1


def test_a_stopped_rule_is_looked_at_for_some_months(version):
    from django.db import transaction

    with transaction.atomic():
        ruling.stop_rule(rule_id=version.rule_id, now=NOW + DAY)

    assert measure(now=LATER) == 1
    assert measure(now=NOW + 200 * DAY) == 0


def test_a_stop_is_undone_with_the_ends_that_versions_had(version):
    from django.db import transaction

    from liuke.loyalty.services.effect import source_of

    source = source_of("rule")
    with transaction.atomic():
        how = source.stop(version.rule_id, now=NOW + DAY)
        assert source.stop(version.rule_id, now=NOW + DAY) is None
        source.resume(version.rule_id, how, now=NOW + 2 * DAY)
        source.resume(version.rule_id, how, now=NOW + 2 * DAY)

    version.refresh_from_db()
    version.rule.refresh_from_db()
    assert (version.ends_at, version.rule.stopped_at) == (None, None)
    who = customer()
    assert earn(paid(who, 10_000, at=NOW + 3 * DAY), now=NOW + 3 * DAY) == 1


def test_a_stop_is_not_undone_when_another_rule_of_its_group_came_meanwhile(transactional_db):
    from django.db import transaction

    from liuke.loyalty.rules.terms import Overlaps
    from liuke.loyalty.services.effect import source_of

    with transaction.atomic():
        first = rule(exclusive="一组")
        how = source_of("rule").stop(first.rule_id, now=NOW + DAY)
        rule("另一条", exclusive="一组", starts_at=NOW + DAY, now=NOW + DAY)

    with pytest.raises(Overlaps), transaction.atomic():
        source_of("rule").resume(first.rule_id, how, now=NOW + 2 * DAY)


def test_the_command_prints_json(version, capsys):
    given, kept = people(version, 1, 1)
    earn(paid(given[0], 10_000), paid(kept[0], 10_000))
    with pytest.raises(CommandError, match="nothing was measured"):
        call_command("loyalty_effect", version.rule_id)
    measure(now=LATER)

    call_command("loyalty_effect", version.rule_id, as_json=True)
    call_command("loyalty_effect")

    import json

    lines = capsys.readouterr().out.splitlines()
    told = json.loads(lines[0])
    assert (told["kind"], told["id"], told["treated"], told["control"]) == ("rule", version.rule_id, 1, 1)
    assert (told["verdict"], told["main_days"], len(told["windows"])) == ("collect", 30, 5)
    assert lines[1].startswith(f"rule {version.rule_id} 消费送积分: collect")


def test_the_window_is_settled_by_the_rhythm_of_the_brand():
    assert [main_window(None), main_window([3, 9, 14]), main_window([10, 20, 45]), main_window([60, 90, 200])] == [
        30, 14, 60, 90]


def test_a_fact_of_the_referrer_counts_for_the_referrer(transactional_db):
    from django.db import transaction

    ann, ben = customer(), customer()
    referred(ann, who=ben)
    with transaction.atomic():
        version = rule(beneficiary="referrer", hold_out_bp=0)
    earn(paid(ben, 10_000))
    order(ann, 3_000, at=NOW + DAY)

    measure(now=LATER)

    assert (window(version.rule_id).treated, window(version.rule_id).treated_fen) == (1, 3_000)
