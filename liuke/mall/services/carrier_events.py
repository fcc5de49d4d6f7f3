"""What a carrier's own system tells of a parcel, noted once, however often and in whatever order it is told."""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from msgspec import json

from liuke.channels.carriers import Said, Told
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import CarrierEvent, Return, Shipment
from liuke.mall.rules.carriers import carrier_code, tracking_number
from liuke.mall.rules.tracking import CLOCKS_APART, TEXT_CHARACTERS, step_of
from liuke.mall.services import fulfilment, live
from liuke.mall.services.fulfilment import Step

KEPT = timedelta(days=30)                # far longer than any carrier repeats
BATCH = 1000
FIRST_YEAR = 2000


class UnknownParcel(Refused):
    """We know no parcel with this number of this carrier. Tell it again later: the number may not be noted yet."""

    code = "unknown_parcel"
    status = 404


class TrackingOfOther(Refused):
    """The tracking number is that of another order's parcel."""

    code = "tracking_of_other_order"


class EventTaken(Refused):
    """This event told something else before; a new event needs a number of its own."""

    code = "carrier_event_taken"


class UnknownStep(BadInput):
    """The state or the sentence of a step means nothing to us; nothing of the event was noted."""

    code = "unknown_step"


def note_event(*, carrier: str, told: Told, now: datetime) -> bool:
    """Note the steps of one parcel; whether the event is new. The same event again changes nothing.

    Raises UnknownStep, UnknownParcel, TrackingOfOther, EventTaken: then nothing is written, and it may come again.
    """
    require_transaction()
    carrier, tracking = carrier_code(carrier), tracking_number(told.tracking)
    digest = hashlib.sha256(json.encode(told)).digest()
    if not _first(carrier, told.event, digest, now):
        return False
    _check_order(carrier, tracking, told.order)
    fulfilment.track(carrier=carrier, tracking=tracking, now=now,
                     steps=sorted((_step(said, now) for said in told.steps), key=lambda step: step.happened_at))
    live.tell_orders()
    return True


def delete_old(*, now: datetime, limit: int = BATCH) -> int:
    """Events that nobody repeats any more are forgotten; their steps stay. Returns how many."""
    require_transaction()
    old = CarrierEvent.objects.filter(received_at__lt=now - KEPT).order_by("received_at", "pk")[:limit]
    return CarrierEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]


def _first(carrier: str, event: str, digest: bytes, now: datetime) -> bool:
    """Whether nobody noted it before: of many at once each waits for the one before it, by the constraint."""
    try:
        with transaction.atomic():
            CarrierEvent.objects.create(carrier=carrier, event=event, digest=digest, received_at=now)
    except IntegrityError:
        known = CarrierEvent.objects.get(carrier=carrier, event=event)
    else:
        return True
    if bytes(known.digest) != digest:
        raise EventTaken(_("事件 %(event)s 之前说的是别的内容") % {"event": event})
    return False


def _check_order(carrier: str, tracking: str, order: str) -> None:
    """The parcel is ours, or a customer's on its way back to us; and, if the carrier names an order, of that order."""
    parcels = Shipment.objects.filter(carrier=carrier, tracking=tracking)
    backs = Return.objects.filter(way_back_carrier=carrier, way_back_tracking=tracking)
    orders = {*parcels.values_list("order__number", flat=True), *backs.values_list("order__number", flat=True)}
    if not orders:
        raise UnknownParcel(_("没有运单号为 %(number)s 的包裹") % {"number": tracking})
    if order and order not in orders:
        raise TrackingOfOther(_("运单号 %(number)s 属于另一个订单") % {"number": tracking})


def _step(said: Said, now: datetime) -> Step:
    state = step_of(said.state, said.text)
    if state is None:
        raise UnknownStep(_("看不懂这一步：%(said)s") % {"said": (said.state or said.text)[:60]})
    if said.at > now + CLOCKS_APART or said.at.year < FIRST_YEAR:
        raise BadInput(_("这一步的时间不对：%(at)s") % {"at": said.at.isoformat()})
    return Step(said.at, state, "".join(filter(str.isprintable, said.text))[:TEXT_CHARACTERS])
