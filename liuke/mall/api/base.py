"""What all doors of the shopper share: who is asking, what a text may hold, and how often one may knock.

No `from __future__ import annotations` beside endpoints: ninja reads their types.
"""

from threading import local
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.params.functions import Header
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle
from pydantic import AfterValidator

from liuke.customers.services import tokens
from liuke.kit.errors import BadInput, Refused
from liuke.kit.limits import Limit
from liuke.mall.queries.prices import Buyer, buyer
from liuke.mall.services.cart import Owner

MOST = 2**63 - 1
GUEST_TOKEN = "X-Cart-Token"             # noqa: S105  the name of a header
LEAST_TOKEN, MOST_TOKEN = 32, 128
READS = {"most": 2400, "free": 240}      # a minute and address; a whole office may share one
WRITES, LOGINS = {"most": 600, "free": 60}, {"most": 120, "free": 12}


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the character U+0000 cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Word = Annotated[str, Field(max_length=60), AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=MOST)]
Fen = Annotated[int, Field(ge=0, le=10**12)]
KEY: Any = Header(..., alias="Idempotency-Key", min_length=8, max_length=80)


class Said(Schema):
    """Every refusal: a stable code, and a sentence for the person."""

    code: str
    message: str


class NoToken(BadInput):
    """A guest's cart is known by a token of 32 to 128 characters in X-Cart-Token, or log in."""

    code = "cart_token_needed"


class LoginNeeded(Refused):
    """Log in first."""

    code = "login_needed"
    status = 401


class PerAddress(BaseThrottle):
    """So many requests a minute from one address, over all processes (see `kit.limits`)."""

    def __init__(self, name: str, *, most: int, free: int) -> None:
        self.limit = Limit(name, most=most, free=free)
        self._told = local()

    def allow_request(self, request: HttpRequest) -> bool:
        self._told.wait = self.limit.wait(self.get_ident(request) or "")
        return not self._told.wait

    def wait(self) -> float:
        """Seconds, for Retry-After; asked by the thread that was just refused."""
        return float(self._told.wait)


reads, writes, logins = PerAddress("reads", **READS), PerAddress("writes", **WRITES), PerAddress("logins", **LOGINS)


class CustomerAuth(HttpBearer):
    """`Authorization: Bearer <token>` of a logged-in customer; `request.auth` is the customer's id."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        return tokens.customer_of(token, now=timezone.now())


customer_auth = CustomerAuth()


def customer_of(request: HttpRequest) -> int:
    """The customer behind a door with `auth=customer_auth`."""
    customer_id: int = request.auth  # type: ignore[attr-defined]  # ninja puts it there
    return customer_id


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
