"""What the packs of a plan will cost: each thing for its reason, counted in every play, and as they really cost."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from liuke.coupons.models import Coupon, Use
from liuke.coupons.tests import builders as coupons
from liuke.gifts.tests import builders as gifts
from liuke.kit import rows
from liuke.loyalty.rules.packs import Part
from liuke.loyalty.services import packs
from liuke.loyalty.services.invitations import cost_of_packs
from liuke.loyalty.tests import builders as loyalty
from liuke.mall.models import OrderLine
from liuke.org.tests.builders import staff
from liuke.referral.packs import PackWorth
from liuke.referral.plan_reader import read_plan
from liuke.referral.queries.packs import promised
from liuke.referral.services import plans, replaying
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import NOW, PAYOUT, active, customer, order, refer
from liuke.timeline import facts
from liuke.timeline.services import record
from liuke.timeline.testing import settle

DAY = timedelta(days=1)
TERMS = tier_plan(paid_in={"tier2": "points"}, confirm_after_days=7, payout=PAYOUT, welcome_pack={
    "referrer": "谢谢", "referee": "欢迎", "paid_in": "points", "cap_per_referrer": 2})


def pack(name, *parts):
    return packs.write_pack(name=name, now=NOW, parts=[
        Part(benefit=benefit, amount=amount, **more) for benefit, amount, more in parts])


def points(amount):
    return "points", amount, {"budget_id": loyalty.budget().pk}


def buys(who, at, *, fen=10_000, back=0):
    row = order(who, fen, at=at)
    record(facts.OrderPaid(order_id=row.pk, total_fen=fen, source="shop"), customer_id=who.pk,
           key=f"order_paid:{row.pk}", happened_at=at)
    settle()
    if back:
        OrderLine.objects.filter(order=row).update(refunded_fen=back)
        record(facts.OrderRefunded(order_id=row.pk, refund_fen=back, source="shop"), customer_id=who.pk,
               key=f"order_refunded:{row.pk}", happened_at=at)
        settle()


@pytest.mark.django_db
def test_each_thing_in_a_pack_has_a_price_and_the_reason_for_it():
    kind = coupons.template(off_fen=1_000)
    pack("谢谢", points(50), ("coupon", 2, {"details": {"template": kind.template_id}}),
         ("gift", 1, {"details": {"gift": gifts.kind(cost_fen=3_800).pk}}), ("growth", 9, {}))

    def told():
        return [(each.fen, str(each.basis)) for each in promised(read_plan(TERMS)).referrer.contents]

    assert told() == [(50, "booked"), (2_000, "face"), (3_800, "price"), (0, "nothing")]
    coupons.given(customer(), kind, count=40)
    over = list(Coupon.objects.order_by("pk").values_list("pk", flat=True))
    Coupon.objects.filter(pk__in=over[:20]).update(state="expired")
    Coupon.objects.filter(pk__in=over[20:29]).update(state="used")
    Use.objects.bulk_create(Use(coupon_id=pk, purchase="p", state="used", amount_fen=1_000, reserved_at=NOW,
                                used_at=NOW) for pk in over[20:30])
    assert told()[1] == (2_000, "face")                       # 29 are over
    Coupon.objects.filter(pk=over[29]).update(state="used")
    assert told()[1] == (2 * 10_000 // 30, "used")
    found = promised(read_plan(TERMS))
    assert (found.referee.missing, found.worth) == (True, PackWorth(
        referrer_fen=50 + 666 + 3_800, referee_fen=0, most_per_referrer=2))


@pytest.mark.django_db
def test_a_year_replayed_comes_to_what_its_packs_have_really_cost():
    now = timezone.now()
    pack("谢谢", points(50))
    pack("欢迎", points(30))
    version = active(TERMS, starts_at=now - 9 * DAY, now=now - 10 * DAY)
    ann, bob = customer(), customer()
    buys(ann, now - 8 * DAY)
    for at, (by, orders) in enumerate([
            (ann, [(10_000, 4_000), (5_000, 0)]), (ann, [(10_000, 10_000)]), (ann, []), (ann, [(7_000, 0)]),
            (bob, [(10_000, 6_000)]), (ann, [(9_000, 0)])]):
        friend = customer()
        refer(friend, by=by, now=now - 7 * DAY + at * DAY / 2)
        settle()
        for fen, back in orders:
            buys(friend, now - 7 * DAY + at * DAY / 2 + DAY / 3, fen=fen, back=back)

    row = replaying.replay(version_id=version.pk, now=now)
    [(really,)] = rows.fetch(f"SELECT sum(cost_fen) FROM ({cost_of_packs()}) p", [])

    assert (row.referee_packs, row.referrer_packs, row.pack_fen) == (6, 2, 6 * 30 + 2 * 50)
    assert row.pack_fen == really


@pytest.mark.django_db
def test_whoever_looks_at_a_plan_sees_what_its_packs_come_to_and_how_they_were_priced(client, capsys, tmp_path):
    pack("谢谢", points(5_000))
    version = plans.draft(name="带礼包", terms=TERMS, now=NOW)
    client.force_login(staff(username="owner", role="owner"))
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(TERMS), encoding="utf-8")

    page = client.get(f"/console/referral/plans/{version.pk}/").content.decode()
    call_command("simulate_plan", str(file), "--joiners", "100", "--order", "50000")
    without = capsys.readouterr().out
    call_command("simulate_plan", str(file), "--joiners", "100", "--order", "50000", "--packs")
    told = capsys.readouterr().out

    for words in ("推荐人礼包 · 谢谢", "按入账价值", "新客礼包 · 欢迎", "已停送，没有计入", "礼包占收入"):
        assert words in page
    assert "--packs counts what is in them" in without
    assert "referrer's pack 谢谢: 5000 fen" in told
    assert told.splitlines()[1].split()[3] == "10.0%"         # everybody brings at most two
