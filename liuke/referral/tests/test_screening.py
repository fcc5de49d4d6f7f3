"""What looks wrong waits, says why, and is decided by named people; a family at one door is paid."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from liuke.customers.services import identities
from liuke.customers.services.tokens import issue_token
from liuke.kit import crypto
from liuke.ledger.queries import totals
from liuke.mall.models import Address, Order
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.payouts.tests.builders import card
from liuke.referral import fraud
from liuke.referral.fraud import Policy, Rule, Signal, Verdict
from liuke.referral.models import Commission, FraudPolicy, Screening
from liuke.referral.queries.frozen import frozen
from liuke.referral.services import confirming, screening, touches
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, NOW, active, bought, confirmed, customer, link, own, pending, refer, refunded
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db
PAGES = "/console/referral/results/screening/"


def lives_at(who, street="静安区南京西路 1 号"):
    Address.objects.create(customer=who, region="310106", region_name="上海市 静安区", name_enc=crypto.encrypt("王"),
                           phone_enc=crypto.encrypt("13800000000"), street_enc=crypto.encrypt(street))


def one_device(first, second):
    """Both log in where one link was opened."""
    opened = touches.open_link(token=link(first).token, now=NOW - DAY)
    touches.know_visitor(visitor=opened.visitor, customer_id=first.pk, now=NOW - DAY)
    touches.know_visitor(visitor=opened.visitor, customer_id=second.pk, now=NOW - DAY)


@pytest.fixture
def pair():
    """Who refers, and who was referred, an hour before the order."""
    active(tier_plan(paid_in={"tier2": "points"}))
    referrer, friend = customer(), customer()
    refer(friend, by=referrer, now=NOW - timedelta(hours=1))
    return referrer, friend


def decide(act, reason="已电话核实"):
    with transaction.atomic():
        return act(screening_id=Screening.objects.get().pk, reason=reason, by_id=staff(username="looks").pk, now=NOW)


def confirm_late(days=400):
    while confirming.confirm_due(now=NOW + days * DAY):
        pass


def test_an_ordinary_order_is_confirmed_and_leaves_no_screening(pair):
    referrer, friend = pair

    confirmed(bought(friend, 10_000))

    assert (own(referrer), Screening.objects.count()) == (1_000, 0)


def test_a_family_at_one_door_is_paid_and_what_was_seen_is_kept(pair):
    referrer, friend = pair
    lives_at(referrer)
    lives_at(friend, "静安区南京西路1号 ")

    confirmed(bought(friend, 10_000))

    row = Screening.objects.get()
    assert own(referrer) == 1_000
    assert (row.verdict, row.score, row.fired) == ("pass", 40, [["address", 1, 1, 40]])
    assert row.figures["fast"] == 3600


def test_two_accounts_on_one_device_and_at_one_door_wait_until_somebody_has_looked(pair):
    referrer, friend = pair
    one_device(referrer, friend)
    lives_at(referrer)
    lives_at(friend)

    confirmed(bought(friend, 10_000))
    confirm_late()

    row, commission = Screening.objects.get(), Commission.objects.get()
    assert (row.verdict, row.score, [each[0] for each in row.fired]) == ("block", 110, ["device", "address"])
    assert (commission.held_for, commission.state, own(referrer), pending(referrer)) == ("device", "pending", 0, 1_000)
    assert frozen([referrer.pk])[referrer.pk].code == "screening"

    decide(screening.release)
    confirm_late()
    assert (own(referrer), frozen([referrer.pk])) == (1_000, {})
    with pytest.raises(screening.Decided), transaction.atomic():
        screening.void(screening_id=row.pk, reason="x", by_id=row.pk, now=NOW)


def test_what_is_voided_is_taken_back_once_and_a_later_refund_finds_nothing(pair):
    referrer, friend = pair
    one_device(referrer, friend)
    row = bought(friend, 10_000)
    confirmed(row)

    with pytest.raises(screening.NoReason):
        decide(screening.void, reason=" ")
    decide_row = Screening.objects.get()
    with transaction.atomic():
        screening.void(screening_id=decide_row.pk, reason="同一人", by_id=staff(username="b").pk, now=NOW)
    assert refunded(row, 4_000) == 0
    confirm_late()

    commission = Commission.objects.get()
    assert (commission.state, commission.amount, own(referrer), pending(referrer)) == ("void", 0, 0, 0)
    assert list(commission.back.values_list("amount", flat=True)) == [1_000]
    assert all(each.balance == 0 for each in totals())


def test_a_wave_of_binds_from_one_address_that_pays_at_once_is_held(pair):
    referrer, _friend = pair
    crowd = [customer() for _ in range(12)]
    for each in crowd:
        opened = touches.open_link(token=link(referrer).token, now=NOW, address="203.0.113.9")
        touches.know_visitor(visitor=opened.visitor, customer_id=each.pk, now=NOW)
        refer(each, by=referrer)

    confirmed(bought(crowd[-1], 10_000))

    row = Screening.objects.get()
    assert {each[0] for each in row.fired} == {"burst", "velocity", "fast"}
    assert (row.figures["burst"], row.figures["velocity"], row.figures["fast"]) == (12, 12, 0)
    assert (row.verdict, own(referrer)) == ("hold", 0)


def test_refunds_of_what_was_referred_count_from_five_orders_on(pair):
    _referrer, friend = pair
    for at in range(5):
        row = bought(friend, 10_000)
        if at < 3:
            refunded(row, 10_000, key=f"refund:{at}")
    confirmed(row)

    assert Screening.objects.latest("pk").figures["refunds"] == 60


def test_one_account_for_buyer_and_promoter_blocks_and_one_for_two_promoters_holds(pair):
    referrer, friend = pair
    other, far = customer(), customer()
    refer(far, by=other, now=NOW - timedelta(hours=1))
    for who in (referrer, friend, other):
        card(who, "6222020000000000001")

    rows = [bought(friend, 10_000), bought(far, 10_000)]
    for row in rows:
        confirmed(row)

    near, distant = (Screening.objects.get(order=row) for row in rows)
    assert (near.verdict, near.fired) == ("block", [["payee", 1, 1, 100], ["payees", 2, 1, 60]])
    assert (distant.verdict, distant.fired) == ("hold", [["payees", 2, 1, 60]])
    assert (own(referrer), own(other)) == (0, 0)
    assert not Fact.objects.filter(data__icontains="6222").exists()


def test_one_network_one_phone_segment_and_no_margin_are_weak_alone_and_hold_together(pair):
    referrer, friend = pair
    for who, phone, address in ((referrer, "13800001234", "203.0.113.9"), (friend, "13800005678", "203.0.113.9")):
        with transaction.atomic():
            identities.add_identity(customer_id=who.pk, kind="phone", value=phone, now=NOW, verified=True)
        opened = touches.open_link(token=link(who).token, now=NOW - DAY, address=address)
        touches.know_visitor(visitor=opened.visitor, customer_id=who.pk, now=NOW)
    row = bought(friend, 4_000, 6_000)
    row.lines.filter(amount_fen=6_000).update(supply_fen=5_400)                # what is left goes to the referrer
    row.lines.filter(amount_fen=4_000).update(supply_fen=1)

    confirmed(row)

    held = Screening.objects.get()
    assert (held.verdict, held.fired) == ("hold", [["network", 1, 1, 25], ["no_margin", 60, 50, 20],
                                                   ["phone", 1, 1, 20]])
    assert own(referrer) == 0


def test_who_turns_out_to_be_the_buyer_is_stopped_by_g21(pair):
    referrer, friend = pair
    row = bought(friend, 10_000)
    Order.objects.filter(pk=row.pk).update(customer=referrer)                  # as when two records become one

    confirmed(row)

    assert (Screening.objects.get().verdict, Screening.objects.get().fired) == ("block", [["own_order", 1, 1, 100]])


def test_staff_who_earn_are_stopped_by_g21(pair):
    referrer, friend = pair
    with transaction.atomic():
        identities.add_identity(customer_id=referrer.pk, kind="phone", value="13800001234", now=NOW, verified=True)
    staff(username="s", phone="13800001234")

    confirmed(bought(friend, 10_000))

    assert Screening.objects.get().fired[0] == ["staff", 1, 1, 100]


POLICIES = st.builds(
    lambda rules, hold, more: Policy(
        rules=dict(zip(Signal, rules, strict=True)), hold_from=hold, block_from=hold + more),
    st.lists(st.builds(Rule, st.integers(0, 100), st.integers(0, 200)), min_size=len(Signal), max_size=len(Signal)),
    st.integers(1, 300), st.integers(0, 300))


@given(policy=POLICIES, figures=st.dictionaries(st.sampled_from(Signal), st.integers(0, 120)))
def test_a_score_is_the_sum_of_what_fired_and_explains_itself(policy, figures):
    judged = fraud.judge(fraud.check_policy(policy), figures)

    expected = 0
    for signal, figure in figures.items():
        reached = figure <= policy.rules[signal].threshold if signal == "fast" else (
            figure >= policy.rules[signal].threshold)
        expected += policy.rules[signal].weight * reached
    assert judged.score == expected == sum(each.weight for each in judged.fired)
    assert (judged.verdict is Verdict.PASS) == (expected < policy.hold_from)
    assert (judged.verdict is Verdict.BLOCK) == (expected >= policy.block_from)


@pytest.mark.parametrize(("change", "about"), [
    ({"hold_from": 0}, "hold_from"), ({"block_from": 10}, "block_from"), ({"hold_from": 10**10}, "hold_from"),
    ({"rules": {}}, "own_order"), ({"rules": {**fraud.DEFAULT.rules, Signal.FAST: Rule(-1, 5)}}, "fast"),
    ({"rules": {**fraud.DEFAULT.rules, Signal.PHONE: Rule(1, 1_001)}}, "phone"),
], ids=["zero", "below-hold", "huge", "no-rules", "negative", "heavy"])
def test_a_policy_that_cannot_be_says_which_field(change, about):
    with pytest.raises(fraud.BadPolicy) as refused:
        fraud.check_policy(Policy(**{**vars(fraud.DEFAULT), **change}))

    assert refused.value.about == about


def test_the_page_explains_decides_and_keeps_the_policy_in_versions(client, pair):
    referrer, friend = pair
    one_device(referrer, friend)
    confirmed(bought(friend, 10_000))
    row = Screening.objects.get()
    token = issue_token(customer_id=referrer.pk, now=timezone.now())
    said = client.get("/api/v1/referral/commissions", headers={"Authorization": f"Bearer {token}"})
    assert json.loads(said.content)[0]["held_for"] == "买家与您使用同一台设备，正在人工核查"
    client.force_login(staff(username="finance", role=Role.FINANCE))

    assert "同一台设备" in client.get(PAGES).content.decode()
    assert "order.device" in client.get(f"{PAGES}{row.pk}/").content.decode()
    assert "+70" in client.get(f"{PAGES}{row.pk}/").content.decode()
    client.post(f"{PAGES}{row.pk}/decide/", {"do": "release", "reason": ""})
    assert not Screening.objects.get().decision
    client.post(f"{PAGES}{row.pk}/decide/", {"do": "release", "reason": "夫妻，已核实"})
    assert Screening.objects.get().decision == "released"
    assert AuditEntry.objects.latest("pk").detail == {
        "decision": "released", "score": 70, "customer_id": referrer.pk}

    form = {"hold_from": 50, "block_from": 40}
    for signal in Signal:
        form |= {f"{signal}_threshold": 1, f"{signal}_weight": 10}
    assert client.post(f"{PAGES}policy/", form).status_code == 422
    for _click in range(2):
        client.post(f"{PAGES}policy/", {**form, "block_from": 60})
    assert (FraudPolicy.objects.get().hold_from, FraudPolicy.objects.get().rules["device"]) == (50, [1, 10])
    client.force_login(staff(username="agent", role=Role.AGENT))
    assert client.get(f"{PAGES}policy/").status_code == 403
