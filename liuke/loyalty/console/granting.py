"""Rewards that suit a customer, on the customer's page: why, what they are expected to bring, and one click to give."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.customers.queries import records
from liuke.kit.errors import NotYours, Refused
from liuke.kit.pages import back_to
from liuke.loyalty import words
from liuke.loyalty.models import Grant, Suggestion
from liuke.loyalty.queries.suggestions import Purse, grants_of, purse_of, suggestions_of
from liuke.loyalty.saying import grant_why, suggestion_says
from liuke.loyalty.services import granting
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

UNDO_SALT, UNDO_SECONDS = "liuke.loyalty.grant", 3600
SHOWN = 3                                # of what was given by hand


@dataclass(frozen=True)
class Rewards:
    """What the panel on the customer's page shows. Numbers rest on all shops together; `numbers` says who sees them."""

    customer_id: int
    lines: list[tuple[Suggestion, str]]
    given: list[tuple[Grant, str]]
    purse: Purse
    may_give: bool
    numbers: bool
    key: str


def rewards_of(request: StaffRequest, customer_id: int) -> Rewards:
    """Four statements at most."""
    may_give = request.user.has_perm("loyalty.grant")
    numbers = org.everywhere(request.user, "insight.view")
    return Rewards(
        customer_id=customer_id, numbers=numbers, may_give=may_give, key=secrets.token_hex(8),
        lines=[(row, suggestion_says(row, numbers=numbers)) for row in suggestions_of(customer_id)],
        given=[(row, grant_why(row)) for row in grants_of(customer_id)[:SHOWN]],
        purse=purse_of(request.user.pk) if may_give else Purse(None),
    )


@staff_may("loyalty.grant")
@require_POST
def grant(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Give a suggestion (`place`) or points of one's own choice (`amount`); the toast takes it back for an hour."""
    back = back_to(request, reverse("console:customer", args=[customer_id]))
    said = {name: request.POST.get(name, "").strip() for name in ("place", "amount")}
    if not all(each.isdecimal() for each in said.values() if each) or not any(said.values()):
        messages.error(request, _("请填写大于 0 的整数"))
        return redirect(back)
    given = granting.Gift(**{name: int(each[:12]) for name, each in said.items() if each})
    try:
        with transaction.atomic():
            row = granting.grant(customer_id=customer_id, staff_id=request.user.pk, gift=given, now=timezone.now(),
                                 key=request.POST.get("key", "")[:40] or secrets.token_hex(8))
    except NotYours:
        messages.error(request, _("建议刚刚更新过，请看过新的建议再赠送"))
        return redirect(back)
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect(back)
    request.audit_target = f"customer:{customer_id}"
    request.audit_detail = {"grant_id": row.pk, "benefit": row.benefit, "amount": row.amount}
    undo = f"{reverse('loyalty:grant_undo')}?what={signing.dumps(row.pk, salt=UNDO_SALT)}"
    name = records.names_of([customer_id]).get(customer_id) or _("这位客户")
    messages.success(request, _("已赠送 %(amount)s %(benefit)s给%(name)s") % {
        "amount": f"{row.amount:,}", "benefit": words.BENEFITS.get(row.benefit, row.benefit), "name": name},
        extra_tags=undo)
    return redirect(back)


@staff_may("loyalty.grant")
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take back what one has just given, while the customer has spent none of it."""
    try:
        grant_id = signing.loads(request.GET.get("what", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS)
        with transaction.atomic():
            row = granting.undo(grant_id=grant_id, now=timezone.now(), by_id=request.user.pk)
    except signing.BadSignature:
        messages.error(request, _("撤销的时间已过。"))
        return redirect("console:customers")
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect("console:customers")
    detail: dict[str, Any] = {"grant_id": row.pk, "benefit": row.benefit, "amount": row.amount}
    request.audit_target, request.audit_detail = f"customer:{row.customer_id}", detail
    messages.success(request, _("已撤销赠送"))
    return redirect("console:customer", row.customer_id)
