"""The customer's own cash bonuses, under /api/v1/cash/."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from liuke.cash import queries, words
from liuke.cash.models import Bonus
from liuke.cash.rules import PAGE
from liuke.mall.api import base

router = Router(tags=["cash"], auth=base.customer_auth, throttle=base.reads)


class BonusOut(Schema):
    """`state`: pending, approval, queued, asked, confirm, sent, failed, refused, cancelled; `told` is its sentence.

    While it is `confirm`, `confirm_with` is what `wx.requestMerchantTransfer` takes; WeChat waits for it for a day.
    """

    id: int
    amount_fen: int
    reason: str
    state: str
    told: str
    given_at: datetime
    ended_at: datetime | None
    confirm_with: Mapping[str, str]


class BonusesOut(Schema):
    """`before` asks for the next page; 0 at the end."""

    bonuses: list[BonusOut]
    before: int


@router.get("/bonuses", response={200: BonusesOut, 401: base.Said, 422: base.Said})
def bonuses(request: HttpRequest, before: Annotated[int, Query(ge=0, le=base.MOST)] = 0) -> BonusesOut:
    """The caller's bonuses, the newest first."""
    rows = queries.bonuses_of(base.customer_of(request))
    found = list((rows.filter(pk__lt=before) if before else rows)[:PAGE + 1])
    more = len(found) > PAGE
    return BonusesOut(bonuses=[_bonus(row) for row in found[:PAGE]], before=found[PAGE - 1].pk if more else 0)


def _bonus(row: Bonus) -> BonusOut:
    state = words.state_of(row)
    return BonusOut(
        id=row.pk, amount_fen=row.kept_fen or row.amount_fen, reason=row.reason, state=state,
        told=words.told_to_customer(row), given_at=row.given_at, ended_at=row.ended_at,
        confirm_with=queries.device_words(row.transfer) if row.transfer else {},
    )
