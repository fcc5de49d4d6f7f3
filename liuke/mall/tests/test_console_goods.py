"""The list of products, and what is done to many of them at once."""

import pytest
from django.urls import reverse

from liuke.mall.models import Product, Sku
from liuke.mall.rules.catalogue import search_text
from liuke.mall.services import bulk
from liuke.mall.tests import builders
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
LIST, SALE = reverse("mall:products"), reverse("mall:products_sale")
PRICES, CATEGORY = reverse("mall:products_prices"), reverse("mall:products_category")


@pytest.fixture
def owner(client):
    person = org.staff(role=Role.OWNER, name="林小满")
    client.force_login(person)
    return person


def named(name, **fields):
    return builders.product(name=name, search=search_text(name, [fields.get("code", "")]), **fields)


def names(response):
    return [row.name for row in response.context["page"].rows]


def toast(client, response):
    (said,) = client.get(response["Location"]).context["messages"]
    return said


def test_the_empty_list_says_how_to_begin(client, owner):
    page = client.get(LIST).content.decode()

    assert "还没有商品" in page
    assert reverse("mall:product_new") in page


@pytest.mark.parametrize("text", ["纸尿裤", "zhiniaoku", "znk", "XM1"])
def test_a_product_is_found_by_name_pinyin_initials_and_code(client, owner, text):
    named("小满纸尿裤", code="XM1")
    named("云朵奶瓶", code="XM2")

    assert names(client.get(LIST, {"q": text})) == ["小满纸尿裤"]


def test_filters_stand_in_the_address_and_chips_count_what_they_would_show(client, owner):
    supplier, below = builders.supplier(), builders.category("奶瓶")
    below.path = [builders.category("喂养").pk, below.pk]
    below.save()
    named("甲", supplier=supplier, category=below)
    named("乙", supplier=supplier, category=below, state="draft")
    named("丙")

    shown = client.get(LIST, {"supplier": supplier.pk, "category": below.path[0]})

    assert names(shown) == ["乙", "甲"]
    assert [(chip.count, chip.on) for chip in shown.context["chips"]] == [(2, True), (1, False), (1, False), (0, False)]
    assert names(client.get(shown.context["chips"][1].href)) == ["甲"]


@pytest.mark.parametrize("wrong", [{"after": "x"}, {"category": "x"}, {"supplier": "9" * 30}, {"state": "x"}])
def test_a_broken_address_is_no_bug(client, owner, wrong):
    named("甲")

    assert client.get(LIST, wrong).status_code == 200


def test_the_list_costs_a_fixed_number_of_queries(client, owner, django_assert_num_queries):
    for at in range(30):
        builders.sku(of=named(f"商品{at}"))

    with django_assert_num_queries(7):     # session, staff with roles; counts, rows, categories, suppliers; brand
        client.get(LIST)


def test_picked_products_go_on_sale_and_back(client, owner):
    draft, on = named("甲", state="draft"), named("乙")
    builders.sku(of=draft)
    builders.sku(of=on)

    response = client.post(SALE, {"pick": [draft.pk, on.pk], "do": "on"})

    assert set(Product.objects.values_list("state", flat=True)) == {"on_sale"}
    (row,) = AuditEntry.objects.all()
    assert (row.action, row.target, row.detail) == (
        "mall.console.products.sale", f"product:{draft.pk}", {"product_ids": [draft.pk], "on_sale": True})
    said = toast(client, response)
    assert str(said) == "已上架 1 件商品"

    client.post(said.extra_tags)

    assert dict(Product.objects.values_list("pk", "state")) == {draft.pk: "off_sale", on.pk: "on_sale"}


def test_an_undo_works_once_and_only_for_the_one_who_did_it(client, owner):
    on = named("乙")
    builders.sku(of=on)
    undo = toast(client, client.post(SALE, {"pick": [on.pk], "do": "off"})).extra_tags

    client.force_login(org.staff("other", role=Role.OWNER))
    client.post(undo)
    assert Product.objects.get().state == "off_sale"

    client.force_login(owner)
    client.post(undo)
    client.post(SALE, {"pick": [on.pk], "do": "off"})
    client.post(undo)

    assert Product.objects.get().state == "off_sale"


def test_a_product_that_cannot_be_sold_is_named_and_nothing_moves(client, owner):
    ready = named("甲", state="draft")
    builders.sku(of=ready)
    named("没有规格的", state="draft")

    response = client.post(SALE, {"pick": Product.objects.values_list("pk", flat=True), "do": "on"})

    assert "没有规格的 没有可售规格" in str(toast(client, response))
    assert not Product.objects.filter(state="on_sale").exists()
    assert not AuditEntry.objects.exists()


def shared(**more):
    return {"which": "list", "share": "", "amount": "", "ending": "exact", **more}


def test_a_change_of_prices_is_shown_first_then_done_and_taken_back(client, owner):
    goods = named("甲")
    free, floored = builders.sku(of=goods, list_fen=1990), builders.sku(of=goods, list_fen=2000, floor_fen=1900)

    shown = client.get(PRICES, {"pick": goods.pk, **shared(share="-10")})

    assert [(row["before"], row["after"], str(row["problem"])) for row in shown.context["rows"]] == [
        (1990, 1791, ""), (2000, 1800, "低于最低价")]
    assert Sku.objects.get(pk=free.pk).list_fen == 1990
    assert not AuditEntry.objects.exists()

    response = client.post(PRICES, {"pick": goods.pk, **shared(share="-10"), "seen": shown.context["seen"]})

    assert dict(Sku.objects.values_list("pk", "list_fen")) == {free.pk: 1791, floored.pk: 2000}
    goods.refresh_from_db()
    assert (goods.from_fen, goods.version) == (1791, 2)
    said = toast(client, response)
    assert str(said) == "已改 1 个规格的价格"

    client.post(said.extra_tags)

    assert dict(Sku.objects.values_list("pk", "list_fen")) == {free.pk: 1990, floored.pk: 2000}


def test_an_undo_of_prices_leaves_what_somebody_changed_since(client, owner):
    goods = named("甲")
    one, two = builders.sku(of=goods, list_fen=1000), builders.sku(of=goods, list_fen=2000)
    seen = client.get(PRICES, {"pick": goods.pk, **shared(amount="1")}).context["seen"]
    undo = toast(client, client.post(PRICES, {"pick": goods.pk, **shared(amount="1"), "seen": seen})).extra_tags
    Sku.objects.filter(pk=two.pk).update(list_fen=2500)

    client.post(undo)

    assert dict(Sku.objects.values_list("pk", "list_fen")) == {one.pk: 1000, two.pk: 2500}


def test_prices_that_moved_since_the_preview_are_shown_again(client, owner):
    goods = named("甲")
    sku = builders.sku(of=goods, list_fen=1000)
    seen = client.get(PRICES, {"pick": goods.pk, **shared(amount="1")}).context["seen"]
    Sku.objects.filter(pk=sku.pk).update(list_fen=1500)

    response = client.post(PRICES, {"pick": goods.pk, **shared(amount="1"), "seen": seen})

    assert response.status_code == 422
    assert "预览之后有人改过价格" in response.content.decode()
    assert Sku.objects.get().list_fen == 1500


@pytest.mark.parametrize(("typed", "why"), [
    (shared(), "请填写百分比或金额"), (shared(share="1", amount="1"), "请填写百分比或金额"),
    (shared(share="0"), "不能为 0"), (shared(share="-101"), "百分比要在"), (shared(share="abc"), "请填写百分比"),
    (shared(share="1.234"), "最多两位小数"), (shared(amount="很多"), "请填写金额"),
], ids=["nothing", "both", "zero", "less than nothing", "letters", "too exact", "words"])
def test_a_wrong_change_of_prices_is_told_beside_its_field(client, owner, typed, why):
    goods = named("甲")
    builders.sku(of=goods)

    response = client.get(PRICES, {"pick": goods.pk, **typed})

    assert response.status_code == 422
    assert why in response.content.decode()


def test_from_the_list_one_comes_to_the_next_page_with_the_picks_alone(client, owner):
    there = client.post(reverse("mall:products_picked"), {"pick": [3, 4], "to": "prices", "next": "/x"})["Location"]
    other = client.post(reverse("mall:products_picked"), {"pick": 3, "to": "category"})["Location"]

    assert (there, other) == (f"{PRICES}?pick=3&pick=4", f"{CATEGORY}?pick=3")
    assert not AuditEntry.objects.exists()


def test_without_a_pick_one_is_sent_back_to_the_list(client, owner):
    for door in (PRICES, CATEGORY):
        assert client.get(door)["Location"] == LIST


def test_a_new_category_for_many_and_back(client, owner):
    old, new = builders.category("旧"), builders.category("新")
    one, two = named("甲", category=old), named("乙", category=new)

    assert client.get(CATEGORY, {"pick": [one.pk, two.pk]}).status_code == 200
    response = client.post(CATEGORY, {"pick": [one.pk, two.pk], "category": new.pk})

    assert set(Product.objects.values_list("category", flat=True)) == {new.pk}
    client.post(toast(client, response).extra_tags)
    assert dict(Product.objects.values_list("pk", "category")) == {one.pk: old.pk, two.pk: new.pk}


@pytest.mark.parametrize("category", ["", "x", "987654"])
def test_a_category_that_is_none_is_told_beside_its_field(client, owner, category):
    response = client.post(CATEGORY, {"pick": named("甲").pk, "category": category})

    assert response.status_code == 422
    assert "请选择一个分类" in response.content.decode()


def test_more_than_fits_at_once_is_refused(owner, client):
    from liuke.kit.errors import BadInput

    with pytest.raises(BadInput):
        bulk.set_categories(categories=dict.fromkeys(range(501), 1), now=builders.NOW)


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE, Role.ANALYST, Role.OPERATOR])
def test_who_may_not_edit_looks_and_touches_nothing(client, role):
    client.force_login(org.staff(role=role))
    goods = named("甲")

    assert 'class="bulk"' not in client.get(LIST).content.decode()
    assert client.post(SALE, {"pick": goods.pk, "do": "off"}).status_code == 403
    for door in (PRICES, CATEGORY):
        assert client.get(door, {"pick": goods.pk}).status_code == 403


def test_a_manager_of_one_shop_does_not_change_what_all_shops_share(client):
    client.force_login(org.staff(role=Role.SHOP_MANAGER, at=org.shop()))
    goods = named("甲")

    assert client.get(LIST).status_code == 200
    assert client.post(SALE, {"pick": goods.pk, "do": "off"}).status_code == 403
    assert client.get(reverse("mall:product_new")).status_code == 403
    assert Product.objects.get().state == "on_sale"
