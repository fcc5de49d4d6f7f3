"""The tutorials and accessories of a product: added, put in order, taken away."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.kit.errors import Refused
from liuke.mall.console.product import page
from liuke.mall.console.scope import brand_may
from liuke.mall.models import Product
from liuke.mall.queries import goods
from liuke.mall.services import catalogue
from liuke.mall.services.catalogue import Beside
from liuke.org.access import StaffRequest


@brand_may("goods.edit")
@require_POST
def beside_add(request: StaffRequest, product_id: int) -> HttpResponse:
    """A tutorial by title and address, or an accessory by its product code."""
    row, kind = goods.product(product_id), request.POST.get("kind", "")
    title, url = request.POST.get("title", "").strip(), request.POST.get("url", "").strip()
    code = request.POST.get("code", "").strip()
    typed: dict[str, Any] = {"typed": request.POST}
    if kind == "accessory":
        other = goods.product_called(code) if code else None
        if other is None or other.pk == row.pk:
            return page(request, row, "beside", accessory_error=_("没有这个编号的商品，或者就是这件商品自己。"),
                        status=422, **typed)
        fresh = Beside(kind="accessory", accessory_id=other.pk)
    else:
        fresh = Beside(kind="tutorial", title=title, url=url)
    rows = [_as_given(each) for each in _rows(row)]
    if any(each.accessory_id and each.accessory_id == fresh.accessory_id for each in rows):
        return page(request, row, "beside", accessory_error=_("它已经在配件里了。"), status=422, **typed)
    try:
        with transaction.atomic():
            catalogue.set_companions(product_id=row.pk, companions=[*rows, fresh], now=timezone.now())
    except Refused as refused:
        return page(request, row, "beside", tutorial_error=refused.message, status=422, **typed)
    request.audit_target, request.audit_detail = f"product:{row.pk}", {"kind": fresh.kind}
    messages.success(request, _("已添加"))
    return _back(row.pk)


@brand_may("goods.edit")
@require_POST
def beside_change(request: StaffRequest, product_id: int) -> HttpResponse:
    """Move one up, or take it away."""
    row = goods.product(product_id)
    rows = _rows(row)
    wanted = request.POST.get("companion", "")
    at = next((place for place, each in enumerate(rows) if str(each.pk) == wanted), None)
    request.audit_target, request.audit_detail = f"product:{row.pk}", {"do": request.POST.get("do", "")[:10]}
    if at is None:
        messages.info(request, _("它已经被移除了。"))
        return _back(row.pk)
    given = [_as_given(each) for each in rows]
    moving = given.pop(at)
    if request.POST.get("do") == "up":
        given.insert(max(0, at - 1), moving)
    catalogue.set_companions(product_id=row.pk, companions=given, now=timezone.now())
    return _back(row.pk)


def _rows(row: Product) -> list[Any]:
    return list(row.companions.order_by("position", "pk"))


def _as_given(row: Any) -> Beside:
    return Beside(kind=row.kind, title=row.title, url=row.url, accessory_id=row.accessory_id)


def _back(product_id: int) -> HttpResponse:
    return redirect(f"{reverse('mall:product', args=[product_id])}?view=beside")
