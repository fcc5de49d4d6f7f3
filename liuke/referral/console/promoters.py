"""A promoter's page: links, people, commissions, who brought them; correcting who referred somebody, and blocking."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.models import Customer
from liuke.customers.queries import search
from liuke.customers.queries.records import names_of
from liuke.kit.errors import BadInput, Refused
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.referral import words
from liuke.referral.console.statistics import SPANS, leader_rows, span_of
from liuke.referral.models import Commission, Referral, ReferralLink
from liuke.referral.queries import members, promoters, statistics
from liuke.referral.queries.attribution import referral_of
from liuke.referral.queries.network import frozen_line_of
from liuke.referral.services import binding

PAGE = 30
MOST_FOUND = 50
MOST_TEXT = 60
VIEWS = ("people", "links", "commissions", "origin")


@staff_may("referral.view")
@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    """Promoters found by name, phone, member number or code; without words the leaderboard."""
    text = request.GET.get("q", "").strip()[:MOST_TEXT]
    if text and (link := ReferralLink.objects.filter(token=text, customer__isnull=False).first()):
        return redirect("referral:promoter", link.customer_id)
    try:
        found = search.page(search.Ask(text=text, among=promoters.promoters().values("pk"), limit=MOST_FOUND)).rows
    except BadInput:
        found = ()
    return render(request, "referral/promoters.html", {
        "q": text, "found": found, "leaders": [] if text else leader_rows(statistics.LISTED)})


@staff_may("referral.view")
@require_GET
def promoter(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One promoter; a record that was merged leads to the one that stays."""
    person = get_object_or_404(Customer, pk=customer_id)
    if person.merged_into_id is not None:
        return redirect("referral:promoter", person.merged_into_id)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else VIEWS[0]
    bound, blocks = referral_of(customer_id), promoters.blocks_of(customer_id)
    return render(request, "referral/promoter.html", {
        "person": person, "name": _name(customer_id), "view": view, "bound": bound,
        "referrer": _name(bound.referrer_id) if bound else "", "how": words.HOWS[bound.how] if bound else "",
        "blocks": blocks, "blocked": blocks[0] if blocks and blocks[0].lifted_at is None else None,
        "frozen": frozen_line_of(customer_id), "standing": members.standing(customer_id),
        "may_edit": request.user.has_perm("referral.edit"), "may_customer": request.user.has_perm("customers.view"),
        "may_payouts": request.user.has_perm("payouts.view"),
        **_shown(request, view, customer_id, bound),
    })


def _shown(request: StaffRequest, view: str, customer_id: int, bound: Referral | None) -> dict[str, Any]:
    if view == "links":
        days = span_of(request)
        found = statistics.promoted(statistics.last(days, now=timezone.now()), customer_id=customer_id)
        links = [(row.link, found.links.get(row.link.pk)) for row in members.links_of(customer_id)]
        return {"found": found, "whole": found.whole, "days": days, "spans": SPANS, "links": links}
    if view == "commissions":
        page = page_of(promoters.commissions_of(customer_id), request, size=PAGE)
        return {"page": page, "rows": [_commission(row) for row in page.rows]}
    if view == "origin":
        touches = [(each, words.WHYS.get(each.why, each.why), words.CHANNELS.get(
            "qr" if each.touch.qr else each.touch.channel, "")) for each in promoters.touches_of(customer_id, bound)]
        history = promoters.history_of(customer_id)
        names = names_of([row.referrer_id for row in history])
        return {"touches": touches, "history": [(row, names.get(row.referrer_id, ""), words.HOWS[row.how])
                                                for row in history]}
    people = page_of(promoters.people_of(customer_id), request, size=PAGE)
    return {"page": people, "people": [(each, words.HOWS[each.referral.how])
                                       for each in promoters.persons(people.rows)]}


def _commission(row: Commission) -> dict[str, Any]:
    return {"row": row, "state": words.STATES[row.state], "why": words.REWARDS[row.reward],
            "paid_in": words.PAID_IN[row.paid_in]}


@staff_may("referral.edit")
@require_POST
def correct(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Put right who referred the customer; without a member number, nobody did."""
    get_object_or_404(Customer, pk=customer_id)
    number = request.POST.get("number", "").strip()
    referrer = promoters.living(number) if number else None
    if number and referrer is None:
        messages.error(request, _("没有会员号为 %(number)s 的客户") % {"number": number[:40]})
        return redirect("referral:promoter", customer_id)
    before = referral_of(customer_id)
    try:
        binding.correct(customer_id=customer_id, referrer_id=referrer.pk if referrer else None, now=timezone.now(),
                        reason=request.POST.get("reason", ""), by_id=request.user.pk)
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect("referral:promoter", customer_id)
    request.audit_target = f"customer:{customer_id}"
    request.audit_detail = {"from": before.referrer_id if before else None, "to": referrer.pk if referrer else None}
    messages.success(request, _("推荐人已更正；已付款订单的佣金不变"))
    return redirect("referral:promoter", customer_id)


@staff_may("referral.edit")
@require_POST
def block(request: StaffRequest, customer_id: int) -> HttpResponse:
    get_object_or_404(Customer, pk=customer_id)
    try:
        binding.block(customer_id=customer_id, reason=request.POST.get("reason", ""), now=timezone.now(),
                      by_id=request.user.pk)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("referral:promoter", customer_id)
    request.audit_target = f"customer:{customer_id}"
    messages.success(request, _("已停用此人的推广；以前的佣金照常结算"))
    return redirect("referral:promoter", customer_id)


@staff_may("referral.edit")
@require_POST
def unblock(request: StaffRequest, customer_id: int) -> HttpResponse:
    get_object_or_404(Customer, pk=customer_id)
    binding.lift_block(customer_id=customer_id, now=timezone.now())
    request.audit_target = f"customer:{customer_id}"
    messages.success(request, _("已恢复此人的推广"))
    return redirect("referral:promoter", customer_id)


def _name(customer_id: int) -> str:
    return names_of([customer_id]).get(customer_id) or _("未留姓名")
