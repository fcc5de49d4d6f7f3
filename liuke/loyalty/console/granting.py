"""Rewards that suit a customer, on the customer's page: why, what they are expected to bring, and one click to give.

What one's own budget does not hold is asked of a manager, who finds it there and in the list of what was given by hand.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries import records
from liuke.kit.errors import NotYours, Refused
from liuke.kit.pages import back_to
from liuke.kit.paging import page_of
from liuke.loyalty import words
from liuke.loyalty.models import Grant, Suggestion
from liuke.loyalty.queries.suggestions import (
    ASKED,
    Purse,
    compensations_asked,
    grants_list,
    grants_of,
    is_held_out,
    may_decide,
    purse_of,
    suggestions_of,
)
from liuke.loyalty.rules.limits import MAX_ASKED
from liuke.loyalty.saying import grant_why, suggestion_says, what_of
from liuke.loyalty.services import asking, granting
from liuke.loyalty.services.asking import needs_yes
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

UNDO_SALT, UNDO_SECONDS = "liuke.loyalty.grant", 3600
SHOWN = 3                                # of what was given by hand


@dataclass(frozen=True)
class Rewards:
    """What the panel on the customer's page shows. Numbers rest on all shops together; `numbers` says who sees them."""

    customer_id: int
    lines: list["Line"]
    given: list[tuple[Grant, str, str]]
    purse: Purse
    may_give: bool
    may_decide: bool
    numbers: bool
    held_out: bool
    key: str


@dataclass(frozen=True)
class Line:
    """One suggestion: what is given, why, and whether a manager has to agree."""

    row: Suggestion
    what: str
    says: str
    ask: bool


def rewards_of(request: StaffRequest, customer_id: int) -> Rewards:
    """Five statements at most, and one for each thing with a name of its own."""
    may_give, decides = request.user.has_perm("loyalty.grant"), may_decide(request.user)
    numbers = org.everywhere(request.user, "insight.view")
    purse = purse_of(request.user.pk) if may_give else Purse(None)
    lines = [Line(row, what_of(row), suggestion_says(row, numbers=numbers),
                  needs_yes(row.benefit, row.charge, left=purse.left, decides=decides))
             for row in suggestions_of(customer_id)]
    return Rewards(
        customer_id=customer_id, numbers=numbers, may_give=may_give, may_decide=decides, key=secrets.token_hex(8),
        lines=lines, given=[(row, what_of(row), grant_why(row)) for row in grants_of(customer_id)[:SHOWN]], purse=purse,
        held_out=not lines and numbers and is_held_out(customer_id),
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
    place, amount = (int(said[name][:12] or 0) for name in ("place", "amount"))
    given = granting.Gift(place=place, amount=amount)
    try:
        with transaction.atomic():
            row = asking.give_or_ask(customer_id=customer_id, staff_id=request.user.pk, gift=given,
                                     now=timezone.now(), decides=may_decide(request.user),
                                     key=request.POST.get("key", "")[:40] or secrets.token_hex(8))
    except NotYours:
        messages.error(request, _("建议刚刚更新过，请看过新的建议再赠送"))
        return redirect(back)
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect(back)
    request.audit_target = f"customer:{customer_id}"
    request.audit_detail = {"grant_id": row.pk, "benefit": row.benefit, "amount": row.amount, "state": row.state}
    if row.state == ASKED:
        messages.success(request, _("已请主管批准，批准后立刻到账"))
        return redirect(back)
    undo = f"{reverse('loyalty:grant_undo')}?what={signing.dumps(row.pk, salt=UNDO_SALT)}"
    name = records.names_of([customer_id]).get(customer_id) or _("这位客户")
    messages.success(request, _("已赠送给%(name)s：%(what)s") % {"what": what_of(row), "name": name}, extra_tags=undo)
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


@staff_may("loyalty.view")
@require_GET
def grants(request: StaffRequest) -> HttpResponse:
    """What waits for a manager's yes, and what was given by hand."""
    waiting, page = list(grants_list(asked=True)[:MAX_ASKED]), page_of(grants_list(asked=False), request)
    making_up = list(compensations_asked()[:MAX_ASKED])
    names = records.names_of({row.customer_id for row in (*waiting, *page.rows)}
                             | {row.ticket.customer_id for row in making_up})
    told = {row.pk: (row, names[row.customer_id], what_of(row), grant_why(row)) for row in (*waiting, *page.rows)}
    return render(request, "loyalty/grants.html", {
        "waiting": [told[row.pk] for row in waiting], "page": page, "rows": [told[row.pk] for row in page.rows],
        "may_decide": may_decide(request.user), "asked": len(waiting) + len(making_up),
        "making_up": [(row, names[row.ticket.customer_id], str(words.COMPENSATION[row.why])) for row in making_up],
    })


@staff_may("loyalty.grant")
@require_POST
def decide(request: StaffRequest, grant_id: int) -> HttpResponse:
    """A manager gives what was asked for, or does not."""
    agree, back = request.POST.get("agree") == "yes", back_to(request, reverse("loyalty:grants"))
    if not may_decide(request.user):
        messages.error(request, _("只有管理整个品牌的人可以批准赠送。"))
        return redirect(back)
    try:
        with transaction.atomic():
            row = asking.decide(grant_id=grant_id, staff_id=request.user.pk, agree=agree, now=timezone.now())
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect(back)
    request.audit_target, request.audit_detail = f"customer:{row.customer_id}", {"grant_id": row.pk, "agree": agree}
    messages.success(request, _("已批准，客户立刻能看到") if agree else _("已拒绝"))
    return redirect(back)
