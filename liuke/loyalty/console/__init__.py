"""Loyalty's pages for staff: rules, budgets, awards, and one customer's points."""
