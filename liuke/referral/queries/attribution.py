"""Touches of a customer, and the programme that says how they count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from liuke.referral.attribution import MAX_TOUCHES, WINDOW_DAYS, Moment
from liuke.referral.models import Block, Programme, Referral, Touch


@dataclass(frozen=True, slots=True)
class Terms:
    binds_at: Moment = Moment.FIRST_ORDER
    window_days: int = WINDOW_DAYS


@dataclass(frozen=True, slots=True)
class TouchSeen:
    touch_id: int
    link_id: int
    referrer_id: int | None                  # the customer whose link it is
    qr: bool
    at: datetime


def programme() -> Terms:
    """What counts now."""
    row = Programme.objects.order_by("-pk").first()
    return Terms(Moment(row.binds_at), row.window_days) if row else Terms()


def touches_of(customer_id: int) -> list[TouchSeen]:
    """The newest touches of everybody who turned out to be this customer; one statement, at most MAX_TOUCHES."""
    rows = Touch.objects.filter(visitor__customer_id=customer_id).order_by("-at", "-pk")
    return [TouchSeen(*row) for row in rows.values_list("pk", "link_id", "link__customer_id", "qr", "at")[:MAX_TOUCHES]]


def referral_of(customer_id: int) -> Referral | None:
    """Who referred the customer, as it stands."""
    return Referral.objects.filter(customer_id=customer_id, ended_at=None).first()


def rewarded_referrers(customer_ids: Collection[int]) -> dict[int, int]:
    """Who is rewarded for having referred each of these, as it stands; nobody who is blocked."""
    blocked = Exists(Block.objects.filter(customer=OuterRef("referrer"), lifted_at=None))
    rows = Referral.objects.filter(~blocked, customer_id__in=customer_ids, ended_at=None)
    return dict(rows.values_list("customer_id", "referrer_id"))
