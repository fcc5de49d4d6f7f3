"""Suppliers: the list, and the page of one with its people and warehouses."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import NotYours, Refused
from liuke.mall.console.scope import brand_may, number
from liuke.mall.models import Supplier
from liuke.mall.queries import partners, shelves, tiers
from liuke.mall.rules.regions import name_of
from liuke.mall.services import categories as services
from liuke.mall.services import partners as people
from liuke.mall.services import shelves as places
from liuke.org.access import StaffRequest, staff_may

MOST = 500


@staff_may("suppliers.view")
@require_GET
def suppliers(request: StaffRequest) -> HttpResponse:
    return _list(request)


def _list(request: StaffRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = list(partners.suppliers().order_by("-active", "name", "pk")[:MOST])
    return render(request, "mall/suppliers.html", {
        "suppliers": rows, "active": sum(row.active for row in rows),
        "may_edit": request.user.has_perm("suppliers.edit"), **more}, status=status)


@brand_may("suppliers.edit")
@require_POST
def supplier_new(request: StaffRequest) -> HttpResponse:
    try:
        with transaction.atomic():
            made = services.open_supplier(code=request.POST.get("code", ""), name=request.POST.get("name", ""))
    except Refused as refused:
        return _list(request, status=refused.status, why=refused.message, typed=request.POST)
    request.audit_target = f"supplier:{made.pk}"
    messages.success(request, _("已添加供应商。接着添加仓库和运费。"))
    return redirect("mall:supplier", made.pk)


@staff_may("suppliers.view")
@require_GET
def supplier(request: StaffRequest, supplier_id: int) -> HttpResponse:
    return _page(request, partners.supplier(supplier_id))


def _page(request: StaffRequest, row: Supplier, *, status: int = 200, **more: Any) -> HttpResponse:
    freight = partners.freight_of(row.pk)
    named = tiers.names() if freight.free_tiers else {}
    return render(request, "mall/supplier.html", {
        "supplier": row, "people": partners.people_of(row.pk), "freight_name": freight.name,
        "freight": [(name_of(each.region), each) for each in freight.rows],
        "free_tiers": [named.get(tier, tier) for tier in freight.free_tiers],
        "warehouses": list(shelves.warehouses(scope=frozenset({row.pk}), closed=True)),
        "may_edit": request.user.has_perm("suppliers.edit"), **more,
    }, status=status)


@brand_may("suppliers.edit")
@require_POST
def supplier_change(request: StaffRequest, supplier_id: int) -> HttpResponse:
    """Rename it, or stop (its products leave the shelves at once) and go on with it."""
    row = partners.supplier(supplier_id)
    active = request.POST.get("active", "yes" if row.active else "no") == "yes"
    request.audit_target, request.audit_detail = f"supplier:{row.pk}", {"active": active}
    try:
        with transaction.atomic():
            services.change_supplier(supplier_id=row.pk, name=request.POST.get("name", row.name), active=active,
                                     now=timezone.now())
    except Refused as refused:
        return _page(request, row, status=refused.status, wrong="name", why=refused.message, typed=request.POST)
    messages.success(request, _("已保存"))
    return redirect("mall:supplier", row.pk)


@brand_may("suppliers.edit")
@require_POST
def supplier_staff(request: StaffRequest, supplier_id: int) -> HttpResponse:
    """A new login (the first password is shown once), one that exists, or one that goes."""
    row, post = partners.supplier(supplier_id), request.POST
    request.audit_target = f"supplier:{row.pk}"
    if post.get("do") == "dismiss":
        gone = people.dismiss(supplier_id=row.pk, staff_id=number(post, "staff") or 0)
        request.audit_detail = {"staff_id": number(post, "staff"), "dismissed": gone}
        messages.success(request, _("已解除，此人看不到这个供应商了"))
        return redirect("mall:supplier", row.pk)
    try:
        with transaction.atomic():
            if post.get("do") == "employ":
                staff, password = people.employ(supplier_id=row.pk, username=post.get("username", "")), ""
            else:
                staff, password = people.open_account(supplier_id=row.pk, username=post.get("username", ""),
                                                      name=post.get("name", ""), phone=post.get("phone", ""))
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, row, status=refused.status, wrong=post.get("do", "open"), why=refused.message,
                     typed=post)
    request.audit_detail = {"staff_id": staff.pk}
    if password:
        response = render(request, "mall/supplier_password.html",
                          {"supplier": row, "person": staff, "password": password})
        response["Cache-Control"] = "no-store"
        return response
    messages.success(request, _("已关联到这个供应商"))
    return redirect("mall:supplier", row.pk)


@brand_may("suppliers.edit")
@require_POST
def warehouse_new(request: StaffRequest, supplier_id: int) -> HttpResponse:
    row = partners.supplier(supplier_id)
    try:
        with transaction.atomic():
            made = places.open_warehouse(supplier_id=row.pk, code=request.POST.get("code", ""),
                                         name=request.POST.get("name", ""), position=_place(request))
    except Refused as refused:
        return _page(request, row, status=refused.status, wrong="warehouse", why=refused.message, typed=request.POST)
    request.audit_target = f"warehouse:{made.pk}"
    messages.success(request, _("已添加仓库"))
    return redirect("mall:supplier", row.pk)


@brand_may("suppliers.edit")
@require_POST
def warehouse_change(request: StaffRequest, warehouse_id: int) -> HttpResponse:
    """Rename it, put it elsewhere in the order of emptying, close it or open it again."""
    place = shelves.warehouses(scope=None, closed=True).filter(pk=warehouse_id).first()
    if place is None:
        raise NotYours
    active = request.POST.get("active", "yes" if place.active else "no") == "yes"
    request.audit_target, request.audit_detail = f"warehouse:{place.pk}", {"active": active}
    try:
        with transaction.atomic():
            places.change_warehouse(warehouse_id=place.pk, name=request.POST.get("name", place.name),
                                    position=_place(request), active=active)
    except Refused as refused:
        return _page(request, partners.supplier(place.supplier_id), status=refused.status, wrong=f"w{place.pk}",
                     why=refused.message, typed=request.POST)
    messages.success(request, _("已保存"))
    return redirect("mall:supplier", place.supplier_id)


def _place(request: StaffRequest) -> int:
    found = number(request.POST, "position")
    return 0 if found is None else min(found, places.MAX_PLACE)
