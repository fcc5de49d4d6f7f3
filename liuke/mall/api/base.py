"""What all doors of the shopper share: who is asking, what a text may hold, and how often one may knock.

No `from __future__ import annotations` beside endpoints: ninja reads their types.
"""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field

from liuke.customers.doors import (
    KEY,
    MOST,
    CustomerAuth,
    Id,
    PerAddress,
    Said,
    Text,
    Word,
    customer_auth,
    customer_of,
    example,
)
from liuke.customers.services import tokens
from liuke.kit.errors import BadInput, Refused
from liuke.mall.queries.prices import Buyer, buyer
from liuke.mall.services.cart import Owner

__all__ = [
    "KEY", "MOST", "CustomerAuth", "Fen", "Id", "LoginNeeded", "NoToken", "PerAddress", "Said", "Text", "Word",
    "bearer", "customer_auth", "customer_of", "example", "guest_token", "logins", "owner", "reads", "shopper",
    "who", "writes",
]
GUEST_TOKEN = "X-Cart-Token"             # noqa: S105  the name of a header
LEAST_TOKEN, MOST_TOKEN = 32, 128
READS = {"most": 2400, "free": 240}      # a minute and address; a whole office may share one
WRITES, LOGINS = {"most": 600, "free": 60}, {"most": 120, "free": 12}
Fen = Annotated[int, Field(ge=0, le=10**12)]


class NoToken(BadInput):
    """A guest's cart is known by a token of 32 to 128 characters in X-Cart-Token, or log in."""

    code = "cart_token_needed"


class LoginNeeded(Refused):
    """Log in first."""

    code = "login_needed"
    status = 401


reads, writes, logins = PerAddress("reads", **READS), PerAddress("writes", **WRITES), PerAddress("logins", **LOGINS)


def bearer(request: HttpRequest) -> str:
    """The token that came along, or the empty text."""
    kind, _sign, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def shopper(request: HttpRequest) -> int | None:
    """The customer, or None for a guest. A token that does not open anything is an answer of its own: LoginNeeded."""
    token = bearer(request)
    if not token:
        return None
    customer_id = tokens.customer_of(token, now=timezone.now())
    if customer_id is None:
        raise LoginNeeded(_("登录已过期，请重新登录"))
    return customer_id


def who(request: HttpRequest) -> Buyer:
    """As prices see the one who asks."""
    return buyer(shopper(request), now=timezone.now())


def guest_token(request: HttpRequest) -> str:
    """The guest's token. Raises NoToken."""
    token = request.headers.get(GUEST_TOKEN, "")
    if not (LEAST_TOKEN <= len(token) <= MOST_TOKEN and token.isascii() and token.isprintable()):
        raise NoToken(_("请先登录，或提供购物车标识"))
    return token


def owner(request: HttpRequest) -> Owner:
    """Whose cart. Raises LoginNeeded, NoToken."""
    customer_id = shopper(request)
    return Owner(customer_id=customer_id) if customer_id else Owner(token=guest_token(request))
