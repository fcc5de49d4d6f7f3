"""Customers: who they are (identities), what they allow (consent), what is known of them (tags)."""
