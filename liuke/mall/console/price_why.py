"""Why is this price this price: the steps, for a shop, a buyer and a moment; and what was looked at and not used."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from liuke.customers.models import Customer
from liuke.kit.forms import offer_choices
from liuke.mall.console.fields import CountField, MomentField, SkuField
from liuke.mall.console.scope import shops_of
from liuke.mall.queries import pricing, tiers
from liuke.mall.queries.prices import GUEST, buyer
from liuke.mall.rules.orders import MAX_PIECES
from liuke.mall.rules.prices import Price, Step
from liuke.org.access import StaffRequest, staff_may

RULES: dict[str, Promise] = {
    "supply": gettext_lazy("供货价"), "list": gettext_lazy("标价"), "markup": gettext_lazy("门店加价"),
    "fixed": gettext_lazy("门店定价"), "floor": gettext_lazy("最低价"), "ceiling": gettext_lazy("最高价"),
    "tier": gettext_lazy("会员价"), "timed": gettext_lazy("限时价"),
}
MEANING: dict[str, Promise] = {
    "supply": gettext_lazy("供应商要的价"), "list": gettext_lazy("门店没有自己的规则，按标价卖"),
    "markup": gettext_lazy("门店在供货价上加这么多"), "fixed": gettext_lazy("门店给这个规格单独定的价"),
    "floor": gettext_lazy("算出来低于最低价，按最低价卖"), "ceiling": gettext_lazy("算出来高于最高价，按最高价卖"),
    "tier": gettext_lazy("这个等级的会员更便宜，不会低于供货价"), "timed": gettext_lazy("正在进行的限时价更便宜"),
}
ASIDES: dict[str, Promise] = {
    "late": gettext_lazy("已经结束"), "early": gettext_lazy("还没开始"), "shop": gettext_lazy("只在别的门店"),
    "others": gettext_lazy("这位顾客不在人群里"), "sold": gettext_lazy("剩下的不够买"),
    "dearer": gettext_lazy("不比现在的价格便宜"), "had": gettext_lazy("这位顾客已达每人限购数量"),
}


class WhyForm(forms.Form):
    """What to explain."""

    sku = SkuField(label=gettext_lazy("规格编号或条码"))
    shop = forms.ChoiceField(label=gettext_lazy("门店"))
    customer = forms.CharField(label=gettext_lazy("会员号"), max_length=60, required=False,
                               help_text=gettext_lazy("留空是没登录的顾客。"))
    tier = forms.CharField(label=gettext_lazy("会员等级"), max_length=20, required=False,
                           help_text=gettext_lazy("看某个等级的价格时填写。"),
                           widget=forms.TextInput(attrs={"list": "tiers", "autocomplete": "off"}))
    at = MomentField(label=gettext_lazy("时间"), required=False, help_text=gettext_lazy("留空是现在。"))
    quantity = CountField(label=gettext_lazy("件数"), least=1, most=MAX_PIECES, required=False)

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, shop=[(str(each.pk), each.name) for each in shops_of(request, "prices.view")])

    def clean_customer(self) -> Customer | None:
        number = self.cleaned_data["customer"].strip()
        if not number:
            return None
        found = Customer.objects.filter(number=number).first()
        if found is None:
            raise ValidationError(_("没有这个会员号"))
        return found


@staff_may("prices.view")
@require_GET
def price_why(request: StaffRequest) -> HttpResponse:
    asked = request.GET.copy()
    form = WhyForm(None, request=request, initial={"sku": asked.get("sku", ""), "quantity": 1})
    if asked.get("sku"):
        choices = form.fields["shop"].choices                                     # type: ignore[attr-defined]
        if not asked.get("shop") and choices:
            asked["shop"] = choices[0][0]
        form = WhyForm(asked, request=request)
    told = _told(form) if form.is_bound and form.is_valid() else {}
    return render(request, "mall/price_why.html", {"form": form, "view": "why", "tiers": tiers.tiers(), **told},
                  status=422 if form.errors else 200)


def _told(form: WhyForm) -> dict[str, Any]:
    said = form.cleaned_data
    sku, shop_id, now = said["sku"], int(said["shop"]), said["at"] or timezone.now()
    who = buyer(said["customer"].pk, now=now) if said["customer"] else GUEST
    if said["tier"].strip():
        who = replace(who, tier=said["tier"].strip())
    quantity = said["quantity"] or 1
    price = pricing.why(sku, shop_id=shop_id, who=who, now=now, quantity=quantity)
    aside = pricing.asides(sku, price, shop_id=shop_id, who=who, now=now, quantity=quantity)
    return {"sku": sku, "price": price, "steps": steps_of(price) if price else [],
            "asides": [(each.sale, ASIDES[each.why]) for each in aside], "at": now, "asked_tier": who.tier}


def steps_of(price: Price) -> list[dict[str, Any]]:
    """Each step in words, with what it changed."""
    told, before = [], None
    names = tiers.names() if any(step.rule == "tier" for step in price.steps) else {}
    for step in price.steps:
        told.append({"word": RULES.get(step.rule, step.rule), "meaning": MEANING.get(step.rule, ""),
                     "note": _note(step, names), "fen": step.price_fen,
                     "by": None if before is None else step.price_fen - before})
        before = step.price_fen
    return told


def _note(step: Step, tier_names: Mapping[str, str]) -> str:
    if step.rule == "timed":
        until = timezone.localtime(datetime.fromisoformat(step.note))
        return _("到 %(until)s 为止") % {"until": until.strftime("%Y-%m-%d %H:%M")}
    return tier_names.get(step.note, step.note) if step.rule == "tier" else step.note
