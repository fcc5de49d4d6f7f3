"""A desk at work for the demo brand: who is on duty, and a dozen matters in every state with what was said.

Not part of the usual file set since it must never run on a real brand; `liuke up --demo` calls it by `seed_desk`.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from liuke.customers.models import Customer
from liuke.desk.models import Department, DutyRotation, Macro, Message, Ticket
from liuke.desk.queries import duty as rota
from liuke.desk.rules import CUSTOMER, LEAVE, State
from liuke.desk.services import assist, duty, macros, promises, ratings, routing, talk, tickets
from liuke.desk.services.duty import Turns
from liuke.desk.services.talk import Incoming, Kept
from liuke.kit import files
from liuke.org.models import Staff

DAY, NIGHT = [["09:00", "21:00"]], [["21:00", "09:00"]]


@dataclass(frozen=True)
class Said:
    """So many minutes ago, by whom ("customer", a login, or "note:" and a login), what."""

    ago: int
    by: str
    text: str


@dataclass(frozen=True)
class Matter:
    channel: str
    said: Sequence[Said]
    state: str = ""
    tag: str = ""
    score: int = 0
    enclosed: str = ""                   # a text file that comes with the first message


INVOICE = "抬头：杭州小荷母婴用品有限公司\n税号：91330106MA2XXXXX00\n收件邮箱：caiwu@xiaohe.example\n"
MATTERS = (
    Matter("chat", (Said(190, CUSTOMER, "纸尿裤用了两天，宝宝屁股起红疹，是不是过敏了？"),
                    Said(183, "agent", "非常抱歉。请先停用，用温水清洗；宝宝现在有没有发热或破皮？"),
                    Said(176, CUSTOMER, "没有发热，就是红。批号在包装底部，我拍给你们。"),
                    Said(170, "note:agent", "@何青禾 批号拿到后请研发一起看，先按退款处理。")), tag="皮肤"),
    Matter("chat", (Said(26, CUSTOMER, "快递三天没动了，什么时候能到？"),)),
    Matter("wecom", (Said(12, CUSTOMER, "奶瓶怎么洗，可以放洗碗机吗？"),)),
    Matter("chat", (Said(55, CUSTOMER, "推车轮子裂了，才买一个月，质量太差"),
                    Said(49, "operator", "给您添麻烦了。请发一张轮子的照片和订单号，我们马上安排换新。")),
           state=State.PENDING_CUSTOMER, tag="推车"),
    Matter("email", (Said(420, CUSTOMER, "发票抬头开错了，投诉两次都没人理。正确的在附件里。"),
                     Said(405, "agent", "抱歉让您久等。附件收到了，发票今天重开，电子版发到您的邮箱。"),
                     Said(260, CUSTOMER, "好的。另外麻烦把纸质的也寄一份，月底要报账。"),
                     Said(250, "agent", "没问题，纸质发票明天寄出，单号会发给您。")),
           tag="发票", enclosed=INVOICE),
    Matter("group", (Said(8, CUSTOMER, "建议出一款夏天用的薄款，家里太热"),)),
    Matter("chat", (Said(2_900, CUSTOMER, "想退货，尺码买小了"), Said(2_890, CUSTOMER, "要大一码的"),
                    Said(2_885, "agent", "可以的，退货申请已开好，寄回运费我们承担。")), state=State.SOLVED, score=5),
    Matter("phone", (Said(1_500, CUSTOMER, "加热器不通电，保修期内能修吗？"),
                     Said(1_495, "operator", "可以，保修期内免费。请寄回我们检测。")),
           state=State.SOLVED, tag="加热器", score=4),
    Matter("chat", (Said(4_400, CUSTOMER, "湿巾有味道，是不是过期了"),
                    Said(4_360, "agent", "请看一下包装上的日期，若已过期我们全额退款。")),
           state=State.SOLVED, score=2),
    Matter("form", (Said(35, CUSTOMER, "How do I wash the carrier? The manual is only in Chinese."),)),
    Matter("wecom", (Said(3, CUSTOMER, "少发了一包湿巾，订单里是三包"),)),
    Matter("chat", (Said(95, CUSTOMER, "安抚奶嘴的盖子容易掉，孩子会不会误食？"),
                    Said(90, "agent", "请先收起来不要使用。我们已请品控同事核实，一小时内给您答复。")), tag="奶嘴"),
)
MACROS = (
    ("问批号", "您好{name}，请您拍一下包装底部的批号和生产日期，我们好请品控同事核实。", ("quality",), (), ""),
    ("查物流", "您好{name}，订单 {order} 的包裹我马上去催，两小时内告诉您结果。", ("logistics",), (), ""),
    ("在路上", "您好{name}，订单 {order} 已经发出，在路上了，到货前快递员会联系您。", ("logistics",),
     ("shipped", "in_transit"), ""),
    ("保修说明", "您好{name}，{product}在保修期内免费维修，往返运费由我们承担。", ("repair",), (), "pending_customer"),
    ("结束语", "您好{name}，如果还有问题，直接在这里回复就好，我是{agent}。", (), (), "solved"),
)


def seed(*, now: datetime) -> int:
    """Fill an empty desk; returns how many tickets. A desk that has any stays as it is."""
    people = {person.username: person for person in Staff.objects.filter(username__in=["agent", "operator", "owner"])}
    customers = list(Customer.objects.filter(merged_into=None, forgotten_at=None).order_by("pk")[: len(MATTERS)])
    if Ticket.objects.exists() or len(people) < 3 or not customers:
        return 0
    with transaction.atomic():
        promises.set_up(now=now)
        assist.set_up(now=now)
        _roster(people, now)
        routing.set_own_agent(customer_id=customers[0].pk, staff_id=people["agent"].pk, now=now)
        for name, text, kinds, stages, state in MACROS:
            if not Macro.objects.filter(name=name).exists():
                macros.save_macro(name=name, text=text, kinds=kinds, stages=stages, state=state)
    numbers = [play(matter, customers[number % len(customers)].pk, number, people, now)
               for number, matter in enumerate(MATTERS)]
    with transaction.atomic():
        _errand(numbers[0], people, now)
    return len(MATTERS)


def _roster(people: dict[str, Staff], now: datetime) -> None:
    """Two agents share the days, the nights go in turn; in three days whoever has the night is on leave."""
    if DutyRotation.objects.exists():
        return
    agent, operator = people["agent"].pk, people["operator"].pk
    first = now.date() - timedelta(days=7)
    for name, hours, turns in (("白班", DAY, [[agent, operator]]), ("夜班", NIGHT, [[operator], [agent]])):
        duty.save_rotation(name=name, now=now, turns=Turns(
            starts_on=first, turns=turns, weekly=[hours] * 7, zone="Asia/Shanghai"))
    evening = datetime.combine(now.date() + timedelta(days=3), time(21), ZoneInfo(settings.TIME_ZONE))
    for staff_id in rota.on_duty(now=evening + timedelta(hours=1)):
        duty.change(kind=LEAVE, staff_id=staff_id, starts_at=evening, ends_at=evening + timedelta(hours=12), now=now,
                    by_id=people["owner"].pk)


def _errand(ticket_id: int, people: dict[str, Staff], now: datetime) -> None:
    """R&D looks into a batch; the operator answers for it."""
    research = Department.objects.order_by("pk")[0]
    assist.save_department(department_id=research.pk, name=research.name, minutes=research.minutes,
                           calendar_id=research.calendar_id, staff_ids=[people["operator"].pk])
    assist.ask(ticket_id=ticket_id, department_id=research.pk, staff_id=people["agent"].pk, key="demo",
               text="请核实批号 B2611 的面层材料，客户等着答复。", now=now - timedelta(minutes=160))


def play(matter: Matter, customer_id: int, number: int, people: dict[str, Staff], now: datetime) -> int:
    """Say it line by line, as it came in; returns the ticket. `number` tells the matters of all demos apart."""
    with ExitStack() as stack:
        kept = [stack.enter_context(files.kept(BytesIO(matter.enclosed.encode()), name="开票信息.txt"))
                ] if matter.enclosed else []
        stack.enter_context(transaction.atomic())
        ticket_id = _say(matter, customer_id, number, people, now=now, kept=kept)
        Message.objects.filter(ticket=ticket_id, external_id__contains="demo").update(recorded_at=F("happened_at"))
    return ticket_id


def _say(matter: Matter, customer_id: int, number: int, people: dict[str, Staff], *, now: datetime,
         kept: Sequence[Kept]) -> int:
    ticket = 0
    for at, line in enumerate(matter.said):
        when = now - timedelta(minutes=line.ago)
        if line.by == CUSTOMER:
            ticket = talk.receive(said=Incoming(
                channel=matter.channel, thread=f"demo:{number}", external_id=f"demo:{number}:{at}",
                customer_id=customer_id, text=line.text, at=when, pictures=() if at else kept), now=when).ticket_id
        elif line.by.startswith("note:"):
            talk.note(ticket_id=ticket, staff_id=people[line.by[5:]].pk, text=line.text, key=f"demo{at}", now=when)
        else:
            staff_id = people[line.by].pk
            last = at == len(matter.said) - 1 or matter.said[at + 1].by != line.by
            talk.reply(ticket_id=ticket, staff_id=staff_id, text=line.text, key=f"demo{at}", now=when,
                       state=matter.state if last and matter.state else "")
            routing.take(ticket_id=ticket, staff_id=staff_id, now=when, over=True)
    end = now - timedelta(minutes=matter.said[-1].ago)
    if matter.tag:
        tickets.tag(ticket_id=ticket, name=matter.tag, staff_id=people["agent"].pk, now=end)
    if matter.score:
        asked = ratings.ask(ticket_id=ticket, key=f"demo:{number}", now=end)
        if not asked.suppressed:
            ratings.rate(ticket_id=ticket, score=matter.score, now=end)
    return ticket
