"""What is done to a whole record: merging two, handing out everything known, forgetting a person."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.console import people
from liuke.customers.models import PersonalExport
from liuke.customers.queries import personal, records, search
from liuke.customers.services import export, identities
from liuke.customers.services import forget as forgetting
from liuke.customers.services import merge as merging
from liuke.customers.services.forget import NotConfirmed
from liuke.kit.forms import number_of
from liuke.mall.queries import orders
from liuke.org.access import StaffRequest, staff_may
from liuke.timeline import queries as timeline

MOST_FOUND = 8


@staff_may("customers.merge")
def merge(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Choose the other record, see both side by side, make them one."""
    person = people.living_person(customer_id)
    other_id = number_of(request.POST.get("other") or request.GET.get("other", ""))
    if other_id is None:
        return _choose(request, person)
    other = people.living_person(other_id)
    if other.id == person.id:
        return _choose(request, person)
    if request.method != "POST":
        return render(request, "console/merge.html", {"person": person, "sides": [_side(person), _side(other)]})
    keep, give = (other, person) if request.POST.get("keep") == str(other.id) else (person, other)
    row = merging.merge(survivor_id=keep.id, merged_id=give.id, now=timezone.now(), by_id=request.user.pk)
    request.audit_target, request.audit_detail = f"customer:{keep.id}", {"merge_id": row.pk, "merged_id": give.id}
    messages.success(request, _("已合并为一份档案，30 天内可以撤销。"),
                     extra_tags=reverse("console:merge_undo", args=[keep.id, row.pk]))
    return redirect("console:customer", keep.id)


def _choose(request: StaffRequest, person: records.Detail) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found = search.page(search.Ask(text=text, limit=MOST_FOUND + 1)).rows if text else ()
    return render(request, "console/merge_choose.html", {
        "person": person, "q": text, "found": [row for row in found if row.id != person.id][:MOST_FOUND],
        "twins": people.twins(person.id),
    })


def _side(person: records.Detail) -> dict[str, Any]:
    return {"person": person, "bought": orders.bought(person.id), "consents": people.consent_lines(person.id),
            "facts": timeline.facts_of(person.id).count()}


@staff_may("customers.merge")
@require_POST
def merge_undo(request: StaffRequest, customer_id: int, merge_id: int) -> HttpResponse:
    if not records.merges_of(customer_id).filter(pk=merge_id).exists():
        raise Http404
    row = merging.undo_merge(merge_id=merge_id, now=timezone.now(), by_id=request.user.pk)
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"merge_id": merge_id}
    messages.success(request, _("已拆回两份档案，订单、标签和经历各归各位。"))
    return redirect("console:customer", row.survivor_id)


@staff_may("customers.merge")
@require_POST
def twins_dismiss(request: StaffRequest, customer_id: int, twins_id: int) -> HttpResponse:
    if not records.open_twins(customer_id).filter(pk=twins_id).exists():
        raise Http404
    identities.dismiss_twins(twins_id=twins_id, now=timezone.now())
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"twins_id": twins_id}
    messages.success(request, _("好的，以后不再提示这两份档案。"))
    return redirect("console:customer", customer_id)


@staff_may("customers.export")
@require_POST
def export_request(request: StaffRequest, customer_id: int) -> HttpResponse:
    people.living_person(customer_id)
    row = export.request_export(customer_id=customer_id, now=timezone.now(), by_id=request.user.pk)
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"export_id": row.pk}
    messages.success(request, _("正在整理，通常不到一分钟。完成后在右侧下载。"))
    return redirect("console:customer", customer_id)


@staff_may("customers.export")
@require_POST
def export_take(request: StaffRequest, customer_id: int, export_id: int) -> HttpResponse:
    """The zip, once."""
    get_object_or_404(PersonalExport, pk=export_id, customer_id=customer_id)
    packed = export.take_export(export_id=export_id, now=timezone.now())
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"export_id": export_id}
    number = people.person(customer_id).number
    return HttpResponse(packed, content_type="application/zip", headers={
        "Content-Disposition": f'attachment; filename="customer-{number}.zip"', "Cache-Control": "no-store",
    })


@staff_may("customers.forget")
def forget(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Say what will happen to how much, and do it when the member number is typed."""
    person = people.living_person(customer_id)
    if person.forgotten_at is not None:
        return redirect("console:customer", customer_id)
    if request.method == "POST":
        try:
            forgetting.forget(
                customer_id=customer_id, confirmed_number=request.POST.get("number", ""), now=timezone.now()
            )
        except NotConfirmed:
            return _forget_page(request, person, wrong=True)
        request.audit_target = f"customer:{customer_id}"
        messages.success(request, _("已注销这位客户的个人信息。"))
        return redirect("console:customer", customer_id)
    return _forget_page(request, person)


def _forget_page(request: StaffRequest, person: records.Detail, *, wrong: bool = False) -> HttpResponse:
    return render(request, "console/forget.html", {
        "person": person, "wrong": wrong, "bought": orders.bought(person.id),
        "facts": timeline.facts_of(person.id).count(), "open_matters": personal.open_matters(person.id),
    }, status=422 if wrong else 200)
