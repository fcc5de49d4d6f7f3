"""What others may ask of coupons: a customer's wallet, templates and batches, what came of them."""
