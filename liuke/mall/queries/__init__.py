"""Every read of the mall that others may use, a file per noun."""
