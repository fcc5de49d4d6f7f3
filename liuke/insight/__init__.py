"""Who stays and who leaves: cohorts, RFM, value tiers and purchase models; writes segments, never messages."""
