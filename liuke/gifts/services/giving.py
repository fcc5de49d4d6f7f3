"""Gifts are given, become open, and are taken back while they have not left.

Locks are taken in one order: gifts, purchases and orders, stock, then the accounts of the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.gifts.models import Gift, GiftKind
from liuke.gifts.rules import MAX_AT_ONCE, State
from liuke.gifts.services import accounts
from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.ledger.services import Cause
from liuke.mall.services import gifts as mall
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many

STOPPED, OUT_OF_STOCK, BUDGET, TOO_MANY = "gift_stopped", "gift_out_of_stock", "budget", "too_many"
NO_CAUSE = Cause()


@dataclass(frozen=True, kw_only=True)
class Given:
    """So many gifts of a kind for a customer, once per key. Pending ones cannot be claimed before `release`."""

    customer_id: int
    kind_id: int
    key: str
    count: int = 1
    pending: bool = False
    cause: Cause = NO_CAUSE


def give(*, given: Sequence[Given], now: datetime) -> list[str]:
    """Give each; answers for each "" or why not: STOPPED, OUT_OF_STOCK, BUDGET, TOO_MANY. Each is all or none.

    Their goods are promised and their cost is off the budget from now on. Never raises for one of them.
    """
    require_transaction()
    known = set(Gift.objects.filter(of__in=[each.key for each in given]).values_list("of", flat=True))
    kinds = {row.pk: row for row in GiftKind.objects.select_related("budget").filter(
        pk__in={each.kind_id for each in given}, stopped_at=None, sku__active=True)}
    answers = {each.key: "" if each.key in known else _why_not(each, kinds) for each in given}
    wanted = [each for each in given if each.key not in known and not answers[each.key]]
    fits = mall.lock_room((kinds[each.kind_id].sku_id, each.count * kinds[each.kind_id].pieces) for each in wanted)
    answers |= {each.key: OUT_OF_STOCK for each, fit in zip(wanted, fits, strict=True) if not fit}
    wanted = [each for each, fit in zip(wanted, fits, strict=True) if fit]
    paid = ledger.post_many([accounts.take(kinds[each.kind_id], key=each.key, count=each.count, cause=each.cause)
                             for each in wanted], now=now)
    for each, result in zip(wanted, paid, strict=True):
        if isinstance(result, ledger.LedgerRefused):
            answers[each.key] = BUDGET if isinstance(result, ledger.Overdrawn) else result.code
    _write([each for each in wanted if not answers[each.key]], kinds, now)
    return [answers[each.key] for each in given]


def _why_not(each: Given, kinds: dict[int, GiftKind]) -> str:
    if not 0 < each.count <= MAX_AT_ONCE:
        return TOO_MANY
    return "" if each.kind_id in kinds else STOPPED


def _write(given: Sequence[Given], kinds: dict[int, GiftKind], now: datetime) -> None:
    gifts = [
        Gift(kind=kinds[each.kind_id], customer_id=each.customer_id, of=each.key, key=f"{each.key}#{number}",
             state=State.PENDING if each.pending else State.OPEN, fact_id=each.cause.fact_id, given_at=now,
             claim_by=None if each.pending else claim_by(kinds[each.kind_id], now))
        for each in given for number in range(1, each.count + 1)
    ]
    orders = mall.place(now=now, presents=[
        mall.Present(customer_id=gift.customer_id, shop_id=gift.kind.shop_id, sku_id=gift.kind.sku_id,
                     pieces=gift.kind.pieces, key=gift.key, claim_by=gift.claim_by) for gift in gifts])
    for gift, order in zip(gifts, orders, strict=True):
        gift.order = order
    Gift.objects.bulk_create(gifts)
    _tell([gift for gift in gifts if gift.state == State.OPEN], now)


def claim_by(kind: GiftKind, now: datetime) -> datetime:
    """The local midnight after the last of the days in which it can be claimed."""
    last_on = timezone.localdate(now) + timedelta(days=kind.claim_days + 1)
    return datetime.combine(last_on, time.min, ZoneInfo(settings.TIME_ZONE))


def _tell(gifts: Sequence[Gift], now: datetime) -> None:
    if gifts:
        record_many([NewFact(facts.GiftGiven(gift_id=gift.pk, kind_id=gift.kind_id), gift.customer_id,
                             f"gift_given:{gift.pk}", now) for gift in gifts])


def release(*, of: Sequence[str], now: datetime) -> int:
    """Pending gifts are open from now on; returns how many. Again is nothing."""
    require_transaction()
    rows = Gift.objects.select_for_update(of=("self",)).select_related("kind")
    gifts = list(rows.filter(of__in=of, state=State.PENDING).order_by("pk"))
    for gift in gifts:
        gift.state, gift.claim_by = State.OPEN, claim_by(gift.kind, now)
    Gift.objects.bulk_update(gifts, ["state", "claim_by"])
    for until in {gift.claim_by for gift in gifts if gift.claim_by}:
        mall.open_until(order_ids=[gift.order_id or 0 for gift in gifts if gift.claim_by == until], claim_by=until)
    _tell(gifts, now)
    return len(gifts)


def take_back(*, of: str, given: int, left: int, now: datetime) -> int:
    """Leave at most `left` of the `given` gifts, those that have left included; returns how many were taken back.

    Unclaimed ones go first, then those that wait to be packed; what has left stays with the customer. Again is
    nothing.
    """
    require_transaction()
    rows = Gift.objects.select_for_update(of=("self",)).select_related("kind__budget")
    gifts = list(rows.filter(of=of).order_by("pk"))
    here = [gift for gift in gifts if gift.state in (State.PENDING, State.OPEN, State.CLAIMED)]
    wanted = max(0, given - left) - sum(gift.state == State.TAKEN for gift in gifts)
    here.sort(key=lambda gift: (gift.state == State.CLAIMED, -gift.pk))
    taken = 0
    for gift in here:
        if taken < wanted and end(gift=gift, state=State.TAKEN, now=now):
            taken += 1
    return taken


def end(*, gift: Gift, state: State, now: datetime) -> bool:
    """The locked gift ends so: its goods are free, its cost is at its budget again. False when it has left."""
    told = gift.state != State.PENDING
    if not mall.call_off(order_id=gift.order_id or 0, reason=_("礼品收回"), now=now):
        return False
    gift.state, gift.ended_at = state, now
    gift.save(update_fields=["state", "ended_at"])
    (refused,) = ledger.post_many([accounts.put_back(gift)], now=now)
    assert not isinstance(refused, ledger.LedgerRefused), refused
    if told:
        record_many([NewFact(facts.GiftEnded(gift_id=gift.pk, kind_id=gift.kind_id, why=str(state)), gift.customer_id,
                             f"gift_ended:{gift.pk}", now)])
    return True
