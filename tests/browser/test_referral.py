"""A customer's link brings a newcomer who buys: pending, confirmed, taken back by a refund, paid out with its tax."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.mall.models import Order, Refund
from liuke.mall.services import fulfilment
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.tests import builders as goods
from liuke.org.rules import Role
from liuke.payouts.tests.builders import identity_check, number_of
from liuke.referral.services import confirming
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import active
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PNG = b"\x89PNG"
AFTER_WINDOW = timedelta(days=8)


def start_plan():
    """A tenth in cash, half of that in points to the one above; each pay-out taxed by itself."""
    before = timezone.now() - timedelta(days=1)
    with transaction.atomic():
        active(tier_plan(paid_in={"tier2": "points"}, payout={"identity_check": True, "tax_method": "per_payment"}),
               starts_at=before, now=before)


def share(ann, tab):
    """The poster, and the welcome page that a newcomer's browser opens; what the page keeps of the visitor."""
    token = ann.post("/referral/links", {"name": "朋友圈"})["token"]
    poster = ann.http.get(f"/referral/links/{token}/poster", params={"template": "letter", "note": "我常来"})
    assert poster.content[:4] == PNG
    tab.goto(f"/r/{token}?from=moments")
    assert "推荐您来看看" in tab.inner_text("main")
    assert token in tab.inner_text("main")
    kept, = (each["value"] for each in tab.context.cookies() if each["name"] == "liuke_visitor")
    return kept


def buy(bob, wechat, sku, shop):
    bob.put(shop, sku)
    number, = bob.pay(bob.checkout(), wechat)
    settle()
    return Order.objects.get(number=number)


def arrive(bob, order):
    """Packed, sent, received by the customer's own word; the return window passes."""
    now = timezone.now()
    with transaction.atomic():
        parcel = Parcel({line.pk: line.quantity for line in order.lines.all()}, {})
        shipment = fulfilment.pack(order_id=order.pk, parcel=parcel, key=f"pack:{order.pk}", now=now)
        fulfilment.ship(shipment_id=shipment.pk, carrier="SF", tracking=f"SF{order.pk:012}", now=now)
    bob.post(f"/shop/orders/{order.number}/receive")
    settle()
    with transaction.atomic():
        while confirming.confirm_due(now=timezone.now() + AFTER_WINDOW):
            pass
    settle()


def send_back(bob, order, enter, wechat):
    """The customer asks, the agent agrees, WeChat gives the money back."""
    asked = bob.post("/shop/returns", {"order": order.number, "kind": "refund", "reason": "changed_mind", "pieces": [
        {"line_id": order.lines.get().pk, "quantity": 1}]})
    agent = enter(Role.AGENT)
    agent.goto(f"/console/mall/returns/{asked['number']}/")
    for move in ("approve", "refund"):
        agent.click(f"#moves form[action$='/{move}/'] >> xpath=ancestor::details/summary")
        agent.click(f"#moves form[action$='/{move}/'] button.btn")
    settle()
    wechat.end_refund(Refund.objects.get().number)
    bob.notice(wechat.notice(Refund.objects.get().number))
    settle()


def standing(ann):
    told = ann.get("/referral/standing")
    return told["pending_fen"], told["own_fen"]


def test_from_the_poster_to_the_payout(tab, shopper, wechat, enter, monkeypatch):
    sku, shop, number = goods.sku(list_fen=2_000_000, stock=9), goods.shop("MINI"), number_of(1)
    identity_check(monkeypatch, {number: "安妮"})
    start_plan()
    ann, bob = shopper("13800138001"), shopper("13800138002")
    visitor = share(ann, tab)
    bob.post("/referral/visitor", {"visitor": visitor})

    first = buy(bob, wechat, sku, shop)
    assert standing(ann) == (200_000, 0)
    arrive(bob, first)
    assert standing(ann) == (0, 200_000)
    second = buy(bob, wechat, sku, shop)
    assert standing(ann) == (200_000, 200_000)
    send_back(bob, second, enter, wechat)
    assert standing(ann) == (0, 200_000)
    assert [row["state"] for row in ann.get("/referral/commissions")] == ["void", "confirmed"]

    ann.post("/payouts/identity", {"name": "安妮", "number": number})
    assert ann.http.put("/payouts/bank", json={"bank": "工商银行", "number": "6222020000000000000"}).status_code == 200
    asked = ann.post("/payouts", {"amount_fen": 100_000, "way": "bank"})
    assert asked["state"] == "approval"
    finance = enter(Role.FINANCE)
    finance.goto("/console/payouts/?view=waiting")
    finance.check("[name=pick]")
    finance.click("button[value=approve]")
    finance.wait_for_load_state()
    paid = ann.get(f"/payouts/{asked['id']}")
    assert (paid["state"], paid["tax_fen"]) == ("sending", 4_000)          # a fifth of what is above 800 yuan
    assert standing(ann) == (0, 100_000)

    operator = enter(Role.OPERATOR)
    operator.goto("/console/referral/results/")
    assert "¥20,000.00" in operator.inner_text("main")
    operator.click("main a:has-text('推广者') >> nth=0")
    operator.click(".rows a >> nth=0")
    assert "¥1,000.00" in operator.inner_text("main")
