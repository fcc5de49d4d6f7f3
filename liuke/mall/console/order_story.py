"""The story of an order as staff read it, out of its own moments: newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.money import yuan
from liuke.mall.console import words
from liuke.mall.queries.order_page import Whole


@dataclass(frozen=True)
class Moment:
    """One line: when, what, and what else is known of it. `dot` is its colour."""

    at: datetime
    label: str
    detail: str = ""
    dot: str = ""
    href: str = ""


def story(found: Whole, *, money: bool) -> list[Moment]:
    """Everything that has a time. `money` also tells payments and refunds."""
    moments = [*_order(found), *_parcels(found), *_returns(found)]
    if money:
        moments += _money(found)
    moments += [Moment(note.at, _("%(name)s 备注") % {"name": note.staff.name}, note.text) for note in found.notes]
    return sorted(moments, key=lambda moment: moment.at)[::-1]


def _order(found: Whole) -> Iterator[Moment]:
    order = found.order
    yield Moment(order.placed_at, _("下单"), order.remark, "brand")
    if order.paid_at:
        yield Moment(order.paid_at, _("付款成功"), "", "good")
    if order.delivered_at:
        yield Moment(order.delivered_at, _("全部送达"), "", "good")
    if order.received_at:
        yield Moment(order.received_at, _("签收"), "", "good")


def _parcels(found: Whole) -> Iterator[Moment]:
    for parcel in found.parcels:
        row = parcel.shipment
        named = _("包裹 %(number)s") % {"number": row.number}
        if row.packed_at:
            yield Moment(row.packed_at, _("打包"), named)
        if row.shipped_at:
            yield Moment(row.shipped_at, _("寄出"), f"{words.carrier(row.carrier)} {row.tracking}", "brand")
        for event in parcel.events:
            word, kind = words.said(words.TRACKING, event.state)
            yield Moment(event.happened_at, str(word), event.text or row.tracking, kind)


def _money(found: Whole) -> Iterator[Moment]:
    for refund in found.refunds:
        amount = f"¥{yuan(refund.amount_fen)}"
        yield Moment(refund.created_at, _("决定退款"), f"{amount} {refund.reason}".strip(), "warn")
        if refund.done_at:
            yield Moment(refund.done_at, _("退款到账"), amount, "good")


def _returns(found: Whole) -> Iterator[Moment]:
    for request in found.returns:
        yield Moment(request.asked_at, _("申请售后"), request.number, "warn")
        if request.closed_at:
            yield Moment(request.closed_at, _("售后结束"), request.number)
