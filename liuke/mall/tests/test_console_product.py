"""A new product and the page of one: texts, SKUs, pictures, what stands beside it, and where it is sold."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from liuke.mall.models import Companion, Picture, Product, ShopPrice, Sku
from liuke.mall.tests import builders
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db
NEW = reverse("mall:product_new")


@pytest.fixture
def owner(client):
    person = org.staff(role=Role.OWNER, name="林小满")
    client.force_login(person)
    return person


def door(name, product):
    return reverse(f"mall:{name}", args=[product.pk])


def typed(**more):
    return {"name": "小满纸尿裤", "code": "XM1", "supplier": builders.supplier().pk, "category": builders.category().pk,
            "supply_fen": "50", "list_fen": "¥89.00", "option0": "", "values0": "", **more}


def texts(product, **more):
    return {"name": product.name, "code": product.code, "supplier": product.supplier_id,
            "category": product.category_id, "version": product.version, "return_days": "7", **more}


def rows(*skus, options=("尺码",)):
    said = {"rows": len(skus), "option": list(options), "version": 1}
    for at, sku in enumerate(skus):
        said |= {f"row{at}-{name}": value for name, value in sku.items()}
    return said


def row(code="K1", value="S", **more):
    return {"code": code, "value0": value, "supply_fen": "10", "list_fen": "19.90", "active": "on", **more}


def test_a_new_product_is_a_draft_with_a_sku_for_every_combination(client, owner):
    response = client.post(NEW, typed(option0="尺码", values0="S，M", option1="颜色", values1="红、蓝"))

    product = Product.objects.get()
    assert response["Location"] == f"{door('product', product)}?view=skus"
    assert (product.state, product.options) == ("draft", ["尺码", "颜色"])
    assert list(Sku.objects.order_by("pk").values_list("code", "values", "supply_fen", "list_fen")) == [
        ("XM1-1", ["S", "红"], 5000, 8900), ("XM1-2", ["S", "蓝"], 5000, 8900),
        ("XM1-3", ["M", "红"], 5000, 8900), ("XM1-4", ["M", "蓝"], 5000, 8900)]
    assert AuditEntry.objects.get().target == f"product:{product.pk}"


def test_without_specifications_there_is_one_sku_and_a_code_is_made(client, owner):
    client.post(NEW, typed(code="", barcode="6901234567892"))

    sku = Sku.objects.select_related("product").get()
    assert sku.product.code.startswith("P")
    assert (sku.code, sku.values, sku.barcode) == (sku.product.code, [], "6901234567892")


@pytest.mark.parametrize(("wrong", "why"), [
    ({"name": ""}, "这个字段是必填项"), ({"supplier": ""}, "这个字段是必填项"),
    ({"category": "9999"}, "选择一个有效的选项"),
    ({"supply_fen": "便宜"}, "请填写金额"), ({"list_fen": "-1"}, "金额要在"),
    ({"list_fen": "999999999999"}, "金额要在"),
    ({"floor_fen": "100"}, "最低价不能高于标价"), ({"ceiling_fen": "1"}, "最高价不能低于标价"),
    ({"option0": "尺码"}, "要一起填"), ({"values0": "S"}, "要一起填"),
    ({"option0": "尺码", "values0": "S", "option1": "尺码", "values1": "M"}, "规格名重复"),
    ({"option0": "尺码", "values0": ",".join(str(n) for n in range(201))}, "组合起来有 201 个规格"),
    ({"warranty_months": "241"}, "要在 0 到 240 之间"), ({"return_days": "很多"}, "请填写整数"),
    ({"weight_grams": "-5"}, "要在 0 到"), ({"name": "a" * 201}, "200"),
], ids=["no name", "no supplier", "no such category", "words for money", "negative", "too dear", "floor", "ceiling",
        "name of option alone", "values alone", "option twice", "too many", "warranty", "days", "weight", "long name"])
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(client, owner, wrong, why):
    response = client.post(NEW, {**typed(), "summary": "一句话", **wrong})

    page = response.content.decode()
    assert response.status_code == 422
    assert why in page
    assert "一句话" in page
    assert not Product.objects.exists()


def test_a_code_that_is_taken_is_told_beside_the_code(client, owner):
    builders.product(code="XM1")

    response = client.post(NEW, typed())

    assert response.status_code == 422
    assert response.context["about"].errors["code"] == ["这个编号已被另一件商品或规格使用。"]


def test_a_new_product_without_supplier_or_category_says_where_to_begin(client, owner):
    page = client.get(NEW).content.decode()

    assert "新建之前要有至少一个供应商和一个分类" in page


@pytest.mark.parametrize("view", ["about", "skus", "pictures", "beside", "shops", "nonsense"])
@pytest.mark.parametrize("role", [Role.OWNER, Role.AGENT])
def test_every_view_opens(client, view, role):
    client.force_login(org.staff(role=role))
    builders.shop("MINI")
    product = builders.sku().product

    assert client.get(door("product", product), {"view": view}).status_code == 200


@pytest.mark.parametrize("view", ["about", "skus", "pictures", "beside", "shops"])
def test_a_view_costs_few_queries_however_much_there_is(client, owner, django_assert_max_num_queries, view):
    product = builders.product(options=["尺码"])
    for at in range(20):
        builders.sku(of=product, values=[f"S{at}"], warehouses=2)
        builders.shop(f"S{at}")
        Companion.objects.create(product=product, kind="accessory", accessory=builders.product())

    with django_assert_max_num_queries(14):
        client.get(door("product", product), {"view": view})


def test_texts_are_saved_with_the_version_that_was_seen(client, owner):
    product = builders.product(name="旧名", state="draft")

    response = client.post(door("product_about", product), texts(product, name="新名", serial_numbered="on"))

    product.refresh_from_db()
    assert response.status_code == 302
    assert (product.name, product.serial_numbered, product.version) == ("新名", True, 2)
    assert AuditEntry.objects.get().detail == {"fields": ["name", "serial_numbered"]}


def test_somebody_elses_change_in_between_is_said_and_nothing_is_lost(client, owner):
    product = builders.product(name="旧名", state="draft")
    seen = texts(product, name="我的名字")
    Product.objects.update(name="别人的名字", version=2)

    response = client.post(door("product_about", product), seen)

    page = response.content.decode()
    assert response.status_code == 409
    assert "有人改过这件商品" in page
    assert "我的名字" in page
    assert Product.objects.get().name == "别人的名字"
    client.post(door("product_about", product), {**seen, "version": response.context["product"].version})
    assert Product.objects.get().name == "我的名字"


@pytest.mark.parametrize(("wrong", "why"), [
    ({"name": ""}, "这个字段是必填项"), ({"code": ""}, "这个字段是必填项"), ({"supplier": "x"}, "选择一个有效的选项"),
], ids=["name", "code", "supplier"])
def test_wrong_texts_are_told_beside_their_field(client, owner, wrong, why):
    product = builders.product()

    response = client.post(door("product_about", product), texts(product, **wrong))

    assert response.status_code == 422
    assert why in response.content.decode()


def test_the_table_is_made_from_the_specifications_and_not_saved(client, owner):
    product = builders.product(code="XM1", options=["尺码"])
    kept = builders.sku(of=product, code="XM1-1", values=["S"], list_fen=1200)
    builders.sku(of=product, code="XM1-2", values=["M"])

    response = client.get(door("product_combine", product), {"option0": "尺码", "values0": "S，L"})

    assert [form["code"].value() for form in response.context["rows"]] == ["XM1-1", "XM1-3"]
    assert [form["list_fen"].value() for form in response.context["rows"]] == ["12.00", "12.00"]
    assert "保存后不再出售：XM1-2" in response.content.decode()
    assert list(Sku.objects.filter(active=True).values_list("code", flat=True)) == [kept.code, "XM1-2"]


def test_a_further_specification_keeps_the_skus_that_are_there(client, owner):
    product = builders.product(code="XM1", options=["尺码"])
    builders.sku(of=product, code="XM1-1", values=["S"])

    response = client.get(door("product_combine", product), {
        "option0": "尺码", "values0": "S", "option1": "颜色", "values1": "红，蓝"})

    assert [form["code"].value() for form in response.context["rows"]] == ["XM1-1", "XM1-2"]


def test_the_table_is_saved_whole(client, owner):
    product = builders.product(options=["尺码"])
    gone = builders.sku(of=product, code="K9", values=["L"])

    client.post(door("product_skus", product), rows(row(), row("K2", "M", floor_fen="15", ceiling_fen="30")))

    product.refresh_from_db()
    assert list(product.skus.filter(active=True).order_by("code").values_list(
        "code", "values", "supply_fen", "list_fen", "floor_fen", "ceiling_fen")) == [
            ("K1", ["S"], 1000, 1990, 0, None), ("K2", ["M"], 1000, 1990, 1500, 3000)]
    assert not Sku.objects.get(pk=gone.pk).active
    assert (product.from_fen, product.version) == (1990, 2)


@pytest.mark.parametrize(("wrong", "why"), [
    (row("K2", "S"), "规格组合重复"), (row("K1", "M"), "规格编号重复"), (row("", "M"), "这个字段是必填项"),
    (row("K2", ""), "这个字段是必填项"), (row("K2", "M", list_fen=""), "这个字段是必填项"),
    (row("K2", "M", supply_fen="x"), "请填写金额"), (row("K2", "M", floor_fen="20"), "最低价不能高于标价"),
    (row("K2", "M", ceiling_fen="3"), "最高价不能低于标价"), (row("K2", "M", weight_grams="1.5"), "请填写整数"),
], ids=["combination", "code", "no code", "no value", "no price", "words", "floor", "ceiling", "weight"])
def test_a_wrong_row_is_told_in_its_cell_and_nothing_is_saved(client, owner, wrong, why):
    product = builders.product(options=["尺码"])

    response = client.post(door("product_skus", product), rows(row(), wrong))

    assert response.status_code == 422
    assert why in response.content.decode()
    assert not Sku.objects.exists()


def test_a_sku_code_of_another_product_is_told(client, owner):
    builders.sku(code="K1")
    product = builders.product(options=["尺码"])

    response = client.post(door("product_skus", product), rows(row()))

    assert response.status_code == 422
    assert "有规格编号已被另一件商品使用" in response.content.decode()


def test_a_product_on_sale_keeps_at_least_one_sku(client, owner):
    product = builders.sku(code="K1", values=["S"], of=builders.product(options=["尺码"])).product

    response = client.post(door("product_skus", product), rows({**row(), "active": ""}))

    assert response.status_code == 422
    assert "在售商品至少要有一个可售规格" in response.content.decode()
    assert Sku.objects.get().active


def photo(name="a.jpg", kind="JPEG"):
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(data, kind)
    return SimpleUploadedFile(name, data.getvalue())


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("media")
def test_pictures_are_added_ordered_and_removed(client, owner):
    product = builders.product()
    client.post(door("picture_add", product), {"pictures": [photo(), photo("b.png", "PNG")]})
    first, second = Picture.objects.order_by("position")

    client.post(door("picture_move", product), {"picture": second.pk, "to": "first"})
    assert list(Picture.objects.order_by("position").values_list("pk", flat=True)) == [second.pk, first.pk]

    client.post(door("picture_remove", product), {"picture": second.pk})
    assert Picture.objects.get() == first
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert [action.rpartition(".")[2] for action in actions] == [
        "picture_add", "picture_add", "picture_move", "picture_remove"]


@pytest.mark.usefixtures("media")
def test_a_file_that_is_no_picture_is_named_and_the_others_are_kept(client, owner):
    product = builders.product()

    response = client.post(door("picture_add", product), {
        "pictures": [photo(), SimpleUploadedFile("notes.jpg", b"not a picture")]})

    assert response.status_code == 422
    assert "notes.jpg：" in response.content.decode()
    assert Picture.objects.count() == 1


@pytest.mark.usefixtures("media")
def test_more_pictures_than_a_product_has_are_refused(client, owner):
    product = builders.product()
    for at in range(12):
        Picture.objects.create(product=product, position=at, file=f"pictures/{at}", width=1, height=1)

    response = client.post(door("picture_add", product), {"pictures": [photo()]})

    assert "最多 12 张图片" in response.content.decode()
    assert Picture.objects.count() == 12


def test_no_file_is_told(client, owner):
    response = client.post(door("picture_add", builders.product()))

    assert response.status_code == 422
    assert "请先选择图片文件" in response.content.decode()


def test_tutorials_and_accessories_are_added_ordered_and_removed(client, owner):
    product, filters = builders.product(), builders.product(code="FILTER")
    client.post(door("beside_add", product), {"kind": "tutorial", "title": "怎么用", "url": "https://x.cn/1"})
    client.post(door("beside_add", product), {"kind": "accessory", "code": "filter"})
    second = product.companions.get(kind="accessory")
    assert second.accessory == filters

    client.post(door("beside_change", product), {"companion": second.pk, "do": "up"})
    assert list(product.companions.order_by("position").values_list("kind", flat=True)) == ["accessory", "tutorial"]

    client.post(door("beside_change", product), {"companion": product.companions.first().pk, "do": "remove"})
    assert product.companions.count() == 1


@pytest.mark.parametrize(("wrong", "why"), [
    ({"kind": "tutorial", "title": "怎么用", "url": "javascript:alert(1)"}, "教程需要标题和网址"),
    ({"kind": "tutorial", "title": "", "url": "https://x.cn"}, "请填写 1 到 100 个字"),
    ({"kind": "accessory", "code": "NONE"}, "没有这个编号的商品"),
    ({"kind": "accessory", "code": "SELF"}, "没有这个编号的商品"),
], ids=["script", "no title", "unknown", "itself"])
def test_a_wrong_companion_is_told_beside_its_field(client, owner, wrong, why):
    product = builders.product(code="SELF")

    response = client.post(door("beside_add", product), wrong)

    assert response.status_code == 422
    assert why in response.content.decode()
    assert not Companion.objects.exists()


def test_where_it_is_sold_says_the_price_and_who_does_not_sell_it(client, owner):
    sku = builders.sku(supply_fen=1000, list_fen=1990)
    usual, dearer, without = builders.shop("A"), builders.shop("B"), builders.shop("C")
    ShopPrice.objects.create(shop=dearer, markup_bp=15_000)
    ShopPrice.objects.create(shop=without, sku=sku, price_fen=1, offered=False)

    sold = client.get(door("product", sku.product), {"view": "shops"}).context["sold"]

    assert {each.shop: (each.offered, each.low_fen) for each in sold} == {
        usual: (1, 1990), dearer: (1, 2500), without: (0, None)}


def test_what_a_draft_lacks_is_said_with_the_place_to_mend_it(client, owner):
    product = builders.sku(stock=0, of=builders.product(state="draft")).product

    page = client.get(door("product", product)).content.decode()

    assert "还没有图片" in page
    assert "还没有库存" in page


def test_costs_are_not_for_everybody(client):
    product = builders.sku(supply_fen=1234).product
    client.force_login(org.staff(role=Role.AGENT))

    assert "12.34" not in client.get(door("product", product), {"view": "skus"}).content.decode()


def test_no_such_product_is_404(client, owner):
    for name in ("product", "product_combine"):
        assert client.get(reverse(f"mall:{name}", args=[987_654])).status_code == 404
    for name in ("product_about", "product_skus", "picture_add", "picture_move", "picture_remove", "beside_add",
                 "beside_change"):
        assert client.post(reverse(f"mall:{name}", args=[987_654])).status_code == 404, name


def test_an_agent_changes_nothing(client):
    product = builders.product()
    client.force_login(org.staff(role=Role.AGENT))

    for name in ("product_about", "product_skus", "picture_add", "picture_move", "picture_remove", "beside_add",
                 "beside_change"):
        assert client.post(door(name, product)).status_code == 403, name
