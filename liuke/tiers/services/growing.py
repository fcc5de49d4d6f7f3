"""Growth value comes, at once or later, and goes back when its reason is undone; each time tiers follow at once.

The ledger is asked first; what it lets through is noted with the day on which it counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput
from liuke.ledger import services as ledger
from liuke.ledger.queries import entry
from liuke.ledger.rules import Cause
from liuke.tiers import models
from liuke.tiers.rules import KEY_CHARACTERS, MAX_BATCH, MAX_GROWTH, UNIT, Reason
from liuke.tiers.services.standing import settle

HOUSE = ledger.NewAccount(purpose="growth", unit=UNIT, debit_normal=True, rolled=True)
NO_CAUSE = Cause()


class BadGrowth(BadInput):
    """Not an amount of growth value, not a key, or nothing was given under it."""

    code = "tiers_growth"


@dataclass(frozen=True, kw_only=True)
class Growing:
    """Growth value for a customer, once per key. What is pending counts from the day on which it is confirmed."""

    customer_id: int
    amount: int
    key: str
    pending: bool = False
    cause: Cause = NO_CAUSE


def account_of(customer_id: int) -> ledger.NewAccount:
    """No floor: records that are merged and parted again may owe each other for a moment."""
    return ledger.NewAccount(purpose="growth", unit=UNIT, owner_kind="customer", owner_id=customer_id)


def grow(*, given: Sequence[Growing], now: datetime) -> list[ledger.LedgerRefused | None]:
    """Give growth value to many, each once per key; answers None or the ledger's refusal (KeyTaken) for each.

    Tiers rise in the same transaction. Raises BadGrowth.
    """
    require_transaction()
    if len(given) > MAX_BATCH:
        raise BadGrowth(_("一次最多 %(most)s 笔成长值") % {"most": MAX_BATCH})
    results = ledger.post_many([_instruction(each) for each in given], now=now)
    refusals = [result if isinstance(result, ledger.LedgerRefused) else None for result in results]
    new = [each for each, refusal in zip(given, refusals, strict=True) if refusal is None]
    on = timezone.localdate(now)
    written = rows.fetch(_NOTE, [[each.customer_id for each in new], [each.key for each in new],
                                 [each.amount for each in new], [None if each.pending else on for each in new]])
    _settle({customer_id for customer_id, counts_on in written if counts_on}, Reason.GROWTH, now)
    return refusals


_NOTE = """
INSERT INTO tiers_growth (customer_id, key, amount, taken, counts_on)
SELECT customer, key, amount, 0, counts_on
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::date[]) AS new (customer, key, amount, counts_on)
ON CONFLICT (key) DO NOTHING RETURNING customer_id, counts_on
"""


def confirm(*, keys: Sequence[str], now: datetime) -> int:
    """Let pending growth count from today on; returns how many gifts. Again is nothing, and so is an unknown key.

    What was taken back meanwhile stays away.
    """
    require_transaction()
    waiting = models.Growth.objects.filter(key__in=keys, counts_on=None).order_by("pk")
    found = list(waiting.select_for_update(no_key=True))
    ledger.post_many([ledger.Confirm(key=_confirmed(row.key), of=_entry(row.key)) for row in found
                      if row.taken < row.amount], now=now)
    models.Growth.objects.filter(pk__in=[row.pk for row in found]).update(counts_on=timezone.localdate(now))
    _settle({row.customer_id for row in found if row.taken < row.amount}, Reason.GROWTH, now)
    return len(found)


def take_back(*, of: str, amount: int, key: str, now: datetime, cause: Cause = NO_CAUSE) -> bool:
    """Take so much of a gift back, from the day on which it came; whether there was anything to do. Again is once.

    A tier that rested on it falls in the same transaction. Raises BadGrowth for an unknown gift or another amount than
    this key took back, the ledger's NothingLeft for more than is left of it.
    """
    require_transaction()
    row = models.Growth.objects.select_for_update(no_key=True).filter(key=of).first()
    if row is None or amount <= 0:
        raise BadGrowth(_("没有这笔成长值"))
    if known := models.GrowthBack.objects.filter(key=key).first():
        if (known.growth_id, known.amount) != (row.pk, amount):
            raise BadGrowth(_("同一编号已用于收回另一笔成长值"))
        return False
    if row.counts_on is None:
        ledger.void(key=key, of=_entry(of), amounts=[amount], now=now, cause=cause)
    else:
        ledger.reverse(key=key, of=_posted(of), amounts=[amount], now=now, cause=cause)
    row.taken += amount
    row.save(update_fields=["taken"])
    models.GrowthBack.objects.create(growth=row, key=key, amount=amount, at=now)
    if row.counts_on is not None:
        _settle({row.customer_id}, Reason.REFUND, now)
    return True


def _settle(customer_ids: Iterable[int], reason: Reason, now: datetime) -> None:
    if ids := sorted(customer_ids):
        settle(customer_ids=ids, reason=reason, now=now)


def _instruction(each: Growing) -> ledger.Post | ledger.Hold:
    if not 0 < each.amount <= MAX_GROWTH or not 0 < len(each.key) <= KEY_CHARACTERS:
        raise BadGrowth(_("成长值要在 1 到 %(most)s 之间") % {"most": MAX_GROWTH})
    account = account_of(each.customer_id)
    kind = ledger.Hold if each.pending else ledger.Post
    return kind(key=_entry(each.key), moves=[ledger.Move(HOUSE.address, account.address, each.amount)],
                cause=each.cause, opening=[HOUSE, account])


def _entry(key: str) -> str:
    """The entry that gave it, or holds it while it is pending."""
    return f"growth:{key}"


def _confirmed(key: str) -> str:
    return f"growth:{key}:available"


def _posted(key: str) -> str:
    """The entry that put it on the account."""
    return _confirmed(key) if entry(_confirmed(key)).exists() else _entry(key)
