"""What the mall knows of one person, for their export, and what is not finished with them."""

import json
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.money import yuan
from liuke.kit.sheets import Sheet
from liuke.mall.models import Address, Order, OrderLine, OrderNote, Return
from liuke.mall.rules.orders import SENT, State

UNFINISHED = (State.PLACED, State.PAID, State.SHIPPED)


def sheets(customer_ids: Sequence[int]) -> Iterable[Sheet]:
    """Orders with their goods, addresses, returns."""
    orders = Order.objects.filter(customer_id__in=customer_ids).select_related("group").order_by("placed_at", "pk")
    yield Sheet(
        name="orders", title=_("订单"),
        columns=(("number", _("订单号")), ("placed_at", _("下单时间")), ("state", _("状态")),
                 ("total", _("金额（元）")), ("refunded", _("已退（元）")), ("remark", _("备注")),
                 ("address", _("收货信息"))),
        rows=((row.number, row.placed_at, row.state, yuan(row.total_fen), yuan(row.refunded_fen), row.remark,
               _frozen(row)) for row in orders),
    )
    lines = OrderLine.objects.filter(order__customer_id__in=customer_ids).order_by("order__placed_at", "pk")
    yield Sheet(
        name="order_lines", title=_("订单商品"),
        columns=(("number", _("订单号")), ("sku", _("货号")), ("name", _("商品")), ("quantity", _("数量")),
                 ("amount", _("金额（元）"))),
        rows=((line.order.number, line.sku, line.name, line.quantity, yuan(line.amount_fen))
              for line in lines.select_related("order")),
    )
    notes = OrderNote.objects.filter(order__customer_id__in=customer_ids).select_related("order").order_by("at", "pk")
    yield Sheet(
        name="order_notes", title=_("订单备注"),
        columns=(("number", _("订单号")), ("at", _("时间")), ("text", _("备注"))),
        rows=((note.order.number, note.at, note.text) for note in notes),
    )
    yield Sheet(
        name="addresses", title=_("收货地址"),
        columns=(("region", _("地区")), ("name", _("收件人")), ("phone", _("电话")), ("street", _("详细地址"))),
        rows=_addresses(customer_ids),
    )
    returns = Return.objects.filter(customer_id__in=customer_ids).select_related("order").order_by("asked_at", "pk")
    yield Sheet(
        name="returns", title=_("售后申请"),
        columns=(("number", _("售后单号")), ("order", _("订单号")), ("asked_at", _("申请时间")), ("kind", _("类型")),
                 ("state", _("状态")), ("words", _("说明"))),
        rows=((row.number, row.order.number, row.asked_at, row.kind, row.state, row.words) for row in returns),
    )


def _frozen(order: Order) -> str:
    """The address frozen with the purchase, as one line."""
    plain = crypto.decrypt(order.group.address_enc) if order.group else ""
    return "，".join(str(value) for value in json.loads(plain).values()) if plain else ""


def _addresses(customer_ids: Sequence[int]) -> Iterator[tuple[str, str, str, str]]:
    for row in Address.objects.filter(customer_id__in=customer_ids).order_by("pk"):
        yield (row.region_name, crypto.decrypt(row.name_enc), crypto.decrypt(row.phone_enc),
               crypto.decrypt(row.street_enc))


def open_matters(customer_ids: Sequence[int]) -> list[str]:
    """Orders on their way and returns being worked on: without name and address nobody can finish them."""
    orders = Order.objects.filter(customer_id__in=customer_ids, source__in=SENT, state__in=UNFINISHED).count()
    returns = Return.objects.filter(customer_id__in=customer_ids, state="open").count()
    said = [_("%(count)s 张订单尚未完成") % {"count": orders}] if orders else []
    if returns:
        said.append(_("%(count)s 个售后申请尚未结束") % {"count": returns})
    return said
