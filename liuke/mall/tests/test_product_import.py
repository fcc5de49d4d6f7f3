"""Product files at their door: what is taken, what is refused and why, and what the same row does again."""

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.intake import engine
from liuke.intake.models import Run
from liuke.mall.models import Category, Movement, Product, ShopPrice, Sku, StockLevel, Supplier, Warehouse
from liuke.mall.rules.catalogue import search_text
from liuke.mall.services.product_fields import read_spec, written_spec
from liuke.mall.services.product_import import Products
from liuke.mall.tests import builders
from liuke.mall.tests.product_files import NOW, bring, counts, goods, plan, rejected, row

pytestmark = pytest.mark.django_db
NAMES = ("商品编号", "规格编号", "商品名称", "规格", "供应商", "分类", "供货价", "零售价", "上架状态", "库存", "品牌",
         "门店价 MINI")
WORDS = ("A1", "A2", "1", "红", "颜色:红", "是", "在售", "FAC", "母婴 > 纸尿裤", "9.9", "30%", "\x01")
SIGNS = st.characters(exclude_characters="\x00", codec="utf-8")     # a file with U+0000 is no table at all


@pytest.fixture(autouse=True)
def parties(settings, tmp_path):
    """Two suppliers, each with a warehouse, and a shop."""
    settings.LIUKE_DATA = tmp_path
    for code, name in (("FAC", "织造厂"), ("PAP", "纸业")):
        supplier = Supplier.objects.create(code=code, name=name)
        Warehouse.objects.create(supplier=supplier, code=f"W-{code}", name=f"{name}仓")
    builders.shop("MINI")


class TestTaken:
    def test_rows_become_products_with_skus_prices_and_stock(self, tmp_path):
        run = bring([
            row(规格="颜色:红;尺码:L", 品牌="贝亲", 条码="6901234567892", 最低价="60", 最高价="120", 克重="800",
                上架状态="在售", 序列号管理="是", 质保月数="12", 退换天数="15",
                **{"库存 W-FAC": "30", "门店价 MINI": "89.9"}),
            row(sku="A1-B", 规格="颜色:蓝;尺码:L", 零售价="88", **{"库存 W-FAC": "0", "门店价 MINI": "30%"}),
        ], tmp_path)

        assert counts(run) == (2, 0, 0)
        found = goods()["A1"]
        skus = found.pop("skus")
        assert found == {
            "name": "纸尿裤", "summary": "", "care": "", "description": "", "state": "on_sale",
            "options": ["颜色", "尺码"],
            "serial_numbered": True, "warranty_months": 12, "return_days": 15, "position": 0, "from_fen": 8800,
            "supplier": "FAC", "label": "贝亲", "version": 2, "category": [
                Category.objects.get(name="母婴").pk, Category.objects.get(name="纸尿裤").pk],
            "search": search_text("纸尿裤", ["A1", "A1-S", "6901234567892", "A1-B", search_text("贝亲").strip()]),
        }
        assert skus == {
            "A1-S": {"values": ["红", "L"], "barcode": "6901234567892", "supply_fen": 5000, "list_fen": 9900,
                     "floor_fen": 6000, "ceiling_fen": 12000, "weight_grams": 800, "active": True,
                     "stock": {"W-FAC": 30}, "prices": [("MINI", None, 8990, True)]},
            "A1-B": {"values": ["蓝", "L"], "barcode": "", "supply_fen": 5000, "list_fen": 8800, "floor_fen": 0,
                     "ceiling_fen": None, "weight_grams": 0, "active": True, "stock": {},
                     "prices": [("MINI", 3000, None, True)]},
        }
        assert list(Movement.objects.values_list("kind", "on_hand", "key")) == [
            ("take", 30, f"import:{run.pk}:{StockLevel.objects.get().pk}")]

    def test_the_same_file_again_changes_nothing(self, tmp_path):
        rows = [row(**{"库存 W-FAC": "3", "门店价 MINI": "不售"}), row("A2", "A2", 规格="大", 上架状态="在售")]
        bring(rows, tmp_path)
        before = goods()

        assert counts(bring(rows[::-1], tmp_path)) == (0, 2, 0)
        assert goods() == before
        assert (Movement.objects.count(), ShopPrice.objects.count()) == (1, 1)

    def test_a_list_of_prices_or_counts_by_sku_is_enough_for_what_is_known(self, tmp_path):
        bring([row(规格="大"), row(sku="A1-X", 规格="小")], tmp_path)
        short = [{"SKU": "A1-S", "售价": "79", "库存": "8"}, {"SKU": "A1-X", "售价": "99", "库存": ""}]

        assert counts(bring(short, tmp_path)) == (1, 1, 0)
        assert dict(Sku.objects.values_list("code", "list_fen")) == {"A1-S": 7900, "A1-X": 9900}
        assert StockLevel.objects.get().on_hand == 8
        assert Product.objects.get().from_fen == 7900

    def test_an_empty_cell_says_nothing_and_a_sku_left_out_stays(self, tmp_path):
        bring([row(简介="软", 规格="大"), row(sku="A1-X", 规格="小")], tmp_path)

        assert counts(bring([row(简介=None, 商品名称="新名字", 规格=None)], tmp_path)) == (1, 0, 0)
        product = Product.objects.get()
        assert (product.name, product.summary, product.skus.filter(active=True).count()) == ("新名字", "软", 2)
        assert product.search.startswith(" 新名字")

    def test_a_product_of_one_sku_needs_no_code_for_it(self, tmp_path):
        bring([row(规格编号=None)], tmp_path)

        assert list(Sku.objects.values_list("product__code", "code", "values")) == [("A1", "A1", [])]

    def test_the_supplier_may_be_left_out_when_there_is_only_one(self, tmp_path):
        Warehouse.objects.filter(supplier__code="PAP").delete()
        Supplier.objects.filter(code="PAP").delete()

        assert counts(bring([row(供应商=None)], tmp_path)) == (1, 0, 0)

    def test_goods_leave_the_shelf_and_come_back(self, tmp_path):
        bring([row(上架状态="在售")], tmp_path)

        for word, state in (("下架", "off_sale"), ("草稿", "off_sale"), ("上架", "on_sale")):
            bring([row(上架状态=word)], tmp_path)
            assert Product.objects.get().state == state

    def test_a_sku_that_is_not_sold_any_more_is_told_in_a_column(self, tmp_path):
        bring([row(规格="大"), row(sku="A1-X", 规格="小", 零售价="50")], tmp_path)

        bring([row(sku="A1-X", 规格="小", 零售价="50", 规格可售="否")], tmp_path)

        assert dict(Sku.objects.values_list("code", "active")) == {"A1-S": True, "A1-X": False}
        assert Product.objects.get().from_fen == 9900


class TestRefused:
    @pytest.mark.parametrize(("columns", "reason"), [
        ({"供货价": None}, "missing_price"), ({"零售价": "九十"}, "bad_money"), ({"零售价": "9.999"}, "bad_money"),
        ({"零售价": "-1"}, "price_bounds"), ({"最低价": "100"}, "price_bounds"), ({"最高价": "98"}, "price_bounds"),
        ({"商品名称": None}, "missing_name"), ({"商品名称": "长" * 201}, "too_long"),
        ({"分类": None}, "missing_category"), ({"分类": "母婴 >"}, "bad_category"),
        ({"分类": " > ".join("abcdefg")}, "bad_category"), ({"供应商": "没有的"}, "unknown_supplier"),
        ({"规格": "颜色:红;L"}, "bad_spec"), ({"序列号管理": "也许"}, "bad_word"), ({"上架状态": "好"}, "bad_word"),
        ({"质保月数": "241"}, "absurd_number"), ({"克重": "1.5"}, "bad_quantity"),
        ({"库存 W-FAC": "-1"}, "absurd_number"),
        ({"库存 W-PAP": "1"}, "wrong_warehouse"), ({"门店价 MINI": "很多"}, "bad_money"),
        ({"门店价 MINI": "98", "最低价": "99"}, "price_bounds"), ({"规格编号": "1.23E+17"}, "rounded_number"),
        ({"上架状态": "在售", "规格可售": "否"}, "not_ready"),
        ({"商品编号": None, "规格编号": None}, "missing_product"),
    ], ids=str)
    def test_a_row_that_makes_no_sense_is_told_why_and_leaves_nothing(self, tmp_path, columns, reason):
        run = bring([row(**columns), row("B1", "B1")], tmp_path)

        assert counts(run) == (1, 0, 1)
        assert [each.split(" ")[0] for each in rejected(run).values()] == [reason]
        assert list(Product.objects.values_list("code", flat=True)) == ["B1"]
        assert (StockLevel.objects.count(), ShopPrice.objects.count()) == (0, 0)

    def test_one_bad_row_does_not_take_the_others_of_its_product_with_it(self, tmp_path):
        run = bring([row(规格="大"), row(sku="A1-X", 规格="小", 零售价="1", 最低价="2"), row(sku="A1-Y", 规格="中"),
                     row(sku="A1-Z", 规格="特", 商品名称="别的名字"), row(规格="大")], tmp_path)

        assert rejected(run) == {"A1-X": "price_bounds", "A1-Z": "mixed_product", "A1-S": "sku_twice"}
        assert sorted(Sku.objects.values_list("code", flat=True)) == ["A1-S", "A1-Y"]

    def test_a_sku_belongs_to_one_product(self, tmp_path):
        bring([row()], tmp_path)

        assert rejected(bring([row("A2")], tmp_path)) == {"A1-S": "sku_elsewhere"}
        assert list(Product.objects.values_list("code", flat=True)) == ["A1"]

    def test_two_specifications_alike_are_refused_together(self, tmp_path):
        run = bring([row(规格="大"), row(sku="A1-X", 规格="大")], tmp_path)

        assert rejected(run) == {"A1-S": "bad_spec", "A1-X": "bad_spec"}
        assert Product.objects.count() == 0

    def test_less_than_is_promised_cannot_be_counted(self, tmp_path):
        bring([row(**{"库存 W-FAC": "9"})], tmp_path)
        StockLevel.objects.update(reserved=5)

        run = bring([row(零售价="80", **{"库存 W-FAC": "4"})], tmp_path)

        assert rejected(run) == {"A1-S": "promised"}
        assert (StockLevel.objects.get().on_hand, Sku.objects.get().list_fen) == (9, 9900)

    def test_a_mended_error_file_comes_in_alone(self, tmp_path):
        run = bring([row(零售价="x"), row("A2", "A2")], tmp_path)
        with open(run.error_file, encoding="utf-8-sig", newline="") as file:
            text = file.read().replace(",x,", ",99,")
        mended = tmp_path / "mended.csv"
        mended.write_text(text, encoding="utf-8")

        assert counts(bring(mended, tmp_path)) == (1, 0, 0)
        assert Product.objects.count() == 2


class TestRoundTrip:
    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_what_goes_out_comes_in_unchanged(self, tmp_path, ending):
        bring([
            row(规格="颜色:红;尺码:L", 品牌="贝亲", 简介="=1+1", 养护提示="温水洗\n平铺晾干", 条码="0069012345678",
                最低价="60.01",
                最高价="120", 克重="800", 上架状态="在售", 序列号管理="是", 质保月数="12", 退换天数="0", 排序="-5",
                **{"库存 W-FAC": "30", "门店价 MINI": "89.9"}),
            row(sku="A1-B", 规格=r"颜色:蓝\;绿\:深;尺码:L", **{"库存 W-FAC": "7", "门店价 MINI": "12.34%"}),
            row(sku="A1-C", 规格="颜色:黑;尺码:L", 规格可售="否", **{"门店价 MINI": "不售"}),
            row("0012", "0012", 商品名称="@湿巾  两包", 供应商="PAP", 上架状态="下架", **{"库存 W-PAP": "5"}),
            row("B3", "B3", 规格="大"),
        ], tmp_path)
        Product.objects.filter(code="B3").update(description="长说明\n第二行")
        before, moved = goods(), Movement.objects.count()
        out = tmp_path / f"products.{ending}"

        call_command("export_products", out)

        assert counts(bring(out, tmp_path)) == (0, 5, 0)
        assert goods() == before
        assert Movement.objects.count() == moved

    def test_an_empty_catalogue_takes_all_of_it_and_is_the_same(self, tmp_path):
        bring([row(规格="大", **{"库存 W-FAC": "30"}), row("A2", "A2", 供应商="PAP", 上架状态="在售")], tmp_path)
        before, out = goods(), tmp_path / "products.xlsx"
        call_command("export_products", out)
        for table in (Movement, StockLevel, Sku, Product):
            table.objects.all().delete()

        assert counts(bring(out, tmp_path)) == (2, 0, 0)
        assert goods() == before

    @given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8)), max_size=4))
    def test_a_specification_reads_back_whatever_signs_it_holds(self, pairs):
        pairs = [(a.strip(), b.strip()) for a, b in pairs if a.strip() and b.strip()]
        options, values = tuple(a for a, _ in pairs), tuple(b for _, b in pairs)

        assert read_spec(written_spec(options, values)) == (options, values)


class TestNothingIsLost:
    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.fixed_dictionaries({}, optional={
        name: st.one_of(st.sampled_from(WORDS), st.text(SIGNS, max_size=5)) for name in NAMES
    }), min_size=1, max_size=6))
    def test_every_row_is_accepted_unchanged_or_rejected_whatever_it_holds(self, tmp_path, rows):
        bring([{"商品编号": "", "规格编号": "", **each} for each in rows], tmp_path)

    def test_a_try_out_counts_everything_and_changes_nothing(self, tmp_path):
        run = plan([row(**{"库存 W-FAC": "3"}), row("A2", "A2", 零售价="x")], tmp_path)
        pk = run.pk
        Run.objects.filter(pk=pk).delete()
        run.pk, run._state.adding = None, True

        done = engine.try_out(run, Products(), now=NOW)

        assert (counts(done), Product.objects.count(), Category.objects.count()) == ((1, 0, 1), 0, 0)

    def test_a_run_killed_between_two_slots_ends_as_one_clean_run(self, tmp_path, monkeypatch):
        monkeypatch.setattr("liuke.intake.rules.SLOT_ROWS", 10)
        rows = [row(f"P{at}", f"P{at}", **{"库存 W-FAC": str(at)}) for at in range(40)]
        rows += [row("P3", "P3-b", 零售价="x")]
        run = plan(rows, tmp_path)
        kind, merged = Products(), 0

        class Killed(BaseException):
            pass

        def merge(run, *, now):
            nonlocal merged
            merged += 1
            done = Products.merge(kind, run, now=now)
            if merged == 3:
                raise Killed
            return done

        monkeypatch.setattr(kind, "merge", merge)
        with pytest.raises(Killed):
            engine.bring_in(run, kind, now=NOW)
        assert 0 < Product.objects.count() < 40

        done = engine.bring_in(run, Products(), now=NOW)

        assert counts(done) == (40, 0, 1)
        assert dict(StockLevel.objects.values_list("sku__code", "on_hand")) == {f"P{at}": at for at in range(1, 40)}
        assert Movement.objects.count() == 39
