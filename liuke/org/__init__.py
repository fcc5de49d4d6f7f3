"""The brand, its shops, its staff, their roles, and the audit of what staff did.

Words: a *role* is held by one person everywhere or in one shop; a *permission* such as `customers.merge` is what a
door asks for; the *audit* is the append-only list of what staff changed.
"""
