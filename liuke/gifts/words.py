"""How gifts say things to people: states, refusals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.gifts.rules import State

STATES: dict[str, tuple[Promise, str]] = {
    State.PENDING: (gettext_lazy("待生效"), ""), State.OPEN: (gettext_lazy("待领取"), "warn"),
    State.CLAIMED: (gettext_lazy("已领取"), "good"), State.EXPIRED: (gettext_lazy("未领取"), ""),
    State.TAKEN: (gettext_lazy("已收回"), "info"),
}
ORIGINS: dict[str, Promise] = {
    "award": gettext_lazy("奖励规则"), "draw": gettext_lazy("抽奖"), "grant": gettext_lazy("员工赠送"),
    "demo": gettext_lazy("演示"),
}
ABOUT: dict[str, Promise] = {
    "name": gettext_lazy("请填写名称，不超过 60 个字。"), "words": gettext_lazy("说明不超过 300 个字。"),
    "sku_id": gettext_lazy("请选择在售的商品。"), "pieces": gettext_lazy("每份 1 至 100 件。"),
    "shop_id": gettext_lazy("请选择由哪家门店发出。"), "claim_days": gettext_lazy("领取期为 1 至 365 天。"),
    "budget_id": gettext_lazy("请选择一个以元计的规则预算；没有预算的礼品不能保存。"),
    "cost_fen": gettext_lazy("成本要大于 0，不超过 10 万元。"), "kinds": gettext_lazy("礼品太多，请先停用不再送的。"),
}
