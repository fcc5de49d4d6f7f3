"""The list of products, and what can be done to the picked ones."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.pages import back_to
from liuke.kit.paging import page_of
from liuke.mall.console.scope import address, brand_may, number, numbers
from liuke.mall.console.undo import keep
from liuke.mall.models import Product
from liuke.mall.queries import goods
from liuke.mall.rules.catalogue import ProductState
from liuke.mall.services import catalogue
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

STATES: dict[str, tuple[Promise, str]] = {
    ProductState.ON_SALE: (gettext_lazy("在售"), "good"),
    ProductState.DRAFT: (gettext_lazy("草稿"), "info"),
    ProductState.OFF_SALE: (gettext_lazy("已下架"), ""),
}
TEXT = 60                                # characters of a search


@dataclass(frozen=True)
class Chip:
    """A filter as a link."""

    word: str
    count: int
    on: bool
    href: str


@staff_may("goods.view")
@require_GET
def products(request: StaffRequest) -> HttpResponse:
    """Every filter is in the address, so a link shows others the same."""
    ask = asked(request)
    counts = goods.by_state(ask)
    page = page_of(goods.listed(goods.products(ask)), request)
    filtered = bool(ask.text or ask.category_id or ask.supplier_id or ask.label_id)
    return render(request, "mall/products.html", {
        "page": page, "ask": ask, "counts": counts, "chips": _chips(request, ask.state, counts),
        "filtered": filtered or bool(ask.state), "nodes": goods.nodes(), "suppliers": goods.suppliers(),
        "states": STATES, "may_edit": org.everywhere(request.user, "goods.edit"),
    })


def asked(request: StaffRequest) -> goods.Ask:
    """The filters of an address; what cannot be understood filters nothing."""
    get = request.GET
    state = get.get("state", "")
    return goods.Ask(
        text=get.get("q", "").strip()[:TEXT], category_id=number(get, "category"), supplier_id=number(get, "supplier"),
        label_id=number(get, "label"), state=state if state in list(ProductState) else "",
    )


def _chips(request: StaffRequest, state: str, counts: dict[str, int]) -> list[Chip]:
    words: dict[str, object] = {"": _("全部"), **{name: word for name, (word, _kind) in STATES.items()}}
    return [Chip(str(word), counts[name], name == state, address(request, state=name)) for name, word in words.items()]


@brand_may("goods.edit")
@require_POST
def sale(request: StaffRequest) -> HttpResponse:
    """Put the picked products on sale, or take them off; the toast takes it back."""
    on = request.POST.get("do") == "on"
    picked = numbers(request.POST, "pick", most=catalogue.MAX_AT_ONCE)
    moving = Product.objects.filter(pk__in=picked)
    moving = moving.exclude(state=ProductState.ON_SALE) if on else moving.filter(state=ProductState.ON_SALE)
    changed = list(moving.order_by("pk").values_list("pk", flat=True))
    change = catalogue.put_on_sale if on else catalogue.take_off_sale
    count = change(product_ids=changed, now=timezone.now())
    request.audit_target = f"product:{changed[0]}" if count == 1 else "products"
    request.audit_detail = {"product_ids": changed, "on_sale": on}
    _say(request, on, count, changed)
    return redirect(back_to(request, reverse("mall:products")))


def _say(request: StaffRequest, on: bool, count: int, changed: list[int]) -> None:
    if not count:
        messages.info(request, _("选中的商品已经是这个状态。"))
        return
    said = ngettext("已上架 %(count)s 件商品", "已上架 %(count)s 件商品", count) if on else ngettext(
        "已下架 %(count)s 件商品", "已下架 %(count)s 件商品", count)
    undo = keep(request, "on_sale" if on else "off_sale", changed)
    messages.success(request, said % {"count": count}, extra_tags=undo)


def state_of(product: Product) -> dict[str, Any]:
    """The word and the kind of its pill."""
    word, kind = STATES[product.state]
    return {"state_word": word, "state_kind": kind}
