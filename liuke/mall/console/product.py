"""A new product, and the page of one: what is said of it, where it is sold, and what it lacks."""

import secrets
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.mall.console.product_forms import AboutForm, OptionsForm, PieceForm, about_of, options_of, row_of, table
from liuke.mall.console.products import STATES
from liuke.mall.console.scope import brand_may, shops_of
from liuke.mall.models import Product
from liuke.mall.queries import goods, selling
from liuke.mall.services import catalogue
from liuke.mall.services.categories import DuplicateCode
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

VIEWS: dict[str, Promise] = {
    "about": gettext_lazy("资料"), "skus": gettext_lazy("规格与价格"), "pictures": gettext_lazy("图片"),
    "beside": gettext_lazy("教程与配件"), "shops": gettext_lazy("在哪里卖"),
}
LACKING: dict[str, tuple[Promise, str]] = {
    "skus": (gettext_lazy("还没有可售的规格"), "skus"), "supplier": (gettext_lazy("供应商已停用"), "about"),
    "price": (gettext_lazy("有规格的价格是 0"), "skus"), "picture": (gettext_lazy("还没有图片"), "pictures"),
    "stock": (gettext_lazy("还没有库存"), "stock"),
}


@brand_may("goods.edit")
def product_new(request: StaffRequest) -> HttpResponse:
    """Everything needed to begin on one page; the rest is said on the product's own."""
    data = request.POST if request.method == "POST" else None
    about, options = AboutForm(data, initial={"return_days": 7}), OptionsForm(data)
    piece = PieceForm(data, initial={"active": True})
    piece.fields["code"].required = False
    valid = data is not None and all([about.is_valid(), options.is_valid(), piece.is_valid()])
    if valid and (made := _open(about, options, piece)) is not None:
        request.audit_target = f"product:{made.pk}"
        messages.success(request, _("已建好草稿。补上图片和库存，就可以上架了。"))
        return redirect(f"{reverse('mall:product', args=[made.pk])}?view=skus")
    return render(request, "mall/product_new.html", {
        "about": about, "options": options, "piece": piece,
        "ready": len(about.fields["supplier"].choices) > 1 and len(about.fields["category"].choices) > 1,   # type: ignore[attr-defined]  # ChoiceFields
    }, status=200 if data is None else 422)


def _open(about: AboutForm, options: OptionsForm, piece: PieceForm) -> Product | None:
    """The draft, or None with the reason beside a field."""
    code = about.cleaned_data["code"] or f"P{timezone.localtime():%y%m%d}{secrets.randbelow(10_000):04}"
    named = options.options()
    like = replace(piece.piece(), code=piece.cleaned_data["code"] or code, active=True)
    pieces = catalogue.pieces_of_all(named, like=like) if named else [like]
    try:
        with transaction.atomic():
            return catalogue.open_product(
                about=about.about(code=code, options=tuple(named)), pieces=pieces, now=timezone.now())
    except DuplicateCode:
        about.add_error("code", _("这个编号已被另一件商品或规格使用。"))
    except Refused as refused:
        about.add_error(None, refused.message)
    return None


@staff_may("goods.view")
@require_GET
def product(request: StaffRequest, product_id: int) -> HttpResponse:
    view = request.GET.get("view", "about")
    return page(request, goods.product(product_id), view if view in VIEWS else "about")


def page(request: StaffRequest, row: Product, view: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """One view of the product's page; `more` holds forms that came back with errors."""
    skus = goods.skus_of(row.pk, all_of_them=True)
    pictures = list(row.pictures.order_by("position", "pk"))
    found = selling.lacking(row, skus, pictures=len(pictures))
    context = {
        "product": row, "view": view, "views": VIEWS, "states": STATES, "skus": skus, "pictures": pictures,
        "cover": pictures[0].file if pictures else "", "lacking": [(name, *LACKING[name]) for name in found],
        "may_edit": org.everywhere(request.user, "goods.edit"),
        "may_see_costs": request.user.has_perm("prices.view"),
    }
    fill = FILL[view]
    return render(request, f"mall/product_{view}.html", {**context, **fill(request, row, skus), **more}, status=status)


def _about(request: StaffRequest, row: Product, skus: list[Any]) -> dict[str, Any]:
    del request, skus
    form = AboutForm(initial=about_of(row))
    form.needs_code()
    return {"form": form}


def _skus(request: StaffRequest, row: Product, skus: list[Any]) -> dict[str, Any]:
    del request
    active = [sku for sku in skus if sku.active]
    return {"rows": table(row.options, [row_of(sku) for sku in active]), "names": row.options,
            "options": OptionsForm(initial=options_of(row.options, [sku.values for sku in active])),
            "gone": [sku for sku in skus if not sku.active]}


def _beside(request: StaffRequest, row: Product, skus: list[Any]) -> dict[str, Any]:
    del request, skus
    return {"companions": list(row.companions.select_related("accessory").order_by("position", "pk"))}


def _shops(request: StaffRequest, row: Product, skus: list[Any]) -> dict[str, Any]:
    del skus
    shops = [shop for shop in shops_of(request, "goods.view") if shop.active]
    return {"sold": selling.shops_selling(row.pk, shops, now=timezone.now())}


def _pictures(request: StaffRequest, row: Product, skus: list[Any]) -> dict[str, Any]:
    del request, row, skus
    return {}


FILL = {"about": _about, "skus": _skus, "pictures": _pictures, "beside": _beside, "shops": _shops}


@brand_may("goods.edit")
@require_POST
def product_about(request: StaffRequest, product_id: int) -> HttpResponse:
    """Save the texts that were seen as `version`; somebody else's change in between is said and nothing is lost."""
    row = goods.product(product_id)
    form, version = AboutForm(request.POST), request.POST.get("version", "")
    form.needs_code()
    request.audit_target = f"product:{row.pk}"
    if not form.is_valid():
        return page(request, row, "about", form=form, status=422)
    try:
        with transaction.atomic():
            catalogue.change_product(
                product_id=row.pk, version=number_of(version) or 0,
                about=form.about(code=row.code, options=row.options), now=timezone.now())
    except catalogue.Stale:
        return page(request, row, "about", form=form, stale=True, status=409)
    except DuplicateCode:
        form.add_error("code", _("这个编号已被另一件商品或规格使用。"))
    except Refused as refused:
        form.add_error(None, refused.message)
    if form.errors:
        return page(request, row, "about", form=form, status=422)
    request.audit_detail = {"fields": changed(form, row)}
    messages.success(request, _("已保存"))
    return redirect("mall:product", row.pk)


def changed(form: forms.Form, row: Product) -> list[str]:
    """The names of the fields that differ from before, for the audit: never their texts."""
    before = about_of(row)
    return [name for name, value in before.items() if (form.cleaned_data.get(name) or "") != (value or "")]
