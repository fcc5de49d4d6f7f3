"""Help at the demo brand: articles for its goods and states of an order, and questions that customers answered.

Not part of the usual file set since it must never run on a real brand; `liuke up --demo` calls it by `seed_knowledge`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from liuke.customers.models import Customer
from liuke.desk.demo import Matter, Said, play
from liuke.desk.rules import CUSTOMER, State
from liuke.knowledge.models import Answer, Article
from liuke.knowledge.rules import TICKET
from liuke.knowledge.services import articles, faults, peers
from liuke.knowledge.services.articles import Words
from liuke.mall.models import Product, Serial
from liuke.org.models import Staff

MILK, PUMP, STERILIZER = "XMD1", "XMD2", "XMD3"          # codes of the demo's devices
WORDS = (                                                # data, not words: (days ago, code of the goods or "", article)
    (40, MILK, Words(
        title="恒温调奶器：第一次使用", tutorial=True, stages=("delivered", "received"),
        body="1. 撕掉底座的透明膜，玻璃壶用清水冲一遍。\n2. 加水到 1 升线，按“沸腾”，水开后自动降到 45 ℃。\n"
             "3. 冲奶按奶粉罐上的温度选 40、45 或 50 ℃，整晚保温。\n4. 每天换一次水，不要反复烧同一壶。")),
    (33, MILK, Words(
        title="调奶器不加热、不通电", cause="底座触点受潮", stages=("received",),
        body="1. 拔掉电源，底座朝下控水，擦干触点，晾 2 小时再试。\n2. 换一个插座，确认插头插到底。\n"
             "3. 仍然不亮：两年内免费维修，在订单里点“申请维修”，往返运费由我们承担。",
        reply="您好，先拔掉电源，把底座擦干晾两小时再试。如果还是不通电，两年内免费维修，我现在就帮您登记。")),
    (21, MILK, Words(
        title="三分钟学会调奶器除垢", tutorial=True, cause="水垢太厚",
        body="1. 加半壶水和一小包柠檬酸（或两勺白醋），按“沸腾”。\n2. 静置 20 分钟，倒掉，再用清水煮一次。\n"
             "3. 每月一次。水硬的地区两周一次。")),
    (30, PUMP, Words(
        title="吸奶器吸力变小", cause="硅胶阀门松了",
        body="1. 看鸭嘴阀有没有裂口，阀门是否推到底。\n2. 拆洗后要完全晾干再装，有水会漏气。\n"
             "3. 阀门用满三个月请更换，配件包在商城可买。",
        reply="您好，吸力变小多半是阀门松了或有水。请拆下来晾干、推到底再试；阀门用满三个月需要更换，保修期内我们免费寄一副。")),
    (18, PUMP, Words(title="吸奶器的拆洗和安装", tutorial=True, stages=("delivered", "received"),
                     body="1. 主机不能进水，其余部件都能水洗。\n2. 消毒柜或沸水五分钟，阀门不要超过 100 ℃。\n"
                          "3. 从阀门开始装，听到“咔”一声才算到位。")),
    (26, STERILIZER, Words(title="消毒柜怎样摆放奶瓶", tutorial=True,
                           body="1. 瓶口朝下、瓶与瓶之间留一指宽。\n2. 奶嘴和瓶盖放上层篮子，不要叠放。\n"
                                "3. 先烘干再紫外线，共 50 分钟；中途开门会停。")),
    (14, STERILIZER, Words(
        title="消毒柜有臭氧味", cause="灯管到寿命", stages=("received",),
        body="刚停机时有一点味道是正常的，开门通风 5 分钟再取。味道很重或灯管发黑，请换灯管（约用 5,000 小时）。",
        reply="您好，停机后有轻微味道是正常的，通风五分钟就散。如果味道很重，多半是灯管到寿命了，我帮您安排换新。")),
    (45, "", Words(title="快递三天没有更新怎么办", cause="分拨中心滞留", stages=("shipped", "in_transit"),
                   body="在“我的订单”点物流能看到快递公司的原话。超过 48 小时没有更新，我们会替您催；"
                        "超过 5 天没有更新，可以选择补发或退款。",
                   reply="您好，让您久等了。我现在就联系快递核实，两小时内告诉您结果；如果明天仍没有更新，我们给您补发。")),
    (44, "", Words(title="退换货怎么办理", stages=("delivered", "received"),
                   body="1. 签收 15 天内，在订单里点“申请售后”。\n2. 两小时内有人答复，48 小时内给出决定。\n"
                        "3. 同意后有上门取件，收到并检查后当天退款。")),
    (39, "", Words(title="发票抬头开错了", cause="抬头填错",
                   body="在订单里点“发票”可以改抬头重开，一个工作日内发到邮箱；跨月的由客服人工处理。",
                   reply="您好，抬头可以重开。请把正确的抬头和税号发我，一个工作日内把电子发票发到您邮箱。")),
    (12, "", Words(title="红屁股、皮疹：先做这三件事", cause="皮肤敏感",
                   body="1. 马上停用，换回以前用的。\n2. 温水清洗、擦干、通风，先不要涂东西。\n"
                        "3. 有发热、破皮或范围变大，请尽快就医。\n留着包装，批号在底部，我们会请品控核实。",
                   reply="非常抱歉。请先停用，用温水清洗后通风；如果有发热或破皮请尽快就医。方便的话拍一下包装底部的批号，我马上请品控核实。")),
    (9, "", Words(title="什么情况必须马上转主管", public=False,
                  body="1. 任何人受伤、过敏、吞咽小零件、起火冒烟。\n2. 客户说要找媒体或市场监管。\n"
                       "3. 同一批号一天内第二次被投诉。\n先问人，再停用，最后谈钱。")),
    (2, "", Words(title="双十二发货时间（草稿）", stages=("placed", "to_pick"),
                  body="12 月 12 日至 14 日的订单 72 小时内发出，预售按页面写的日期。")),
)
MATTERS = (                                              # data, not words: whose device it is, and what was said of it
    (MILK, Matter("chat", (Said(15_900, CUSTOMER, "调奶器按了没反应，不加热，灯也不亮"),
                           Said(15_880, "agent", "请拔掉电源，把底座擦干晾两小时再插上试试，触点受潮会不通电。")),
                  state=State.SOLVED, tag="底座触点受潮", score=5)),
    (MILK, Matter("chat", (Said(12_400, CUSTOMER, "调奶器不加热了，显示温度一直 20 度"),
                           Said(12_380, "operator", "这是加热盘坏了，已为您登记免费维修，明天上门取件。")),
                  state=State.SOLVED, tag="加热盘损坏", score=4)),
    (PUMP, Matter("wecom", (Said(9_300, CUSTOMER, "吸奶器吸力突然变小，声音也变了"),
                            Said(9_285, "agent", "多半是鸭嘴阀没有推到底，拆下来晾干、推到听见咔一声再试。")),
                  state=State.SOLVED, tag="硅胶阀门松了", score=5)),
    (MILK, Matter("chat", (Said(41, CUSTOMER, "调奶器昨天还好好的，今天插上不通电，一点反应都没有，宝宝等着喝奶"),))),
)
DRAFTS = 1                                               # the last one is not published yet
TALKS = (                                                # data, not words: goods, question, answers (accepted last)
    (MILK, "调奶器晚上一直保温费电吗？", (
        "我家每晚开着，一个月多三度电左右。", "保温只有 20 瓦，一晚上不到 0.2 度，放心开。")),
    (PUMP, "吸奶器的阀门多久换一次？", ("说明书写三个月，我两个半月就换了，吸力马上回来。",)),
    (STERILIZER, "消毒柜能放玻璃奶瓶和硅胶勺吗？", ("都可以，硅胶的放上层。",)),
    ("", "纸尿裤晚上漏，是尺码小了吗？", ("体重到上限就该换大一码，我们也是换了 L 就不漏了。",)),
)
WAITING = (MILK, "出门旅行有没有便携一点的办法？")
HELPERS = 4                                              # customers who help; the others ask


def seed(*, now: datetime) -> int:
    """Fill an empty knowledge base; returns how many articles. One that has any stays as it is."""
    staff = {person.username: person for person in Staff.objects.filter(username__in=("agent", "operator", "owner"))}
    if Article.objects.exists() or len(staff) < 3:
        return 0
    goods = dict(Product.objects.filter(code__in=(MILK, PUMP, STERILIZER)).values_list("code", "pk"))
    people = list(Customer.objects.filter(merged_into=None, forgotten_at=None).order_by("-pk").values_list(
        "pk", flat=True)[: HELPERS + len(TALKS) + 1])
    with transaction.atomic():
        rows = _articles(goods, staff["owner"].pk, staff["agent"].pk, now)
        if len(people) > HELPERS:
            _talks(people[:HELPERS], people[HELPERS:], staff["agent"].pk, now)
            _opinions(rows, people, now)
    _cases(staff, people, now)
    return len(rows)


def _cases(staff: dict[str, Staff], people: list[int], now: datetime) -> None:
    """What fault help proposes for the last of them; a colleague has said that the first one helped with the second."""
    owners = dict(Serial.objects.exclude(customer=None).order_by("pk").values_list("sku__product__code", "customer"))
    tickets = [play(matter, owners.get(code) or people[at % len(people)], 100 + at, staff, now)
               for at, (code, matter) in enumerate(MATTERS)] if people else []
    with transaction.atomic():
        known = [faults.learn(ticket_id=ticket_id, now=now) for ticket_id in tickets]
        if known and known[0]:
            faults.advise(ticket_id=tickets[1], staff_id=staff["operator"].pk, kind=TICKET, source_id=known[0].pk,
                          useful=True, now=now - timedelta(days=8))


def _articles(goods: dict[str, int], owner_id: int, agent_id: int, now: datetime) -> list[Article]:
    rows = []
    for at, (days, code, words) in enumerate(WORDS):
        when, by = now - timedelta(days=days), owner_id if at % 3 else agent_id
        row = articles.save_article(words=replace(words, product_id=goods.get(code)), staff_id=by, now=when)
        if at < len(WORDS) - DRAFTS:
            row = articles.publish(article_id=row.pk, published=True, staff_id=by, now=when)
        rows.append(row)
    return rows


def _opinions(rows: list[Article], people: list[int], now: datetime) -> None:
    """Readers differ: most find the first ones useful, few the later ones."""
    readable = [row for row in rows if row.published and row.public]
    for at, row in enumerate(readable):
        for reader, customer_id in enumerate(people[: 8 - at // 2]):
            articles.count_read(article_id=row.pk)
            if reader % 2 == 0:
                articles.judge(article_id=row.pk, customer_id=customer_id, useful=reader % 6 < 4, now=now)


def _talks(helpers: list[int], askers: list[int], staff_id: int, now: datetime) -> None:
    """Asked, looked at, answered, voted for and accepted; a question and an answer still wait for staff."""
    for at, (code, text, answers) in enumerate(TALKS):
        when = now - timedelta(days=20 - 4 * at)
        asker = askers[at % len(askers)]
        question = peers.ask(customer_id=asker, text=text, agreed=True, key=f"demo:{at}", product_code=code, now=when)
        peers.review(staff_id=staff_id, show=True, question_id=question.pk)
        said: list[Answer] = []
        for number, words in enumerate(answers):
            answer = peers.answer(question_id=question.pk, customer_id=helpers[(at + number) % len(helpers)],
                                  text=words, key=f"demo:{at}:{number}", now=when + timedelta(hours=2 + number))
            if at < len(TALKS) - 1:
                peers.review(staff_id=staff_id, show=True, answer_id=answer.pk)
                peers.vote(answer_id=answer.pk, customer_id=helpers[(at + number + 1) % len(helpers)])
                said.append(answer)
        if said:
            peers.accept(answer_id=said[-1].pk, asker_id=asker, now=when + timedelta(days=1))
    code, text = WAITING
    peers.ask(customer_id=askers[-1], text=text, agreed=True, key="demo:waiting", product_code=code,
              now=now - timedelta(hours=3))
