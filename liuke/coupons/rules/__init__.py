"""What coupons give, who may use them together, and every limit. Pure."""
