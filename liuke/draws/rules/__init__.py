"""The arithmetic of draws: odds, results, proofs, what a law or the channel forbids, and how a result looks."""
