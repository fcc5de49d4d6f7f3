"""The table of a product's SKUs: made anew from its specifications, and saved."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.mall.console.product import page
from liuke.mall.console.product_forms import OptionsForm, options_of, posted, row_of, table
from liuke.mall.console.scope import brand_may
from liuke.mall.models import Product, Sku
from liuke.mall.queries import goods
from liuke.mall.rules import catalogue as rules
from liuke.mall.rules.matrix import fresh_codes, matched
from liuke.mall.services import catalogue
from liuke.mall.services.catalogue import About, Piece
from liuke.mall.services.categories import DuplicateCode
from liuke.org.access import StaffRequest

EMPTY = Piece(code="", supply_fen=0, list_fen=0)


@brand_may("goods.edit")
@require_GET
def product_combine(request: StaffRequest, product_id: int) -> HttpResponse:
    """Show the table for these specifications. Nothing is saved yet: what it would do can be read first."""
    row, form = goods.product(product_id), OptionsForm(request.GET)
    if not form.is_valid():
        return page(request, row, "skus", options=form, status=422)
    options = form.options()
    skus = goods.skus_of(row.pk, all_of_them=True)
    pieces = combined(row, skus, list(options), rules.combinations(options))
    codes = {piece.code for piece in pieces}
    return page(
        request, row, "skus", options=form, names=list(options), unsaved=True, version=row.version,
        rows=table(list(options), [row_of(piece) for piece in pieces]),
        going=[sku for sku in skus if sku.active and sku.code not in codes],
    )


def combined(
    row: Product, skus: list[Sku], options: list[str], combinations: list[tuple[str, ...]]
) -> list[Piece]:
    """A piece for every combination; what is known goes on, what is new is priced like the first."""
    known = matched(combinations, [tuple(sku.values) for sku in skus])
    codes = fresh_codes(row.code, {sku.code for sku in skus})
    like = _piece(skus[0]) if skus else EMPTY
    if not options and not skus:
        return [replace(like, code=row.code)]
    return [
        replace(_piece(skus[at]), values=values, active=True) if at is not None
        else replace(like, code=next(codes), values=values, barcode="", active=True)
        for values, at in zip(combinations, known, strict=True)
    ]


def _piece(sku: Sku) -> Piece:
    return Piece(
        code=sku.code, supply_fen=sku.supply_fen, list_fen=sku.list_fen, values=tuple(sku.values),
        floor_fen=sku.floor_fen, ceiling_fen=sku.ceiling_fen, barcode=sku.barcode, weight_grams=sku.weight_grams,
        active=sku.active,
    )


@brand_may("goods.edit")
@require_POST
def product_skus(request: StaffRequest, product_id: int) -> HttpResponse:
    """Save the table; SKUs that are not in it are not sold any more, and what was bought keeps what it was."""
    row = goods.product(product_id)
    names = [name.strip() for name in request.POST.getlist("option") if name.strip()][: rules.MAX_OPTIONS]
    forms = posted(request.POST, names)
    request.audit_target = f"product:{row.pk}"
    shown: dict[str, Any] = {
        "rows": forms, "names": names, "unsaved": True, "version": request.POST.get("version", ""),
        "options": OptionsForm(initial=options_of(names, [
            [form.data.get(f"{form.prefix}-value{at}", "") for at in range(len(names))] for form in forms])),
    }
    if any(form.errors for form in forms) or not forms:
        return page(request, row, "skus", **shown, status=422)
    try:
        with transaction.atomic():
            _save(request, row, names, [form.piece() for form in forms])
    except catalogue.Stale:
        return page(request, row, "skus", **shown, stale=True, status=409)
    except DuplicateCode:
        return page(request, row, "skus", **shown, problem=_("有规格编号已被另一件商品使用。"), status=422)
    except Refused as refused:
        return page(request, row, "skus", **shown, problem=refused.message, status=422)
    count = len(forms)
    request.audit_detail = {"skus": count}
    said = ngettext("已保存 %(count)s 个规格", "已保存 %(count)s 个规格", count) % {"count": count}
    messages.success(request, said)
    return redirect(f"{reverse('mall:product', args=[row.pk])}?view=skus")


def _save(request: StaffRequest, row: Product, options: list[str], pieces: list[Piece]) -> None:
    version = request.POST.get("version", "")
    catalogue.change_product(
        product_id=row.pk, version=number_of(version) or 0, about=_about(row, options),
        pieces=pieces, now=timezone.now())


def _about(row: Product, options: list[str]) -> About:
    return About(
        supplier_id=row.supplier_id, category_id=row.category_id, label_id=row.label_id, code=row.code, name=row.name,
        summary=row.summary, description=row.description, care=row.care, options=tuple(options),
        serial_numbered=row.serial_numbered, warranty_months=row.warranty_months, return_days=row.return_days,
        position=row.position,
    )
