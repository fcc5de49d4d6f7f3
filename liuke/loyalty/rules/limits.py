"""Every limit of loyalty."""

from datetime import timedelta

MAX_AWARD = 10**7                        # of one award, in whatever it is counted
MAX_CAP = 10**12
MAX_BUDGET = 10**12
MAX_CHOICES = 200                        # in one condition
NAME_CHARACTERS = 60
FORMULA_CHARACTERS = 200
FORMULA_PARTS = 60
NOTICE_CHARACTERS = 300
MAX_RULES = 500                          # that are not stopped
MAX_HOLD_DAYS = 365
MAX_VALID_DAYS = 3_650
DEFAULT_HOLD_OUT_BP = 500
MAX_HOLD_OUT_BP = 5_000
AWARD_BATCH = 1_000
RELEASE_BATCH = 500
PREVIEW_FACTS = 20_000                   # looked at; of more, a part of the customers stands for all
PREVIEW_BATCH = 2_000
PREVIEW_DAYS = 30
START_TOLERANCE = timedelta(minutes=10)  # a form that was open for so long still means "from now on"
PAGE = 50
MAX_GRANT = 100_000                      # by hand, at once
MAX_TIER_DAYS = 1_100                    # of a tier that is given
MAX_ASKED = 500                          # that wait for a yes, shown
GRANTS_A_DAY = 3                         # by hand, to one customer, whoever gives
COMPENSATION_REASONS = ("late", "quality", "service", "trouble")       # what is made up for
GRANT_VALID_DAYS = 365
GRANT_UNDO = timedelta(days=7)
SUGGESTION_BATCH = 20_000
EFFECT_NIGHTS = 60                       # kept of each thing
ASSUMED_MARGIN_BP = 4_000                # while no supply price is known
