"""A fault that comes up in the demo brand, one that was mended, and what people do about them.

Not part of the usual file set since it must never run on a real brand; `liuke up --demo` calls it by `seed_improve`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from django.db import transaction
from django.db.models import Min

from liuke.customers.models import Customer
from liuke.desk.rules import CHAT, State
from liuke.desk.services import routing, talk
from liuke.desk.services.products import BY_STAFF, say_product
from liuke.desk.services.talk import Incoming
from liuke.improve.models import Improvement
from liuke.improve.rules import Cause
from liuke.improve.services import tasks
from liuke.mall.models import ShipmentLine
from liuke.org.models import Staff

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Trouble:
    """What customers say, of which kind, and how many days ago each of them."""

    text: str
    kind: str
    days: tuple[int, ...]


RISES = Trouble("用了没几天密封圈就松了，会漏", "quality", (44, 27, 25, 22, 20, 18, 17, 15, 13, 12, 10, 9))
MENDED = Trouble("说明书看不懂，第一步就不会装", "usage", (50, 48, 47, 45, 44, 43, 41, 40, 39, 38, 16))
STEADY = Trouble("外箱压瘪了", "logistics", (46, 33, 19, 11))


def seed(*, now: datetime, today: date) -> int:
    """Returns how many improvements there are new; nothing where there is one, or no parcel has left."""
    people = {person.username: person for person in Staff.objects.filter(username__in=["agent", "manager", "owner"])}
    packed = ShipmentLine.objects.filter(shipment__shipped_at__isnull=False, line__item__isnull=False)
    first = packed.values_list("line__item__product").annotate(first=Min("shipment__shipped_at"))
    oldest = [product_id for product_id, _first in first.order_by("first", "line__item__product")[:3]]
    customers = list(Customer.objects.filter(number__startswith="XM8", forgotten_at=None).order_by("-pk")[:40])
    if Improvement.objects.exists() or len(people) < 3 or len(oldest) < 3 or not customers:
        return 0
    turns = cycle(customers)
    for trouble, product_id in zip((MENDED, RISES, STEADY), oldest, strict=True):
        for at, ago in enumerate(trouble.days):
            with transaction.atomic():
                _play(trouble, at, product_id=product_id, customer_id=next(turns).pk, staff_id=people["agent"].pk,
                      at=now - ago * DAY)
    agent, owner, mended = people["agent"].pk, people["owner"].pk, oldest[0]
    with transaction.atomic():
        row = tasks.open_improvement(
            cause=Cause(mended, "usage"), title="说明书第一页改成图示", text="把安装步骤画成四格图，随箱附一张卡片。",
            owner_id=people["manager"].pk, due_on=today - 30 * DAY, staff_id=owner, today=today - 36 * DAY,
            key="demo:0", now=now - 36 * DAY)
        tasks.move(improvement_id=row.pk, name="finish", today=today - 35 * DAY,
                   result="新说明书已随箱，旧的全部换下。")
        tasks.open_improvement(
            cause=Cause(oldest[2], "logistics"), title="外箱换成五层瓦楞", text="和两家纸箱厂打样。", owner_id=agent,
            due_on=today + 12 * DAY, staff_id=owner, key="demo:1", today=today, now=now - 3 * DAY)
    return 2


def _play(
    trouble: Trouble, number: int, *, product_id: int, customer_id: int, staff_id: int, at: datetime
) -> None:
    """It is said, tied to the goods, and answered for good."""
    thread = f"demo-improve:{trouble.kind}:{number}"
    said = talk.receive(now=at, said=Incoming(
        channel=CHAT, thread=thread, external_id=thread, customer_id=customer_id, text=trouble.text, at=at,
        kind=trouble.kind))
    say_product(ticket_id=said.ticket_id, product_id=product_id, said_by=BY_STAFF, staff_id=staff_id, now=at)
    then = at + timedelta(minutes=9)
    routing.take(ticket_id=said.ticket_id, staff_id=staff_id, now=then, over=True)
    talk.reply(ticket_id=said.ticket_id, staff_id=staff_id, text="给您添麻烦了，马上给您补寄并登记原因。",
               key=f"demo{number}", now=then, state=State.SOLVED)
