"""Every write of the mall, a file per noun."""
