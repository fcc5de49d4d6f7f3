"""Pages of pay-outs for staff."""
