"""What happens in the demo's mall around today: orders in every state, goods that come back, and accounts.

Everything goes through the services that customers and staff use, each order in a transaction of its own and once by
its key, so that a start that was killed is finished by the next one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from liuke.channels.payment import Event, Paid, PaymentStatus
from liuke.customers.models import Customer
from liuke.mall import demo
from liuke.mall.models import Order, OrderGroup, Payment, Return, Sku, Statement, Supplier
from liuke.mall.queries.prices import GUEST
from liuke.mall.rules.orders import PaymentState
from liuke.mall.rules.payments import payment_number
from liuke.mall.services import addresses, cart, checkout, fulfilment, notices, orders, repairs, returns, settlement
from liuke.mall.services.addresses import Place
from liuke.mall.services.fulfilment import Parcel, Step
from liuke.mall.services.returns import Act, Ask
from liuke.org.models import Shop, Staff

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PLACES = (
    ("310106", "上海市 静安区", "南京西路 1266 号"), ("330106", "浙江省 杭州市 西湖区", "文三路 90 号"),
    ("510104", "四川省 成都市 锦江区", "春熙路 18 号"), ("440305", "广东省 深圳市 南山区", "科苑路 15 号"),
    ("110105", "北京市 朝阳区", "望京街 10 号"), ("320106", "江苏省 南京市 鼓楼区", "中山北路 32 号"),
)
CARRIERS = ("SF", "ZTO", "JD", "YTO")
SHOPS = ("MINI", "MINI", "SH01", "HZ01")
PLACED, CANCELLED, PAID, PART, SHIPPED, DELIVERED, RECEIVED = (
    "placed", "cancelled", "paid", "part", "shipped", "delivered", "received")
# how many orders stand where, how long ago the first of them was placed, and how far the next ones lie apart
STAGES = (
    (RECEIVED, 8, 58 * DAY, 52 * HOUR), (RECEIVED, 9, 9 * DAY, 15 * HOUR), (DELIVERED, 3, 5 * DAY, 8 * HOUR),
    (SHIPPED, 5, 66 * HOUR, 3 * HOUR), (PART, 2, 60 * HOUR, 3 * HOUR), (CANCELLED, 2, 30 * HOUR, 4 * HOUR),
    (PAID, 26, 46 * HOUR, 100 * MINUTE), (PLACED, 2, 14 * MINUTE, 5 * MINUTE),
)
WAY = ((10, "picked_up", "快递员已揽收"), (20, "in_transit", "已到达分拨中心"), (44, "delivering", "快递员正在派送"),
       (48, "delivered", "已签收"))
PLENTY = 60                              # pieces of which a demo order may take some
MACHINES = (("XMD1-1", 120 * DAY), ("XMD2-2", 95 * DAY), ("XMD3-1", 75 * DAY),
            ("XMD1-2", 9 * DAY), ("XMD2-1", 20 * HOUR))


@dataclass(frozen=True)
class Plan:
    """One order: its key, the stage it has reached, when it was placed, and pieces by SKU."""

    key: str
    stage: str
    at: datetime
    goods: tuple[tuple[str, int], ...]


def seed(*, now: datetime) -> int:
    """Bring orders, returns and statements up to the plan; returns how many orders were new. Again is nothing."""
    customers = list(Customer.objects.filter(forgotten_at=None, number__startswith="XM8").order_by("pk")[:90])
    done = set(OrderGroup.objects.filter(key__startswith="demo:").values_list("key", flat=True))
    if not customers or not Shop.objects.exists():
        return 0
    new = [(at, plan) for at, plan in enumerate(plans(now)) if plan.key not in done]
    for at, plan in new:
        with transaction.atomic(durable=True):
            play(plan, customers[at % len(customers)], SHOPS[at % len(SHOPS)], at, now)
    if new:
        _returns(now)
        with transaction.atomic(durable=True):
            _accounts(now)
    return len(new)


def plans(now: datetime) -> list[Plan]:
    """Every order of the plan, the oldest first."""
    goods_of, found, turn = wares(), [], 0
    for stage, many, ago, apart in STAGES:
        for at in range(many):
            turn += 1
            count = 2 if stage == PART or turn % 3 == 0 else 1
            goods = tuple((goods_of[(turn * 37 + each * 211) % len(goods_of)], 1 + (turn + each) % 2)
                          for each in range(count))
            found.append(Plan(f"demo:{turn}", stage, now - ago + at * apart, goods))
    for at, (sku, ago) in enumerate(MACHINES):
        stage = PAID if ago < DAY else RECEIVED
        found.append(Plan(f"demo:machine-{at}", stage, now - ago, ((sku, 1),)))
    return sorted(found, key=lambda plan: plan.at)


def wares() -> list[str]:
    """SKUs of which there is plenty."""
    sold = Sku.objects.filter(active=True, product__state="on_sale", product__serial_numbered=False)
    return list(sold.annotate(pieces=Sum("levels__on_hand")).filter(pieces__gte=PLENTY)
                .order_by("pk").values_list("code", flat=True))


def play(plan: Plan, customer: Customer, shop: str, turn: int, now: datetime) -> None:
    """One order, from the cart as far as it has come."""
    skus = dict(Sku.objects.filter(code__in=dict(plan.goods)).values_list("code", "pk"))
    for code, pieces in plan.goods:
        cart.put(owner=cart.Owner(customer_id=customer.pk), shop=shop, sku_id=skus[code], quantity=pieces,
                 who=GUEST, now=plan.at)
    wish = checkout.Wish(customer_id=customer.pk, address_id=_address(customer, turn), remark=_remark(turn))
    group = checkout.place(wish=wish, key=plan.key, who=GUEST, now=plan.at)
    if plan.stage == PLACED:
        return
    if plan.stage == CANCELLED:
        orders.cancel(number=group.number, customer_id=customer.pk, now=plan.at + 10 * MINUTE)
        return
    _pay(group, plan.at + 3 * MINUTE)
    if plan.stage == PAID:
        return
    for order in group.orders.order_by("pk"):
        _send(order, plan, turn, now)


def _address(customer: Customer, turn: int) -> int:
    if known := customer.addresses.first():
        return known.pk
    region, region_name, street = PLACES[turn % len(PLACES)]
    number = customer.number.removeprefix("XM8")
    _member, name, phone = demo.person(int(number) if number.isdigit() else turn)
    place = Place(region, region_name, name, phone, f"{street} {turn + 1} 室")
    return addresses.save(customer_id=customer.pk, place=place).pk


def _remark(turn: int) -> str:
    return {3: "请放门卫，谢谢", 11: "周末送货", 23: "送人的，请不要放价格单"}.get(turn % 40, "")


def _pay(group: OrderGroup, at: datetime) -> None:
    """The money comes, as the demo's cashier would say it."""
    number = payment_number(group.number, 1)
    Payment.objects.create(group=group, key=f"pay:{group.number}", number=number, provider="demo", way="page",
                           amount_fen=group.total_fen, state=PaymentState.OPEN, expires_at=at + HOUR)
    said = PaymentStatus(number=number, state=Paid.PAID, amount_fen=group.total_fen, ref=f"demo-{number}", paid_at=at)
    notices.apply_event(provider="demo", event=Event(id=f"demo-{number}", payment=said), body=b"{}", now=at)


def _send(order: Order, plan: Plan, turn: int, now: datetime) -> None:
    """Pack, ship, travel, arrive, be received: as far as the stage goes."""
    lines = list(order.lines.select_related("item__product").order_by("pk"))
    serials = {line.pk: [f"{line.sku}-{26000 + line.pk}"] for line in lines if line.item and
               line.item.product.serial_numbered}
    first = lines[:1] if plan.stage == PART else lines
    shipment = fulfilment.pack(
        order_id=order.pk, parcel=Parcel({line.pk: 1 if plan.stage == PART else line.quantity for line in first},
                                         serials, {line.pk: f"{plan.at:%y%m}A" for line in first}),
        key=f"demo:{order.pk}", now=plan.at + 5 * HOUR)
    carrier, tracking = CARRIERS[turn % len(CARRIERS)], f"DEMO{order.pk:09}"
    fulfilment.ship(shipment_id=shipment.pk, carrier=carrier, tracking=tracking, now=plan.at + 8 * HOUR)
    steps = [Step(plan.at + after * HOUR, state, text) for after, state, text in WAY]
    told = len(steps) if plan.stage in (DELIVERED, RECEIVED) else 2
    fulfilment.track(carrier=carrier, tracking=tracking, steps=steps[:told], now=min(now, plan.at + 48 * HOUR))
    if plan.stage == RECEIVED:
        at = plan.at + 60 * HOUR
        fulfilment.receive(number=order.number, customer_id=order.customer_id, now=at)
        settlement.settle_order(order_id=order.pk)


@dataclass(frozen=True)
class Story:
    """One request: kind, reason, words, how long ago it was asked, and what was done since then."""

    kind: str
    reason: str
    words: str
    ago: timedelta
    moves: tuple[str, ...] = ()


STORIES = (
    Story("return", "changed_mind", "买多了，想退一件。", 12 * MINUTE),
    Story("refund", "damaged", "收到时外包装破了，一袋漏了。", 105 * MINUTE),
    Story("exchange", "wrong_item", "发错了规格，我要的是大包装。", 26 * HOUR),
    Story("return", "quality", "味道和以前不一样。", 2 * DAY, ("approve",)),
    Story("return", "does_not_fit", "孩子用着尺码偏小。", 3 * DAY, ("approve", "send_back")),
    Story("return", "changed_mind", "家里已经有了。", 4 * DAY, ("approve", "send_back", "receive", "inspect")),
    Story("exchange", "damaged", "罐子摔瘪了。", 5 * DAY, ("approve", "send_back", "receive", "inspect", "replace")),
    Story("return", "changed_mind", "不想要了，已经拆开吃了一半。", 4 * DAY, ("refuse",)),
    Story("refund", "missing", "少了一件。", 3 * DAY, ("approve", "refund")),
)
REPAIRS = (
    Story("repair", "not_working", "用了三个月，加热时跳闸。", 30 * DAY,
          ("approve", "send_back", "receive", "diagnose", "quote", "accept", "repair", "ship_out", "confirm")),
    Story("repair", "not_working", "吸力变小了，换了配件也没用。", 6 * DAY,
          ("approve", "send_back", "receive", "diagnose", "quote")),
    Story("repair", "damaged", "门关不严，灯一直闪。", 4 * DAY, ("approve", "send_back", "receive", "diagnose")),
)
NOTES = {
    "approve": "已为您办理，请把商品寄回，运费我们承担。", "refuse": "食品拆封食用后不能退，已为您补一张优惠券。",
    "receive": "包裹已收到，正在检查。",
    "inspect": "检查完毕，没有问题。", "diagnose": "正在检测电路和加热盘。",
    "repair": "已更换加热盘，测试 48 小时正常。",
}


def _returns(now: datetime) -> None:
    """Requests in several stages, by people whose goods have arrived; machines are repaired."""
    agent = Staff.objects.get(username="agent").pk
    mine = Order.objects.filter(source="shop", group__key__startswith="demo:", state="received").order_by(
        "-received_at", "pk")
    machines = list(mine.filter(group__key__startswith="demo:machine").order_by("received_at"))
    others = [order for order in mine if order not in machines]
    told = [*zip(STORIES, others, strict=False), *zip(REPAIRS, machines, strict=False)]
    for story, order in told:
        with transaction.atomic(durable=True):
            _tell(story, order, agent, now)


def _tell(story: Story, order: Order, agent: int, now: datetime) -> None:
    key, at = f"demo:{order.pk}", max(now - story.ago, order.received_at or now)
    if Return.objects.filter(customer_id=order.customer_id, key=key).exists():
        return
    line = order.lines.order_by("pk")[0]
    serial = line.serials.first()
    request = returns.ask(customer_id=order.customer_id, key=key, now=at, ask=Ask(
        order.number, story.kind, story.reason, {line.pk: 1}, story.words,
        {line.pk: serial.number} if serial else {}))
    pace = (now - at) / (len(story.moves) + 1)
    for turn, move in enumerate(story.moves, start=1):
        _move(request, move, agent, at + pace * turn)
        request.refresh_from_db()


def _move(request: Return, move: str, agent: int, at: datetime) -> None:
    if move == "quote":
        repairs.quote(request=request, staff_id=agent, diagnosis="加热盘老化，需要更换。", amount_fen=6_800, now=at)
    elif move == "accept":
        repairs.answer_quote(request=request, accepted=True, now=at)
    else:
        by = "customer" if move in ("send_back", "confirm") else "staff"
        note = NOTES.get(move, "")
        tracking = f"BACK{request.pk:09}" if by == "customer" else f"OUT{request.pk:09}"
        returns.act(request=request, by=by, now=at, act=Act(
            move, staff_id=agent if by == "staff" else None, note=note, carrier="SF", tracking=tracking))


def _accounts(now: datetime) -> None:
    """Last month's statements: one is closed, the others wait for finance."""
    finance = Staff.objects.get(username="finance").pk
    settlement.open_month(now=now)
    first = Statement.objects.filter(supplier__in=Supplier.objects.all(), state="open").order_by("pk").first()
    if first:
        settlement.close_statement(statement_id=first.pk, staff_id=finance, now=now)
