"""The arithmetic of earning: formulas, conditions, terms of a rule, the legal guard, and what a refund takes back."""
