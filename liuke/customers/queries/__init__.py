"""Every read of the customer records that others may use, a file per subject."""
