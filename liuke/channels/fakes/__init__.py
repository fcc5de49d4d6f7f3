"""Stand-ins for the outside that speak its real protocol; for tests and for trying out without an account."""
