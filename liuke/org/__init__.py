"""The brand, its shops, its staff, their roles, and the audit of what staff did."""
