"""Referral (引导推广): links, attribution, two-tier and chain 2+1 plans, the legal guard, pay-out."""
