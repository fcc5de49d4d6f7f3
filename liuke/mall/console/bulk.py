"""Changing the category or the prices of many products: first a preview, then the change, and a way back."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.mall.console.fields import MoneyField, PercentField
from liuke.mall.console.scope import brand_may, numbers
from liuke.mall.console.undo import keep
from liuke.mall.models import Sku
from liuke.mall.queries import goods
from liuke.mall.rules.catalogue import MAX_FEN
from liuke.mall.rules.repricing import MOST_BP, Ending, Move, Priced, Which
from liuke.mall.services import bulk
from liuke.mall.services.catalogue import MAX_AT_ONCE
from liuke.org.access import StaffRequest

SHOWN = 200                              # rows of a preview; the sums count all
PROBLEMS: dict[str, Promise] = {
    "floor": gettext_lazy("低于最低价"), "ceiling": gettext_lazy("高于最高价"), "range": gettext_lazy("不是有效的价格"),
    "same": gettext_lazy("没有变化"),
}


class MoveForm(forms.Form):
    """How prices move. Less is a minus sign in front."""

    which = forms.ChoiceField(label=gettext_lazy("改哪个价"), choices=[
        (Which.LIST, gettext_lazy("标价")), (Which.SUPPLY, gettext_lazy("供货价"))], initial=Which.LIST)
    share = PercentField(label=gettext_lazy("按百分比"), least_bp=-10_000, most_bp=MOST_BP, required=False,
                         help_text=gettext_lazy("例如 5 是涨 5%，-10 是降 10%。"))
    amount = MoneyField(label=gettext_lazy("按金额"), least=-MAX_FEN, required=False,
                        help_text=gettext_lazy("例如 3 是涨 3 元，-5 是降 5 元。百分比和金额填一个。"))
    ending = forms.ChoiceField(label=gettext_lazy("尾数"), choices=[
        (Ending.EXACT, gettext_lazy("精确到分")), (Ending.WHOLE, gettext_lazy("取整到元")),
        (Ending.NINETY, gettext_lazy("以 .90 结尾"))], initial=Ending.EXACT)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        share, amount = said.get("share"), said.get("amount")
        if not self.errors and ((share is None) == (amount is None) or not (share or amount)):
            self.add_error("share", _("请填写百分比或金额，两者填一个，不能为 0。"))
        return said

    def move(self) -> Move:
        said = self.cleaned_data
        return Move(which=Which(said["which"]), share_bp=said["share"], amount_fen=said["amount"],
                    ending=Ending(said["ending"]))


@brand_may("goods.edit", atomic=False)
@require_POST
def picked(request: StaffRequest) -> HttpResponse:
    """From the list to one of the pages below; its form carries a secret that has no place in an address."""
    chosen = urlencode({"pick": numbers(request.POST, "pick", most=MAX_AT_ONCE)}, doseq=True)
    door = "mall:products_category" if request.POST.get("to") == "category" else "mall:products_prices"
    return redirect(f"{reverse(door)}?{chosen}")


@brand_may("goods.edit")
def prices(request: StaffRequest) -> HttpResponse:
    """GET with picked products asks and shows what would change; POST changes what was shown."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = numbers(asked, "pick", most=MAX_AT_ONCE)
    if not chosen:
        messages.error(request, _("请先在列表里选中商品。"))
        return redirect("mall:products")
    form = MoveForm(asked if "which" in asked else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _change_prices(request, chosen, form.move())
        except bulk.PricesMoved as moved:
            form.add_error(None, moved.message)
    return _preview(request, chosen, form)


def _change_prices(request: StaffRequest, chosen: list[int], move: Move) -> HttpResponse:
    seen = dict(_pairs(request.POST.get("seen", "")))
    changes = bulk.change_prices(product_ids=chosen, move=move, seen=seen, now=timezone.now())
    request.audit_target = "products"
    request.audit_detail = {"product_ids": chosen, "which": move.which, "share_bp": move.share_bp,
                            "amount_fen": move.amount_fen, "skus": len(changes)}
    said = ngettext("已改 %(count)s 个规格的价格", "已改 %(count)s 个规格的价格", len(changes))
    messages.success(request, said % {"count": len(changes)},
                     extra_tags=keep(request, "prices", (move.which, changes)) if changes else "")
    return redirect("mall:products")


def _pairs(text: str) -> list[tuple[int, int]]:
    """12:990,13:1990 as the preview wrote it; anything else is nothing, and then the preview is shown again."""
    parts = [part.partition(":") for part in text.split(",")]
    read = [(number_of(sku), number_of(fen)) for sku, _sign, fen in parts]
    return [(sku, fen) for sku, fen in read if sku is not None and fen is not None]


def _preview(request: StaffRequest, chosen: list[int], form: MoveForm) -> HttpResponse:
    plan: list[Priced] = []
    if form.is_bound and form.is_valid():
        plan = bulk.planned(product_ids=chosen, move=form.move())
    skus = goods.skus_by_id([each.sku_id for each in plan[:SHOWN]])
    good = [each for each in plan if not each.problem]
    supply = form.is_bound and form.data.get("which") == Which.SUPPLY
    return render(request, "mall/bulk_prices.html", {
        "form": form, "picked": chosen, "plan": plan, "left": max(0, len(plan) - SHOWN),
        "rows": [_row(each, skus[each.sku_id], supply=supply) for each in plan[:SHOWN]],
        "said": {name: form.data.get(name, "") for name in form.fields} if plan else {},
        "count": len(good), "kept": len(plan) - len(good),
        "seen": ",".join(f"{each.sku_id}:{each.after_fen}" for each in good),
    }, status=422 if request.method == "POST" or form.errors else 200)


def _row(each: Priced, sku: Sku, *, supply: bool) -> dict[str, Any]:
    before = each.supply_fen if supply else each.list_fen
    return {"sku": sku, "before": before, "after": each.after_fen, "by": each.after_fen - before,
            "problem": PROBLEMS.get(each.problem, "")}


@brand_may("goods.edit")
def category(request: StaffRequest) -> HttpResponse:
    """GET asks where the picked products shall stand and shows where they stand now; POST moves them."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = numbers(asked, "pick", most=MAX_AT_ONCE)
    if not chosen:
        messages.error(request, _("请先在列表里选中商品。"))
        return redirect("mall:products")
    error = ""
    if request.method == "POST":
        try:
            return _move(request, chosen, number_of(request.POST.get("category", "")) or 0)
        except (Refused, ValueError):
            error = _("请选择一个分类。")
    rows = goods.products(goods.Ask()).filter(pk__in=chosen).select_related("category").order_by("-pk")
    return render(request, "mall/bulk_category.html", {
        "picked": chosen, "rows": rows[:SHOWN], "nodes": goods.nodes(), "error": error,
    }, status=422 if error else 200)


def _move(request: StaffRequest, chosen: list[int], category_id: int) -> HttpResponse:
    before = bulk.set_categories(categories=dict.fromkeys(chosen, category_id), now=timezone.now())
    request.audit_target = f"category:{category_id}"
    request.audit_detail = {"product_ids": list(before)}
    said = ngettext("已移动 %(count)s 件商品", "已移动 %(count)s 件商品", len(before)) % {"count": len(before)}
    messages.success(request, said, extra_tags=keep(request, "category", before) if before else "")
    return redirect(f"{reverse('mall:products')}?category={category_id}")
