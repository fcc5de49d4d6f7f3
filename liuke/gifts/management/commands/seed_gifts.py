"""A gift to claim and two packs of the demo brand, so that their pages show something and newcomers get it."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.coupons import services as coupons
from liuke.coupons.rules.terms import Terms as CouponTerms
from liuke.gifts.models import Gift, GiftKind
from liuke.gifts.rules import Offer
from liuke.gifts.services import claiming, giving, kinds
from liuke.loyalty.models import Budget
from liuke.loyalty.rules.packs import Part
from liuke.loyalty.rules.terms import AFTER_RETURN, DAYS, REFERRER, Terms
from liuke.loyalty.services import budgets, packs, ruling
from liuke.mall.models import Address, StockLevel
from liuke.org import demo as people
from liuke.org.models import Shop

MONEY_FEN, POINTS, WITH_GIFT = 3_000_000, 300_000, 6


class Command(BaseCommand):
    help = "Give the demo brand gifts and packs; does nothing where there are gifts or a brand of your own"

    def handle(self, **options: Any) -> None:
        if GiftKind.objects.exists() or not people.is_demo():
            return
        now = timezone.now()
        with transaction.atomic(durable=True):
            money = _budget("礼包和礼品", "fen", MONEY_FEN, now)  # data, not words
            newcomer, thanks = _coupons(money, now)
            sample = _gifts(money, now)
            _packs(newcomer, thanks, sample, now)


def _budget(name: str, unit: str, amount: int, now: datetime) -> Budget:
    row = budgets.open_budget(name=name, unit=unit, now=now)
    budgets.change_budget(budget_id=row.pk, amount=amount, key="opened", now=now)
    return row


def _coupons(money: Budget, now: datetime) -> tuple[int, int]:
    """Those that lie in the two packs."""
    def write(name: str, **terms: Any) -> int:
        found = CouponTerms(kind="fixed", days=30, budget=money.address, **terms)
        return coupons.write_template(name=name, terms=found, now=now).template_id

    return (write("新客首单减 8", off_fen=800, first_order=True),  # data, not words
            write("推荐感谢券", off_fen=1_500, least_fen=5_000))  # data, not words


def _gifts(money: Budget, now: datetime) -> int | None:
    """A sample that some customers can claim; one of them has. None while the shop has nothing to give."""
    level = StockLevel.objects.filter(sku__active=True, on_hand__gt=50).order_by("pk").first()
    if level is None:
        return None
    sample = kinds.write_kind(now=now, offer=Offer(
        name="新品试用装", words="填写地址，我们寄给您。", sku_id=level.sku_id, claim_days=14,  # data, not words
        shop_id=Shop.objects.order_by("pk")[0].pk, budget_id=money.pk, cost_fen=2_500))
    ids = list(Address.objects.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:WITH_GIFT])
    giving.give(now=now, given=[giving.Given(customer_id=pk, kind_id=sample.pk, key=f"demo:{pk}") for pk in ids])
    if first := Gift.objects.order_by("pk").first():
        address = Address.objects.filter(customer_id=first.customer_id).order_by("pk")[0]
        claiming.claim(gift_id=first.pk, customer_id=first.customer_id, address_id=address.pk, now=now)
    return sample.pk


def _packs(newcomer: int, thanks: int, sample: int | None, now: datetime) -> None:
    """Welcome for who joins; thanks for who brought them, with the friend's first received order."""
    points = _budget("欢迎和感谢积分", "points", POINTS, now)  # data, not words
    gift = [Part(benefit="gift", amount=1, details={"gift": sample})] if sample else []
    welcome = packs.write_pack(name="欢迎礼包", words="加入即得，首单可用。", now=now, parts=[  # data, not words
        Part(benefit="points", amount=100, budget_id=points.pk),
        Part(benefit="coupon", amount=1, details={"template": newcomer})])
    thank = packs.write_pack(name="感谢礼包", words="谢谢您把我们推荐给朋友。", now=now, parts=[  # data, not words
        Part(benefit="points", amount=200, budget_id=points.pk),
        Part(benefit="coupon", amount=1, details={"template": thanks}), *gift])
    shared: dict[str, Any] = {"benefit": "pack", "amount": "1", "starts_at": now, "hold_out_bp": 0, "valid": DAYS,
                              "valid_length": 180}
    ruling.write_rule(name="新客欢迎", now=now, terms=Terms(  # data, not words
        **shared, fact_kind="CustomerJoined", details={"pack": welcome.pk}, caps={"customer_times": 1}))
    ruling.write_rule(name="推荐感谢", now=now, terms=Terms(  # data, not words
        **shared, fact_kind="OrderReceived", beneficiary=REFERRER, details={"pack": thank.pk}, hold=AFTER_RETURN,
        hold_days=7, conditions={"first": {"is": True}}, caps={"customer": 50}))
