"""From a balance to a wallet: set aside at once, taxed on release, paid once, and back where it did not arrive."""

import pytest
from django.db import transaction

from liuke.cash.models import Bonus, Transfer
from liuke.cash.services import approving as bonuses
from liuke.cash.services import giving, sending
from liuke.kit.errors import NotYours, Refused
from liuke.ledger.queries import totals
from liuke.org.models import Staff
from liuke.org.tests.builders import staff
from liuke.payouts.models import Payout, Run
from liuke.payouts.queries.lists import differing
from liuke.payouts.rules import BadPayout, Terms
from liuke.payouts.services import approving, asking, people
from liuke.payouts.tests.builders import (
    DAY,
    MINUTE,
    NOW,
    again,
    aside,
    ask,
    collect,
    earned,
    house,
    member,
    own,
    plan,
    send,
)
from liuke.referral.models import Block, FrozenMember, WatchedLine
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def arrive(wechat, *, now=NOW):
    """Every customer has said yes in WeChat, and we have asked."""
    for number, row in wechat.transfers.rows.items():
        if row["state"] == "WAIT_USER_CONFIRM":
            wechat.transfers.end(number)
    for transfer in Transfer.objects.filter(try_at__isnull=False).order_by("pk"):
        Transfer.objects.filter(pk=transfer.pk).update(try_at=now)
        sending.ask(transfer_id=transfer.pk, now=now)
    settle()


def set_terms(**more):
    with transaction.atomic():
        people.set_terms(new=Terms(**more), now=NOW)


def finance():
    """Somebody new who may decide."""
    return staff(username=f"finance{Staff.objects.count()}")


def approve(*rows, by=None):
    with transaction.atomic():
        return approving.approve(payout_ids=[row.pk for row in rows], by_id=(by or finance()).pk, now=NOW)


def refuse(*rows, reason="资料不全"):
    with transaction.atomic():
        return approving.refuse(payout_ids=[row.pk for row in rows], reason=reason, by_id=finance().pk, now=NOW)


def facts(kind):
    return list(Fact.objects.filter(kind=kind).order_by("pk").values_list("data", flat=True))


def run(way="wechat", by=None):
    with transaction.atomic():
        row = approving.start_run(way=way, now=NOW, by_id=by.pk if by else None)
    more = True
    while more:
        with transaction.atomic():
            more = approving.pay_more(run_id=row.pk, now=NOW)
    return Run.objects.get(pk=row.pk)


def test_a_payout_is_set_aside_taxed_sent_in_parts_and_ends(wechat):
    plan("per_payment")
    ann = member(100_000)

    payout = ask(ann, 45_000)

    assert (payout.state, payout.tax_fen, own(ann), aside(ann)) == ("sending", 0, (55_000, 0), (45_000, 45_000))
    assert list(payout.parts.values_list("amount_fen", flat=True)) == [15_000, 15_000, 15_000]
    send()
    sent = [row["asked"] for row in wechat.transfers.rows.values()]
    assert [(each["transfer_amount"], each["transfer_scene_id"], each["transfer_remark"]) for each in sent] == [
        (15_000, "1005", "推广佣金")] * 3
    arrive(wechat)

    assert (again(payout).state, aside(ann), house("cash_sent")) == ("paid", (0, 0), 45_000)
    assert facts("PayoutPaid") == [{"payout_id": payout.pk, "amount_fen": 45_000, "tax_fen": 0}]
    assert all(each.balance == 0 for each in totals())


def test_the_tax_of_the_month_stands_in_the_ledger_and_is_explained(wechat):
    plan("per_payment")
    ann = member(300_000)
    set_terms(approve_from_fen=5_000_000)

    first = ask(ann, 100_000)
    send()
    arrive(wechat)
    second = ask(ann, 200_000)

    assert (first.tax_fen, second.tax_fen, house("tax_withheld")) == (4_000, 40_000, 44_000)
    assert second.tax_basis == {
        "tax_fen": 40_000, "income_fen": 300_000, "months": 0, "taxable_fen": 220_000, "rate_pct": 20, "quick_fen": 0,
        "owed_fen": 44_000, "withheld_fen": 4_000}


@pytest.mark.parametrize(("method", "taxes"), [("cumulative", [0, 0, 0]), ("per_payment", [44_000] * 3)])
def test_each_month_is_taxed_by_the_method_that_the_plan_names(wechat, method, taxes):
    plan(method)
    ann = member(900_000)
    set_terms(approve_from_fen=5_000_000)

    found = []
    for months in (0, 31, 60):
        payout = ask(ann, 300_000, now=NOW + (months - 90) * DAY)
        Payout.objects.filter(pk=payout.pk).update(state="paid")           # what became of the money is not asked here
        found.append(payout.tax_fen)

    assert found == taxes


def test_from_the_limit_on_finance_says_yes_or_no(wechat):
    plan()
    ann, bob = member(60_000), member(60_000)

    yes, no = ask(ann, 50_000), ask(bob, 50_000)
    assert (yes.state, own(ann)) == ("approval", (60_000, 50_000))
    assert differing() == []
    assert (approve(yes), approve(yes), refuse(no), refuse(no)) == (1, 0, 1, 0)

    assert (again(yes).state, own(ann)) == ("sending", (10_000, 0))
    assert (again(no).state, again(no).why, own(bob)) == ("refused", "资料不全", (60_000, 0))
    assert facts("PayoutReturned") == [{"payout_id": no.pk, "amount_fen": 50_000}]
    with pytest.raises(BadPayout):
        refuse(no, reason=" ")


def test_what_a_refund_has_eaten_since_is_refused_at_the_yes(wechat):
    plan()
    ann = member(60_000)
    payout = ask(ann, 50_000)
    earned(ann, -20_000)

    assert approve(payout) == 0

    assert (again(payout).state, own(ann)) == ("refused", (40_000, 0))
    assert Bonus.objects.count() == 0


def test_a_part_that_fails_is_the_members_again_with_its_tax(wechat):
    plan("per_payment")
    ann = member(200_000)
    set_terms(approve_from_fen=5_000_000)
    payout = ask(ann, 100_000)                      # 960 in five parts of 192, 40 of tax
    send()
    numbers = list(wechat.transfers.rows)
    wechat.transfers.end(numbers[0], "FAIL", "ACCOUNT_FROZEN")
    wechat.transfers.end(numbers[3], "FAIL", "OVERDUE_CLOSE")
    arrive(wechat, now=NOW + MINUTE)

    row = again(payout)
    assert (row.state, row.back_fen, row.back_tax_fen) == ("paid", 40_000, 1_600)
    assert (own(ann), aside(ann), house("tax_withheld"), house("cash_sent")) == (
        (140_000, 0), (0, 0), 2_400, 57_600)
    assert all(each.balance == 0 for each in totals())
    second = ask(ann, 40_000)
    assert second.tax_fen == 4_000 - 2_400          # the month's income is 1,000 again


def test_a_name_that_is_not_the_wallets_fails_whole(wechat):
    plan()
    ann = member(60_000, name="王大明")

    payout = ask(ann, 20_000)
    send()

    assert (again(payout).state, again(payout).why, own(ann)) == ("failed", "NAME_NOT_CORRECT", (60_000, 0))
    with pytest.raises(bonuses.NotFailed), transaction.atomic():
        bonuses.send_again(bonus_id=Bonus.objects.get().pk, by_id=finance().pk, now=NOW)


def test_what_a_customer_owes_of_bonuses_is_not_taken_from_earnings(wechat):
    plan()
    ann = member(60_000)
    Bonus.objects.create(customer=ann, key="old", origin="rule", reason="r", amount_fen=900, owed_fen=900,
                         source="budget:house", state="sent", given_at=NOW)

    ask(ann, 20_000)
    collect()

    assert Transfer.objects.get().amount_fen == 20_000


def frozen(of):
    Block.objects.create(customer=of, reason="投诉核查", blocked_at=NOW)


@pytest.mark.parametrize(("of", "spoil", "asked", "code"), [
    ({}, None, {"fen": 60_001}, "payout_above_balance"), ({}, None, {"fen": 999}, "payout_minimum"),
    ({}, None, {"fen": 0}, "payout_bad"), ({}, None, {"fen": -5}, "payout_bad"),
    ({}, None, {"fen": 5_000_001}, "payout_bad"), ({}, None, {"fen": 10**15}, "payout_bad"),
    ({}, None, {"way": "gold"}, "payout_bad"), ({}, None, {"way": "bank"}, "payout_no_payee"),
    ({"wechat": False}, None, {}, "payout_no_payee"), ({"verified": False}, None, {}, "payout_identity"),
    ({"born": "20150307"}, None, {}, "payout_minor"), ({}, frozen, {}, "payout_frozen"),
    ({}, lambda row: earned(row, -70_000), {}, "payout_above_balance"),
], ids=["above", "minimum", "zero", "negative", "too-much", "absurd", "no-such-way", "no-card", "no-wechat", "nobody",
        "minor", "frozen", "debt"])
def test_what_cannot_be_paid_is_refused_with_a_code_and_writes_nothing(wechat, of, spoil, asked, code):
    plan()
    ann = member(60_000, **of)
    if spoil:
        spoil(ann)
    before = own(ann)

    with pytest.raises(Refused) as refused:
        ask(ann, **{"fen": 20_000, **asked})

    assert refused.value.code == code
    assert (Payout.objects.count(), own(ann), Bonus.objects.count()) == (0, before, 0)


def test_without_a_plan_nobody_knows_the_tax_and_nobody_is_paid(wechat):
    with pytest.raises(Refused) as refused:
        ask(member(60_000), 20_000)

    assert refused.value.code == "payout_no_terms"


def test_one_at_a_time_and_the_same_key_is_the_same_payout(wechat):
    plan()
    ann = member(60_000)

    first = ask(ann, 20_000, key="mine")

    assert ask(ann, 20_000, key="mine") == first
    for key, fen, code in (("mine", 30_000, "payout_key_taken"), ("new", 20_000, "payout_open")):
        with pytest.raises(Refused) as refused:
            ask(ann, fen, key=key)
        assert refused.value.code == code
    assert own(ann) == (40_000, 0)


def test_the_member_takes_back_what_waits_but_not_what_is_on_its_way(wechat):
    plan()
    ann, bob = member(60_000), member(60_000)
    waits, goes = ask(ann, 50_000), ask(bob, 20_000)

    with transaction.atomic():
        asking.cancel(customer_id=ann.pk, payout_id=waits.pk, now=NOW)
        asking.cancel(customer_id=ann.pk, payout_id=waits.pk, now=NOW)
    assert (again(waits).state, own(ann)) == ("cancelled", (60_000, 0))
    for row, who, code in ((goes, bob, "payout_too_late"), (goes, ann, "not_found")):
        with pytest.raises((Refused, NotYours)) as refused, transaction.atomic():
            asking.cancel(customer_id=who.pk, payout_id=row.pk, now=NOW)
        assert refused.value.code == code


def test_a_run_pays_everybody_who_can_be_paid_says_who_was_not_and_wants_other_eyes(wechat):
    plan()
    ann, bob, low = member(60_000), member(1_000), member(999)
    nobody, blocked = member(50_000, verified=False), member(50_000)
    frozen(blocked)
    starter, other = finance(), finance()

    row = run(by=starter)

    assert (row.payouts_made, row.gross_fen) == (2, 61_000)
    assert row.passed_over == {"payout_frozen": 1, "payout_identity": 1}
    mine = list(Payout.objects.order_by("pk"))
    assert [(each.customer_id, each.state, each.gross_fen) for each in mine] == [
        (ann.pk, "approval", 60_000), (bob.pk, "approval", 1_000)]
    assert (own(low), own(nobody)) == ((999, 0), (50_000, 0))
    with pytest.raises(approving.FourEyes):
        approve(*mine, by=starter)
    assert approve(*mine, by=other) == 2


def test_who_is_frozen_between_asking_and_the_yes_gets_the_money_back_with_the_reason(wechat):
    plan()
    ann = member(60_000)
    payout = ask(ann, 50_000)
    frozen(ann)

    assert approve(payout) == 0

    assert (again(payout).state, own(ann)) == ("refused", (60_000, 0))
    assert "停用" in again(payout).why
    assert "投诉" not in again(payout).why                     # staff's own words stay with staff


def test_killed_while_it_is_released_nothing_is_half_written_and_the_next_try_pays_once(wechat, monkeypatch):
    plan("per_payment")
    ann = member(100_000)
    payout = ask(ann, 90_000)

    def die(**_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(giving, "give", die)
        with pytest.raises(KeyboardInterrupt):
            approve(payout)
    assert (again(payout).state, own(ann), house("tax_withheld")) == ("approval", (100_000, 90_000), 0)

    approve(payout)
    send()
    arrive(wechat)
    assert (again(payout).state, house("tax_withheld"), house("cash_sent")) == ("paid", 2_000, 88_000)


def test_a_line_that_the_watch_has_stopped_is_not_paid_and_reads_why(wechat):
    plan()
    ann = member(60_000)
    line = WatchedLine.objects.create(head=ann, people=30, chain=3, frozen=True, raised_at=NOW, seen_at=NOW)
    FrozenMember.objects.create(line=line, customer=ann)

    with pytest.raises(Refused) as refused:
        ask(ann, 20_000)

    assert refused.value.code == "payout_frozen"
    assert "合规核查" in refused.value.message
