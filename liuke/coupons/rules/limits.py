"""Every limit of coupons."""

from datetime import timedelta

MAX_FEN = 10**8                          # that one coupon may give
MAX_LEAST_FEN = 10**10
MAX_PIECES = 100                         # of one gift
MAX_SCOPE = 500                          # products, categories or shops that one template names
MAX_AUDIENCES = 50
MAX_DAYS = 3_650
MAX_PRIORITY = 1_000
MAX_TEMPLATES = 1_000                    # that are not stopped
NAME_CHARACTERS = 60
WORDS_CHARACTERS = 300                   # what customers read about how to use it
CLASS_CHARACTERS = 40
KEY_CHARACTERS = 160

MAX_TOGETHER = 5                         # coupons of one purchase
MAX_TOTAL = 10**7                        # of one batch
MAX_PER_CUSTOMER = 100
MAX_CODES = 100_000                      # single codes of one batch
MAX_AT_ONCE = 2_000                      # coupons issued by one call
STEP = 1_000                             # coupons made in one transaction of a job
LEAST_CODE, MOST_CODE = 4, 20            # characters of a code that a person chooses
MAX_BATCHES = 500                        # of one template

RELEASE_GRACE = timedelta(days=1)        # what a purchase that never was gives back lives at least so long
GIVE_BACK_GRACE = timedelta(days=7)      # the same of a purchase that was paid and then refunded
EXPIRY_BATCH = 2_000
REMIND_DAYS = (3,)                       # so many days before coupons expire, the timeline says so
REMIND_BATCH = 200
REMIND_LATE_DAYS = 2                     # days that a reminder which did not run is made up for
BEST_TRIES = 3_000                       # combinations that are looked at for one cart
MAX_WALLET = 200                         # coupons of one customer that a cart is compared with
PAGE = 50
