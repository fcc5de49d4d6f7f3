"""Kinds of gifts are written and stopped."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liuke.gifts.models import GiftKind
from liuke.gifts.rules import MAX_KINDS, BadGift, Offer, check
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.queries.versions import budgets_of_rules
from liuke.mall.models import Sku
from liuke.org.queries import shops

SAME = ("name", "words", "sku_id", "pieces", "shop_id", "claim_days", "budget_id", "cost_fen")


class KindNameTaken(Refused):
    """Another kind of gift that is given has this name."""

    code = "gift_kind_name"


def write_kind(*, offer: Offer, now: datetime, by_id: int | None = None) -> GiftKind:
    """A new kind of gift. Raises BadGift, KindNameTaken."""
    require_transaction()
    advisory_lock("gifts:kinds")
    check(offer)
    if GiftKind.objects.filter(stopped_at=None).count() >= MAX_KINDS:
        raise BadGift("kinds")
    if not Sku.objects.filter(pk=offer.sku_id, active=True).exists():
        raise BadGift("sku_id")
    if not any(shop.pk == offer.shop_id for shop in shops()):
        raise BadGift("shop_id")
    if not budgets_of_rules().filter(pk=offer.budget_id, unit="fen").exists():
        raise BadGift("budget_id")
    try:
        with transaction.atomic():
            return GiftKind.objects.create(**{name: getattr(offer, name) for name in SAME}, made_at=now,
                                           made_by_id=by_id)
    except IntegrityError as error:
        raise KindNameTaken(_("已有同名的礼品")) from error


def stop_kind(*, kind_id: int, now: datetime) -> GiftKind:
    """None of it is given any more; what customers have stays theirs. Again is nothing. Raises NotYours."""
    require_transaction()
    row = GiftKind.objects.select_for_update().filter(pk=kind_id).first()
    if row is None:
        raise NotYours
    if row.stopped_at is None:
        row.stopped_at = now
        row.save(update_fields=["stopped_at"])
    return row
