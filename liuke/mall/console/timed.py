"""Timed prices: flash sales with their own quantity, for everybody or for some."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries.tags import all_tags
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.kit.paging import page_of
from liuke.mall.console.fields import CountField, MomentField, MoneyField, SkuField
from liuke.mall.console.scope import shops_of
from liuke.mall.models import TimedPrice
from liuke.mall.queries import pricing
from liuke.mall.queries.tiers import programme
from liuke.mall.services import pricing as services
from liuke.mall.services.pricing import MAX_SALE_PIECES, Sale
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

MOST_TAGS = 500
VIEWS: dict[str, Promise] = {
    pricing.RUNNING: gettext_lazy("进行中"), pricing.COMING: gettext_lazy("未开始"),
    pricing.OVER: gettext_lazy("已结束"),
}
SEGMENTS: dict[str, Promise] = {         # as insight names what it writes; it stands above and cannot be asked
    "champion": gettext_lazy("重要价值"), "promising": gettext_lazy("重要发展"), "keep": gettext_lazy("重要保持"),
    "win_back": gettext_lazy("重要挽留"), "loyal": gettext_lazy("一般价值"), "new": gettext_lazy("一般发展"),
    "fading": gettext_lazy("一般保持"), "gone": gettext_lazy("一般挽留"),
}


class SaleForm(forms.Form):
    """A timed price. The audience is chosen from tiers, tags and segments, or is the code of a community group."""

    sku = SkuField(label=gettext_lazy("规格编号或条码"))
    shop = forms.ChoiceField(label=gettext_lazy("门店"), required=False)
    price_fen = MoneyField(label=gettext_lazy("限时价"))
    starts_at = MomentField(label=gettext_lazy("开始"))
    ends_at = MomentField(label=gettext_lazy("结束"))
    quantity = CountField(label=gettext_lazy("活动数量"), least=1, most=MAX_SALE_PIECES,
                          help_text=gettext_lazy("卖完这么多件，活动就结束。"))
    per_customer = CountField(label=gettext_lazy("每人限购"), most=MAX_SALE_PIECES, required=False,
                              help_text=gettext_lazy("0 是不限。"))
    audience = forms.ChoiceField(label=gettext_lazy("给谁"), required=False)
    group = forms.CharField(label=gettext_lazy("社群编号"), max_length=60, required=False,
                            help_text=gettext_lazy("只给一个社群时填写，上面选“所有人”。"))
    open_terms = forms.CharField(
        label=gettext_lazy("公开的条件"), max_length=services.TERMS_CHARACTERS, required=False,
        help_text=gettext_lazy("给标签或分层时必填，人人在商品页读到，例如“近一年没有下单的会员”。"))

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = [(str(each.pk), each.name) for each in shops_of(request, "prices.edit") if each.active]
        everywhere = [("", _("所有门店"))] if org.everywhere(request.user, "prices.edit") else []
        self.fields["shop"].required = not everywhere
        tags = [(f"tag:{tag.pk}", tag.name) for tag in all_tags()[:MOST_TAGS]]
        segments = [(f"segment:{code}", word) for code, word in SEGMENTS.items()]
        offer_choices(self, shop=[*everywhere, *shops], audience=[
            ("", _("所有人")), (_("会员等级"), [(f"tier:{tier.code}", tier.name) for tier in programme()]),
            (_("带标签的客户"), tags), (_("客户分层"), segments)])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        starts, ends = said.get("starts_at"), said.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("结束要晚于开始"))
        if (said.get("per_customer") or 0) > (said.get("quantity") or MAX_SALE_PIECES):
            self.add_error("per_customer", _("每人限购不能多于活动数量"))
        if said.get("audience") and said.get("group"):
            self.add_error("group", _("上面已经选了人群，两者选一个"))
        return said

    def sale(self) -> Sale:
        said = self.cleaned_data
        kind, _sign, name = said["audience"].partition(":")
        if said["group"]:
            kind, name = "group", said["group"].strip()
        return Sale(
            sku_id=said["sku"].pk, price_fen=said["price_fen"], starts_at=said["starts_at"], ends_at=said["ends_at"],
            quantity=said["quantity"], shop_id=int(said["shop"]) if said["shop"] else None,
            per_customer=said["per_customer"] or 0, audience_kind=kind, audience=name, open_terms=said["open_terms"],
        )


def shown(row: TimedPrice) -> dict[str, Any]:
    """What the form shows of one that is there."""
    same = ("price_fen", "starts_at", "ends_at", "quantity", "per_customer", "open_terms")
    group = row.audience_kind == "group"
    audience = f"{row.audience_kind}:{row.audience}" if row.audience_kind and not group else ""
    return {**{name: getattr(row, name) for name in same}, "sku": row.sku.code, "shop": str(row.shop_id or ""),
            "audience": audience, "group": row.audience if group else ""}


def _reach(request: StaffRequest, permission: str) -> list[int] | None:
    """The shops in which this person may; None is everywhere."""
    return None if org.everywhere(request.user, permission) else [
        shop.pk for shop in shops_of(request, permission)]


@staff_may("prices.view")
@require_GET
def timed(request: StaffRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else pricing.RUNNING
    rows = pricing.timed_prices(view, now=timezone.now(), shop_ids=_reach(request, "prices.view"))
    tags = {str(tag.pk): tag.name for tag in all_tags()[:MOST_TAGS]}
    page = page_of(rows, request)
    return render(request, "mall/timed.html", {
        "page": page, "rows": [(row, audience_word(row, tags)) for row in page.rows], "now_view": view,
        "views": VIEWS, "view": "timed", "may_edit": request.user.has_perm("prices.edit"),
    })


def audience_word(row: TimedPrice, tags: dict[str, str]) -> str:
    """For whom, in words."""
    if row.audience_kind == "tag":
        return _("标签 %(name)s") % {"name": tags.get(row.audience, row.audience)}
    if row.audience_kind == "tier":
        names = {tier.code: tier.name for tier in programme()}
        return _("会员等级 %(name)s") % {"name": names.get(row.audience, row.audience)}
    if row.audience_kind == "segment":
        return _("分层 %(name)s") % {"name": SEGMENTS.get(row.audience, row.audience)}
    return _("社群 %(name)s") % {"name": row.audience} if row.audience_kind else _("所有人")


@staff_may("prices.edit")
def timed_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@staff_may("prices.edit")
def timed_edit(request: StaffRequest, timed_price_id: int) -> HttpResponse:
    return _edit(request, pricing.timed_price(timed_price_id, shop_ids=_reach(request, "prices.edit")))


def _edit(request: StaffRequest, row: TimedPrice | None) -> HttpResponse:
    now = timezone.now()
    initial = shown(row) if row else {"sku": request.GET.get("sku", ""), "per_customer": 0}
    form = SaleForm(request.POST if request.method == "POST" else None, request=request, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = services.set_timed_price(sale=form.sale(), timed_price_id=row.pk if row else None, now=now)
        except Refused as refused:
            form.add_error("open_terms" if isinstance(refused, services.HiddenPrice) else None, refused.message)
        else:
            request.audit_target = f"timed_price:{saved.pk}"
            request.audit_detail = {"sku_id": saved.sku_id, "price_fen": saved.price_fen, "quantity": saved.quantity}
            messages.success(request, _("已保存限时价"))
            return redirect(f"{request.path.rsplit('/timed/', 1)[0]}/timed/?view="
                            f"{pricing.COMING if saved.starts_at > now else pricing.RUNNING}")
    return render(request, "mall/timed_edit.html", {
        "form": form, "sale": row, "over": bool(row and row.ends_at <= now),
        "running": bool(row and row.starts_at <= now < row.ends_at),
    }, status=422 if form.errors else 200)


@staff_may("prices.edit")
@require_POST
def timed_end(request: StaffRequest, timed_price_id: int) -> HttpResponse:
    """Stop it now, or drop it before it has begun."""
    row = pricing.timed_price(timed_price_id, shop_ids=_reach(request, "prices.edit"))
    request.audit_target = f"timed_price:{row.pk}"
    if services.end_timed_price(timed_price_id=row.pk, now=timezone.now()):
        messages.success(request, _("已结束，价格立即恢复"))
    else:
        messages.info(request, _("它已经结束了。"))
    return redirect("mall:timed")
