"""What the customer's own links have brought, and the leaderboard. Under /api/v1/referral/figures/.

Beside api.py, which holds links, people and commissions.
"""

from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from liuke.customers.queries.records import names_of
from liuke.mall.api import base
from liuke.referral.queries import statistics
from liuke.referral.queries.statistics import Figures
from liuke.referral.services import measuring

router = Router(tags=["referral"], auth=base.customer_auth)
Days = Annotated[Literal["7", "30", "90", "365"], Query()]


class FiguresOut(Schema):
    """By when it happened, in the span. `link_id` is empty for people who came without a link; money in fen.

    `revenue_fen` is goods net of refunds; `cost_fen` what those orders owe to you and others, `pack_fen`
    what packs have cost that the plan promised for these people.
    """

    link_id: int | None
    shares: int
    opens: int
    people: int
    registrations: int
    bound: int
    first_orders: int
    revenue_fen: int
    cost_fen: int
    pack_fen: int
    cost_per_new_fen: int | None


class MineOut(Schema):
    """`cash_fen` and `other_fen` (points at their worth) are what the span's orders earned me, refunds taken off."""

    whole: FiguresOut
    links: list[FiguresOut]
    cash_fen: int
    other_fen: int


class LeaderOut(Schema):
    """`name`: the first character and stars. Ranked by confirmed goods, never by how many people."""

    place: int
    name: str
    goods_fen: int
    mine: bool


class LeaderboardOut(Schema):
    """`listed`: whether I may stand there myself."""

    listed: bool
    rows: list[LeaderOut]


class ListedIn(Schema):
    listed: bool


@router.get("", response={200: MineOut, 401: base.Said, 422: base.Said})
def my_figures(request: HttpRequest, days: Days = "30") -> MineOut:
    """The last 7, 30, 90 or 365 days, in all and by link."""
    found = statistics.promoted(statistics.last(int(days), now=timezone.now()), customer_id=base.customer_of(request))
    return MineOut(whole=_figures(None, found.whole), cash_fen=found.cash_fen, other_fen=found.other_fen,
                   links=[_figures(link_id, each) for link_id, each in found.links.items()])


@router.get("/leaderboard", response={200: LeaderboardOut, 401: base.Said})
def leaderboard(request: HttpRequest) -> LeaderboardOut:
    """The last 90 days, as the last night reckoned them."""
    me = base.customer_of(request)
    rows = statistics.leaders()
    names = names_of([row.customer_id for row in rows])
    return LeaderboardOut(listed=statistics.is_listed(me), rows=[
        LeaderOut(place=place, name=f"{(names.get(row.customer_id) or _('客'))[0]}**", goods_fen=row.goods_fen,
                  mine=row.customer_id == me)
        for place, row in enumerate(rows, 1)])


@router.post("/listed", response={200: LeaderboardOut, 401: base.Said, 422: base.Said}, throttle=base.writes)
@transaction.atomic(durable=True)
def set_listed(request: HttpRequest, body: ListedIn) -> LeaderboardOut:
    """Leave the leaderboard, at once, or come back, from the next night on."""
    measuring.list_me(customer_id=base.customer_of(request), listed=body.listed, now=timezone.now())
    return leaderboard(request)


def _figures(link_id: int | None, each: Figures) -> FiguresOut:
    return FiguresOut(
        link_id=link_id, shares=each.shares, opens=each.opens, people=each.people, registrations=each.registrations,
        bound=each.bound, first_orders=each.first_orders, revenue_fen=each.revenue_fen, cost_fen=each.cost_fen,
        pack_fen=each.pack_fen, cost_per_new_fen=each.cost_per_new_fen)
