"""The tree of categories, and the brands printed on goods."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import NotYours, Refused
from liuke.mall.console.scope import brand_may, number
from liuke.mall.queries import goods
from liuke.mall.services import categories as services
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

MOST_PLACE = 9_999


@staff_may("goods.view")
@require_GET
def categories(request: StaffRequest) -> HttpResponse:
    return _categories(request)


def _categories(request: StaffRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    nodes = goods.nodes(with_products=True)
    return render(request, "mall/categories.html", {
        "nodes": nodes, "may_edit": org.everywhere(request.user, "goods.edit"), **more}, status=status)


@brand_may("goods.edit")
@require_POST
def category_new(request: StaffRequest) -> HttpResponse:
    def write() -> object:
        return services.open_category(name=request.POST.get("name", ""), parent_id=number(request.POST, "parent"),
                                      position=_place(request))

    return _written(request, write, _categories, "mall:categories", _("已添加分类"), wrong="new")


@brand_may("goods.edit")
@require_POST
def category_change(request: StaffRequest, category_id: int) -> HttpResponse:
    """Rename it, move it with all that is below it, or take it away when it is empty."""
    request.audit_target = f"category:{category_id}"
    if request.POST.get("do") == "close":
        return _written(request, lambda: services.close_category(category_id=category_id), _categories,
                        "mall:categories", _("已删除分类"), wrong=category_id)

    def write() -> object:
        return services.change_category(
            category_id=category_id, name=request.POST.get("name", ""), parent_id=number(request.POST, "parent"),
            position=_place(request))

    return _written(request, write, _categories, "mall:categories", _("已保存"), wrong=category_id)


def _place(request: StaffRequest) -> int:
    return min(number(request.POST, "position") or 0, MOST_PLACE)


def _written(
    request: StaffRequest, write: Callable[[], object], show: Callable[..., HttpResponse], back: str, said: str,
    *, wrong: object,
) -> HttpResponse:
    """Do it, or show the page again with the reason beside what was changed (`wrong`: "new" or an id)."""
    try:
        with transaction.atomic():
            write()
    except NotYours:
        raise
    except Refused as refused:
        return show(request, status=refused.status, wrong=wrong, why=refused.message, typed=request.POST)
    messages.success(request, said)
    return redirect(back)


@staff_may("goods.view")
@require_GET
def labels(request: StaffRequest) -> HttpResponse:
    return _labels(request)


def _labels(request: StaffRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "mall/labels.html", {
        "labels": goods.labels()[: goods.MOST_CHOICES], "may_edit": org.everywhere(request.user, "goods.edit"), **more,
    }, status=status)


@brand_may("goods.edit")
@require_POST
def label_new(request: StaffRequest) -> HttpResponse:
    return _written(request, lambda: services.open_label(name=request.POST.get("name", "")), _labels, "mall:labels",
                    _("已添加品牌"), wrong="new")


@brand_may("goods.edit")
@require_POST
def label_change(request: StaffRequest, label_id: int) -> HttpResponse:
    request.audit_target = f"label:{label_id}"
    return _written(request, lambda: services.change_label(label_id=label_id, name=request.POST.get("name", "")),
                    _labels, "mall:labels", _("已保存"), wrong=label_id)
