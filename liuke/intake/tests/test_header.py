from dataclasses import replace

import pytest

from liuke.intake.files import open_table
from liuke.intake.header import Field, Fields, parse_map, recognise
from liuke.intake.rules import FileRefused

FIELDS = Fields(
    known=(
        Field("order", "订单号", ("订单号", "订单编号", "order no", "InvoiceNo")),
        Field("sku", "商品编码", ("SKU", "商品编码", "货号")),
        Field("price", "单价", ("单价", "unit price")),
        Field("amount", "金额", ("小计",)),
    ),
    needed=(("order",), ("price", "amount")),
)


def header(tmp_path, text, **chosen):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return recognise(open_table(path), FIELDS, chosen), list(open_table(path).lines())


@pytest.mark.parametrize(
    "names",
    ["订单编号,货号,单价(元)", "ORDER_NO,sku, Unit Price ", "invoiceno,*SKU*,单价（元）", "\ufeff订单号,ＳＫＵ,单 价"],
)
def test_columns_are_recognised_by_the_names_people_use(tmp_path, names):
    found, _lines = header(tmp_path, f"{names}\nA1,S1,2\n")

    assert list(found.sources) == ["order", "sku", "price"]
    assert found.line == 1


def test_the_header_may_stand_below_a_title(tmp_path):
    found, _lines = header(tmp_path, "2024 年订单导出,,\n导出人: 小李,,\n订单号,SKU,单价\nA1,S1,2\n")

    assert (found.line, found.columns) == (3, ("订单号", "SKU", "单价"))


def test_what_the_person_says_wins(tmp_path):
    found, lines = header(tmp_path, "订单号,真单号,小计\nA1,B1,2\n", order="真单号")

    assert found.getter("order")(lines[1]) == "B1"
    assert found.unused() == ["订单号"]


def test_a_template_makes_a_field_out_of_columns_and_the_line_number(tmp_path):
    found, lines = header(tmp_path, "id,date,小计\n7,1997-01-01,2\n8,,3\n", order="=CD-{id}-{date}", sku="=CD")

    assert found.getter("order")(lines[1]) == "CD-7-1997-01-01"
    assert found.getter("order")(lines[2]) == ""
    assert found.getter("sku")(lines[2]) == "CD"
    assert recognise_line_number(tmp_path) == "3"


def recognise_line_number(tmp_path):
    found, lines = header(tmp_path, "id,小计\n7,2\n8,3\n", order="={#}")
    return found.getter("order")(lines[2])


def test_two_columns_of_one_name_are_told_apart(tmp_path):
    found, lines = header(tmp_path, "订单号,金额,金额,小计\nA1,1,2,3\n", amount="金额 (2)")

    assert found.columns == ("订单号", "金额", "金额 (2)", "小计")
    assert found.getter("amount")(lines[1]) == "2"


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(FileRefused, match=r"单价/金额.*表头是: 订单号、货名"):
        header(tmp_path, "订单号,货名\nA1,S1\n")
    with pytest.raises(FileRefused, match="没有名为“单号”的列"):
        header(tmp_path, "订单号,小计\nA1,1\n", order="单号")
    with pytest.raises(FileRefused, match="没有叫“orders”的字段"):
        header(tmp_path, "订单号,小计\nA1,1\n", orders="订单号")


def test_maps_are_read_from_one_text():
    assert parse_map("order=单号, sku==CD,line={#}") == {"order": "单号", "sku": "=CD", "line": "{#}"}
    assert parse_map("order==a,,{id}") == {"order": "=a,{id}"}
    with pytest.raises(FileRefused, match="字段=列名"):
        parse_map("order")


def test_another_column_stands_in_where_a_field_has_none(tmp_path):
    fields, file = replace(FIELDS, instead={"sku": "order"}), tmp_path / "file.csv"

    file.write_text("订单号,单价\nA1,3\n", encoding="utf-8")
    alone = recognise(open_table(file), fields, {})
    file.write_text("订单号,货号,单价\nA1,S1,3\n", encoding="utf-8")
    both = recognise(open_table(file), fields, {})

    assert (alone.sources["sku"], both.sources["sku"]) == ("订单号", "货号")
