"""Every write of pay-outs."""
