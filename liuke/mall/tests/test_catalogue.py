"""What is sold can be said, changed and found, and what makes no sense is refused by name."""

import pytest
from django.db import transaction

from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Category, Companion, Product, Sku
from liuke.mall.rules import catalogue as rules
from liuke.mall.services import catalogue, categories
from liuke.mall.services.catalogue import About, Beside, Piece
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db


def about(**fields) -> About:
    given = {"code": "A1", "name": "婴儿纸尿裤 NB", "options": ("尺码",), **fields}
    given.setdefault("supplier_id", 0)
    given.setdefault("category_id", 0)
    return About(**{**given, "supplier_id": given["supplier_id"] or builders.supplier().pk,
                    "category_id": given["category_id"] or builders.category().pk})


def piece(code="A1-S", values=("S",), **fields) -> Piece:
    return Piece(**{"code": code, "values": values, "supply_fen": 1000, "list_fen": 1990, **fields})


def opened(pieces=None, **fields) -> Product:
    return catalogue.open_product(about=about(**fields), pieces=[piece()] if pieces is None else pieces, now=NOW)


def found(text: str) -> bool:
    rows = Product.objects.all()
    for pattern in rules.patterns(text):
        rows = rows.extra(where=["search LIKE %s"], params=[pattern])
    return rows.exists()


class TestProduct:
    def test_every_combination_of_the_specifications_is_a_sku(self):
        options = {"颜色": ("红", "蓝"), "尺码": ("S", "M", "L")}

        pieces = catalogue.pieces_of_all(options, like=piece("A1", list_fen=990))
        product = opened(pieces, options=tuple(options))

        assert list(product.skus.order_by("pk").values_list("code", "values")) == [
            ("A1-1", ["红", "S"]), ("A1-2", ["红", "M"]), ("A1-3", ["红", "L"]),
            ("A1-4", ["蓝", "S"]), ("A1-5", ["蓝", "M"]), ("A1-6", ["蓝", "L"]),
        ]
        assert (product.state, product.version, product.from_fen) == ("draft", 1, 990)

    def test_too_many_combinations_are_refused_before_they_are_made(self):
        with pytest.raises(rules.TooManySkus):
            catalogue.pieces_of_all({str(at): [str(n) for n in range(100)] for at in range(4)}, like=piece())

    @pytest.mark.parametrize(("given", "code"), [
        ({"pieces": [piece(values=())]}, "sku_values"),
        ({"pieces": [piece(values=("S", "M"))]}, "sku_values"),
        ({"pieces": [piece(values=(" ",))]}, "sku_values"),
        ({"pieces": [piece(), piece("A1-T")]}, "sku_values"),
        ({"pieces": [piece(), piece(values=("M",))]}, "sku_values"),
        ({"options": ("尺码", "尺码"), "pieces": [piece(values=("S", "S"))]}, "sku_values"),
        ({"pieces": [piece(floor_fen=2000)]}, "price_bounds"),
        ({"pieces": [piece(ceiling_fen=1000)]}, "price_bounds"),
        ({"pieces": [piece(supply_fen=-1)]}, "price_bounds"),
        ({"pieces": [piece(list_fen=10**11)]}, "price_bounds"),
        ({"name": " "}, "bad_text"),
        ({"name": "a\x00b"}, "bad_text"),
        ({"code": "x" * 61}, "bad_text"),
        ({"supplier_id": 10**6}, "bad_input"),
        ({"category_id": 10**6}, "bad_input"),
        ({"label_id": 10**6}, "bad_input"),
        ({"warranty_months": -1}, "bad_input"),
    ])
    def test_what_makes_no_sense_is_refused_and_nothing_is_written(self, given, code):
        with pytest.raises(Refused) as refused, transaction.atomic():
            opened(**given)

        assert refused.value.code == code
        assert not Product.objects.exists()

    def test_a_code_is_given_once(self):
        opened()

        with pytest.raises(categories.DuplicateCode):
            opened()
        with pytest.raises(categories.DuplicateCode):
            opened(code="A2")                   # another product with the same SKU code

        assert (Product.objects.count(), Sku.objects.count()) == (1, 1)

    def test_a_change_of_an_old_version_clashes(self):
        product = opened()
        same = about(supplier_id=product.supplier_id, category_id=product.category_id, name="新名字")

        catalogue.change_product(product_id=product.pk, version=1, about=same, now=NOW)
        with pytest.raises(catalogue.Stale):
            catalogue.change_product(product_id=product.pk, version=1, about=same, now=NOW)

        product.refresh_from_db()
        assert (product.name, product.version) == ("新名字", 2)

    def test_skus_can_change_places_and_those_not_named_are_sold_no_more(self):
        product = opened([piece("S", ("S",)), piece("M", ("M",)), piece("L", ("L",))])

        catalogue.change_product(product_id=product.pk, version=1, about=about(
            supplier_id=product.supplier_id, category_id=product.category_id),
            pieces=[piece("S", ("M",)), piece("M", ("S",), list_fen=500), piece("XL", ("XL",))], now=NOW)

        assert list(product.skus.order_by("pk").values_list("code", "values", "active")) == [
            ("S", ["M"], True), ("M", ["S"], True), ("L", ["L"], False), ("XL", ["XL"], True),
        ]
        assert Product.objects.get().from_fen == 500

    def test_a_product_on_sale_keeps_something_to_sell(self):
        product = opened()
        catalogue.put_on_sale(product_ids=[product.pk], now=NOW)
        same = about(supplier_id=product.supplier_id, category_id=product.category_id)

        with pytest.raises(catalogue.NotReady):
            catalogue.change_product(product_id=product.pk, version=2, about=same, pieces=[], now=NOW)

    def test_options_must_still_fit_the_skus_that_stay(self):
        product = opened()
        other = about(supplier_id=product.supplier_id, category_id=product.category_id, options=("颜色", "尺码"))

        with pytest.raises(rules.BadValues):
            catalogue.change_product(product_id=product.pk, version=1, about=other, now=NOW)


class TestSale:
    def test_products_go_on_sale_together_and_again_is_once(self):
        rows = [opened(code=f"A{at}", pieces=[piece(f"K{at}")]).pk for at in range(3)]

        assert catalogue.put_on_sale(product_ids=rows, now=NOW) == 3
        assert catalogue.put_on_sale(product_ids=rows, now=NOW) == 0
        assert set(Product.objects.values_list("state", "version")) == {("on_sale", 2)}
        assert catalogue.take_off_sale(product_ids=rows, now=NOW) == 3
        assert catalogue.take_off_sale(product_ids=rows, now=NOW) == 0

    def test_one_that_is_not_ready_keeps_all_off_the_shelf(self):
        ready, empty = opened(), opened([], code="A2", options=())

        with pytest.raises(catalogue.NotReady):
            catalogue.put_on_sale(product_ids=[ready.pk, empty.pk], now=NOW)
        with pytest.raises(NotYours):
            catalogue.put_on_sale(product_ids=[ready.pk, 10**6], now=NOW)
        with pytest.raises(BadInput):
            catalogue.put_on_sale(product_ids=list(range(501)), now=NOW)

        assert not Product.objects.filter(state="on_sale").exists()

    def test_a_supplier_that_is_closed_sells_nothing(self):
        product = opened()
        catalogue.put_on_sale(product_ids=[product.pk], now=NOW)

        categories.change_supplier(supplier_id=product.supplier_id, name="x", active=False, now=NOW)

        assert Product.objects.values_list("state", "version").get() == ("off_sale", 3)
        with pytest.raises(catalogue.NotReady):
            catalogue.put_on_sale(product_ids=[product.pk], now=NOW)


class TestCompanions:
    def test_tutorials_and_accessories_replace_the_old_ones_in_order(self):
        product, strap = opened(), builders.product()
        guide = Beside(kind="tutorial", title="怎么穿", url="https://example.com/v")

        catalogue.set_companions(product_id=product.pk, companions=[guide, guide], now=NOW)
        catalogue.set_companions(
            product_id=product.pk, companions=[Beside(kind="accessory", accessory_id=strap.pk), guide], now=NOW)

        assert list(Companion.objects.order_by("position").values_list("kind", "accessory", "title")) == [
            ("accessory", strap.pk, ""), ("tutorial", None, "怎么穿"),
        ]

    @pytest.mark.parametrize("given", [
        {"kind": "tutorial", "title": "x"}, {"kind": "tutorial", "title": "x", "url": "javascript:alert(1)"},
        {"kind": "tutorial", "url": "https://example.com"}, {"kind": "accessory"},
        {"kind": "accessory", "accessory_id": 10**6}, {"kind": "gift", "title": "x", "url": "https://example.com"},
    ])
    def test_what_is_neither_is_refused(self, given):
        product = opened()

        with pytest.raises(BadInput):
            catalogue.set_companions(product_id=product.pk, companions=[Beside(**given)], now=NOW)

    def test_no_product_is_its_own_accessory(self):
        product = opened()

        with pytest.raises(catalogue.BadCompanion):
            catalogue.set_companions(product_id=product.pk, now=NOW,
                                     companions=[Beside(kind="accessory", accessory_id=product.pk)])


class TestSearch:
    @pytest.mark.parametrize("text", [
        "纸尿裤", "尿裤", "裤", "婴儿 裤", "婴儿nb", "yingerzhi", "niaoku", "ku", "yeznk", "znk", "zn", "NB", "ＮＢ",
        "a1-s", "690123", "贝亲", "beiqin",
    ])
    def test_a_product_is_found_by_name_pinyin_initials_codes_and_label(self, text):
        label = categories.open_label(name="贝亲")
        opened([piece(barcode="6901234567892")], label_id=label.pk)

        assert found(text)

    @pytest.mark.parametrize("text", ["奶瓶", "瓶", "zq", "婴儿 奶瓶", "%", "_", "\\"])
    def test_other_words_do_not_find_it(self, text):
        opened()

        assert not found(text)


class TestCategories:
    def test_a_subtree_moves_with_everything_below_it(self):
        a, b = (categories.open_category(name=name) for name in "ab")
        c = categories.open_category(name="c", parent_id=a.pk)
        d = categories.open_category(name="d", parent_id=c.pk)

        categories.change_category(category_id=c.pk, name="c", parent_id=b.pk)

        paths = dict(Category.objects.values_list("pk", "path"))
        assert paths == {a.pk: [a.pk], b.pk: [b.pk], c.pk: [b.pk, c.pk], d.pk: [b.pk, c.pk, d.pk]}
        categories.change_category(category_id=c.pk, name="c", parent_id=None)
        assert Category.objects.get(pk=d.pk).path == [c.pk, d.pk]

    def test_a_category_cannot_stand_below_itself_nor_too_deep(self):
        chain = [categories.open_category(name="0")]
        for at in range(1, rules.MAX_DEPTH):
            chain.append(categories.open_category(name=str(at), parent_id=chain[-1].pk))
        top = categories.open_category(name="top")

        with pytest.raises(categories.BadMove):
            categories.change_category(category_id=chain[0].pk, name="0", parent_id=chain[3].pk)
        with pytest.raises(categories.BadMove):
            categories.open_category(name="deeper", parent_id=chain[-1].pk)
        with pytest.raises(categories.BadMove):
            categories.change_category(category_id=chain[0].pk, name="0", parent_id=top.pk)

        assert Category.objects.get(pk=chain[-1].pk).path == [each.pk for each in chain]

    def test_names_are_single_below_one_parent_and_only_an_empty_category_goes(self):
        a = categories.open_category(name="a")
        b = categories.open_category(name="b", parent_id=a.pk)

        with pytest.raises(categories.DuplicateCode):
            categories.open_category(name="b", parent_id=a.pk)
        with pytest.raises(categories.InUse):
            categories.close_category(category_id=a.pk)
        categories.close_category(category_id=b.pk)
        categories.close_category(category_id=a.pk)

        assert not Category.objects.exists()
