"""What goes out comes in again, and changes nothing."""

import pytest
from django.core.management import call_command

from liuke.mall.tests.order_files import bring, counts, orders, row


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_exported_orders_are_read_back_unchanged(tmp_path, ending):
    bring(
        [
            row(优惠="1.5", 运费="8", 商品名称="=奶粉", 类目="母婴"),
            row(sku="S2", quantity="1000", price="0.001"),
            row(order="A2", 行号="7", 状态="已退款"),
            row(order="A3", 状态="已取消"),
            row(order="A4", 退款金额="3"),
            row(order="C5", quantity="-2"),
        ],
        tmp_path,
    )
    before = orders()
    out = tmp_path / f"orders.{ending}"

    call_command("export_orders", out)

    assert counts(bring(out, tmp_path)) == (0, 6, 0)
    assert orders() == before
