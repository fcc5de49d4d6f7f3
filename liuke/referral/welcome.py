"""The page that a shared link opens: who invites, to what, and the way in. A door without login."""

import re

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from liuke.kit import pictures
from liuke.kit.errors import Refused
from liuke.kit.limits import Limit
from liuke.referral.api import VISITOR_COOKIE as COOKIE
from liuke.referral.queries.sharing import living_link, newcomer_gifts, newcomer_offers, said, shared
from liuke.referral.services import touches

KEEP = 90 * 24 * 3600                         # seconds; as long as a touch counts unless the programme says otherwise
ROBOTS = re.compile(r"bot|spider|crawl|preview|curl|wget|python-", re.IGNORECASE)
OPENS = Limit("referral opens", most=600, free=60)


@require_safe
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The welcome page; the opening is a touch of the visitor in the cookie. An ended link says so."""
    link = living_link(token)
    if link is None:
        return render(request, "referral/welcome.html", {"gone": True}, status=404)
    now = timezone.now()
    visitor = request.COOKIES.get(COOKIE, "")
    if _counts(request):
        visitor = _touch(request, token, visitor)
    what = shared(link, now=now)
    goods = what.goods
    response = render(request, "referral/welcome.html", {
        "shared": what, "welcome": newcomer_gifts(link, now=now), "offers": newcomer_offers(now=now),
        "goods": goods, "picture": pictures.url(what.place.picture) if what.place else "",
        "price": said(goods.price_fen) if goods else "", "token": token,
        "list_price": said(goods.list_fen) if goods and goods.list_fen > goods.price_fen else ""})
    if visitor:
        response.set_cookie(COOKIE, visitor, max_age=KEEP, httponly=True, secure=request.is_secure(), samesite="Lax")
    return response


def _counts(request: HttpRequest) -> bool:
    """Whether a person opened the link: programs that look ahead do not, and nobody does hundreds of times a minute."""
    if request.method != "GET" or ROBOTS.search(request.headers.get("User-Agent", "")):
        return False
    return not OPENS.wait(request.META.get("REMOTE_ADDR", ""))


def _touch(request: HttpRequest, token: str, visitor: str) -> str:
    channel, scanned = request.GET.get("from", ""), request.GET.get("qr") == "1"
    with transaction.atomic(durable=True):
        try:
            return touches.open_link(
                token=token, visitor=visitor[:64], channel=channel if channel in touches.CHANNELS else "", qr=scanned,
                address=request.META.get("REMOTE_ADDR", ""), now=timezone.now()).visitor
        except Refused:
            return visitor                    # ended between two looks: the page says it
