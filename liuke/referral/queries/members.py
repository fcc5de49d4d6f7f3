"""A member's own view: what is theirs, what is on its way, from whom it came, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from liuke.kit.errors import NotYours
from liuke.ledger.queries import balances
from liuke.referral import accounts
from liuke.referral.models import Commission, Position, Referral, ReferralLink, Touch

PAGE = 50
MAX_LINKS = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """All money in fen. `own` below zero is a debt, which the next commissions pay; so is `coupon`.

    `coupon`: what has gathered of commissions that are paid in coupons, and is not yet enough for one.
    """

    own_fen: int
    pending_fen: int
    withheld_fen: int
    coupon_fen: int
    people: int                               # whom the member has referred
    buyers: int                               # of them, who have bought and kept something


@dataclass(frozen=True, slots=True)
class LinkFigures:
    link: ReferralLink
    opens: int
    people: int
    bound: int


def standing(customer_id: int) -> Standing:
    """Two statements."""
    purposes = (accounts.OWN, accounts.PENDING, accounts.FUND, accounts.COUPON)
    found = balances([accounts.of(purpose, customer_id) for purpose in purposes])
    own, pending, withheld, coupon = (found.get(accounts.of(purpose, customer_id), 0) for purpose in purposes)
    people = Referral.objects.filter(referrer_id=customer_id, ended_at=None)
    counted = people.aggregate(all=Count("pk"), buyers=Count("customer", distinct=True, filter=Q(
        customer__orders__state__in=("paid", "shipped", "delivered", "received"), customer__orders__source="shop")))
    return Standing(own, pending, withheld, coupon, counted["all"], counted["buyers"])


def commissions_of(customer_id: int, *, before: int | None = None) -> list[Commission]:
    """The newest fifty, or those before one; each with its order and plan. One statement."""
    rows = Commission.objects.filter(customer_id=customer_id).select_related("order", "version__plan")
    return list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:PAGE])


def people_of(customer_id: int, *, before: int | None = None) -> list[Referral]:
    """Whom the member referred, newest first, fifty at a time."""
    rows = Referral.objects.filter(referrer_id=customer_id, ended_at=None).select_related("customer")
    return list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:PAGE])


def links_of(customer_id: int) -> list[LinkFigures]:
    """The member's living links with what became of them; three statements."""
    links = list(ReferralLink.objects.filter(customer_id=customer_id, ended_at=None).order_by("-pk")[:MAX_LINKS])
    return figures_of(links)


def figures_of(links: Collection[ReferralLink] | QuerySet[ReferralLink]) -> list[LinkFigures]:
    """Opens, different people, and how many of them the link won."""
    found = _brought("link", Q(link__in=links))
    return [LinkFigures(link, *found.get(link.pk, (0, 0, 0))) for link in links]


def opened_by_target(landing: str, targets: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """Opens, different people and how many were bound, over all links to each of these places."""
    return _brought("link__target", Q(link__landing=landing, link__target__in=targets))


def _brought(by: str, of: Q) -> dict[Any, tuple[int, int, int]]:
    """Opens, different people and how many are bound, by a field of touches and referrals; two statements."""
    opened = {key: (opens, people) for key, opens, people in Touch.objects.filter(of).values_list(by).annotate(
        opens=Count("pk"), people=Count("visitor", distinct=True))}
    bound = dict(Referral.objects.filter(of, ended_at=None).values_list(by).annotate(Count("pk")))
    return {key: (*opened.get(key, (0, 0)), bound.get(key, 0)) for key in opened.keys() | bound.keys()}


def link_for(customer_id: int, token: str) -> ReferralLink:
    """The member's own link. Raises NotYours."""
    row = ReferralLink.objects.filter(customer_id=customer_id, token=token).first()
    if row is None:
        raise NotYours
    return row


def closed_funds(customer_ids: Collection[int]) -> set[int]:
    """Whose help fund still keeps its share of what they earn; nobody asked about costs no statement."""
    closed = Position.objects.filter(customer_id__in=customer_ids, fund_closed=True)
    return set(closed.values_list("customer_id", flat=True)) if customer_ids else set()
