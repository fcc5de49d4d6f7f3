"""What joining brings, for everybody to read. Mounted by `api`."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liuke.loyalty import words
from liuke.loyalty.queries.welcome import newcomers_get
from liuke.mall.api import base

router = Router()


class WelcomePartOut(Schema):
    """`benefit`: points, growth, coupon, gift, draw_ticket, cash (`amount` in fen). `said`: all in words."""

    benefit: str
    amount: int
    said: str


class WelcomePackOut(Schema):
    """What one rule gives to everybody who joins: the name of its pack, or its own."""

    name: str
    words: str
    gives: list[WelcomePartOut]


@router.get("/welcome", response=list[WelcomePackOut], auth=None, throttle=base.reads)
def welcome(request: HttpRequest) -> list[WelcomePackOut]:
    """What joining brings to everybody at this moment. Without login, and about nobody."""
    del request
    return [WelcomePackOut(name=each.name, words=each.words, gives=[
        WelcomePartOut(benefit=part.benefit, amount=part.amount, said=words.given(part)) for part in each.gives])
        for each in newcomers_get(now=timezone.now())]
