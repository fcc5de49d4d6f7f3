"""Compensation beside a conversation: given at once within one's budget, else asked of a manager."""

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liuke.desk.models import Ticket
from liuke.desk.queries.talks import ticket_seen
from liuke.kit.errors import Refused
from liuke.kit.pages import back_to
from liuke.loyalty import words
from liuke.loyalty.models import Compensation
from liuke.loyalty.queries.suggestions import Purse, may_decide, purse_of
from liuke.loyalty.rules.limits import COMPENSATION_REASONS
from liuke.loyalty.services import benefits, compensating
from liuke.loyalty.services.compensating import GIVEN, POINTS, THINGS, Wanted
from liuke.org.access import StaffRequest, staff_may


@dataclass(frozen=True)
class Panel:
    """What the panel beside a conversation shows."""

    rows: list[Compensation]
    purse: Purse
    things: list[tuple[str, list[tuple[str, str]]]]      # kind of benefit -> what can be given of it
    reasons: list[tuple[str, str]]
    may_decide: bool
    key: str


def panel_of(request: StaffRequest, ticket: Ticket) -> Panel:
    """Four statements."""
    rows = ticket.compensations.select_related("asked_by", "decided_by", "template", "gift_kind").order_by("-pk")
    things = [(str(words.BENEFITS[code]), [(f"{code}:{pk}", name) for pk, name in benefits.benefit_of(code).choices()])
              for code in THINGS]
    return Panel(
        list(rows[:10]), purse_of(request.user.pk), [(word, some) for word, some in things if some],
        [(code, str(words.COMPENSATION[code])) for code in COMPENSATION_REASONS], may_decide(request.user),
        secrets.token_hex(8))


@staff_may("loyalty.grant")
@require_POST
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Points, a coupon or a gift for the ticket's customer."""
    row, post = ticket_seen(number), request.POST
    amount, (benefit, _sign, thing) = post.get("amount", "").strip(), post.get("thing", "").partition(":")
    whole = amount.isascii() and amount.isdigit() and len(amount) < 10
    wanted = Wanted(
        benefit=benefit or POINTS, why=post.get("why", ""), amount=1 if benefit else int(amount) if whole else 0,
        thing_id=int(thing) if thing.isascii() and thing.isdigit() and len(thing) < 19 else None)
    try:
        with transaction.atomic():
            made = compensating.ask(ticket_id=row.pk, wanted=wanted, staff_id=request.user.pk, now=timezone.now(),
                                    key=post.get("key", "")[:40] or secrets.token_hex(8))
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect("desk:ticket", number)
    request.audit_target = f"ticket:{row.pk}"
    request.audit_detail = {"compensation_id": made.pk, "benefit": made.benefit, "amount": made.amount}
    messages.success(request, _("已补偿，客户立刻能看到") if made.state == GIVEN else _("已请主管批准，批准后立刻到账"))
    return redirect("desk:ticket", number)


@staff_may("loyalty.grant")
@require_POST
def decide(request: StaffRequest, compensation_id: int) -> HttpResponse:
    """A manager agrees or not."""
    agree = request.POST.get("agree") == "yes"
    row = Compensation.objects.select_related("ticket").filter(pk=compensation_id).first()
    if row is None or not may_decide(request.user):
        messages.error(request, _("只有管理整个品牌的人可以批准补偿。"))
        return redirect("desk:tickets")
    back = back_to(request, reverse("desk:ticket", args=[row.ticket.number]))
    try:
        with transaction.atomic():
            compensating.decide(compensation_id=compensation_id, staff_id=request.user.pk, agree=agree,
                                now=timezone.now())
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect(back)
    request.audit_target = f"ticket:{row.ticket_id}"
    request.audit_detail = {"compensation_id": row.pk, "agree": agree}
    messages.success(request, _("已批准，已到账") if agree else _("已拒绝，已告诉提出的同事"))
    return redirect(back)
