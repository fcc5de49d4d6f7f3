"""Every read of referral."""
