"""How a customer logs in with a code: limits that make guessing and flooding pointless."""

from datetime import timedelta

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
WAIT = timedelta(minutes=1)              # between two codes to one phone
WINDOW = timedelta(hours=1)
CODES_PER_PHONE = 5                      # in a window
CODES_PER_ADDRESS = 60                   # in a window; many phones may share one address
FAILURES_PER_PHONE = 10                  # wrong codes in a window, over all codes
KEEP_CODES = timedelta(days=1)
TOKEN_BYTES = 32
TOKEN_LIFE = timedelta(days=180)
MAX_TOKENS = 20                          # devices of one customer; the oldest is logged out
BATCH = 1_000
