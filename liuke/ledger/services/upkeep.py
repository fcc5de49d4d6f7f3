"""What clocks do: end holds that are out of time, and add up the accounts that are rolled up."""

from datetime import datetime

from django.db import connection

from liuke.kit.db import require_transaction
from liuke.ledger.models import OpenHold
from liuke.ledger.rules import EXPIRY_BATCH, ROLL_UP_BATCH, Void
from liuke.ledger.services.call import Entry
from liuke.ledger.services.posting import post_many


def expire_holds(*, now: datetime, limit: int = EXPIRY_BATCH) -> int:
    """Void holds that were not confirmed in time, oldest first; returns how many entries. The clock repeats it until 0.

    Two at once are welcome: the second finds nothing left.
    """
    require_transaction()
    due = OpenHold.objects.filter(expires_at__lte=now).order_by("expires_at", "pk")
    rows = due.values_list("posting__key", "posting_id")[:limit]
    first: dict[str, int] = {}
    for key, posting_id in rows:
        first.setdefault(key, posting_id)
    voids = [Void(key=f"expire:{posting_id}", of=key) for key, posting_id in first.items()]
    return sum(isinstance(result, Entry) for result in post_many(voids, now=now))


def roll_up(*, limit: int = ROLL_UP_BATCH) -> int:
    """Add what calls have left behind to the accounts that are rolled up; returns how many rows. Repeated until 0."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_roll_up_v1(%s)", [limit])
        return int(cursor.fetchone()[0])
