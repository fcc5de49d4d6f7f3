"""Django's PostgreSQL backend, told how many values one statement takes; an ENGINE is a package with a `base`."""
