"""Price pages: rules of shops and tiers, timed prices, and why a price is what it is."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.customers.models import Tag
from liuke.insight.rules.tiers import RfmSegment
from liuke.mall.console.timed import SEGMENTS
from liuke.mall.models import ShopPrice, TierPrice, TimedPrice
from liuke.mall.tests import builders
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
SHOPS, TIERS, TIMED = reverse("mall:prices"), reverse("mall:price_tiers"), reverse("mall:timed")
NEW, WHY, TIER_CHANGE = reverse("mall:timed_new"), reverse("mall:price_why"), reverse("mall:price_tier_change")


@pytest.fixture
def owner(client):
    person = org.staff(role=Role.OWNER, name="林小满")
    client.force_login(person)
    return person


@pytest.fixture
def manager(client):
    """Of one shop: S1."""
    person = org.staff(role=Role.SHOP_MANAGER, at=org.shop("S1"))
    client.force_login(person)
    return person


def sku(code="K1", **fields):
    return builders.sku(code=code, **{"supply_fen": 5000, "list_fen": 8000, "floor_fen": 6000, "ceiling_fen": 9000,
                                      **fields})


def page_of(shop):
    return reverse("mall:price_shop", args=[shop.pk])


def change(shop):
    return reverse("mall:price_shop_change", args=[shop.pk])


def moment(**ahead):
    return timezone.localtime(timezone.now() + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def typed(**more):
    return {"sku": "K1", "shop": "", "price_fen": "69", "starts_at": moment(hours=1), "ends_at": moment(hours=3),
            "quantity": "200", "per_customer": "", "audience": "", "group": "", **more}


def running(of, **fields):
    now = timezone.now()
    return TimedPrice.objects.create(**{
        "sku": of, "price_fen": 6900, "starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1),
        "quantity": 10, **fields})


def test_a_shop_gets_a_mark_up_and_goes_back_to_list_prices(client, owner):
    shop = builders.shop("S1")

    client.post(change(shop), {"do": "usual", "way": "markup", "value": "30%"})
    assert ShopPrice.objects.get().markup_bp == 3000
    assert "供货价加 30%" in client.get(SHOPS).content.decode()
    assert AuditEntry.objects.get().detail == {"do": "usual", "markup_bp": 3000}

    client.post(change(shop), {"do": "usual", "way": "list"})
    assert not ShopPrice.objects.exists()


def test_single_skus_are_priced_left_out_and_given_back(client, owner):
    shop, one = builders.shop("S1"), sku()

    client.post(change(shop), {"do": "own", "sku": "k1", "way": "fixed", "value": "¥ 88"})
    assert ShopPrice.objects.get().price_fen == 8800
    client.post(change(shop), {"do": "own", "sku": "K1", "way": "markup", "value": "40"})
    assert (ShopPrice.objects.get().price_fen, ShopPrice.objects.get().markup_bp) == (None, 4000)
    client.post(change(shop), {"do": "own", "sku": "K1", "way": "none"})
    assert not ShopPrice.objects.get().offered
    client.post(change(shop), {"do": "clear", "sku": one.pk})
    assert not ShopPrice.objects.exists()


@pytest.mark.parametrize(("given", "wrong", "why"), [
    ({"do": "usual", "way": "markup", "value": ""}, "usual-value", "这个字段是必填项"),
    ({"do": "usual", "way": "markup", "value": "-5"}, "usual-value", "百分比要在"),
    ({"do": "usual", "way": "markup", "value": "1001"}, "usual-value", "百分比要在"),
    ({"do": "own", "sku": "NONE", "way": "fixed", "value": "80"}, "own-sku", "没有这个编号或条码的规格"),
    ({"do": "own", "sku": "K1", "way": "fixed", "value": "59.99"}, "own-value", "最低价或最高价"),
    ({"do": "own", "sku": "K1", "way": "fixed", "value": "很贵"}, "own-value", "请填写金额"),
    ({"do": "own", "sku": "K1", "way": "markup", "value": "90"}, "own-value", "最低价或最高价"),
], ids=["empty", "negative", "too much", "unknown", "below the floor", "words", "above the ceiling"])
def test_a_wrong_rule_is_told_beside_its_field_and_nothing_is_saved(client, owner, given, wrong, why):
    shop = builders.shop("S1")
    sku()

    response = client.post(change(shop), given)

    assert response.status_code == 422
    assert response.context["wrong"] == wrong
    assert why in response.content.decode()
    assert not ShopPrice.objects.exists()


def test_a_manager_prices_the_own_shop_and_does_not_see_others(client, manager):
    mine, other = org.Shop.objects.get(), builders.shop("S2")
    sku()

    assert [shop.pk for shop in client.get(SHOPS).context["shops"]] == [mine.pk]
    assert client.post(change(mine), {"do": "own", "sku": "K1", "way": "fixed", "value": "80"}).status_code == 302
    assert client.get(page_of(other)).status_code == 404
    assert client.post(change(other), {"do": "usual", "way": "markup", "value": "1"}).status_code == 404
    assert client.post(TIER_CHANGE, {"tier": "gold", "value": "5"}).status_code == 403


@pytest.mark.parametrize("door", [SHOPS, TIERS, TIMED, WHY], ids=["shops", "tiers", "timed", "why"])
def test_finance_looks_and_an_agent_does_not(client, door):
    client.force_login(org.staff("f", role=Role.FINANCE))
    assert client.get(door).status_code == 200
    client.force_login(org.staff("a", role=Role.AGENT))
    assert client.get(door).status_code == 403


def test_finance_changes_no_price(client):
    client.force_login(org.staff(role=Role.FINANCE))
    shop = builders.shop("S1")

    for door in (change(shop), TIER_CHANGE, NEW):
        assert client.post(door, {}).status_code == 403


def test_a_tier_pays_less_for_everything_or_for_one_sku(client, owner):
    one = sku()

    client.post(TIER_CHANGE, {"tier": "gold", "way": "off", "value": "5"})
    client.post(TIER_CHANGE, {"tier": "gold", "sku": "K1", "way": "fixed", "value": "75"})

    assert [(row.sku, row.off_bp, row.price_fen) for row, _name in client.get(TIERS).context["rules"]] == [
        (None, 500, None), (one, None, 7500)]

    client.post(TIER_CHANGE, {"do": "clear", "tier": "gold", "sku": ""})
    assert TierPrice.objects.get().sku == one


@pytest.mark.parametrize(("given", "wrong", "why"), [
    ({"tier": "", "value": "5"}, "tier", "请选择会员等级"), ({"tier": "gold", "value": "101"}, "value", "百分比要在"),
    ({"tier": "gold", "sku": "NONE", "value": "5"}, "sku", "没有这个编号或条码的规格"),
    ({"tier": "gold", "sku": "K1", "way": "fixed", "value": "49"}, "value", "会员价不能低于供货价"),
    ({"tier": "gold", "way": "fixed", "value": "49"}, "value", "固定价格只能用于单个规格"),
], ids=["no tier", "too much", "unknown", "at a loss", "fixed for all"])
def test_a_wrong_member_price_is_told_beside_its_field(client, owner, given, wrong, why):
    sku()

    response = client.post(TIER_CHANGE, given)

    assert response.status_code == 422
    assert response.context["wrong"] == wrong
    assert why in response.content.decode()
    assert not TierPrice.objects.exists()


def test_a_sale_is_planned_changed_and_dropped(client, owner):
    one = sku()
    client.post(NEW, typed())
    row = TimedPrice.objects.get()
    assert (row.sku, row.shop, row.price_fen, row.quantity, row.per_customer, row.audience_kind) == (
        one, None, 6900, 200, 0, "")
    assert [each for each, _whom in client.get(TIMED, {"view": "coming"}).context["rows"]] == [row]

    edit = reverse("mall:timed_edit", args=[row.pk])
    assert client.get(edit).context["form"]["price_fen"].value() == "69.00"
    client.post(edit, typed(price_fen="59", per_customer="2"))
    row.refresh_from_db()
    assert (row.price_fen, row.per_customer) == (5900, 2)

    client.post(reverse("mall:timed_end", args=[row.pk]))
    assert not TimedPrice.objects.exists()


def test_a_running_sale_ends_now(client, owner):
    row = running(sku())

    client.post(reverse("mall:timed_end", args=[row.pk]))

    row.refresh_from_db()
    assert row.ends_at <= timezone.now()
    assert client.get(TIMED, {"view": "over"}).context["rows"][0][0] == row


@pytest.mark.parametrize(("choice", "kind", "name"), [
    ({"audience": "segment:gone", "open_terms": "近一年没有下单的会员"}, "segment", "gone"),
    ({"group": "G7"}, "group", "G7"), ({}, "", ""),
], ids=["segment", "group", "everybody"])
def test_a_sale_can_be_for_some(client, owner, choice, kind, name):
    sku()

    client.post(NEW, typed(**choice))

    assert (TimedPrice.objects.get().audience_kind, TimedPrice.objects.get().audience) == (kind, name)


def test_a_sale_for_a_tag_names_it(client, owner):
    tag = Tag.objects.create(name="新手妈妈")
    sku()

    client.post(NEW, typed(audience=f"tag:{tag.pk}", open_terms="怀孕或一岁以内宝宝的妈妈"))

    assert TimedPrice.objects.get().audience == str(tag.pk)
    shown = client.get(TIMED, {"view": "coming"}).content.decode()
    assert "标签 新手妈妈<small>怀孕或一岁以内宝宝的妈妈</small>" in shown


def test_the_segments_are_those_that_insight_writes():
    assert set(SEGMENTS) == set(RfmSegment)


@pytest.mark.parametrize(("wrong", "field", "why"), [
    ({"sku": "NONE"}, "sku", "没有这个编号或条码的规格"), ({"price_fen": "x"}, "price_fen", "请填写金额"),
    ({"quantity": "0"}, "quantity", "要在 1 到"), ({"quantity": ""}, "quantity", "这个字段是必填项"),
    ({"per_customer": "201"}, "per_customer", "不能多于活动数量"),
    ({"starts_at": "明天"}, "starts_at", "请填写日期和时间"),
    ({"ends_at": "2020-01-01 10:00"}, "ends_at", "结束要晚于开始"), ({"shop": "999"}, "shop", "选择一个有效的选项"),
    ({"audience": "tag:999"}, "audience", "选择一个有效的选项"),
    ({"audience": "segment:gone", "group": "G7"}, "group", "两者选一个"),
    ({"audience": "segment:gone", "open_terms": " "}, "open_terms", "G19"),
    ({"starts_at": "2020-01-01", "ends_at": "2020-01-02"}, "__all__", "结束时间要晚于开始时间和现在"),
], ids=["sku", "price", "none", "no quantity", "limit", "start", "end", "shop", "tag", "two audiences", "hidden",
        "past"])
def test_a_wrong_sale_is_told_beside_its_field(client, owner, wrong, field, why):
    sku()

    response = client.post(NEW, typed(**wrong))

    assert response.status_code == 422
    assert why in " ".join(response.context["form"].errors[field])
    assert not TimedPrice.objects.exists()


def test_two_sales_of_a_sku_for_the_same_people_do_not_overlap(client, owner):
    sku()
    client.post(NEW, typed())

    response = client.post(NEW, typed(price_fen="59"))

    assert "该规格在这段时间已有限时价" in response.content.decode()
    assert TimedPrice.objects.count() == 1


def test_a_manager_plans_sales_of_the_own_shop_only(client, manager):
    mine, other, one = org.Shop.objects.get(), builders.shop("S2"), sku()
    theirs, everywhere = running(one, shop=other), running(one)

    assert client.post(NEW, typed()).status_code == 422
    assert client.post(NEW, typed(shop=other.pk)).status_code == 422
    assert client.post(NEW, typed(shop=mine.pk, starts_at=moment(hours=2))).status_code == 302
    assert [each for each, _whom in client.get(TIMED).context["rows"]] == [everywhere]
    for row in (theirs, everywhere):
        assert client.get(reverse("mall:timed_edit", args=[row.pk])).status_code == 404
        assert client.post(reverse("mall:timed_end", args=[row.pk])).status_code == 404


def programme():
    return [("silver", "银卡"), ("gold", "金卡")]


def test_tiers_of_the_programme_are_chosen_and_read_by_their_names(client, owner, settings):
    settings.LIUKE_TIERS = f"{__name__}.programme"
    client.post(TIER_CHANGE, {"tier": "gold", "way": "off", "value": "5"})

    typo = client.post(TIER_CHANGE, {"tier": "golden", "value": "5"})
    page = client.get(TIERS).content.decode()

    assert (typo.status_code, typo.context["wrong"], TierPrice.objects.get().tier) == (422, "tier", "gold")
    assert '<td class="first">金卡</td>' in page
    assert '<option value="silver">银卡</option>' in page


@pytest.mark.parametrize("door", [SHOPS, TIERS, TIMED], ids=["shops", "tiers", "timed"])
def test_lists_cost_a_fixed_number_of_queries(client, owner, door, django_assert_max_num_queries):
    for at in range(15):
        one, shop = sku(f"K{at}"), builders.shop(f"S{at}")
        ShopPrice.objects.create(shop=shop, sku=one, price_fen=8000)
        TierPrice.objects.create(tier="gold", sku=one, off_bp=100)
        running(one, shop=shop)

    with django_assert_max_num_queries(7):
        client.get(door)


def test_the_page_of_a_shop_costs_a_fixed_number_of_queries(client, owner, django_assert_num_queries):
    shop = builders.shop("S1")
    for at in range(15):
        ShopPrice.objects.create(shop=shop, sku=sku(f"K{at}"), price_fen=8000)

    with django_assert_num_queries(6):     # session, staff with roles; shop; usual, own; brand
        client.get(page_of(shop))


def test_why_says_every_step_and_what_was_not_used(client, owner):
    shop, one = builders.shop("S1"), sku()
    ShopPrice.objects.create(shop=shop, markup_bp=5000)
    TierPrice.objects.create(tier="gold", off_bp=1000)
    coming = running(one, starts_at=timezone.now() + timedelta(minutes=30))
    others = running(one, audience_kind="segment", audience="gone", price_fen=1)

    shown = client.get(WHY, {"sku": "K1", "shop": shop.pk, "tier": "gold"})

    assert [(str(step["word"]), step["fen"], step["by"]) for step in shown.context["steps"]] == [
        ("供货价", 5000, None), ("门店加价", 7500, 2500), ("会员价", 6750, -750)]
    assert shown.context["price"].price_fen == 6750
    assert {sale: str(word) for sale, word in shown.context["asides"]} == {
        coming: "还没开始", others: "这位顾客不在人群里"}


def test_why_looks_at_another_moment_and_a_running_sale(client, owner):
    one, shop = sku(), builders.shop("S1")
    sale = running(one)

    now = client.get(WHY, {"sku": "K1", "shop": shop.pk}).context["steps"]
    later = client.get(WHY, {"sku": "K1", "shop": shop.pk, "at": moment(hours=2)})

    assert [str(step["word"]) for step in now] == ["供货价", "标价", "限时价"]
    assert now[-1]["note"].startswith("到 ")
    assert [str(step["word"]) for step in later.context["steps"]] == ["供货价", "标价"]
    assert [(each, str(word)) for each, word in later.context["asides"]] == [(sale, "已经结束")]


def test_why_of_what_a_shop_does_not_sell(client, owner):
    one, shop = sku(), builders.shop("S1")
    ShopPrice.objects.create(shop=shop, sku=one, price_fen=8000, offered=False)

    assert "这家门店不卖这个规格" in client.get(WHY, {"sku": "K1", "shop": shop.pk}).content.decode()


@pytest.mark.parametrize(("wrong", "why"), [
    ({"sku": "NONE"}, "没有这个编号或条码的规格"), ({"sku": "K1", "customer": "NOBODY"}, "没有这个会员号"),
    ({"sku": "K1", "quantity": "0"}, "要在 1 到"), ({"sku": "K1", "at": "昨天"}, "请填写日期和时间"),
    ({"sku": "K1", "shop": "999"}, "选择一个有效的选项"),
], ids=["sku", "customer", "quantity", "moment", "shop"])
def test_a_wrong_question_is_told_beside_its_field(client, owner, wrong, why):
    builders.shop("S1")
    sku()

    response = client.get(WHY, wrong)

    assert response.status_code == 422
    assert why in response.content.decode()


def test_a_manager_asks_about_the_own_shop_only(client, manager):
    sku()

    assert client.get(WHY, {"sku": "K1", "shop": builders.shop("S2").pk}).status_code == 422
    assert client.get(WHY, {"sku": "K1", "shop": org.Shop.objects.get(code="S1").pk}).status_code == 200
