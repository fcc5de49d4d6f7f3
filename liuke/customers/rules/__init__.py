"""Pure rules of the customer records, a file per subject."""
