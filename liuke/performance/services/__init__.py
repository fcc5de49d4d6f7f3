"""Every write: folding logs into days, and service bonuses."""
