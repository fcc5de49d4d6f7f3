"""A fault that comes up in the demo brand, one that was mended, and what people do about them.

The goods are of those that the brand's history sold most, and their parcels are written here in two statements, so that
rates are as small as they are in a shop. Not part of the usual file set since it must never run on a real brand;
`liuke up --demo` calls it by `seed_improve`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from liuke.desk.rules import CHAT, State
from liuke.desk.services import routing, talk
from liuke.desk.services.products import BY_STAFF, say_product
from liuke.desk.services.talk import Incoming
from liuke.improve.models import Improvement
from liuke.improve.rules import Cause
from liuke.improve.services import tasks
from liuke.kit import rows
from liuke.mall.models import Product, ShipmentLine
from liuke.org.models import Staff

DAY = timedelta(days=1)
SOLD_SINCE = 273 * DAY                   # all weeks before the improvement that is done, and the pieces in hands then


@dataclass(frozen=True)
class Trouble:
    """Which product, what its customers say in turn, of which kind, and how many days ago each of them."""

    code: str
    texts: tuple[str, ...]
    kind: str
    days: tuple[int, ...]


MENDED = Trouble("XM016-1", ("香蕉收到时压烂了一半", "箱子没有缓冲，香蕉都黑了", "底下的香蕉全压坏了"), "logistics",
                 (*range(168, 67, -5), 24))
RISES = Trouble("XM003-1", ("牛奶没到期就有酸味", "今天这瓶牛奶结块了，味道不对", "打开是酸的，还有三天才过期"),
                "quality", (70, 41, 26, 23, 21, 18, 15, 13, 11, 9))
STEADY = Trouble("XM001-1", ("吸管扎不进去", "吸管太短，掉进瓶子里了"), "usage", (95, 61, 33, 12))


def seed(*, now: datetime, today: date) -> int:
    """Returns how many improvements there are new; none where there is one, or the history did not sell the goods."""
    people = dict(Staff.objects.filter(username__in=["agent", "manager", "owner"]).values_list("username", "pk"))
    codes = [trouble.code for trouble in (MENDED, RISES, STEADY)]
    goods = dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))
    if Improvement.objects.exists() or len(people) < 3 or len(goods) < 3:
        return 0
    with transaction.atomic():
        rows.run(_PARCELS, {"codes": codes, "since": now - SOLD_SINCE, "until": now - 3 * DAY})
        rows.run(_PIECES, {"codes": codes})
        sent = {code: _sent(code, now) for code in codes}
    if not all(sent.values()):
        return 0
    for trouble in (MENDED, RISES, STEADY):
        for at, ago in enumerate(trouble.days):
            with transaction.atomic():
                _play(trouble, at, sent[trouble.code], staff_id=people["agent"], at=now - ago * DAY)
    with transaction.atomic():
        row = tasks.open_improvement(
            cause=Cause(goods[MENDED.code], MENDED.kind), title="香蕉改用带分格的缓冲纸托",
            text="和两家纸托厂打样，先在上海仓换，再换其余的仓。", owner_id=people["manager"], due_on=today - 50 * DAY,
            staff_id=people["owner"], today=today - 63 * DAY, key="demo:0", now=now - 63 * DAY)
        tasks.move(improvement_id=row.pk, name="finish", today=today - 56 * DAY, result="所有仓都已换成新的纸托。")
        row = tasks.open_improvement(
            cause=Cause(goods[STEADY.code], STEADY.kind), title="吸管换成加长弯头",
            text="新吸管已到样，请十位客户试用。", owner_id=people["agent"], due_on=today + 12 * DAY,
            staff_id=people["owner"], key="demo:1", today=today, now=now - 3 * DAY)
        tasks.move(improvement_id=row.pk, name="begin", today=today, result="")
    return 2


def _sent(code: str, now: datetime) -> list[ShipmentLine]:
    """Pieces of a product in customers' hands, the last sent first."""
    parcels = ShipmentLine.objects.filter(line__item__product__code=code, shipment__shipped_at__lt=now - 3 * DAY)
    return list(parcels.select_related("shipment__order").order_by("-shipment__shipped_at", "-pk"))


_PARCELS = """
WITH sold AS (UPDATE mall_orderline line SET item_id = item.id
    FROM mall_sku item, mall_product product, mall_order bought
    WHERE line.item_id IS NULL AND item.code = line.sku AND product.id = item.product_id
      AND product.code = ANY(%(codes)s) AND bought.id = line.order_id AND bought.source = 'import'
      AND bought.state = 'paid'
      AND bought.paid_at >= %(since)s AND bought.paid_at < %(until)s
    RETURNING line.order_id, bought.paid_at)
INSERT INTO mall_shipment (order_id, number, key, state, carrier, tracking, packed_at, shipped_at, delivered_at)
SELECT DISTINCT order_id, 'PH' || order_id, 'demo-improve:' || order_id, 'delivered', '', '',
    paid_at + interval '5 hours', paid_at + interval '8 hours', paid_at + interval '50 hours' FROM sold
"""
_PIECES = """
INSERT INTO mall_shipmentline (shipment_id, line_id, quantity, batch)
SELECT parcel.id, line.id, line.quantity, to_char(parcel.shipped_at, 'YYMM') || 'A'
FROM mall_shipment parcel JOIN mall_orderline line ON line.order_id = parcel.order_id
JOIN mall_sku item ON item.id = line.item_id JOIN mall_product product ON product.id = item.product_id
WHERE parcel.key LIKE 'demo-improve:%%' AND product.code = ANY(%(codes)s)
"""


def _play(trouble: Trouble, number: int, sent: list[ShipmentLine], *, staff_id: int, at: datetime) -> None:
    """Who got a piece in the days before says so; it is tied to the piece, and answered for good."""
    thread = f"demo-improve:{trouble.kind}:{number}"
    had = (each for each in sent if each.shipment.shipped_at and each.shipment.shipped_at < at - 3 * DAY)
    piece = next(had, sent[-1])
    said = talk.receive(now=at, said=Incoming(
        channel=CHAT, thread=thread, external_id=thread, customer_id=piece.shipment.order.customer_id,
        text=trouble.texts[number % len(trouble.texts)], at=at, kind=trouble.kind))
    product_id = Product.objects.values_list("pk", flat=True).get(code=trouble.code)
    say_product(ticket_id=said.ticket_id, product_id=product_id, line_id=piece.line_id, batch=piece.batch,
                said_by=BY_STAFF, staff_id=staff_id, now=at)
    then = at + timedelta(minutes=9)
    routing.take(ticket_id=said.ticket_id, staff_id=staff_id, now=then, over=True)
    talk.reply(ticket_id=said.ticket_id, staff_id=staff_id, text="给您添麻烦了，马上给您补寄一份，并登记原因。",
               key=f"demo{number}", now=then, state=State.SOLVED)
