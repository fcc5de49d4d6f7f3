"""The picture on a member's own posters: put there and taken away by the member alone."""

from collections.abc import Sequence
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.kit.pictures import Stored
from liuke.referral.models import Portrait


def set_portrait(*, customer_id: int, picture: Stored, now: datetime) -> Portrait:
    """From now on posters of the member show this picture; the one before leaves the storage."""
    require_transaction()
    take_away([customer_id], now)
    return Portrait.objects.create(customer_id=customer_id, file=picture.file, at=now)


def has_portrait(customer_id: int) -> bool:
    return Portrait.objects.filter(customer_id=customer_id).exists()


def take_away(customer_ids: Sequence[int], now: datetime) -> None:
    """Posters show the first character of the name again. Again is nothing. Also for who is forgotten."""
    require_transaction()
    del now
    mine = Portrait.objects.select_for_update().filter(customer_id__in=customer_ids)
    for row in mine:
        later("mall.remove_file", file=row.file)
    Portrait.objects.filter(customer_id__in=customer_ids).delete()
