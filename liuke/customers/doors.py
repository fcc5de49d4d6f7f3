"""What the JSON doors of all modules share that speak with one customer: who asks, what a text may hold, how often.

It stands beside the usual files since it is no door of its own. No `from __future__ import annotations` beside
endpoints: ninja reads their types.
"""

from threading import local
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema
from ninja.params.functions import Header
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle
from pydantic import AfterValidator, ConfigDict

from liuke.customers.services import tokens
from liuke.kit.limits import Limit

MOST = 2**63 - 1


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the character U+0000 cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Word = Annotated[str, Field(max_length=60), AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=MOST)]
KEY: Any = Header(..., alias="Idempotency-Key", min_length=8, max_length=80)


def example(**values: Any) -> ConfigDict:
    """For a schema's `model_config`: what one looks like, told by the published description."""
    return ConfigDict(json_schema_extra={"example": values})


class Said(Schema):
    """Every refusal: a stable code, and a sentence for the person."""

    code: str
    message: str


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


class CustomerAuth(HttpBearer):
    """`Authorization: Bearer <token>` of a logged-in customer; `request.auth` is the customer's id."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        return tokens.customer_of(token, now=timezone.now())


customer_auth = CustomerAuth()


def customer_of(request: HttpRequest) -> int:
    """The customer behind a door with `auth=customer_auth`."""
    customer_id: int = request.auth  # type: ignore[attr-defined]  # ninja puts it there
    return customer_id
