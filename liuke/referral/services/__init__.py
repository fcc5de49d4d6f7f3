"""Every write of referral."""
