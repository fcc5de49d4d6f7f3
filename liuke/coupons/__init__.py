"""Coupons: things with a state that lower a price, each of which costs the brand money.

A **template** says what its coupons give, on what and how long; a change is a new **version**, and what was issued
keeps the version it was issued by. Coupons come to customers one by one (`issue`), or out of a **batch**: single
codes, one code for many, a list that everybody may take from, a grant to many customers. A **coupon** is issued, then
reserved by a purchase and used, or released; in the end used, expired or withdrawn. A **use** is what one purchase
took of one.

Every coupon that somebody holds is paid for beforehand: its worth lies on the ledger account of its version and came
from a budget that cannot go below zero. What a purchase does not take goes back there.

Stands between the ledger and the mall, which asks `services` what coupons give. Records CouponIssued, CouponUsed,
CouponGivenBack, CouponWithdrawn and CouponExpiring.
"""
