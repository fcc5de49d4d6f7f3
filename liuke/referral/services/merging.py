"""Two records turned out to be one person: their links, touches, referrals and commissions become one's."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.kit.db import require_transaction
from liuke.referral.models import (
    Block,
    Commission,
    FrozenMember,
    LeaderPlace,
    PassedOver,
    Portrait,
    Position,
    Referral,
    ReferralLink,
    Screening,
    SharedDevice,
    Unlisted,
    Visitor,
)
from liuke.referral.services import families


def move(*, merge_id: int, survivor_id: int, merged_id: int, now: datetime) -> None:
    """Give everything to the survivor. Nobody is left as their own referrer, nor with two: the survivor's counts.

    Where both stand in a chain, the merged record's place stays as it was. Again moves what has come since.
    """
    require_transaction()
    both = Q(customer_id=merged_id, referrer_id=survivor_id) | Q(customer_id=survivor_id, referrer_id=merged_id)
    mine = Referral.objects.filter(customer_id=survivor_id, ended_at=None).exclude(referrer_id=merged_id)
    doubled = Q(customer_id=merged_id) if mine.exists() else Q(pk=None)
    Referral.objects.filter(both | doubled, ended_at=None).update(ended_at=now, reason=_reason(merge_id))
    move_rows(merge_id=merge_id, rows=Referral.objects.exclude(referrer_id=survivor_id))
    move_rows(merge_id=merge_id, rows=Referral.objects.exclude(customer_id=survivor_id), column="referrer_id")
    LeaderPlace.objects.filter(customer_id=merged_id).delete()        # until the next night
    for rows in _movable(survivor_id):
        move_rows(merge_id=merge_id, rows=rows)
    families.join(survivor_id, merged_id)


def _movable(survivor_id: int) -> list[QuerySet[Any]]:
    """Rows that a survivor can take without having two of what there is one of."""
    link = ReferralLink.objects.filter(customer_id=survivor_id, ended_at=None, landing=OuterRef("landing"),
                                       target=OuterRef("target"),
                                       name=OuterRef("name"))
    same = link.filter(product=OuterRef("product")) | link.filter(product=None)
    lost = PassedOver.objects.filter(customer_id=survivor_id, touch=OuterRef("touch"))
    frozen = FrozenMember.objects.filter(customer_id=survivor_id, line=OuterRef("line"))
    block = Block.objects.filter(customer_id=survivor_id, lifted_at=None)
    shared = SharedDevice.objects.filter(customer_id=survivor_id, visitor=OuterRef("visitor"))
    screened = Screening.objects.filter(customer_id=survivor_id, order=OuterRef("order"))
    rows: list[QuerySet[Any]] = [Visitor.objects.all(), Commission.objects.all(),
                                 SharedDevice.objects.exclude(Exists(shared)),
                                 Screening.objects.exclude(Exists(screened)),
                                 PassedOver.objects.exclude(Exists(lost)),
                                 FrozenMember.objects.exclude(Exists(frozen)),
                                 ReferralLink.objects.exclude(Exists(same), ended_at=None)]
    if not block.exists():
        rows.append(Block.objects.all())
    if not Portrait.objects.filter(customer_id=survivor_id).exists():
        rows.append(Portrait.objects.all())
    if not Unlisted.objects.filter(customer_id=survivor_id).exists():
        rows.append(Unlisted.objects.all())
    if not Position.objects.filter(customer_id=survivor_id).exists():
        rows.append(Position.objects.all())
    return rows


def move_back(*, merge_id: int) -> None:
    """The merge was undone: what it moved goes back, and referrals that it ended stand again unless others do now."""
    require_transaction()
    for model in (Visitor, SharedDevice, Screening, Commission, ReferralLink, PassedOver, FrozenMember, Unlisted, Block,
                  Portrait, Position, Referral):
        move_rows_back(merge_id=merge_id, model=model)
    move_rows_back(merge_id=merge_id, model=Referral, column="referrer_id")
    bound = Referral.objects.filter(ended_at=None).values("customer_id")
    Referral.objects.filter(reason=_reason(merge_id)).exclude(customer_id__in=bound).update(ended_at=None, reason="")


def _reason(merge_id: int) -> str:
    return f"merge:{merge_id}"
