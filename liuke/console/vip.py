"""Who is served first and by whom: VIP groups, tiers with priority, people who serve VIPs, and customers' own agents.

A page of the console, for it reads tiers, segments, tags and the desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.console import people
from liuke.customers.queries import tags
from liuke.desk.console.roster import allowed, may_arrange
from liuke.desk.models import OwnAgent
from liuke.desk.queries import duty, promises, routing
from liuke.desk.services import promises as setting
from liuke.desk.services import routing as moves
from liuke.desk.triage import VIP
from liuke.insight import words
from liuke.insight.queries import figures
from liuke.kit import crypto
from liuke.kit.errors import Refused
from liuke.kit.pages import back_to
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.tiers.models import Standing
from liuke.tiers.queries import plans, progress
from liuke.tiers.rules import Level

FIRST, MOST_TAGS_SHOWN, MOST_SHARED = 8, 50, 1_000
SEGMENT, TAG, TIER = "segment", "tag", "tier"
Chosen = set[tuple[str, str]]            # kind and name of what is VIP now


@dataclass(frozen=True)
class Group:
    """One group that can be VIP; `count` is None before the first refresh of figures."""

    kind: str
    name: str
    word: str
    count: int | None
    chosen: bool

    @property
    def code(self) -> str:
        """What a form says."""
        return f"{self.kind}:{self.name}"


@staff_may("desk.view")
@require_GET
def vip(request: StaffRequest) -> HttpResponse:
    """The groups, the tiers, who serves them, and whose own customers there are."""
    return _page(request)


def _page(request: StaffRequest, *, asking: bool = False, status: int = 200) -> HttpResponse:
    """`asking`: nobody would be VIP any more, and is that meant?"""
    now = timezone.now()
    levels, held, chosen = _levels(now), progress.holders(), promises.vip_groups()
    hands, waiting, own = routing.hands(now=now), _waiting(levels), page_of(routing.own_customers(), request)
    return render(request, "console/vip.html", {
        "groups": [(_("分层"), _segments(chosen)), (_("标签"), _tags(chosen)),
                   (_("会员等级"), _tiers(levels, held, chosen))],
        "by_right": [(level.name, held.get(level.code, 0), level.own_agent)
                     for level in levels if level.priority or level.own_agent],
        "serving": [hand for hand in hands if hand.vip], "all": len(hands),
        "own": [(row, crypto.decrypt(row.customer.name_enc)) for row in own.rows], "page": own, "asking": asking,
        "waiting": [(row, crypto.decrypt(row.customer.name_enc)) for row in waiting[:FIRST]], "more": waiting.count(),
        "people": duty.workers(), "policies": [row for row in promises.policies() if row.active and VIP in row.tiers],
        "may_arrange": may_arrange(request), "may_work": request.user.has_perm("desk.work"),
        "may_customers": request.user.has_perm("customers.view")}, status=status)


def _levels(now: datetime) -> tuple[Level, ...]:
    """The tiers of the plan in force."""
    plan = plans.in_force(timezone.localdate(now))
    return plan.levels if plan else ()


def _segments(chosen: Chosen) -> list[Group]:
    found = figures.rfm()
    return [Group(SEGMENT, str(code), str(word), found.segments[code].customers if found else None,
                  (SEGMENT, str(code)) in chosen) for code, (word, _why) in words.SEGMENTS.items()]


def _tags(chosen: Chosen) -> list[Group]:
    """Those that most customers bear, and whichever were chosen."""
    groups = [Group(TAG, str(tag.pk), tag.name, tag.customers, (TAG, str(tag.pk)) in chosen)
              for tag in tags.all_tags()]
    return [group for place, group in enumerate(groups) if place < MOST_TAGS_SHOWN or group.chosen]


def _tiers(levels: Sequence[Level], held: Mapping[str, int], chosen: Chosen) -> list[Group]:
    """Those that do not bring priority by themselves."""
    return [Group(TIER, level.code, level.name, held.get(level.code, 0), (TIER, level.code) in chosen)
            for level in levels if not level.priority and level.threshold]


def _waiting(levels: Sequence[Level]) -> QuerySet[Standing]:
    """Customers whose tier brings a person of their own, and who have none yet."""
    codes = [level.code for level in levels if level.own_agent]
    return progress.customers_of(codes).exclude(customer__in=OwnAgent.objects.values("customer"))


@staff_may("desk.arrange")
@require_POST
def vip_groups(request: StaffRequest) -> HttpResponse:
    """These groups are VIP from now on. That none is, is asked once more."""
    asked, before = set(request.POST.getlist("group")), promises.vip_groups()
    offered = [*_segments(before), *_tags(before), *_tiers(_levels(timezone.now()), progress.holders(), before)]
    kept = [(group.kind, group.name) for group in offered if group.code in asked]
    if before and not kept and request.POST.get("none") != "yes":
        return _page(request, asking=True, status=422)
    try:
        allowed(request)
        with transaction.atomic():
            setting.set_vip_groups(groups=kept)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已保存，从下一张新工单起生效"))
    return redirect("console:vip")


@staff_may("desk.arrange")
@require_POST
def vip_share(request: StaffRequest) -> HttpResponse:
    """Everybody who is entitled to a person of their own gets one of those who serve VIPs, in turn."""
    now = timezone.now()
    try:
        allowed(request)
        with transaction.atomic():
            count = moves.share_own_agents(
                customer_ids=list(_waiting(_levels(now)).values_list("customer_id", flat=True)[:MOST_SHARED]), now=now,
                staff_ids=[hand.staff_id for hand in routing.hands(now=now) if hand.vip])
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已给 %(n)s 位客户指定专属客服") % {"n": count})
    return redirect("console:vip")


@staff_may("desk.work")
@require_POST
def vip_own(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Give a customer a person of their own, or nobody again."""
    person, to = people.living_person(customer_id), request.POST.get("to", "")
    request.audit_target = f"customer:{person.id}"
    chosen = int(to) if to.isascii() and to.isdigit() and len(to) < 19 else None
    try:
        with transaction.atomic():
            moves.set_own_agent(customer_id=person.id, staff_id=chosen, now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已指定专属客服") if chosen else _("已取消专属客服"))
    return redirect(back_to(request, "console:vip"))
