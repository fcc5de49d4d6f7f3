"""Coupons are issued to customers: many in one call, each once per key, and never beyond a budget."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from liuke.coupons.models import Batch, Coupon, Version
from liuke.coupons.queries.templates import newest_versions, terms_of
from liuke.coupons.rules.codes import LENGTH, code_of
from liuke.coupons.rules.limits import KEY_CHARACTERS, MAX_AT_ONCE, MAX_PER_CUSTOMER
from liuke.coupons.rules.states import State, can_be_issued, span
from liuke.coupons.services import accounts
from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.ledger import services as ledger
from liuke.ledger.services import Cause
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many

STOPPED, OVER, BUDGET = "stopped", "over", "budget"      # why a coupon was not issued


class NotIssued(Refused):
    """The coupon is stopped or over, or its budget is used up. `why` is STOPPED, OVER or BUDGET."""

    code = "coupon_not_issued"

    def __init__(self, why: str) -> None:
        said = {STOPPED: _("这种优惠券已停用"), OVER: _("这种优惠券已过有效期"), BUDGET: _("优惠券的预算已用完")}
        super().__init__(said[why])
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Issue:
    """So many coupons for one customer, once per key. Pending ones cannot be used before `release_pending`."""

    customer_id: int
    template_id: int
    key: str
    count: int = 1
    pending: bool = False
    cause: Cause = field(default_factory=Cause)

    def single_keys(self) -> list[str]:
        """Of the single coupons."""
        return keys_of(self.key, self.count)


def keys_of(key: str, count: int) -> list[str]:
    return [f"{key}#{number}" for number in range(1, count + 1)]


def issue_many(*, issues: Sequence[Issue], now: datetime) -> list[str]:
    """Issue them by the templates' newest versions; answers for each "" or why not, such as "budget".

    Each is all of its coupons or none; asked again under its key, nothing happens. Never raises for one of them.
    """
    require_transaction()
    assert sum(issue.count for issue in issues) <= MAX_AT_ONCE, "issue fewer coupons at once"
    assert all(0 < issue.count <= MAX_PER_CUSTOMER and len(issue.key) <= KEY_CHARACTERS for issue in issues)
    known = _known(issues)
    versions = newest_versions({issue.template_id for issue in issues})
    answers, wanted = [""] * len(issues), []
    for at, issue in enumerate(issues):
        version = versions.get(issue.template_id)
        if issue.key in known:
            continue
        answers[at] = STOPPED if version is None else "" if can_be_issued(terms_of(version), at=now) else OVER
        if version and not answers[at]:
            wanted.append((at, issue, version))
    posts = [accounts.set_aside(version, amount_fen=issue.count * terms_of(version).worth_fen, key=issue.key)
             for _at, issue, version in wanted]
    made: list[Coupon] = []
    for (at, issue, version), result in zip(wanted, ledger.post_many(posts, now=now), strict=True):
        if isinstance(result, ledger.LedgerRefused):
            answers[at] = BUDGET if isinstance(result, ledger.Overdrawn) else result.code
        else:
            to = [(issue.customer_id, key) for key in issue.single_keys()]
            made += coupons_for(version, to, pending=issue.pending, now=now)
    write(made, now=now)
    return answers


def issue(*, issue: Issue, now: datetime) -> list[Coupon]:
    """Issue for one customer, and return the coupons. Again is once. Raises NotIssued."""
    why, = issue_many(issues=[issue], now=now)
    if why:
        raise NotIssued(why)
    return list(Coupon.objects.filter(key__in=issue.single_keys()).order_by("pk"))


def _known(issues: Sequence[Issue]) -> set[str]:
    """The keys under which something was issued before."""
    firsts = {issue.single_keys()[0]: issue.key for issue in issues}
    found = Coupon.objects.filter(key__in=list(firsts)).values_list("key", flat=True)
    return {firsts[key] for key in found}


def coupons_for(
    version: Version, to: Sequence[tuple[int | None, str]], *, now: datetime, pending: bool = False,
    batch: Batch | None = None, until: datetime | None = None
) -> list[Coupon]:
    """New coupons, not yet written, for these (customer, key); without a customer they are codes to be taken.

    `until`: when a code that nobody took is over. What they are worth has been set aside.
    """
    terms = terms_of(version)
    starts_at, expires_at = span(terms, at=now, zone=zone())
    common = {"version": version, "batch": batch, "worth_fen": terms.worth_fen, "starts_at": starts_at}
    made = []
    for customer_id, key in to:
        state = State.PENDING if pending else State.ISSUED if customer_id else State.FREE
        ends = None if pending else expires_at if customer_id else until
        made.append(Coupon(**common, code=code_of(secrets.token_bytes(LENGTH)), customer_id=customer_id, key=key,
                           state=state, expires_at=ends, given_at=now if customer_id else None))
    return made


def write(coupons: Sequence[Coupon], *, now: datetime) -> int:
    """Insert coupons, leaving out those whose key was taken at the same moment; say so; returns how many are new."""
    if not coupons:
        return 0
    found = rows.fetch(_INSERT, {
        "codes": [each.code for each in coupons], "versions": [each.version_id for each in coupons],
        "batches": [each.batch_id for each in coupons], "customers": [each.customer_id for each in coupons],
        "keys": [each.key for each in coupons], "states": [str(each.state) for each in coupons],
        "worths": [each.worth_fen for each in coupons], "starts": [each.starts_at for each in coupons],
        "ends": [each.expires_at for each in coupons], "given": [each.given_at for each in coupons],
    })
    template_of = {each.version_id: each.version.template_id for each in coupons}
    tell_issued([(pk, template_of[version], customer, batch)
                 for pk, version, customer, batch, state in found if state == State.ISSUED], now=now)
    return len(found)


_INSERT = """
INSERT INTO coupons_coupon (code, version_id, batch_id, customer_id, key, state, worth_fen, starts_at, expires_at,
                            given_at)
SELECT * FROM unnest(%(codes)s::text[], %(versions)s::bigint[], %(batches)s::bigint[], %(customers)s::bigint[],
                     %(keys)s::text[], %(states)s::text[], %(worths)s::bigint[], %(starts)s::timestamptz[],
                     %(ends)s::timestamptz[], %(given)s::timestamptz[])
ON CONFLICT (key) DO NOTHING RETURNING id, version_id, customer_id, batch_id, state
"""


def tell_issued(coupons: Sequence[tuple[int, int, int, int | None]], *, now: datetime) -> None:
    """The facts of (coupon, template, customer, batch) that somebody has now. Again is once."""
    if coupons:
        record_many([
            NewFact(facts.CouponIssued(coupon_id=pk, template_id=template_id, batch_id=batch_id), customer_id,
                    f"coupon_issued:{pk}", now) for pk, template_id, customer_id, batch_id in coupons
        ])


def release_pending(*, of: Collection[str], now: datetime) -> int:
    """Coupons that were issued as pending under these keys are the customers' from now on; returns how many.

    Again is nothing, and what was withdrawn meanwhile stays so. One whose time is over by now is issued and expires.
    """
    require_transaction()
    waiting = Coupon.objects.select_for_update(of=("self",)).select_related("version")
    keys = [key for each in of for key in keys_of(each, MAX_PER_CUSTOMER)]
    found = list(waiting.filter(key__in=keys, state=State.PENDING).order_by("pk"))
    for coupon in found:
        coupon.starts_at, coupon.expires_at = span(terms_of(coupon.version), at=now, zone=zone())
        coupon.state, coupon.given_at = State.ISSUED, now
    Coupon.objects.bulk_update(found, ["starts_at", "expires_at", "state", "given_at"])
    tell_issued([(each.pk, each.version.template_id, each.customer_id or 0, each.batch_id) for each in found], now=now)
    return len(found)


def zone() -> ZoneInfo:
    """The brand's."""
    return ZoneInfo(settings.TIME_ZONE)
