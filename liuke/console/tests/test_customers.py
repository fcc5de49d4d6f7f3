"""The list of customers and the page of one."""

from datetime import date, timedelta

import pytest
from django.core import signing
from django.urls import reverse

from liuke.console.tests import builders
from liuke.customers.models import CustomerTag
from liuke.insight.models import CustomerScore
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
LIST = reverse("console:customers")


def page_of(customer, **asked):
    return reverse("console:customer", args=[customer.pk]) + ("?view=orders" if asked else "")


def names(response):
    return [row.name for row in response.context["page"].rows]


def test_the_empty_list_says_how_to_begin(client, owner):
    assert "还没有客户" in client.get(LIST).content.decode()


@pytest.mark.parametrize("text", ["小满", "wangxm", "wxm", "13800001234", "1234"])
def test_a_customer_is_found_by_name_pinyin_and_phone(client, owner, text):
    builders.known("王小满", "13800001234")
    builders.known("李思琪", "13900005678")

    assert names(client.get(LIST, {"q": text})) == ["王小满"]


def test_a_filter_is_a_link_and_its_chip_takes_it_away(client, owner):
    mum = builders.known()
    builders.known("李思琪", "13900005678")
    tag = builders.tagged(mum, "新手妈妈")

    response = client.get(LIST, {"tag": tag.pk})

    assert names(response) == ["王小满"]
    (chip,) = response.context["chips"]
    assert (chip.on, chip.count) == (True, 1)
    assert names(client.get(chip.href)) == ["李思琪", "王小满"]


def test_the_list_goes_on_behind_the_first_page(client, owner):
    for at in range(60):
        builders.known(f"客户{at}", "", joined_at=builders.MORNING - timedelta(days=at))

    first = client.get(LIST)
    second = client.get(first.context["older"])

    assert names(first) + names(second) == [f"客户{at}" for at in range(60)]
    assert second.context["older"] == ""
    assert names(client.get(second.context["first"])) == names(first)


@pytest.mark.parametrize("wrong", [{"after": "x"}, {"tag": "x"}, {"tag": "99999"}, {"sort": "x"}])
def test_a_broken_address_is_no_bug(client, owner, wrong):
    builders.known()

    assert client.get(LIST, wrong).status_code == 200


def test_the_list_costs_a_fixed_number_of_queries(client, owner, django_assert_num_queries):
    for at in range(30):
        builders.tagged(builders.known(f"客户{at}", f"138{at:08}"), f"标签{at % 9}")

    with django_assert_num_queries(8):      # session, staff with roles; rows, phones, tags; chips, views; brand
        client.get(LIST)


def test_tagging_many_can_be_undone_for_those_who_did_not_have_it(client, owner):
    had, new = builders.known(), builders.known("李思琪", "13900005678")
    tag = builders.tagged(had, "新手妈妈")

    response = client.post(reverse("console:tag_many"), {"pick": [had.pk, new.pk], "name": "新手妈妈"})

    assert set(CustomerTag.objects.values_list("customer_id", flat=True)) == {had.pk, new.pk}
    (row,) = AuditEntry.objects.all()
    assert (row.target, row.detail) == (f"tag:{tag.pk}", {"customer_ids": [new.pk]})

    page = client.get(response["Location"])
    (toast,) = list(page.context["messages"])
    assert str(toast) == "已给 1 位客户加上“新手妈妈”"
    client.post(toast.extra_tags)

    assert set(CustomerTag.objects.values_list("customer_id", flat=True)) == {had.pk}


def test_an_undo_cannot_be_made_up(client, owner):
    customer = builders.known()
    tag = builders.tagged(customer, "新手妈妈")
    forged = signing.dumps({"tag": tag.pk, "customers": [customer.pk]}, salt="another")

    client.post(f"{reverse('console:untag_many')}?what={forged}")

    assert CustomerTag.objects.count() == 1


def test_an_analyst_looks_and_does_not_touch(client):
    analyst = org.staff(role=Role.ANALYST)
    client.force_login(analyst)
    customer = builders.known()

    assert "加标签" not in client.get(LIST).content.decode()
    assert client.get(page_of(customer)).status_code == 200
    for name in ("tag_add", "identity_add", "export_request", "forget", "merge"):
        assert client.post(reverse(f"console:{name}", args=[customer.pk])).status_code == 403, name


def test_finance_sees_no_customers(client):
    client.force_login(org.staff(role=Role.FINANCE))

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(builders.known())).status_code == 403


def test_the_page_says_who_what_they_are_worth_and_what_happened(client, owner):
    customer = builders.known()
    order = builders.order(customer, "D8821")
    fact = builders.fact(customer, key="p", data={"order_id": order.pk, "total_fen": 12_800})
    builders.reaction(fact, handler="loyalty.handlers.award_order_points", state="done")
    CustomerScore.objects.create(
        customer=customer, first_on=date(2026, 1, 1), last_on=date(2026, 11, 1), orders=3, buying_days=3, net_fen=1,
        recency=5, frequency=5, money=5, value_tier=4, value_fen=246_000, alive=0.934, orders_90=1.5, buys_30=0.41,
        computed_at=builders.MORNING,
    )

    page = client.get(page_of(customer)).content.decode()

    for words in ("王小满", customer.number, "买过 1 次，共 ¥128.00", "核心", "93%", "41%", "D8821 · ¥128.00",
                  "成为客户", "loyalty.handlers.award_order_points", "138****1234"):
        assert words in page, words
    assert "13800001234" not in page


def test_the_orders_of_a_customer_with_what_was_bought(client, owner):
    customer = builders.known()
    builders.order(customer, "D1", state="refunded", refunded_fen=12_800)

    page = client.get(page_of(customer, view="orders")).content.decode()

    assert "有机奶粉" in page
    assert "已退款" in page
    assert "还没有买过" in page


def test_a_shop_manager_sees_the_orders_of_the_own_shop_only(client):
    mine, other = org.shop("S1"), org.shop("S2")
    client.force_login(org.staff(role=Role.SHOP_MANAGER, at=mine))
    customer = builders.known()
    builders.order(customer, "MINE", shop=mine)
    builders.order(customer, "OTHER", shop=other)

    page = client.get(page_of(customer, view="orders")).content.decode()

    assert "MINE" in page
    assert "OTHER" not in page
    assert "买过 1 次" in page
    found = client.get(reverse("console:search"), {"q": "OTHER"}).content.decode()
    assert "view=orders" not in found


def test_the_page_costs_a_fixed_number_of_queries(client, owner, django_assert_max_num_queries):
    customer = builders.known()
    for at in range(25):
        order = builders.order(customer, f"D{at}")
        fact = builders.fact(customer, key=f"k{at}", data={"order_id": order.pk, "total_fen": 1})
        builders.reaction(fact)
        builders.tagged(customer, f"标签{at}")

    with django_assert_max_num_queries(23):
        client.get(page_of(customer))


def test_nobody_is_404(client, owner):
    for name in ("customer", "customer_edit", "consent", "merge", "forget"):
        assert client.get(reverse(f"console:{name}", args=[987_654])).status_code == 404, name
    for name in ("tag_add", "identity_add", "export_request"):
        assert client.post(reverse(f"console:{name}", args=[987_654])).status_code == 404, name


def test_the_palette_finds_a_customer_and_an_order(client, owner):
    customer = builders.known()
    builders.order(customer, "D8821")

    by_name = client.get(reverse("console:search"), {"q": "wxm", "palette": "1"}).content.decode()
    by_order = client.get(reverse("console:search"), {"q": "D8821", "palette": "1"}).content.decode()

    assert page_of(customer) in by_name
    assert f"{page_of(customer)}?view=orders" in by_order
