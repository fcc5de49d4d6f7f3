"""Who referred whom: settled once, by a code or by touches, and changed only by a correction that the audit names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from liuke.customers.models import Customer, Identity
from liuke.customers.queries import marks
from liuke.customers.rules import identities
from liuke.customers.services.records import lock_all_living
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Order
from liuke.org.models import Staff
from liuke.referral import refusals
from liuke.referral.attribution import How, Resolved, Seen, Why, resolve
from liuke.referral.models import Block, PassedOver, Referral, ReferralLink
from liuke.referral.queries.attribution import programme, touches_of
from liuke.referral.services import families
from liuke.timeline import facts
from liuke.timeline.services import record

REASON_CHARACTERS = 200


class UnknownCode(Refused):
    """No living link has this code."""

    code = "referral_unknown_code"
    status = 404


class NotNew(Refused):
    """Who has bought before is nobody's newcomer."""

    code = "referral_not_new"


class StaffReferrer(Refused):
    """Who works for the brand is not rewarded for referring."""

    code = "staff_referrer"


class Blocked(Refused):
    """This member may not refer anybody."""

    code = "referral_blocked"


class NoReason(BadInput):
    """A correction says why, in at most 200 characters."""

    code = "referral_no_reason"


REFUSALS: dict[Why, type[Refused]] = {
    Why.SELF: refusals.SelfReferral, Why.LOOP: refusals.Loop, Why.STAFF: StaffReferrer, Why.BLOCKED: Blocked,
    Why.UNKNOWN: refusals.UnknownInviter, Why.OLD_CUSTOMER: NotNew, Why.NOBODY: refusals.UnknownInviter,
}


@dataclass(frozen=True)
class Asked:
    """What is to be settled: for whom, before which moment they must not have bought."""

    customer_id: int
    now: datetime


def bind_by_code(*, customer_id: int, token: str, now: datetime) -> Referral:
    """The newcomer gives the code of a link. Again is the same row; another person's code is AlreadyBound.

    Raises UnknownCode, SelfReferral, Loop, StaffReferrer, Blocked, UnknownInviter, NotNew, AlreadyBound.
    """
    require_transaction()
    link = ReferralLink.objects.filter(token=token, ended_at=None).first()
    if link is None:
        raise UnknownCode(_("推广码不存在或已停用"))
    bound = _locked(customer_id)
    if bound is not None:
        if bound.referrer_id == link.customer_id:
            return bound
        raise refusals.AlreadyBound(_("推荐人已经确定，不能更改"))
    asked = Asked(customer_id, now)
    why = Why.NOBODY if link.customer_id is None else _why_not(asked, [link.customer_id]).get(link.customer_id)
    if why is None and _has_bought(customer_id, before=now):
        why = Why.OLD_CUSTOMER
    if why is not None:
        raise REFUSALS[why]
    return _settle(asked, resolve(_seen(asked), now=now, window_days=programme().window_days, code_of=link.customer_id),
                   link.pk)


def bind_by_touch(*, customer_id: int, now: datetime) -> Referral | None:
    """Settle who referred the customer by the links they opened; None when nobody did. Again, or bound: what stands.

    Touches that did not win are kept with their reason, once.
    """
    require_transaction()
    bound = _locked(customer_id)
    if bound is not None:
        return bound
    asked = Asked(customer_id, now)
    resolved = resolve(_seen(asked), now=now, window_days=programme().window_days)
    if resolved.referrer is None:
        _pass_over(asked, resolved)
        return None
    link_id = next(touch.link_id for touch in touches_of(customer_id) if touch.touch_id == resolved.touch)
    return _settle(asked, resolved, link_id)


def correct(
    *, customer_id: int, referrer_id: int | None, reason: str, now: datetime, by_id: int | None = None
) -> Referral | None:
    """Staff put right who referred the customer (None: nobody). Orders already paid keep whom they reward.

    Again with the same referrer is nothing. Raises NoReason, SelfReferral, Loop, StaffReferrer, UnknownInviter.
    """
    require_transaction()
    if not 0 < len(reason.strip()) <= REASON_CHARACTERS:
        raise NoReason(_("请写明更正推荐人的原因，不超过200个字"))
    bound = _locked(customer_id)
    if (bound.referrer_id if bound else None) == referrer_id:
        return bound
    asked = Asked(customer_id, now)
    if referrer_id is not None and (why := _why_not(asked, [referrer_id]).get(referrer_id)):
        raise REFUSALS[why]
    if bound is not None:
        bound.ended_at = now
        bound.save(update_fields=["ended_at"])
    if referrer_id is None:
        return None
    return _settle(asked, Resolved(referrer_id, How.CORRECTION), None, reason=reason.strip(), by_id=by_id)


def block(*, customer_id: int, reason: str, now: datetime, by_id: int | None = None) -> Block:
    """From now on the member's links win nobody and no order rewards them. Again is the block that stands."""
    require_transaction()
    if not 0 < len(reason.strip()) <= REASON_CHARACTERS:
        raise NoReason(_("请写明原因，不超过200个字"))
    lock_all_living([customer_id])
    row, _made = Block.objects.get_or_create(
        customer_id=customer_id, lifted_at=None,
        defaults={"reason": reason.strip(), "blocked_at": now, "blocked_by_id": by_id})
    return row


def lift_block(*, customer_id: int, now: datetime) -> None:
    """The member may refer again. Again is nothing."""
    require_transaction()
    Block.objects.filter(customer_id=customer_id, lifted_at=None).update(lifted_at=now)


def _locked(customer_id: int) -> Referral | None:
    """The customer's referral; nobody else binds the customer until the transaction ends."""
    lock_all_living([customer_id])
    return Referral.objects.filter(customer_id=customer_id, ended_at=None).first()


def _seen(asked: Asked) -> list[Seen]:
    touches = touches_of(asked.customer_id)
    why_not = _why_not(asked, {touch.referrer_id for touch in touches if touch.referrer_id is not None})
    first = _bought(asked.customer_id).order_by("paid_at").first()
    bought_at = first.paid_at if first else None
    return [
        Seen(touch.touch_id, touch.referrer_id, touch.at,
             why_not.get(touch.referrer_id or 0)
             or (Why.OLD_CUSTOMER if bought_at is not None and bought_at < touch.at else None))
        for touch in touches
    ]


def _why_not(asked: Asked, referrer_ids: Collection[int]) -> dict[int, Why]:
    """Why each of these cannot be the customer's referrer; who can be is left out."""
    living = set(Customer.objects.filter(pk__in=referrer_ids, forgotten_at=None, merged_into=None)
                 .values_list("pk", flat=True))
    blocked = set(Block.objects.filter(customer_id__in=referrer_ids, lifted_at=None).values_list("customer", flat=True))
    found: dict[int, Why] = {}
    for referrer_id in referrer_ids:
        if referrer_id == asked.customer_id:
            found[referrer_id] = Why.SELF
        elif referrer_id not in living:
            found[referrer_id] = Why.UNKNOWN
        elif referrer_id in blocked:
            found[referrer_id] = Why.BLOCKED
        elif families.stands_below(referrer_id, head_id=asked.customer_id):
            found[referrer_id] = Why.LOOP
    return {**dict.fromkeys(staff_among(living), Why.STAFF), **found}


def staff_among(customer_ids: Collection[int]) -> set[int]:
    """Who of these customers has the verified phone of somebody who works for the brand."""
    phones = Staff.objects.filter(is_active=True, phone__isnull=False).values_list("phone", flat=True)
    blind = [marks.identity_mark(*identities.normal(identities.PHONE, "", phone)[::2]) for phone in phones if phone]
    return set(Identity.objects.filter(customer_id__in=customer_ids, kind=identities.PHONE, blind__in=blind,
                                       verified_at__isnull=False).values_list("customer_id", flat=True))


def _has_bought(customer_id: int, *, before: datetime) -> bool:
    return _bought(customer_id).filter(paid_at__lt=before).exists()


def _bought(customer_id: int) -> QuerySet[Order]:
    """A gift that was claimed is none."""
    return Order.objects.filter(customer_id=customer_id, paid_at__isnull=False).exclude(source="gift")


def _settle(
    asked: Asked, resolved: Resolved, link_id: int | None, *, reason: str = "", by_id: int | None = None
) -> Referral:
    assert resolved.referrer is not None
    assert resolved.how is not None
    row = Referral.objects.create(customer_id=asked.customer_id, referrer_id=resolved.referrer, link_id=link_id,
                                  how=resolved.how, bound_at=asked.now, reason=reason, corrected_by_id=by_id)
    families.join(asked.customer_id, resolved.referrer)
    _pass_over(asked, resolved)
    record(facts.ReferrerBound(referrer_id=resolved.referrer), customer_id=asked.customer_id,
           key=f"referrer_bound:{row.pk}", happened_at=asked.now)
    return row


def _pass_over(asked: Asked, resolved: Resolved) -> None:
    lost: Sequence[PassedOver] = [
        PassedOver(touch_id=touch, customer_id=asked.customer_id, why=why, at=asked.now)
        for touch, why in sorted(resolved.passed_over.items())
    ]
    PassedOver.objects.bulk_create(lost, ignore_conflicts=True)
