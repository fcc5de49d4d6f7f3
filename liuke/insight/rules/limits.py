"""Every limit of insight that is no part of a formula."""

ENGINE_THREADS = 2
ENGINE_MEMORY = "512MB"
SPARK_HEAP = "2g"
SNAPSHOTS_KEPT = 35                  # refreshes; one a night makes five weeks
GROWN = 2                            # cuts are made anew when there are so many times as many customers
PAGE_ROWS = 50
MAX_MONTHS = 240                     # of cohorts asked for at once
HORIZON_ORDERS = 90                  # days
HORIZON_BUY = 30
HORIZON_VALUE = 365
AFFINITY_DAYS = 730                  # of orders that say what somebody likes
AFFINITY_CHUNK = 20_000              # customers whose next category is looked for at once
MAX_CATEGORIES = 500                 # the busiest
