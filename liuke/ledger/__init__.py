"""Double-entry ledger of fen, points and whatever else is counted in whole numbers.

An **account** holds one **unit** and has a stable address (`points:customer:12`, `points:house`). A **posting** moves
an amount from one account to another and is never changed. The postings of one event form an **entry**, known by the
caller's **key**. A **hold** sets an amount aside until it is confirmed, voided or out of time. A **seal** chains the
days' postings together, so that a changed row is found and named. Records no facts: whoever posts knows why.
"""
