"""Coupons as a benefit: so many of one template, whose own budget pays for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from liuke.coupons import services as coupons
from liuke.coupons.queries.templates import newest_versions, templates_named
from liuke.coupons.rules.limits import MAX_AT_ONCE, MAX_PER_CUSTOMER
from liuke.loyalty.services.benefits import BadDetails, Gift

TOO_MANY = "too_many"


class Coupons:
    """The amount is a number of coupons. An unused one is withdrawn when it is taken back; a used one is lost."""

    code: ClassVar[str] = "coupon"
    unit: ClassVar[str] = ""                         # the template names the budget
    expires: ClassVar[bool] = False                  # the template says how long
    detail: ClassVar[str] = "template"

    def choices(self) -> Sequence[tuple[int, str]]:
        return templates_named()

    def check(self, details: Mapping[str, Any]) -> None:
        template_id = details.get("template")
        if type(template_id) is not int or not newest_versions([template_id]):
            raise BadDetails("template")

    def told(self, details: Mapping[str, Any]) -> str:
        return dict(templates_named([details["template"]])).get(details["template"], "")

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        answers: list[str] = []
        for some in _batches(gifts):
            fit = [gift for gift in some if gift.amount <= MAX_PER_CUSTOMER]
            given = iter(coupons.issue_many(now=now, issues=[
                coupons.Issue(customer_id=gift.customer_id, template_id=gift.details["template"], key=gift.key,
                              count=gift.amount, pending=gift.pending, cause=gift.cause) for gift in fit]))
            answers += [next(given) if gift.amount <= MAX_PER_CUSTOMER else TOO_MANY for gift in some]
        return answers

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        """The gifts name what is left of them; what was taken back is withdrawn and stays so."""
        coupons.release_pending(of=[gift.key for gift in gifts], now=now)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        coupons.take_back(of=gift.key, given=gift.amount, amount=amount, key=key, now=now)


def _batches(gifts: Sequence[Gift]) -> list[list[Gift]]:
    """Gifts in order, so many at once as can be issued at once."""
    found: list[list[Gift]] = []
    room = 0
    for gift in gifts:
        wanted = min(gift.amount, MAX_PER_CUSTOMER)
        if wanted > room:
            found.append([])
            room = MAX_AT_ONCE
        found[-1].append(gift)
        room -= wanted
    return found
