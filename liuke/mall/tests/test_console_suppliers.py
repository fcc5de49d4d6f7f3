"""Suppliers: their people, warehouses and freight; and the trees of categories and brands."""

import pytest
from django.urls import reverse

from liuke.mall.models import Category, FreightRow, FreightTemplate, Label, Product, Supplier, SupplierStaff, Warehouse
from liuke.mall.rules.regions import PROVINCES, UnknownRegion, code_of, name_of
from liuke.mall.tests import builders
from liuke.org.models import AuditEntry, Staff
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("mall:suppliers"), reverse("mall:supplier_new")


@pytest.fixture
def owner(client):
    person = org.staff(role=Role.OWNER, name="林小满")
    client.force_login(person)
    return person


def door(name, row):
    return reverse(f"mall:{name}", args=[row.pk])


def test_the_empty_list_says_how_to_begin(client, owner):
    assert "还没有供应商" in client.get(LIST).content.decode()


def test_a_supplier_is_added_renamed_stopped_and_supplies_again(client, owner):
    client.post(NEW, {"code": "FAC01", "name": "小满自有仓"})
    supplier = Supplier.objects.get()
    goods = builders.product(supplier=supplier)

    client.post(door("supplier_change", supplier), {"name": "新名"})
    client.post(door("supplier_change", supplier), {"active": "no"})
    assert Product.objects.get(pk=goods.pk).state == "off_sale"
    client.post(door("supplier_change", supplier), {"active": "yes"})

    supplier.refresh_from_db()
    assert (supplier.name, supplier.active) == ("新名", True)
    assert AuditEntry.objects.filter(target=f"supplier:{supplier.pk}").count() == 4


@pytest.mark.parametrize(("typed", "why"), [
    ({"code": "TAKEN", "name": "别的"}, "编号或名称已经存在"), ({"code": "", "name": "别的"}, "请填写 1 到 20 个字"),
    ({"code": "X", "name": "字" * 61}, "请填写 1 到 60 个字"),
], ids=["taken", "no code", "long name"])
def test_a_wrong_supplier_is_told_and_what_was_typed_stays(client, owner, typed, why):
    builders.supplier(code="TAKEN")

    response = client.post(NEW, typed)

    assert response.status_code in (409, 422)
    assert why in response.content.decode()
    assert f'value="{typed["name"]}"' in response.content.decode()
    assert Supplier.objects.count() == 1


def test_the_list_costs_a_fixed_number_of_queries(client, owner, django_assert_num_queries):
    for _at in range(20):
        builders.sku(warehouses=2)

    with django_assert_num_queries(4):     # session, staff with roles; rows; brand
        client.get(LIST)


def test_the_page_costs_a_fixed_number_of_queries(client, owner, django_assert_num_queries):
    supplier = builders.supplier()
    for at in range(10):
        Warehouse.objects.create(supplier=supplier, code=f"W{at}", name="仓")
        SupplierStaff.objects.create(supplier=supplier, staff=org.staff(f"s{at}", role=Role.SUPPLIER))

    with django_assert_num_queries(8):
        client.get(door("supplier", supplier))


def test_a_login_is_opened_with_a_first_password_and_ended(client, owner):
    supplier = builders.supplier()

    answer = client.post(door("supplier_staff", supplier), {"do": "open", "username": "shen", "name": "沈"})

    shen = Staff.objects.get(username="shen")
    assert shen.check_password(answer.context["password"])
    assert answer["Cache-Control"] == "no-store"
    assert (shen.held, shen.suppliers.get().supplier) == ({(Role.SUPPLIER, None)}, supplier)

    client.post(door("supplier_staff", supplier), {"do": "dismiss", "staff": shen.pk})

    assert not SupplierStaff.objects.exists()
    assert Staff.objects.get(pk=shen.pk).held == frozenset()


def test_somebody_works_for_two_suppliers_until_dismissed_by_both(client, owner):
    one, two = builders.supplier(), builders.supplier()
    client.post(door("supplier_staff", one), {"do": "open", "username": "shen", "name": "沈"})
    client.post(door("supplier_staff", two), {"do": "employ", "username": "shen"})
    shen = Staff.objects.get(username="shen")

    client.post(door("supplier_staff", one), {"do": "dismiss", "staff": shen.pk})

    assert [each.supplier for each in shen.suppliers.all()] == [two]
    assert shen.held == {(Role.SUPPLIER, None)}


@pytest.mark.parametrize(("typed", "why"), [
    ({"do": "employ", "username": "mei"}, "这位员工有品牌的角色"),
    ({"do": "employ", "username": "nobody"}, "没有这个用户名的员工"),
    ({"do": "open", "username": "mei", "name": "梅"}, "mei 已被另一位员工使用"),
    ({"do": "open", "username": "shen", "name": ""}, "请填写姓名和用户名"),
    ({"do": "open", "username": "shen", "name": "沈", "phone": "12"}, "这不是一个电话号码"),
], ids=["works for the brand", "unknown", "taken", "no name", "phone"])
def test_a_wrong_login_is_told_and_nothing_is_made(client, owner, typed, why):
    supplier = builders.supplier()

    response = client.post(door("supplier_staff", supplier), typed)

    assert response.status_code in (409, 422)
    assert why in response.content.decode()
    assert not SupplierStaff.objects.exists()
    assert Staff.objects.count() == 1


def test_warehouses_are_added_and_changed(client, owner):
    supplier = builders.supplier()
    client.post(door("warehouse_new", supplier), {"code": "WH01", "name": "嘉兴仓"})
    place = Warehouse.objects.get()

    client.post(door("warehouse_change", place), {"name": "嘉兴二仓", "position": "3", "active": "no"})

    place.refresh_from_db()
    assert (place.supplier, place.name, place.position, place.active) == (supplier, "嘉兴二仓", 3, False)


def test_a_wrong_warehouse_is_told_beside_its_form(client, owner):
    supplier = builders.supplier()
    place = Warehouse.objects.create(supplier=supplier, code="WH01", name="嘉兴仓")

    taken = client.post(door("warehouse_new", supplier), {"code": "WH01", "name": "别的"})
    unnamed = client.post(door("warehouse_change", place), {"name": " "})

    assert (taken.status_code, unnamed.status_code) == (409, 422)
    assert taken.context["wrong"] == "warehouse"
    assert unnamed.context["wrong"] == f"w{place.pk}"


def freight(**row):
    """The form of one row, and an empty one."""
    given = {"region": "全国", "delivers": "on", "first_grams": "1000", "first_fen": "8", "step_grams": "500",
             "step_fen": "2.50", "free_from_fen": "99", **row}
    return {"name": "标准", "rows": 2, **{f"row0-{name}": value for name, value in given.items()},
            "row1-region": "", "row1-delivers": "on"}


def test_freight_is_kept_as_rows_of_regions(client, owner):
    supplier = builders.supplier()

    client.post(door("freight", supplier), freight())
    client.post(door("freight", supplier), freight(region="西藏自治区", delivers="", first_fen=""))

    row = FreightRow.objects.get()
    assert (row.region, row.delivers, row.first_grams, row.first_fen, row.step_grams, row.step_fen,
            row.free_from_fen) == ("54", False, 1000, 0, 500, 250, 9900)


def test_a_trial_says_what_a_parcel_costs(client, owner):
    supplier = builders.supplier()
    client.post(door("freight", supplier), freight())
    page = door("freight", supplier)

    def said(**asked):
        return client.get(page, {"region": "浙江", "grams": "1600", "worth": "", **asked}).context["trial"]

    assert said() == {"fen": 1300, "why": None}
    assert said(worth="99") == {"fen": 0, "why": "满额包邮"}
    assert said(grams="x") == {"said": "请填写地区、重量和货款"}


def programme():
    return [("silver", "银卡"), ("gold", "金卡")]


def test_freight_is_free_for_the_tiers_that_are_ticked(client, owner, settings):
    settings.LIUKE_TIERS = f"{__name__}.programme"
    supplier = builders.supplier()

    client.post(door("freight", supplier), {**freight(), "free": ["gold"]})
    page = client.get(door("freight", supplier), {"region": "浙江", "grams": "1600", "tier": "gold"})
    wrong = client.post(door("freight", supplier), {**freight(), "free": ["iron"]})

    assert FreightTemplate.objects.get().free_tiers == ["gold"]
    assert page.context["trial"] == {"fen": 0, "why": "会员免运费"}
    assert (wrong.status_code, wrong.context["problem"]) == (422, "请选择会员等级")
    assert "金卡会员免运费" in client.get(door("supplier", supplier)).content.decode()


@pytest.mark.parametrize(("wrong", "why"), [
    ({"region": "火星"}, "请填写省份名"), ({"first_fen": "x"}, "请填写金额"), ({"first_grams": "0"}, "要在 1 到"),
    ({"step_grams": "-1"}, "要在 1 到"), ({"row1-region": "00"}, "请填写省份名"),
    ({"row1-region": "全国"}, "这个地区已经有一行了"),
    ({"name": ""}, "请填写 1 到 40 个字"),
], ids=["mars", "price", "no weight", "negative", "no province", "twice", "no name"])
def test_wrong_freight_is_told_in_its_cell_and_nothing_is_saved(client, owner, wrong, why):
    own = {key: value for key, value in wrong.items() if "-" in key or key == "name"}
    row = {key: value for key, value in wrong.items() if key not in own}

    response = client.post(door("freight", builders.supplier()), {**freight(**row), **own})

    assert response.status_code == 422
    assert why in response.content.decode()
    assert not FreightRow.objects.exists()


@pytest.mark.parametrize("code", PROVINCES)
def test_a_province_is_known_by_name_and_code(code):
    assert code_of(name_of(code)) == code == code_of(code)


@pytest.mark.parametrize(("text", "code"), [
    ("", ""), ("全国", ""), ("上海市", "31"), ("广西壮族自治区", "45"), ("310106", "310106"),
])
def test_a_region_is_read_as_people_write_it(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize("text", ["火星", "1", "311", "99", "３１x"])
def test_what_is_no_region_is_refused(text):
    with pytest.raises(UnknownRegion):
        code_of(text)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SHOP_MANAGER])
def test_who_may_not_edit_looks_and_touches_nothing(client, role):
    supplier = builders.supplier()
    place = Warehouse.objects.create(supplier=supplier, code="W", name="仓")
    client.force_login(org.staff(role=role))

    assert client.get(LIST).status_code == 200
    assert client.get(door("supplier", supplier)).status_code == 200
    for name, row in [("supplier_change", supplier), ("supplier_staff", supplier), ("warehouse_new", supplier),
                      ("freight", supplier), ("warehouse_change", place)]:
        assert client.post(door(name, row)).status_code == 403, name


def test_an_agent_sees_no_suppliers(client):
    client.force_login(org.staff(role=Role.AGENT))

    assert client.get(LIST).status_code == 403


def test_no_such_supplier_is_404(client, owner):
    for name in ("supplier_change", "supplier_staff", "warehouse_new", "freight", "warehouse_change"):
        assert client.post(reverse(f"mall:{name}", args=[987_654])).status_code == 404, name
    assert client.get(reverse("mall:supplier", args=[987_654])).status_code == 404


def test_categories_are_added_moved_and_deleted(client, owner):
    new = reverse("mall:category_new")
    client.post(new, {"name": "喂养"})
    feeding = Category.objects.get()
    client.post(new, {"name": "奶瓶", "parent": feeding.pk})
    bottles = Category.objects.get(name="奶瓶")
    assert bottles.path == [feeding.pk, bottles.pk]

    client.post(door("category_change", bottles), {"name": "玻璃奶瓶", "parent": "", "position": "2"})
    bottles.refresh_from_db()
    assert (bottles.name, bottles.path, bottles.position) == ("玻璃奶瓶", [bottles.pk], 2)

    client.post(door("category_change", bottles), {"do": "close"})
    assert list(Category.objects.all()) == [feeding]
    assert client.get(reverse("mall:categories")).context["nodes"][0].name == "喂养"


def test_a_wrong_change_of_a_category_is_told_beside_it(client, owner):
    top, below = builders.category("上"), builders.category("下")
    builders.product(category=top)
    below.parent, below.path = top, [top.pk, below.pk]
    below.save()

    loop = client.post(door("category_change", top), {"name": "上", "parent": below.pk})
    full = client.post(door("category_change", top), {"do": "close"})
    twice = client.post(reverse("mall:category_new"), {"name": "上"})

    for response, wrong, why in [(loop, top.pk, "不能把分类移动到它自己下面"), (full, top.pk, "分类里还有内容"),
                                 (twice, "new", "编号或名称已经存在")]:
        assert response.status_code == 409
        assert response.context["wrong"] == wrong
        assert why in response.content.decode()


def test_brands_are_added_and_renamed(client, owner):
    client.post(reverse("mall:label_new"), {"name": "小满"})
    label = Label.objects.get()
    client.post(door("label_change", label), {"name": "禾芽"})
    taken = client.post(reverse("mall:label_new"), {"name": "禾芽"})
    none = client.post(door("label_change", label), {"name": ""})

    assert [each.name for each in client.get(reverse("mall:labels")).context["labels"]] == ["禾芽"]
    assert (taken.status_code, none.status_code) == (409, 422)


def test_an_agent_sees_categories_and_changes_none(client):
    row = builders.category()
    client.force_login(org.staff(role=Role.AGENT))

    for page in ("categories", "labels"):
        assert client.get(reverse(f"mall:{page}")).status_code == 200
    for name in ("category_new", "label_new"):
        assert client.post(reverse(f"mall:{name}"), {"name": "x"}).status_code == 403
    assert client.post(door("category_change", row), {"name": "x"}).status_code == 403
