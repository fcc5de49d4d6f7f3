"""Promoters, newcomers and their orders of the demo brand's last weeks, so that no page of referral is empty."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import Customer
from liuke.customers.services import records
from liuke.mall import demo
from liuke.mall.demo import sales
from liuke.mall.models import Order
from liuke.mall.services import addresses
from liuke.mall.services.addresses import Place
from liuke.org import demo as people
from liuke.org.models import Staff
from liuke.referral.models import PlanVersion, ReferralLink
from liuke.referral.presets import preset
from liuke.referral.services import (
    accruing,
    binding,
    confirming,
    links,
    measuring,
    plans,
    promising,
    replaying,
    touches,
    watching,
)

DAY = timedelta(days=1)
SINCE = 56 * DAY
PROMOTERS = 6
NEWCOMERS = 30
ONE_DEVICE = 3                           # whose order is held: the referrer logged in where the link was opened
FIRST_NAME = 700                         # of the demo's invented people: nobody else has these
NAMES = ("朋友圈", "小区群", "")  # data, not words
CHANNELS = ("moments", "wechat", "wechat", "poster", "h5")


class Command(BaseCommand):
    help = "Give the demo brand a referral plan, promoters and newcomers; does nothing where there is a plan"

    def handle(self, **options: Any) -> None:
        old = Customer.objects.filter(number__startswith="XM8", forgotten_at=None).order_by("-pk")
        promoters = list(old[:PROMOTERS])
        if PlanVersion.objects.exists() or not people.is_demo() or not promoters:
            return
        now = timezone.now()
        with transaction.atomic(durable=True):
            _start_plan(now - SINCE)
            shared = [_link(each, name, now - SINCE) for each in promoters for name in NAMES[: 1 + each.pk % 3]]
        goods = sales.wares()
        for at in range(NEWCOMERS):
            with transaction.atomic(durable=True):
                newcomer = _newcomer(at, shared, goods, now)
                if newcomer and at % 4 == 0:
                    shared.append(_link(newcomer, NAMES[0], now - SINCE))
        with transaction.atomic(durable=True):
            while confirming.confirm_due(now=now):
                pass
            measuring.measure(now=now)
            watching.watch(now=now)
            _draft_with_packs(now)
            for version in PlanVersion.objects.all():
                replaying.replay(version_id=version.pk, now=now)


def _start_plan(at: datetime) -> None:
    owner = Staff.objects.get(username="owner")
    version = plans.draft(name="老客带新客", terms=preset("safe_2_plus_1"), now=at, by_id=owner.pk)  # data, not words
    plans.mark_seen(version_id=version.pk, by_id=owner.pk, now=at)
    plans.activate(version_id=version.pk, starts_at=at, notice="", now=at)


def _draft_with_packs(now: datetime) -> None:
    """What the next plan may be: the same with packs for both sides, where there are some."""
    names = promising.pack_names()[:2]
    if len(names) == 2:
        plans.draft(name="老客带新客", now=now, by_id=Staff.objects.get(username="owner").pk, terms={  # data, not words
            **preset("safe_2_plus_1"), "welcome_pack": {
                "referrer": names[0], "referee": names[1], "paid_in": "coupon", "cap_per_referrer": 20}})


def _link(owner: Customer, name: str, at: datetime) -> ReferralLink:
    link = links.link_for(customer_id=owner.pk, name=name, now=at)
    measuring.note_share(link_id=link.pk, channel=CHANNELS[owner.pk % len(CHANNELS)], now=at + DAY)
    return link


def _newcomer(at: int, shared: list[ReferralLink], goods: list[str], now: datetime) -> Customer | None:
    """Somebody opens a link; two of three come in, most of them buy; every ninth sends everything back."""
    opened_at = now - SINCE + at * (SINCE / (NEWCOMERS + 1)) + DAY
    link = shared[(at * 7 + at * at) % len(shared)] if at % 5 else shared[-1]
    opened = touches.open_link(token=link.token, now=opened_at, channel=CHANNELS[at % len(CHANNELS)], qr=at % 6 == 0)
    if at % 3 == 2:
        touches.open_link(token=shared[0].token, now=opened_at, visitor=opened.visitor, channel="wechat")
        return None
    _number, name, phone = demo.person(FIRST_NAME + at)
    newcomer = records.join(source="referral", name=name, now=opened_at + timedelta(hours=1))
    region, region_name, street = sales.PLACES[at % len(sales.PLACES)]
    addresses.save(customer_id=newcomer.pk, place=Place(region, region_name, name, phone, f"{street} {at + 1}"))
    touches.know_visitor(visitor=opened.visitor, customer_id=newcomer.pk, now=opened_at + timedelta(hours=1))
    if at == ONE_DEVICE and link.customer_id:
        touches.know_visitor(visitor=opened.visitor, customer_id=link.customer_id, now=opened_at + timedelta(hours=2))
    ordered_at = opened_at + timedelta(hours=3)
    stage = sales.RECEIVED if now - ordered_at > 4 * DAY else sales.PAID
    plan = sales.Plan(f"demo:referral-{at}", stage, ordered_at, ((goods[at * 53 % len(goods)], 1 + at % 2),))
    sales.play(plan, newcomer, "MINI", at, now)
    binding.bind_by_touch(customer_id=newcomer.pk, now=ordered_at)
    for order in Order.objects.filter(customer=newcomer):
        accruing.accrue(order_id=order.pk, now=order.paid_at or now)
        if order.received_at:
            confirming.plan_confirmation(order_id=order.pk, received_at=order.received_at)
    return newcomer
