"""What the channel tells us by itself: kept word for word, acted on once."""

from datetime import datetime

from django.db.models import F

from liuke.cash.models import Transfer, TransferNotice
from liuke.cash.services.sending import apply_status
from liuke.channels.payout import PayoutEvent
from liuke.kit.db import require_transaction


def apply_event(*, provider: str, event: PayoutEvent, body: bytes, now: datetime) -> TransferNotice:
    """Keep a notice and do what follows from it; however often and parallel it comes, it acts once. Never refuses."""
    require_transaction()
    TransferNotice.objects.bulk_create([TransferNotice(provider=provider, event=event.id, body=body)],
                                       ignore_conflicts=True)
    notice = TransferNotice.objects.select_for_update().get(provider=provider, event=event.id)
    if notice.outcome:
        TransferNotice.objects.filter(pk=notice.pk).update(repeats=F("repeats") + 1)
        return notice
    notice.outcome = "ignored"
    if event.payout:
        notice.outcome = apply_status(event.payout, provider=provider, now=now)
        notice.transfer = Transfer.objects.filter(number=event.payout.number, provider=provider).first()
    notice.save(update_fields=["outcome", "transfer"])
    return notice
