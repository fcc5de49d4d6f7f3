"""A draw ends: the seed is shown, and what nobody has won goes back to its budgets."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from liuke.draws.models import Draw
from liuke.draws.queries.states import Phase, State, phase
from liuke.draws.services import purse
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.kit.push import publish

GRACE = timedelta(minutes=1)             # for who began to draw in the last second


class NotOpen(Refused):
    """Only a published draw can be stopped."""

    code = "draw_not_published"


def end_due(*, now: datetime, limit: int = 20) -> int:
    """End draws whose time is over; returns how many. The clock repeats it until 0."""
    require_transaction()
    rows = Draw.objects.select_for_update(skip_locked=True).filter(state=State.PUBLISHED, closes_at__lte=now - GRACE)
    found = list(rows.order_by("closes_at", "pk")[:limit])
    for draw in found:
        _end(draw, now)
    return len(found)


def stop(*, draw_id: int, reason: str, now: datetime) -> Draw:
    """End a published draw before its time, for a reason that the public reads. Again is nothing.

    Its terms stay as they were promised; who holds tickets can no longer use them, so counsel should know. Raises
    NotOpen, NotYours, BadInput without a reason.
    """
    require_transaction()
    if not 0 < len(reason.strip()) <= 200:
        raise BadInput(_("请写明提前结束的原因，会向公众公示"))
    draw = Draw.objects.select_for_update().filter(pk=draw_id).first()
    if draw is None:
        raise NotYours
    if draw.state == State.ENDED:
        return draw
    if phase(draw, now) == Phase.DRAFT:
        raise NotOpen(_("草稿没有公示，直接删除即可"))
    draw.stop_reason = reason.strip()
    _end(draw, now)
    return draw


def _end(draw: Draw, now: datetime) -> None:
    """The caller holds the draw's lock."""
    draw.seed = crypto.unseal(bytes(draw.seed_enc)).hex()
    draw.state, draw.ended_at = State.ENDED, now
    draw.save(update_fields=["seed", "state", "ended_at", "stop_reason"])
    publish(topic=f"draws:{draw.pk}")


def empty_purses(*, now: datetime, limit: int = 20) -> int:
    """What is left of ended draws, all prizes given, goes back to its budgets; returns how many draws."""
    require_transaction()
    rows = Draw.objects.select_for_update(skip_locked=True).filter(state=State.ENDED, purse_emptied_at=None)
    done = 0
    for draw in rows.order_by("pk")[:limit]:
        if not draw.tickets.filter(delivery__in=["wanted", "stuck"]).exists():
            purse.empty(draw=draw, now=now)
            draw.purse_emptied_at = now
            draw.save(update_fields=["purse_emptied_at"])
            done += 1
    return done
