"""Every write of loyalty: budgets, rules, awards, their release and their return."""
