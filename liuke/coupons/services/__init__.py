"""Every write of coupons. `from liuke.coupons import services as coupons` gives what other modules need."""

from liuke.coupons.rules.reckoning import Discount, Goods, Shopper, Why
from liuke.coupons.services.batches import (
    Plan,
    grant_step,
    make_codes,
    open_batch,
    resume_batch,
    size_batch,
    stop_batch,
    unstop_grant,
)
from liuke.coupons.services.checkout import codes_of, discounts, give_back, lines_of, release, reserve, use
from liuke.coupons.services.claiming import claim, claim_open
from liuke.coupons.services.issuing import Issue, NotIssued, issue, issue_many, keys_of, release_pending
from liuke.coupons.services.refusals import UNFIT, CouponGone, CouponUnfit
from liuke.coupons.services.withdrawing import take_back, withdraw, withdraw_all
from liuke.coupons.services.writing import change_template, stop_template, write_template

__all__ = [
    "UNFIT", "CouponGone", "CouponUnfit", "Discount", "Goods", "Issue", "NotIssued", "Plan", "Shopper", "Why",
    "change_template", "claim", "claim_open", "codes_of", "discounts", "give_back", "grant_step", "issue", "issue_many",
    "keys_of", "lines_of", "make_codes", "open_batch", "release", "release_pending", "reserve", "resume_batch",
    "size_batch", "stop_batch", "stop_template", "take_back", "unstop_grant", "use", "withdraw", "withdraw_all",
    "write_template",
]
