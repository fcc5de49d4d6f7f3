"""Pages of tiers for staff: the plan, a new version of it, and a tier granted to one customer."""
