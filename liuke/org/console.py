"""Staff pages for staff, roles, shops and the brand."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.org import queries, rules, services
from liuke.org.access import StaffRequest, staff_may
from liuke.org.models import Staff


@staff_may("staff.view")
def staff_list(request: StaffRequest) -> HttpResponse:
    people = queries.staff_people()
    return render(request, "org/staff.html", {
        "people": people, "active": sum(person.is_active for person in people),
        "may_edit": request.user.has_perm("staff.edit"),
    })


@staff_may("staff.edit")
def staff_new(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "org/staff_new.html", {"form": {}})
    form = {field: request.POST.get(field, "") for field in ("username", "name", "phone", "email")}
    try:
        with transaction.atomic():
            staff, password = services.open_staff(**form)
    except Refused as refused:
        return render(request, "org/staff_new.html", {"form": form, "error": refused.message}, status=refused.status)
    request.audit_target = f"staff:{staff.pk}"
    return _with_password(request, staff, password)


def _with_password(request: StaffRequest, staff: Staff, password: str) -> HttpResponse:
    """The one time the first password is shown."""
    response = render(request, "org/staff_password.html", {"person": staff, "password": password})
    response["Cache-Control"] = "no-store"
    return response


@staff_may("staff.view")
def staff_page(request: StaffRequest, staff_id: int) -> HttpResponse:
    return _staff_page(request, staff_id)


def _staff_page(request: StaffRequest, staff_id: int, error: str = "", status: int = 200) -> HttpResponse:
    person = queries.staff_person(staff_id)
    return render(request, "org/staff_page.html", {
        "person": person, "roles": rules.ROLE_NAMES.items(), "shops": queries.shops(),
        "error": error, "may_edit": request.user.has_perm("staff.edit"),
        "second_factor": queries.has_second_factor(person),
        "audit": queries.audit_entries().filter(staff=person)[:10],
    }, status=status)


@staff_may("staff.edit")
@require_POST
def staff_roles(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    role, shop = request.POST.get("role", ""), request.POST.get("shop", "")
    place = queries.shop(number_of(shop) or 0).pk if shop else None
    held = {(row.role, row.shop_id) for row in queries.staff_person(staff_id).roles.all()}
    taken = request.POST.get("take") == "yes"
    roles = held - {(role, place)} if taken else held | {(role, place)}
    said = _("已收回角色") if taken else _("已给予角色")
    return _change(request, staff_id, said, lambda: services.change_roles(staff_id=staff_id, roles=roles),
                   role=role[:20], shop_id=place, taken=taken)


@staff_may("staff.edit")
@require_POST
def staff_active(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    active = request.POST.get("active") == "yes"
    said = _("已恢复此人的登录") if active else _("已停用, 此人的登录立即失效")
    return _change(request, staff_id, said, lambda: services.mark_active(staff_id=staff_id, active=active),
                   active=active)


@staff_may("staff.edit")
@require_POST
def staff_password(request: StaffRequest, staff_id: int) -> HttpResponse:
    person = queries.staff_person(staff_id)
    request.audit_target = f"staff:{staff_id}"
    return _with_password(request, person, services.new_password(staff_id=staff_id))


@staff_may("staff.edit")
@require_POST
def staff_second_factor(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    required, forget = request.POST.get("required") == "yes", request.POST.get("forget") == "yes"
    return _change(
        request, staff_id, _("已保存两步验证的要求"),
        lambda: services.require_second_factor(staff_id=staff_id, required=required, forget_device=forget),
        required=required, forget_device=forget,
    )


def _change(request: StaffRequest, staff_id: int, said: str, change: object, **detail: object) -> HttpResponseBase:
    """Make one change to a person, or show the page again with the reason why not."""
    queries.staff_person(staff_id)
    request.audit_target, request.audit_detail = f"staff:{staff_id}", detail
    assert callable(change)
    try:
        with transaction.atomic():
            change()
    except Refused as refused:
        return _staff_page(request, staff_id, error=refused.message, status=refused.status)
    messages.success(request, said)
    return redirect("org_staff_page", staff_id=staff_id)


@staff_may("brand.edit")
def brand_page(request: StaffRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _brand_page(request)
    try:
        with transaction.atomic():
            services.open_brand(name=request.POST.get("name", ""), zone=request.POST.get("zone", ""))
    except Refused as refused:
        return _brand_page(request, error=refused.message, status=refused.status)
    messages.success(request, _("已保存品牌信息"))
    return redirect("org_brand")


def _brand_page(request: StaffRequest, error: str = "", shop_error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "org/brand.html", {
        "brand": queries.brand(), "shops": queries.shops(include_closed=True), "error": error,
        "shop_error": shop_error, "form": request.POST,
    }, status=status)


@staff_may("brand.edit")
@require_POST
def shop_new(request: StaffRequest) -> HttpResponseBase:
    try:
        with transaction.atomic():
            shop = services.open_shop(code=request.POST.get("code", ""), name=request.POST.get("name", ""))
    except Refused as refused:
        return _brand_page(request, shop_error=refused.message, status=refused.status)
    request.audit_target = f"shop:{shop.pk}"
    messages.success(request, _("已添加门店"))
    return redirect("org_brand")


@staff_may("brand.edit")
@require_POST
def shop_active(request: StaffRequest, shop_id: int) -> HttpResponseBase:
    active = request.POST.get("active") == "yes"
    queries.shop(shop_id)
    services.mark_shop_active(shop_id=shop_id, active=active)
    request.audit_target, request.audit_detail = f"shop:{shop_id}", {"active": active}
    return redirect("org_brand")
