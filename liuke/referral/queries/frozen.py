"""Whose pay-outs are frozen, and why: the one question that pay-outs ask of referral's watches."""

from collections.abc import Collection
from dataclasses import dataclass

from liuke.referral.models import Block
from liuke.referral.queries.network import payouts_frozen
from liuke.referral.queries.screening import blocked


@dataclass(frozen=True, slots=True)
class Frozen:
    """`code`: a word of `words.FROZEN`, which the member reads. `about`: what staff wrote or saw, for staff alone."""

    code: str
    about: str = ""


def frozen(customer_ids: Collection[int]) -> dict[int, Frozen]:
    """The members among these whose pay-outs are frozen. A new watch adds its own here; the first reason counts."""
    blocks = Block.objects.filter(customer_id__in=customer_ids, lifted_at=None)
    return {**{customer_id: Frozen("screening") for customer_id in blocked(customer_ids)},
            **{customer_id: Frozen("network") for customer_id in payouts_frozen(customer_ids)},
            **{row.customer_id: Frozen("blocked", row.reason) for row in blocks}}
