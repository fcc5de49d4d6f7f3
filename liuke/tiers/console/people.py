"""A tier that staff grant to one customer, and withdraw."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.customers.models import Customer
from liuke.kit.errors import Refused
from liuke.kit.pages import back_to
from liuke.org.access import StaffRequest, staff_may
from liuke.tiers import services


@staff_may("loyalty.edit")
@require_POST
def grant(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Until a day; what growth reaches beyond it stays."""
    _living(customer_id)
    code = request.POST.get("code", "")[:20]
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
        with transaction.atomic():
            services.grant_tier(customer_id=customer_id, code=code, until=until, now=timezone.now(),
                                by_id=request.user.pk)
    except ValueError:
        messages.error(request, _("请填写有效期，例如 2027-12-31"))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_target = f"customer:{customer_id}"
        request.audit_detail = {"tier": code, "until": until.isoformat()}
        undo = reverse("tiers:withdraw", args=[customer_id])
        messages.success(request, _("已授予，到期自动恢复"), extra_tags=undo)
    return _back(request, customer_id)


@staff_may("loyalty.edit")
@require_POST
def withdraw(request: StaffRequest, customer_id: int) -> HttpResponse:
    _living(customer_id)
    ended = services.withdraw_tier(customer_id=customer_id, now=timezone.now())
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"withdrawn": ended}
    messages.success(request, _("已撤回授予的等级"))
    return _back(request, customer_id)


def _living(customer_id: int) -> None:
    if not Customer.objects.filter(pk=customer_id, merged_into=None, forgotten_at=None).exists():
        raise Http404


def _back(request: StaffRequest, customer_id: int) -> HttpResponse:
    return redirect(back_to(request, f"{reverse('console:customer', args=[customer_id])}?view=points"))
