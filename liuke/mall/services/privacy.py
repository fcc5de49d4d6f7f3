"""The mall's part in forgetting a person: addresses and words go, orders, returns and money stay."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models.functions import Now

from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.mall.models import Address, Order, OrderGroup, OrderNote, RepairQuote, Return, ReturnPhoto, ReturnStep
from liuke.mall.services import made_files


def forget_words(customer_ids: Sequence[int], now: datetime) -> None:
    """Blank every text that the person or staff have written about their purchases. Again finds nothing."""
    require_transaction()
    del now
    Address.objects.filter(customer_id__in=customer_ids).delete()
    OrderGroup.objects.filter(customer_id__in=customer_ids).update(address_enc=b"")
    Order.objects.filter(customer_id__in=customer_ids).exclude(remark="").update(remark="", changed_at=Now())
    OrderNote.objects.filter(order__customer_id__in=customer_ids).delete()
    made_files.forget_orders(list(Order.objects.filter(customer_id__in=customer_ids).values_list("pk", flat=True)))
    mine = Return.objects.filter(customer_id__in=customer_ids)
    ReturnStep.objects.filter(request__in=mine).update(note="")
    photos = ReturnPhoto.objects.filter(request__in=mine)
    for file in photos.values_list("file", flat=True):
        later("mall.remove_file", file=file)
    photos.delete()
    RepairQuote.objects.filter(request__in=mine).update(diagnosis="")
    mine.update(words="")
