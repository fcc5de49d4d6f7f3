"""Cash's pages for staff: bonuses and approvals, plans, limits, and the comparison with the channel's account."""
