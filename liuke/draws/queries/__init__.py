"""Every read of draws that others may use."""
