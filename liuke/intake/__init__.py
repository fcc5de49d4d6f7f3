"""Files that come in: every row read is accepted, unchanged or rejected with a reason, and none is lost."""
