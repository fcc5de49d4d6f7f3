"""The customer's numbered pieces: warranty and what was done to each."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from liuke.mall.api import base
from liuke.mall.queries import serials

router = Router(tags=["returns"], throttle=base.reads, auth=base.customer_auth)


class RequestOut(Schema):
    number: str
    kind: str
    asked_at: datetime
    closed_at: datetime | None
    claim: str


class SerialOut(Schema):
    """Without `warranty_until` the parcel has not been received yet."""

    number: str
    sku: str
    name: str
    order: str
    warranty_until: datetime | None
    requests: list[RequestOut]


@router.get("/serials", response={200: list[SerialOut], 401: base.Said})
def mine(request: HttpRequest) -> list[serials.Numbered]:
    """One's own numbered pieces, the newest first, at most 200."""
    return serials.serials_of(base.customer_of(request))
