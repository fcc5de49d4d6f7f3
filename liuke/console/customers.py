"""The list of customers and the page of one: who they are, what they allow, what they bought, what happened."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from liuke.console import nav, people, story
from liuke.customers.models import Tag
from liuke.customers.queries import records, search
from liuke.customers.queries import tags as tag_queries
from liuke.customers.rules import tags as tag_rules
from liuke.customers.rules.searching import MAX_TAGS, PAGE, Sort
from liuke.customers.services import tags
from liuke.kit.errors import BadInput
from liuke.kit.forms import numbers_of
from liuke.kit.pages import back_to
from liuke.kit.paging import page_of
from liuke.loyalty.console.awards import points_of
from liuke.loyalty.console.coupons import wallet_of
from liuke.loyalty.console.granting import rewards_of
from liuke.mall.queries import orders
from liuke.org import saved
from liuke.org.access import StaffRequest, staff_may
from liuke.timeline import queries as timeline

CHIPS = 8                          # tags offered above the list
STORY_PAGE = 30
UNDO_SALT, UNDO_SECONDS = "liuke.console.untag", 3600


@dataclass(frozen=True)
class Chip:
    """A filter as a link: on it takes itself away, off it adds itself."""

    word: str
    count: int
    on: bool
    href: str


@staff_may("customers.view")
@require_GET
def customers(request: StaffRequest) -> HttpResponse:
    """The list; every filter is in the address, so a link shows others the same."""
    text = request.GET.get("q", "").strip()
    chosen = numbers_of(request.GET.getlist("tag"))[:MAX_TAGS]
    sort = Sort.OLDEST if request.GET.get("sort") == Sort.OLDEST else Sort.NEWEST
    after = request.GET.get("after", "")
    try:
        page = search.page(search.Ask(text=text, tag_ids=chosen, sort=sort, after=after, limit=PAGE))
    except BadInput:
        page = search.page(search.Ask(text=text, tag_ids=chosen, sort=sort, limit=PAGE))
    return render(request, "console/customers.html", {
        "page": page, "q": text, "chips": _chips(request, chosen), "sort": sort, "oldest": Sort.OLDEST,
        "filtered": bool(text or chosen), "older": _with(request, after=page.next) if page.next else "",
        "first": _with(request, after="") if after else "", "may_edit": request.user.has_perm("customers.edit"),
        "import_url": nav.address("console:imports"), "views": saved.views_of(request, "console:customers"),
    })


def _chips(request: StaffRequest, chosen: list[int]) -> list[Chip]:
    """The tags that are chosen and those carried most."""
    rows = tag_queries.all_tags()
    shown = [*rows.filter(pk__in=chosen), *rows.exclude(pk__in=chosen)[:CHIPS]]
    return [
        Chip(tag.name, tag.customers, tag.pk in chosen, _with(request, after="", tag=[
            *(each for each in chosen if each != tag.pk), *([] if tag.pk in chosen else [tag.pk])]))
        for tag in shown
    ]


def _with(request: StaffRequest, **changes: Any) -> str:
    asked = request.GET.copy()
    for name, value in changes.items():
        asked.setlist(name, value if isinstance(value, list) else [value] if value else [])
    return f"{request.path}?{asked.urlencode()}"


@staff_may("customers.edit")
@require_POST
def tag_many(request: StaffRequest) -> HttpResponse:
    """Put a tag on the picked customers; the toast takes it off those who did not have it."""
    picked = sorted(set(numbers_of(request.POST.getlist("pick")[:PAGE])))
    back = back_to(request, reverse("console:customers"))
    try:
        tag = tags.find_or_create_tag(name=request.POST.get("name", ""))
    except BadInput:
        messages.error(request, _("请填写标签名，最多 %(most)s 个字。") % {"most": tag_rules.NAME_CHARACTERS})
        return redirect(back)
    fresh = [pk for pk in picked if not _carries(pk, tag)]
    for pk in fresh:
        tags.add_tag(customer_id=pk, tag_id=tag.pk, source=tag_rules.STAFF, now=timezone.now(), by_id=request.user.pk)
    request.audit_target, request.audit_detail = f"tag:{tag.pk}", {"customer_ids": fresh}
    said = ngettext("已给 %(count)s 位客户加上“%(tag)s”", "已给 %(count)s 位客户加上“%(tag)s”", len(fresh))
    token = signing.dumps({"tag": tag.pk, "customers": fresh}, salt=UNDO_SALT)
    undo = f"{reverse('console:untag_many')}?what={token}" if fresh else ""
    messages.success(request, said % {"count": len(fresh), "tag": tag.name}, extra_tags=undo)
    return redirect(back)


def _carries(customer_id: int, tag: Tag) -> bool:
    found = tag_queries.tags_of([customer_id]).get(customer_id, ())
    return any(line.id == tag.pk and tag_rules.STAFF in line.sources for line in found)


@staff_may("customers.edit")
@require_POST
def untag_many(request: StaffRequest) -> HttpResponse:
    """Undo of `tag_many`, for an hour."""
    try:
        what = signing.loads(request.GET.get("what", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("撤销的时间已过，请到客户页面移除标签。"))
        return redirect("console:customers")
    for pk in what["customers"]:
        tags.remove_tag(customer_id=pk, tag_id=what["tag"], source=tag_rules.STAFF, now=timezone.now())
    request.audit_target, request.audit_detail = f"tag:{what['tag']}", {"customer_ids": what["customers"]}
    messages.success(request, _("已撤销"))
    return redirect(back_to(request, reverse("console:customers")))


@staff_may("customers.view")
@require_GET
def customer(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One customer. A record that was merged leads to the one that stays."""
    person = people.person(customer_id)
    if person.merged_into_id is not None:
        return redirect("console:customer", records.living(customer_id))
    shop_ids = people.shops_of(request, "orders.view")
    asked = request.GET.get("view", "")
    rewards = asked in ("points", "coupons") and request.user.has_perm("loyalty.view")
    view = asked if asked == "orders" or rewards else "story"
    context = {
        "person": person, "view": view, "bought": orders.bought(customer_id, shop_ids=shop_ids),
        "outlook": people.outlook(customer_id, request), **_side(person, request),
        "may_referral": request.user.has_perm("referral.view"),
        "may_points": request.user.has_perm("loyalty.view"), "may_grant": request.user.has_perm("loyalty.edit"),
    }
    if context["may_points"]:
        context["rewards"] = rewards_of(request, customer_id)
    page: Any = None
    if view == "points":
        context.update(points_of(customer_id, before=request.GET.get("before", "")))
    elif view == "coupons":
        context.update(wallet_of(customer_id))
    elif view == "orders":
        page = page_of(orders.orders_of(customer_id, shop_ids=shop_ids), request, by="placed_at", size=STORY_PAGE)
    else:
        page = page_of(timeline.facts_of(customer_id), request, by="happened_at", size=STORY_PAGE)
        context["moments"] = story.told(page.rows, may_look=request.user.has_perm("reactions.view"))
    return render(request, "console/customer.html", {**context, "page": page})


def _side(person: records.Detail, request: StaffRequest) -> dict[str, Any]:
    rights = ("edit", "reveal", "merge", "export", "forget")
    may = {right: request.user.has_perm(f"customers.{right}") for right in rights}
    return {
        "may": {**may, "call": request.user.has_perm("desk.work")},
        "consents": people.consent_lines(person.id), "all_tags": tag_queries.all_tags()[:200],
        "twins": people.twins(person.id) if may["merge"] else [],
        "merge": people.open_merge(person.id, now=timezone.now()) if may["merge"] else None,
        "exports": list(records.exports_of(person.id)[:3]) if may["export"] else [],
    }


@staff_may("customers.reveal")
@require_POST
def reveal(request: StaffRequest, customer_id: int, identity_id: int) -> HttpResponse:
    """Show a phone or e-mail in full; who looked is in the audit."""
    line = next((each for each in people.person(customer_id).identities if each.id == identity_id), None)
    if line is None:
        raise Http404
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"identity_id": identity_id}
    value = records.reveal(identity_id)
    response = render(request, "console/parts/identity_value.html", {"line": line, "value": value})
    response["Cache-Control"] = "no-store"
    return response
