"""Reactions of referral: orders bind and promise, receipt starts the return window, refunds take back."""

from django.utils import timezone

from liuke.referral.attribution import Moment
from liuke.referral.queries.attribution import programme
from liuke.referral.services import accruing, binding, confirming, merging, reversing
from liuke.timeline import facts
from liuke.timeline.models import Fact

SHOP = "shop"


def bind_at_order(fact: Fact, _body: facts.OrderPlaced) -> None:
    if programme().binds_at != Moment.FIRST_PAYMENT:
        binding.bind_by_touch(customer_id=fact.customer_id, now=fact.happened_at)


def promise_commission(fact: Fact, body: facts.OrderPaid) -> None:
    if body.source == SHOP:
        accruing.bind_and_accrue(order_id=body.order_id, paid_at=fact.happened_at, now=timezone.now())


def plan_confirmation(fact: Fact, body: facts.OrderReceived) -> None:
    confirming.plan_confirmation(order_id=body.order_id, received_at=fact.happened_at)


def take_back_commission(fact: Fact, body: facts.OrderRefunded) -> None:
    if body.source == SHOP:
        reversing.reverse(order_id=body.order_id, refund=f"fact:{fact.pk}", now=timezone.now())


def move_referrals(fact: Fact, body: facts.CustomersMerged) -> None:
    merging.move(merge_id=body.merge_id, survivor_id=fact.customer_id, merged_id=body.merged_customer_id,
                 now=fact.happened_at)


def move_referrals_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    merging.move_back(merge_id=body.merge_id)
