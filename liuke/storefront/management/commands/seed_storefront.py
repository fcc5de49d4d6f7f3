"""A front page for the demo brand, so that its shop opens with something to see."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.draws.queries.draws import public_draws
from liuke.mall.models import Category, Product
from liuke.org import demo as people
from liuke.org.models import Shop
from liuke.storefront import services
from liuke.storefront.models import Block, Front
from liuke.storefront.rules import MOST_PRODUCTS, Wish

SHOP = "MINI"
LOOKED_AT = 100                          # products that the block of new ones is chosen from


class Command(BaseCommand):
    help = "Give the demo brand a front page; does nothing where there is one or a brand of your own"

    @transaction.atomic(durable=True)
    def handle(self, **options: Any) -> None:
        shop = Shop.objects.filter(code=SHOP, active=True).first()
        if Front.objects.exists() or Block.objects.exists() or not people.is_demo() or shop is None:
            return
        services.set_front(shop_id=shop.pk, hello="新手爸妈的安心之选")  # data, not words
        for wish in _wishes():
            services.add_block(wish=wish)


def _wishes() -> list[Wish]:
    by_name = dict(Category.objects.values_list("name", "pk"))
    draw = public_draws(now=timezone.now()).first()
    return [
        Wish(kind="banner", title="宝宝的第一年，我们陪着", words="母婴电器，寄修进度随时可查",  # data, not words
             leads="category", what=str(by_name["母婴电器"])),  # data, not words
        Wish(kind="coupons", title="先领券，再下单", words="领到的券结算时自动选最省的"),  # data, not words
        Wish(kind="products", title="母婴电器", words="保修期内免费检测",  # data, not words
             category_id=by_name["母婴电器"]),  # data, not words
        *([Wish(kind="draw", title=draw.name, words="每天免费一次，结果人人可验",  # data, not words
                what=draw.number)] if draw else []),
        Wish(kind="products", title="纸尿裤与护理", words="囤着不心慌",  # data, not words
             category_id=by_name["母婴护理"]),  # data, not words
        Wish(kind="products", title="新品", words="刚刚上架",  # data, not words
             codes=_newest(but=[by_name["母婴电器"], by_name["母婴护理"]])),  # data, not words
    ]


def _newest(*, but: list[int]) -> tuple[str, ...]:
    """The newest product of each of the newest categories, without those of groups that have a block of their own."""
    rows = Product.objects.filter(state="on_sale").exclude(category__path__overlap=but).order_by("-pk")
    found: dict[int, str] = {}
    for category, code in rows.values_list("category_id", "code")[:LOOKED_AT]:
        found.setdefault(category, code)
    return tuple(found.values())[:MOST_PRODUCTS]
