"""Every read of pay-outs."""
