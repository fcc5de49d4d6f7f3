"""The chain of seals. Opens its own transactions: the end of a day must be fixed in one that is over at once, since
it keeps every posting waiting, before the hashing begins.
"""

import time
from datetime import date, datetime

import structlog
from django.db import OperationalError, connection, transaction

from liuke.kit.db import lock_timeout
from liuke.ledger.models import Seal
from liuke.ledger.rules import SEAL_ROWS, SEAL_TRIES, SEAL_WAIT_MILLISECONDS

log = structlog.get_logger(__name__)


def seal_day(*, day_on: date, now: datetime) -> int:
    """Seal everything posted so far under `day_on`, and log the day's digest for keeping elsewhere.

    Returns how many seals were made; again is nothing, unless more was posted meanwhile.
    """
    end = _end_of_postings()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_seal_v1(%s, %s, %s, %s)", [end, day_on, now, SEAL_ROWS])
        made = int(cursor.fetchone()[0])
    last = Seal.objects.order_by("-pk").first()
    if made and last:
        log.info("ledger_sealed", day=day_on.isoformat(), seals=made, last_id=last.last_id, digest=last.digest.hex())
    return made


def _end_of_postings() -> int:
    """The highest id that is committed while nobody else holds one that is not; later postings get higher ones.

    Waits for the postings under way; gives way soon, so that it never stands long before others, and tries again.
    """
    for _try in range(SEAL_TRIES):
        try:
            with transaction.atomic(), lock_timeout(SEAL_WAIT_MILLISECONDS), connection.cursor() as cursor:
                cursor.execute("SELECT ledger_end_v1()")
                return int(cursor.fetchone()[0])
        except OperationalError:
            time.sleep(SEAL_WAIT_MILLISECONDS / 1000)
    raise TimeoutError("postings never paused, so no seal could fix its end")
