"""How draws say things to people: phases, kinds of prizes, refusals."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.draws.models import Draw
from liuke.draws.queries.states import Delivery, Phase
from liuke.draws.rules.odds import BadOdds, OddsDiffer, told
from liuke.draws.rules.promise import CASH, COUPON, GIFT, NOTHING, POINTS, BadDraw, NegativeAmount, NoWayDown
from liuke.kit.errors import Refused
from liuke.loyalty import words as loyalty

PHASES: dict[str, tuple[Promise, str]] = {
    Phase.DRAFT: (gettext_lazy("草稿"), ""), Phase.AHEAD: (gettext_lazy("已公示"), "info"),
    Phase.OPEN: (gettext_lazy("进行中"), "good"), Phase.OVER: (gettext_lazy("待开密钥"), "warn"),
    Phase.ENDED: (gettext_lazy("已结束"), ""),
}
KINDS: dict[str, Promise] = {
    POINTS: gettext_lazy("积分"), COUPON: gettext_lazy("优惠券"), GIFT: gettext_lazy("礼品"),
    CASH: gettext_lazy("现金红包"), NOTHING: gettext_lazy("未中奖"),
}
LOOKS: dict[str, Promise] = {"wheel": gettext_lazy("转盘"), "scratch": gettext_lazy("刮刮卡")}
DELIVERIES: dict[str, tuple[Promise, str]] = {
    Delivery.WANTED: (gettext_lazy("待发放"), "warn"), Delivery.DONE: (gettext_lazy("已发放"), "good"),
    Delivery.STUCK: (gettext_lazy("未发出"), "bad"),
}
SOURCES: dict[str, Promise] = {
    "day": gettext_lazy("每日免费"), "rule": gettext_lazy("奖励规则"), "mall": gettext_lazy("积分兑换"),
}
ABOUT: dict[str, Promise] = {
    "name": gettext_lazy("请填写名称，不超过 40 个字。"), "rules": gettext_lazy("活动规则不超过 2,000 个字。"),
    "contact": gettext_lazy("主办方及联系方式不超过 120 个字。"), "look": gettext_lazy("请选择样式。"),
    "closes_at": gettext_lazy("结束要晚于开始，最长一年。"), "free_a_day": gettext_lazy("每天免费 0 至 50 次。"),
    "prizes": gettext_lazy("奖品最多 12 行。"), "prize_name": gettext_lazy("请填写奖品名称，不超过 30 个字。"),
    "kind": gettext_lazy("请选择奖品类型。"), "nothing": gettext_lazy("“未中奖”不填数量和数额。"),
    "budget": gettext_lazy("请选择单位一致的预算。"),
}
PLAIN: dict[type[Refused], Promise] = {
    BadOdds: gettext_lazy("概率请写成 1/1000、0.1% 或 0.001。"),
    NoWayDown: gettext_lazy("会发完的奖品要写明发完后改为哪一行，最后要落到“未中奖”。"),
    NegativeAmount: gettext_lazy("请填写大于 0 的整数。"),
}
FAULTS: dict[str, Promise] = {
    "terms": gettext_lazy("公示内容与规则指纹不符"), "seed": gettext_lazy("密钥与密钥指纹不符"),
    "order": gettext_lazy("券号 %(ticket)s 的次序不对"), "number": gettext_lazy("券号 %(ticket)s 出现了两次"),
    "prize": gettext_lazy("券号 %(ticket)s 的记录是第 %(found)s 行，重算是第 %(expected)s 行"),
    "link": gettext_lazy("券号 %(ticket)s 与它之前的结果接不上"),
}


def won_in(draw_ids: Collection[int]) -> dict[int, str]:
    """Why points came that were won."""
    rows = Draw.objects.filter(pk__in=draw_ids).values_list("pk", "name")
    return {pk: _("抽奖“%(name)s”中奖") % {"name": name} for pk, name in rows}


def refused(error: Refused) -> str:
    """Why not, and how to mend it."""
    if isinstance(error, OddsDiffer):
        text = _("概率之和还差 %(rest)s，请补足。") if error.rest > 0 else _("概率之和多出 %(rest)s，请减去。")
        return text % {"rest": told(abs(error.rest))}
    if plain := next((text for kind, text in PLAIN.items() if isinstance(error, kind)), None):
        return str(plain)
    if isinstance(error, BadDraw):
        return str(ABOUT.get(error.about, error.message))
    return loyalty.refused(error)
