"""Every limit of draws."""

from datetime import timedelta

NAME_CHARACTERS, TEXT_CHARACTERS, CONTACT_CHARACTERS = 40, 2_000, 120
PRIZE_CHARACTERS = 30
MAX_PRIZES = 12                          # as many as a wheel can show
MAX_COUNT = 1_000_000                    # of one prize
MAX_PARTS = 10**9                        # the denominator of odds
MAX_TICKETS = 100                        # given at once to one customer
MAX_A_DAY = 50
MAX_LENGTH = timedelta(days=366)
NONCE = (0, 64)                          # characters
NUMBERS = 500                            # draws of one day
PROOF_BATCH = 2_000
PAGE = 50
DELIVER_BATCH = 200
SEED_BYTES = 32
"""Of the seed: as many as SHA-256 gives, so that nobody can try them all."""
