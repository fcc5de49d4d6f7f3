"""What a shopper sees: right, priced for them, in few statements, and fast when there is much of it."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from liuke.kit.errors import BadInput, NotYours
from liuke.mall.models import Companion, Picture, Product, ShopPrice, Sku, StockLevel, TierPrice, TimedPrice
from liuke.mall.queries import catalogue
from liuke.mall.queries.catalogue import Shelf
from liuke.mall.queries.prices import GUEST, Buyer, prices_for
from liuke.mall.rules import prices as rules
from liuke.mall.rules.catalogue import search_text
from liuke.mall.services import categories
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def listed(who=GUEST, **fields) -> catalogue.Page:
    return catalogue.page(Shelf(**{"shop": builders.shop("MINI").code, **fields}), who=who, now=NOW)


def codes(**fields) -> list[str]:
    return [item.code for item in listed(**fields).items]


def product(name="商品", list_fen=1990, stock=3, **fields) -> Product:
    row = builders.product(name=name, search=search_text(name), from_fen=list_fen, **fields)
    builders.sku(of=row, list_fen=list_fen, stock=stock)
    return row


class TestPage:
    def test_twenty_products_cost_one_statement(self, django_assert_num_queries):
        for _ in range(21):
            row = product()
            builders.sku(of=row)
            Picture.objects.create(product=row, file="a.jpg", width=1, height=1)
        builders.shop("MINI")

        with django_assert_num_queries(1):
            page = catalogue.page(Shelf(shop="MINI"), who=Buyer(tier="gold"), now=NOW)

        assert (len(page.items), page.next is not None) == (20, True)

    @pytest.mark.parametrize("sort", catalogue.SORTS)
    def test_pages_follow_each_other_without_gap_or_repetition(self, sort):
        for at in range(45):
            product(list_fen=1000 + at % 3, position=at % 2)

        seen, after = [], ""
        while after is not None:
            page = listed(sort=sort, after=after)
            seen += [item.code for item in page.items]
            after = page.next

        by = {"newest": ("-position", "-pk"), "cheapest": ("from_fen", "pk"), "dearest": ("-from_fen", "-pk")}[sort]
        assert seen == list(Product.objects.order_by(*by).values_list("code", flat=True))

    def test_an_item_says_cover_lowest_price_and_stock(self):
        row = product("纸尿裤", stock=0)
        builders.sku(of=row, list_fen=990, stock=0)
        Picture.objects.create(product=row, file="pictures/second", position=1, width=1, height=1)
        Picture.objects.create(product=row, file="pictures/first", position=0, width=1, height=1)

        item, = listed().items
        assert (item.name, item.price_fen, item.skus, item.in_stock) == ("纸尿裤", 990, 2, False)
        assert item.cover == "/media/pictures/first-small.webp"

        StockLevel.objects.filter(sku__list_fen=990).update(on_hand=5, reserved=2, safety=3)
        assert not listed().items[0].in_stock
        StockLevel.objects.filter(sku__list_fen=990).update(safety=2)
        assert listed().items[0].in_stock

    def test_filters_narrow_and_combine(self):
        top = categories.open_category(name="母婴")
        below = categories.open_category(name="洗护", parent_id=top.pk)
        label = categories.open_label(name="贝亲")
        soap = product("沐浴露", 500, category=below, label=label)
        milk = product("奶粉", 20_000, category=top)
        other = product("茶叶", 8_000)

        assert set(codes()) == {soap.code, milk.code, other.code}
        assert set(codes(category_id=top.pk)) == {soap.code, milk.code}
        assert codes(category_id=below.pk) == [soap.code]
        assert codes(label_id=label.pk) == [soap.code]
        assert codes(least_fen=8_000, most_fen=8_000) == [other.code]
        assert codes(text="mulu") == []
        assert codes(text="mylu yulu") == []
        assert codes(text="奶") == [milk.code]
        assert codes(text="nf", category_id=top.pk) == [milk.code]
        assert codes(text="nf", category_id=below.pk) == []

    def test_only_what_the_shop_sells_is_listed(self):
        draft, off, dead, kept = product(state="draft"), product(), product(), product()
        Sku.objects.filter(product=dead).update(active=False)
        shop = builders.shop("MINI")
        ShopPrice.objects.create(shop=shop, sku=None, markup_bp=0, offered=False)
        for row in (draft, dead, kept):
            ShopPrice.objects.create(shop=shop, sku=row.skus.get(), price_fen=1000)

        assert codes() == [kept.code]
        assert set(codes(shop=builders.shop("OTHER").code)) == {off.code, kept.code}

    def test_a_shop_or_a_page_that_is_not_there_is_said(self):
        with pytest.raises(NotYours):
            listed(shop="NOWHERE")
        for after in ("x", "1_", "_1", f"1_{10**30}", "1_2_3"):
            with pytest.raises(catalogue.BadCursor):
                listed(after=after)
        with pytest.raises(BadInput):
            listed(sort="moon")


def price_row_by_row(shop, sku, who) -> rules.Price | None:
    """What the statements must agree with: one look-up after the other."""
    own = ShopPrice.objects.filter(shop=shop, sku=sku).first() or ShopPrice.objects.filter(shop=shop, sku=None).first()
    if own and not own.offered:
        return None
    tiers = TierPrice.objects.filter(tier=who.tier)
    tier = (tiers.filter(sku=sku).first() or tiers.filter(sku=None).first()) if who.tier else None
    sales = [
        rules.Timed(sale.pk, sale.price_fen, sale.starts_at, sale.ends_at, sale.quantity - sale.sold)
        for sale in TimedPrice.objects.filter(sku=sku)
        if sale.shop in (None, shop) and (not sale.audience or (sale.audience_kind, sale.audience) in who.audiences)
    ]
    return rules.price(
        rules.Base(sku.supply_fen, sku.list_fen, sku.floor_fen, sku.ceiling_fen), now=NOW, timed=sales,
        shop=rules.Shop(own.markup_bp, own.price_fen) if own else None,
        tier=rules.Tier(who.tier, tier.off_bp, tier.price_fen) if tier else None,
    )


class TestPrices:
    @pytest.mark.parametrize("seed", range(12))
    def test_the_statements_agree_with_looking_up_one_row_after_the_other(self, seed):
        dice, shops = random.Random(seed), [builders.shop("A"), builders.shop("B")]
        rows = [builders.sku(supply_fen=dice.randint(1, 2000), list_fen=2500, floor_fen=dice.choice([0, 1500]),
                             ceiling_fen=dice.choice([None, 2200])) for _ in range(6)]
        for shop in shops:
            for sku in dice.sample([*rows, None], 4):
                way = {"markup_bp": dice.randint(0, 9000)} if dice.random() < 0.5 else {"price_fen": 1700}
                ShopPrice.objects.create(shop=shop, sku=sku, offered=dice.random() < 0.8, **way)
        for sku in dice.sample([*rows, None], 4):
            way = {"off_bp": dice.randint(0, 9000)} if dice.random() < 0.5 else {"price_fen": 1200}
            TierPrice.objects.create(tier=dice.choice(["gold", "silver"]), sku=sku, **way)
        for _ in range(8):
            TimedPrice.objects.create(
                sku=dice.choice(rows), shop=dice.choice([None, *shops]), price_fen=dice.randint(1, 2000), quantity=5,
                sold=dice.choice([0, 5]), starts_at=NOW + dice.choice([-2, 0, 1]) * HOUR, ends_at=NOW + 2 * HOUR,
                **dice.choice([{}, {"audience_kind": "tag", "audience": "7"}]))
        who = Buyer(tier=dice.choice(["", "gold"]), audiences=dice.choice([frozenset(), frozenset({("tag", "7")})]))

        expected = {(shop.pk, sku.pk): price for shop in shops for sku in rows
                    if (price := price_row_by_row(shop, sku, who))}
        assert prices_for([(shop.pk, sku.pk) for shop in shops for sku in rows], who=who, now=NOW) == expected
        assert {
            (shop.pk, each.sku_id): each.price for shop in shops for sku in rows
            for each in catalogue.offers_of(sku.product_id, shop_id=shop.pk, who=who, now=NOW)
        } == expected


class TestDetail:
    def test_a_product_costs_two_statements_and_tells_everything(self, django_assert_num_queries):
        row = product("纸尿裤", options=["尺码"], label=categories.open_label(name="贝亲"), warranty_months=6)
        for at in range(3):
            Picture.objects.create(product=row, file=f"{at}.jpg", position=at, width=8, height=9)
        fit, gone = product("湿巾"), product("旧款", state="off_sale")
        for accessory in (fit, gone):
            Companion.objects.create(product=row, kind="accessory", accessory=accessory)
        shop = builders.shop("MINI")
        sale = TimedPrice.objects.create(
            sku=row.skus.get(), price_fen=99, quantity=5, starts_at=NOW, ends_at=NOW + HOUR)

        with django_assert_num_queries(2):
            found = catalogue.detail(shop="MINI", code=row.code, who=GUEST, now=NOW)

        offer, = found.offers
        assert (found.name, found.label, found.options, found.shop_id) == ("纸尿裤", "贝亲", ("尺码",), shop.pk)
        assert [(each.width, each.height) for each in found.pictures] == [(8, 9)] * 3
        assert [(each.product, each.title) for each in found.companions] == [(fit.code, "湿巾")]
        assert (offer.price.price_fen, offer.price.timed, offer.until, offer.available) == (99, sale.pk, NOW + HOUR, 3)

    def test_what_is_not_sold_here_is_not_found(self):
        row, shop = product(), builders.shop("MINI")

        for given in ({"shop": "X", "code": row.code}, {"shop": "MINI", "code": "X"},
                      {"shop": "MINI", "code": product(state="draft").code}):
            with pytest.raises(NotYours):
                catalogue.detail(**given, who=GUEST, now=NOW)
        ShopPrice.objects.create(shop=shop, sku=None, markup_bp=0, offered=False)
        with pytest.raises(NotYours):
            catalogue.detail(shop="MINI", code=row.code, who=GUEST, now=NOW)


def test_the_tree_is_told_from_the_root():
    a = categories.open_category(name="a")
    b = categories.open_category(name="b", parent_id=a.pk)
    c = categories.open_category(name="c")
    categories.change_category(category_id=a.pk, name="a", parent_id=c.pk)

    assert [(each.id, each.parent_id) for each in catalogue.branches()] == [(c.pk, None), (a.pk, c.pk), (b.pk, a.pk)]


class TestMany:
    @pytest.fixture
    def many(self):
        """20,000 products of 50 words, in 40 categories."""
        shop, row = builders.shop("MINI"), product()
        groups = [builders.category(f"类 {at}").pk for at in range(40)]
        with connection.cursor() as cursor:
            cursor.execute("""
                INSERT INTO mall_product (supplier_id, category_id, code, name, summary, description, care, state,
                    options, serial_numbered, warranty_months, return_days, search, from_fen, position, version,
                    changed_at)
                SELECT %s, (%s::bigint[])[1 + n %% 40], 'M' || n, 'x', '', '', '', 'on_sale', '{}', false, 0, 7,
                       ' ' || md5(n::text) || ' ' || chr(20000 + n %% 5000) || chr(20000 + n %% 3001) || ' zn m' || n,
                       n %% 9973, 0, 1, now()
                FROM generate_series(1, 20000) n""", [row.supplier_id, groups])
            cursor.execute("""
                INSERT INTO mall_sku (product_id, code, values, barcode, supply_fen, list_fen, floor_fen, weight_grams,
                    active)
                SELECT id, code || '-1', '{}', '', 100, from_fen, 0, 0, true FROM mall_product WHERE name = 'x'""")
            cursor.execute("ANALYZE mall_product, mall_sku, mall_category")
        return shop, groups[7]

    @pytest.mark.parametrize("given", [
        {}, {"sort": "cheapest"}, {"sort": "dearest", "after": "5000_77"}, {"after": "0_900"}, {"text": chr(20777)},
        {"text": chr(20777) + chr(20777)}, {"text": "m19999"}, {"least_fen": 9000, "most_fen": 9010},
        {"category": True},
    ], ids=str)
    def test_no_page_reads_all_products(self, many, given):
        if given.pop("category", None):
            given["category_id"] = many[1]
        sql, values = catalogue.page_sql(Shelf(shop="MINI", **given))

        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + sql, {**GUEST.values(NOW), **values})
            plan = "\n".join(line for (line,) in cursor.fetchall())

        assert "Seq Scan on mall_product" not in plan, plan
        assert "Seq Scan on mall_sku" not in plan, plan
