"""Referral's pages for staff."""
