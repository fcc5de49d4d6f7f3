"""Every write of cash bonuses: giving, approving, sending, planning, and what the channel says."""
