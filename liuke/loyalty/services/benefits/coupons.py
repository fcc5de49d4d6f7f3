"""Coupons as a benefit: so many of one template, whose own budget pays for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from liuke.coupons import services as coupons
from liuke.coupons.models import Version
from liuke.coupons.queries.templates import newest_versions, templates_named, terms_of
from liuke.coupons.queries.wallet import still_unused
from liuke.coupons.rules.limits import MAX_AT_ONCE, MAX_PER_CUSTOMER
from liuke.coupons.rules.terms import Kind
from liuke.ledger.queries import balance
from liuke.loyalty.rules.suggesting import Offer, Why
from liuke.loyalty.services.benefits import BadDetails, Gift
from liuke.mall.queries.catalogue import category_names

TOO_MANY = "too_many"
LIVES = timedelta(days=7)                # at least, of what is suggested
REASONS = frozenset({Why.KEEP, Why.WIDEN, Why.THANK})


class Coupons:
    """The amount is a number of coupons. An unused one is withdrawn when it is taken back; a used one is lost."""

    code: ClassVar[str] = "coupon"
    unit: ClassVar[str] = ""                         # the template names the budget
    expires: ClassVar[bool] = False                  # the template says how long
    detail: ClassVar[str] = "template"

    def choices(self) -> Sequence[tuple[int, str]]:
        return templates_named()

    def check(self, details: Mapping[str, Any]) -> None:
        self.most_fen(details)

    def most_fen(self, details: Mapping[str, Any]) -> int:
        template_id = details.get("template")
        found = newest_versions([template_id]) if type(template_id) is int else {}
        if template_id not in found:
            raise BadDetails("template")
        return terms_of(found[template_id]).worth_fen

    def paid_by(self, details: Mapping[str, Any]) -> tuple[str, int]:
        row = newest_versions([details["template"]])[details["template"]]
        return row.budget, terms_of(row).worth_fen

    def left(self, details: Mapping[str, Any]) -> None:
        """They are made as they are given."""

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

    def offers(self, *, now: datetime) -> Sequence[Offer]:
        """Coupons that take money off, for everybody, of which the budget still holds one."""
        found = newest_versions([template_id for template_id, _name in templates_named()]).values()
        fit = [row for row in found if _for_everybody(row, now)]
        free = {address: balance(address).free for address in {row.budget for row in fit}}
        offers = [_offer(row) for row in fit if terms_of(row).worth_fen <= free[row.budget]]
        return [offer for offer in offers if offer is not None]

    def whole(self, gift: Gift) -> bool:
        """None of them is used or held by a purchase."""
        return still_unused(gift.key, count=gift.amount) == gift.amount


def _for_everybody(row: Version, now: datetime) -> bool:
    in_time = (row.starts_at is None or row.starts_at <= now) and (row.ends_at is None or row.ends_at > now + LIVES)
    return (in_time and row.kind in (Kind.FIXED, Kind.PERCENT)
            and not (row.audiences or row.first_order or row.products or row.shops))


def _offer(row: Version) -> Offer | None:
    """None for categories that are there no more."""
    names = category_names(row.categories)
    if row.categories and not names:
        return None
    return Offer(benefit=Coupons.code, details={"template": row.template_id}, fen=terms_of(row).worth_fen,
                 part_bp=row.off_bp, certain=False, categories=names, least_fen=row.least_fen, whys=REASONS)


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
