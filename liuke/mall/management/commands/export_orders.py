"""liuke export orders FILE"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings

from liuke.intake.exports import ExportCommand
from liuke.kit.money import yuan
from liuke.mall.models import OrderLine
from liuke.mall.rules import State
from liuke.org import queries

COLUMNS = (
    "订单号", "行号", "下单时间", "付款时间", "会员号", "店铺", "商品编码", "商品名称", "类目", "数量", "单价",
    "优惠", "金额", "退款金额", "运费", "状态",
)
WORDS = {State.PLACED: "待付款", State.PAID: "已付款", State.CANCELLED: "已取消", State.REFUNDED: "已退款"}
AT_ONCE = 5_000


class Command(ExportCommand):
    help = "Write all orders, a row for each line, in a form that `import orders` reads"
    columns = COLUMNS

    def rows(self) -> Iterator[tuple[object, ...]]:
        brand = queries.brand()
        zone = ZoneInfo(brand.zone if brand else settings.TIME_ZONE)
        lines = OrderLine.objects.select_related("order__customer", "order__shop").order_by("order_id", "pk")
        for line in lines.iterator(chunk_size=AT_ONCE):
            order = line.order
            exact = line.quantity * line.price_fen - line.discount_fen == line.amount_fen
            state = State(line.state or order.state)
            yield (
                order.number, line.key[1:] if line.key.startswith("#") else "",
                f"{order.placed_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                f"{order.paid_at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if order.paid_at else "",
                order.customer.number, order.shop.code if order.shop else "", line.sku, line.name, line.category,
                line.quantity, _money(line.price_fen) if exact else "", _money(line.discount_fen),
                _money(line.amount_fen), _money(line.refunded_fen), _money(order.freight_fen), WORDS[state],
            )


def _money(fen: int) -> str:
    return yuan(fen).replace(",", "")
