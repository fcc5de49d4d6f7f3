"""Every write of tiers. `from liuke.tiers import services as tiers` gives what other modules need."""
