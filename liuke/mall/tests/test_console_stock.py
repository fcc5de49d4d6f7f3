"""Stock pages: levels, the journal, goods that arrive, and stock takes."""

import pytest
from django.urls import reverse

from liuke.mall.models import Movement, Sku, StockLevel, SupplierStaff, Warehouse
from liuke.mall.rules.catalogue import search_text
from liuke.mall.rules.counting import read
from liuke.mall.tests import builders
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
LIST, JOURNAL = reverse("mall:stock"), reverse("mall:stock_movements")
RECEIVE, SHEET, TAKE = reverse("mall:stock_receive"), reverse("mall:stock_take"), reverse("mall:stock_take_check")


@pytest.fixture
def owner(client):
    person = org.staff(role=Role.OWNER, name="林小满")
    client.force_login(person)
    return person


def level(**fields) -> StockLevel:
    return builders.sku(**fields).levels.get()


def page_of(row):
    return reverse("mall:stock_level", args=[row.pk])


def change(row):
    return reverse("mall:stock_change", args=[row.pk])


def test_the_empty_list_says_how_to_begin(client, owner):
    assert "还没有库存" in client.get(LIST).content.decode()


def test_what_runs_out_stands_in_a_list_of_its_own(client, owner):
    level(stock=9)
    low, out = level(stock=2), level(stock=0)
    StockLevel.objects.filter(pk=low.pk).update(safety=2)

    shown = client.get(LIST, {"view": "low"})

    assert [row.pk for row in shown.context["page"].rows] == [out.pk, low.pk]
    assert shown.context["low"] == 2
    assert "2 处库存不足" in client.get(LIST).content.decode()


def test_levels_are_found_by_name_and_warehouse(client, owner):
    row, _other = level(of=builders.product(name="奶瓶", search=search_text("奶瓶"))), level()

    assert [each.pk for each in client.get(LIST, {"q": "np"}).context["page"].rows] == [row.pk]
    assert [each.pk for each in client.get(LIST, {"warehouse": row.warehouse_id}).context["page"].rows] == [row.pk]


@pytest.mark.parametrize("door", [LIST, JOURNAL], ids=["levels", "journal"])
def test_lists_cost_a_fixed_number_of_queries(client, owner, door, django_assert_num_queries):
    for _at in range(20):
        level()

    with django_assert_num_queries(6):     # session, staff with roles; rows, low, warehouses; brand
        client.get(door)


def test_the_page_of_a_level_says_that_its_movements_add_up_to_it(client, owner, django_assert_num_queries):
    row = level(stock=7)

    with django_assert_num_queries(6):
        page = client.get(page_of(row)).content.decode()

    assert "合计：在库 7，占用 0" in page
    assert "与计数相符" in page


def test_goods_are_received_counted_and_kept_back(client, owner):
    row = level(stock=5)

    client.post(change(row), {"do": "receive", "count": "1,000", "key": "a", "reason": "送货单 1102"})
    client.post(change(row), {"do": "receive", "count": "1000", "key": "a"})
    client.post(change(row), {"do": "take", "count": "998", "key": "b"})
    client.post(change(row), {"do": "safety", "count": "３"})

    row.refresh_from_db()
    assert (row.on_hand, row.safety) == (998, 3)
    assert list(Movement.objects.order_by("pk").values_list("kind", "on_hand", "staff", "reason")) == [
        ("receive", 5, None, ""), ("receive", 1000, owner.pk, "送货单 1102"), ("take", -7, owner.pk, "")]
    assert AuditEntry.objects.filter(target=f"stock:{row.pk}").count() == 4


@pytest.mark.parametrize(("typed", "why"), [
    ({"do": "receive", "count": "0"}, "要在 1 到"), ({"do": "receive", "count": ""}, "这个字段是必填项"),
    ({"do": "receive", "count": "-3"}, "要在 1 到"), ({"do": "receive", "count": "1000000000"}, "要在 1 到"),
    ({"do": "take", "count": "abc"}, "请填写整数"), ({"do": "take", "count": "1.5"}, "请填写整数"),
    ({"do": "take", "count": "1"}, "有 2 件已被订单占用"), ({"do": "safety", "count": "-1"}, "要在 0 到"),
], ids=["none", "empty", "negative", "too many", "letters", "half", "promised", "safety"])
def test_a_wrong_number_is_told_beside_its_field_and_nothing_moves(client, owner, typed, why):
    row = level(stock=5)
    StockLevel.objects.update(reserved=2)

    response = client.post(change(row), typed)

    assert response.status_code == 422
    assert why in response.content.decode()
    assert Movement.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_pasted_list_is_checked_first_and_then_booked_once(client, owner):
    one = builders.sku(code="XM1", barcode="690123")
    place = Warehouse.objects.get()
    two = builders.sku(of=one.product, code="XM2")
    lines = {"warehouse": place.pk, "lines": "xm1 3\n690123\n\nXM2，12\n", "key": "k"}

    shown = client.post(RECEIVE, {**lines, "do": "check"})
    assert shown.context["pieces"] == 16
    assert Movement.objects.filter(kind="receive", key__startswith="receive:").count() == 0

    for _again in range(2):
        client.post(RECEIVE, {**lines, "do": "book"})

    found = {each.sku_id: each.on_hand for each in StockLevel.objects.filter(warehouse=place)}
    assert found == {one.pk: 14, two.pk: 22}


def test_goods_that_never_lay_there_get_their_first_place(client, owner):
    sku = builders.sku(code="XM1", warehouses=0)
    place = Warehouse.objects.create(supplier=sku.product.supplier, code="W", name="嘉兴仓")

    client.post(RECEIVE, {"warehouse": place.pk, "lines": "XM1 24", "key": "k", "do": "book"})

    assert StockLevel.objects.get().on_hand == 24


HOW_MANY = "数量要是 1 到 1000000 的整数"


@pytest.mark.parametrize(("lines", "why"), [
    ("NONE 3", "这个供应商没有这个编号或条码"), ("XM1 0", HOW_MANY), ("XM1 -3", HOW_MANY),
    ("XM1 99999999999", HOW_MANY), ("XM1 三", HOW_MANY), ("OTHER 1", "这个供应商没有这个编号或条码"),
    ("  \n,;\n", "请填写 1 到 500 行"),
], ids=["unknown", "none", "negative", "too many", "words", "another supplier's", "empty"])
def test_a_line_that_is_wrong_is_named_and_nothing_is_booked(client, owner, lines, why):
    place = builders.sku(code="XM1").levels.get().warehouse
    builders.sku(code="OTHER")

    response = client.post(RECEIVE, {"warehouse": place.pk, "lines": lines, "key": "k", "do": "book"})

    assert response.status_code == 422
    assert why in response.content.decode()
    assert Movement.objects.count() == 2


def test_a_delivery_needs_a_warehouse(client, owner):
    builders.sku()
    builders.sku()

    response = client.post(RECEIVE, {"lines": "XM1 3"})

    assert response.status_code == 422
    assert "请选择仓库" in response.content.decode()


@pytest.mark.parametrize(("line", "code", "quantity", "problem"), [
    ("XM1", "XM1", 1, ""), ("XM1 3", "XM1", 3, ""), ("ＸＭ１，３", "XM1", 3, ""), ("XM1\t纸尿裤\t3", "XM1", 3, ""),
    ("XM1 x 3", "XM1", 3, ""), ("XM1 x", "XM1", 0, "quantity"),
    ("XM1 3.5", "XM1", 0, "quantity"), ("XM1 9999999999", "XM1", 0, "quantity"),
], ids=["code", "code and count", "full width", "note", "times", "times nothing", "half", "too many"])
def test_a_line_is_read_as_people_write_it(line, code, quantity, problem):
    (found,) = read(line)

    assert (found.code, found.quantity, found.problem) == (code, quantity, problem)


def test_a_stock_take_shows_differences_and_then_puts_them_right(client, owner):
    less, same, uncounted = level(stock=5), None, None
    place = less.warehouse
    same = builders.sku(of=less.sku.product, stock=4).levels.get()
    uncounted = builders.sku(of=less.sku.product, stock=3).levels.get()
    sheet = {"warehouse": place.pk, f"count{less.pk}": "2", f"seen{less.pk}": "5", f"count{same.pk}": "4",
             f"seen{same.pk}": "4", f"count{uncounted.pk}": "", f"seen{uncounted.pk}": "3"}

    assert len(client.get(SHEET, {"warehouse": place.pk}).context["rows"]) == 3
    shown = client.post(TAKE, sheet)
    assert [(row.level.pk, row.difference) for row in shown.context["differing"]] == [(less.pk, -3)]
    assert not Movement.objects.filter(kind="take").exists()

    client.post(TAKE, {**sheet, "do": "apply", "key": "k"})

    assert dict(StockLevel.objects.values_list("pk", "on_hand")) == {less.pk: 2, same.pk: 4, uncounted.pk: 3}
    assert Movement.objects.filter(kind="take").count() == 1
    assert AuditEntry.objects.get().detail == {"counted": 2, "differences": 2}


def test_what_moved_during_a_stock_take_is_left_and_named(client, owner):
    row = level(stock=5)
    StockLevel.objects.update(on_hand=4)

    response = client.post(TAKE, {"warehouse": row.warehouse_id, f"count{row.pk}": "5", f"seen{row.pk}": "5",
                                  "do": "apply", "key": "k"})

    assert "盘点期间有出入库" in response.content.decode()
    assert StockLevel.objects.get().on_hand == 4


@pytest.mark.parametrize(("typed", "why"), [
    ("x", "请填写整数"), ("-1", "要在 0 到"), ("1", "有 2 件已被订单占用"), ("", "还没有填任何数"),
], ids=["letters", "negative", "promised", "nothing"])
def test_a_wrong_count_is_told_beside_its_field(client, owner, typed, why):
    row = level(stock=5)
    StockLevel.objects.update(reserved=2)

    response = client.post(TAKE, {"warehouse": row.warehouse_id, f"count{row.pk}": typed, "do": "apply"})

    assert response.status_code == 422
    assert why in response.content.decode()
    assert StockLevel.objects.get().on_hand == 5


def test_a_suppliers_staff_sees_and_changes_its_own_stock_only(client):
    mine, other = level(stock=5), level(stock=5)
    person = org.staff(role=Role.SUPPLIER)
    SupplierStaff.objects.create(supplier=mine.warehouse.supplier, staff=person)
    client.force_login(person)

    assert [row.pk for row in client.get(LIST).context["page"].rows] == [mine.pk]
    assert {row.level_id for row in client.get(JOURNAL).context["page"].rows} == {mine.pk}
    assert client.get(page_of(other)).status_code == 404
    assert client.post(change(other), {"do": "take", "count": "1"}).status_code == 404
    assert client.post(TAKE, {"warehouse": other.warehouse_id, f"count{other.pk}": "1"}).status_code == 404
    assert client.post(change(mine), {"do": "take", "count": "1", "key": "k"}).status_code == 302
    assert dict(StockLevel.objects.values_list("pk", "on_hand")) == {mine.pk: 1, other.pk: 5}


def test_a_level_of_another_warehouse_on_the_sheet_is_not_counted(client, owner):
    mine, other = level(stock=5), level(stock=5)

    response = client.post(TAKE, {"warehouse": mine.warehouse_id, f"count{other.pk}": "1", f"seen{other.pk}": "5",
                                  "do": "apply"})

    assert response.status_code == 422
    assert StockLevel.objects.get(pk=other.pk).on_hand == 5


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST])
def test_who_may_not_change_looks_and_touches_nothing(client, role):
    row = level(stock=5)
    client.force_login(org.staff(role=role))

    assert client.get(page_of(row)).status_code == 200
    for door in (change(row), RECEIVE, TAKE):
        assert client.post(door, {"do": "take", "count": "1"}).status_code == 403
    assert client.get(SHEET).status_code == 403


def test_a_manager_of_one_shop_does_not_change_the_stock_of_all(client):
    row = level(stock=5)
    client.force_login(org.staff(role=Role.SHOP_MANAGER, at=org.shop()))

    assert client.get(LIST).status_code == 200
    for door in (change(row), RECEIVE, TAKE):
        assert client.post(door, {"do": "take", "count": "1"}).status_code == 403


def test_nothing_there_says_where_to_begin(client, owner):
    for door in (RECEIVE, SHEET):
        assert "还没有仓库" in client.get(door).content.decode()
    assert Sku.objects.count() == 0
