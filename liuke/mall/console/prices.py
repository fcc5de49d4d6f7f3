"""Price rules of shops and tiers: a rule for all, and rules for single SKUs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.paging import page_of
from liuke.mall.console.fields import MoneyField, PercentField
from liuke.mall.console.scope import brand_may, number, shop_for
from liuke.mall.models import Sku
from liuke.mall.queries import goods, pricing
from liuke.mall.queries import tiers as tiers_
from liuke.mall.services import pricing as services
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may
from liuke.org.models import Shop

TEXT = 60


class Wrong(Exception):
    """Something typed cannot be understood: the name of the field, and the sentence beside it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


@staff_may("prices.view")
@require_GET
def prices(request: StaffRequest) -> HttpResponse:
    """How each shop prices."""
    shops = pricing.shop_rules(org.shops_where(request.user, "prices.view")).order_by("-active", "name", "pk")
    return render(request, "mall/prices.html", {"shops": list(shops), "view": "shops"})


@staff_may("prices.view")
@require_GET
def shop(request: StaffRequest, shop_id: int) -> HttpResponse:
    return _shop(request, shop_for(request, "prices.view", shop_id))


def _shop(request: StaffRequest, row: Shop, *, status: int = 200, **more: Any) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:TEXT]
    return render(request, "mall/price_shop.html", {
        "shop": row, "usual": pricing.usual_rule(row.pk), "q": text,
        "page": page_of(pricing.own_rules(row.pk, text=text), request),
        "may_edit": request.user.has_perm("prices.edit", row), **more,
    }, status=status)


@staff_may("prices.edit")
@require_POST
def shop_change(request: StaffRequest, shop_id: int) -> HttpResponse:
    """The rule for all, a rule for one SKU, or one that goes: the SKU then follows the rule for all."""
    row = shop_for(request, "prices.edit", shop_id)
    do = request.POST.get("do", "")
    request.audit_target, request.audit_detail = f"shop:{row.pk}", {"do": do[:10]}
    try:
        with transaction.atomic():
            said = {"usual": _usual, "clear": _clear}.get(do, _own)(request, row)
    except Wrong as wrong:
        return _shop(request, row, status=422, wrong=f"{do}-{wrong.field}", why=wrong.why, typed=request.POST)
    except Refused as refused:
        return _shop(request, row, status=refused.status, wrong=f"{do}-value", why=refused.message, typed=request.POST)
    messages.success(request, said)
    return redirect("mall:price_shop", row.pk)


def _usual(request: StaffRequest, row: Shop) -> str:
    if request.POST.get("way") == "list":
        services.clear_shop_price(shop_id=row.pk, sku_id=None)
        return _("这家门店按标价卖")
    markup = _value(PercentField(most_bp=services.MAX_MARKUP_BP), request.POST.get("value", ""))
    services.set_shop_price(shop_id=row.pk, sku_id=None, markup_bp=markup)
    request.audit_detail["markup_bp"] = markup
    return _("已保存门店的加价")


def _own(request: StaffRequest, row: Shop) -> str:
    sku, way = called(request.POST.get("sku", "")), request.POST.get("way", "")
    offered = way != "none"
    given = _given(way, request.POST.get("value", ""), sku)
    services.set_shop_price(shop_id=row.pk, sku_id=sku.pk, offered=offered, **given)
    request.audit_detail |= {"sku_id": sku.pk, "offered": offered, **given}
    return _("%(sku)s 的定价已保存") % {"sku": sku.code} if offered else _("这家门店不再卖 %(sku)s") % {"sku": sku.code}


def _given(way: str, typed: str, sku: Sku) -> dict[str, Any]:
    """What the services want. A SKU that is not sold keeps its list price for the day it is sold again."""
    if way == "none":
        return {"price_fen": sku.list_fen}
    if way == "markup":
        return {"markup_bp": _value(PercentField(most_bp=services.MAX_MARKUP_BP), typed)}
    return {"price_fen": _value(MoneyField(), typed)}


def _clear(request: StaffRequest, row: Shop) -> str:
    sku_id = number(request.POST, "sku")
    services.clear_shop_price(shop_id=row.pk, sku_id=sku_id or 0)
    request.audit_detail["sku_id"] = sku_id
    return _("已去掉，改按门店的规则卖")


def called(text: str) -> Sku:
    """The SKU with this code or barcode; raises Wrong."""
    sku = goods.sku_called(text.strip())
    if sku is None:
        raise Wrong("sku", _("没有这个编号或条码的规格"))
    return sku


def _value(field: Any, typed: str) -> Any:
    try:
        return field.clean(typed)
    except ValidationError as error:
        raise Wrong("value", " ".join(error.messages)) from error


@staff_may("prices.view")
@require_GET
def tiers(request: StaffRequest) -> HttpResponse:
    return _tiers(request)


def _tiers(request: StaffRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    known = tiers_.tiers()
    names = {tier.code: tier.name for tier in known}
    return render(request, "mall/price_tiers.html", {
        "rules": [(rule, names.get(rule.tier, rule.tier)) for rule in pricing.tier_rules()], "view": "tiers",
        "tiers": [tier for tier in known if tier.kept], "names": names,
        "may_edit": org.everywhere(request.user, "prices.edit"), **more,
    }, status=status)


@brand_may("prices.edit")
@require_POST
def tier_change(request: StaffRequest) -> HttpResponse:
    """What a tier pays for all SKUs or for one; or a rule that goes."""
    post = request.POST
    tier = post.get("tier", "").strip()
    request.audit_target = f"tier:{tier[:20]}"
    try:
        with transaction.atomic():
            said = _clear_tier(request, tier) if post.get("do") == "clear" else _set_tier(request, tier)
    except Wrong as wrong:
        return _tiers(request, status=422, wrong=wrong.field, why=wrong.why, typed=post)
    except Refused as refused:
        at = "tier" if not tier or tiers_.unknown([tier]) else "value"
        return _tiers(request, status=refused.status, wrong=at, why=refused.message, typed=post)
    messages.success(request, said)
    return redirect(reverse("mall:price_tiers"))


def _set_tier(request: StaffRequest, tier: str) -> str:
    post = request.POST
    sku = called(post["sku"]) if post.get("sku", "").strip() else None
    if post.get("way") == "fixed":
        given = {"price_fen": _value(MoneyField(), post.get("value", ""))}
    else:
        given = {"off_bp": _value(PercentField(most_bp=services.MAX_OFF_BP), post.get("value", ""))}
    services.set_tier_price(tier=tier, sku_id=sku.pk if sku else None, **given)
    request.audit_detail = {"sku_id": sku.pk if sku else None, **given}
    return _("会员价已保存")


def _clear_tier(request: StaffRequest, tier: str) -> str:
    sku_id = number(request.POST, "sku")
    services.clear_tier_price(tier=tier, sku_id=sku_id)
    request.audit_detail = {"sku_id": sku_id, "cleared": True}
    return _("已去掉这条会员价")
