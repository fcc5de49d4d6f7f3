"""Lots are brought into line with the ledger: debts are paid, and merged or parted customers get what is theirs."""

from datetime import datetime

from django.db import connection

from liuke.kit.db import require_transaction
from liuke.ledger.models import Account
from liuke.points.models import Change, Lot, OpenLot
from liuke.points.queries import open_points
from liuke.points.rules import GIVE_BACK_GRACE, Kind
from liuke.points.services import accounts

SETTLE = "SELECT points_settle_v1(%s::bigint[], %s::bigint[], %s, %s, %s)"


def pay_debt(*, customer_id: int, granted: int, key: str, now: datetime) -> None:
    """Let what has just come pay what the customer owes. The caller holds the lock of the ledger account."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [[customer_id], [granted], Kind.DEBT, f"debt:{key}", now])


def settle(*, customer_id: int, key: str, now: datetime) -> int:
    """After records were merged or parted: let the lots hold what the ledger says is free. Returns the difference.

    Too much is taken first out first; what is missing becomes a lot that lives as long as the customer's longest, and
    rules.GIVE_BACK_GRACE at least. Again is nothing.
    """
    require_transaction()
    address = accounts.address_of(customer_id)
    account = Account.objects.select_for_update(no_key=True).filter(address=address).first()
    free = account.posted - account.held if account else 0
    missing = max(free, 0) - open_points(customer_id)
    if missing < 0:
        with connection.cursor() as cursor:
            cursor.execute(SETTLE, [[customer_id], [None], Kind.ADJUST, key, now])
    elif missing > 0:
        _add(customer_id, missing, key, now)
    return missing


def _add(customer_id: int, amount: int, key: str, now: datetime) -> None:
    least = now + GIVE_BACK_GRACE
    longest = Lot.objects.filter(customer_id=customer_id, expires_at__gt=least).order_by("-expires_at").first()
    expires_at = longest.expires_at if longest else least
    lot, created = Lot.objects.get_or_create(key=f"{key}:{customer_id}", defaults={
        "customer_id": customer_id, "amount": amount, "earned_at": now, "available_at": now, "expires_at": expires_at})
    if created:
        OpenLot.objects.create(lot=lot, customer_id=customer_id, expires_at=expires_at, rest=amount)
        Change.objects.create(customer_id=customer_id, key=f"{key}:{customer_id}:added", kind=Kind.ADJUST, lot=lot,
                              amount=-amount, lots=[], parts=[], at=now)
