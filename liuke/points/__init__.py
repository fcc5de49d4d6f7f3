"""Points that a customer can spend: where they came from, when they expire, and which of them a purchase took.

The **ledger** says how many there are; here every point belongs to a **lot** with its own expiry. A lot is pending
until it is made available. A **redemption** reserves points for a purchase, uses them or releases them, and remembers
its lots, so that a cancelled purchase gives them back. What a refund takes back may leave the customer in **debt**: the
next lots pay it. The **programme** says what a point is worth at checkout and how much of an order it may pay.

Stands between the ledger, which it posts to, and the mall, which spends. Records PointsExpiring.
"""
