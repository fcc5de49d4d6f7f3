"""Double-entry ledger of fen and points: accounts, entries, postings."""
