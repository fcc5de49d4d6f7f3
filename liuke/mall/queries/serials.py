"""The register of numbered goods: who has which piece, how long it is under warranty, and what was done to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from liuke.mall.models import Return, ReturnLine, Serial

MOST = 200                               # pieces of one customer that are told
LOOKED_UP = 20                           # pieces with one number; two makers may give the same


@dataclass(frozen=True)
class Request:
    """One request about the piece: repaired, exchanged or sent back. `claim` is what was decided of it."""

    number: str
    kind: str
    asked_at: datetime
    closed_at: datetime | None
    claim: str


@dataclass(frozen=True)
class Numbered:
    """A piece with its story, the newest request first. Without `warranty_until` it has not been received yet."""

    number: str
    sku: str
    name: str
    order: str
    customer_id: int | None
    warranty_until: datetime | None
    requests: tuple[Request, ...]


def serials_of(customer_id: int) -> list[Numbered]:
    """The customer's own pieces, the newest first, in two statements."""
    return _told(Serial.objects.filter(customer_id=customer_id), MOST)


def serials_called(number: str) -> list[Numbered]:
    """Every piece with this number, however it is written: for staff with a machine in their hands."""
    return _told(Serial.objects.filter(number__iexact=number.strip()), LOOKED_UP)


def _told(rows: QuerySet[Serial], most: int) -> list[Numbered]:
    lines = ReturnLine.objects.select_related("request").order_by("-request__asked_at", "-pk")
    found = rows.select_related("sku__product", "line__order").prefetch_related(
        Prefetch("returns", queryset=lines)).order_by("-pk")
    return [_one(row) for row in found[:most]]


def _one(row: Serial) -> Numbered:
    return Numbered(
        row.number, row.sku.code, " ".join([row.sku.product.name, *row.sku.values]),
        row.line.order.number if row.line else "", row.customer_id, row.warranty_until,
        tuple(_request(line.request, line) for line in row.returns.all()),
    )


def _request(request: Return, line: ReturnLine) -> Request:
    return Request(request.number, request.kind, request.asked_at, request.closed_at, line.claim)
