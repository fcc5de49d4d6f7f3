"""Thanks: what customers earn, and by which rule.

A **rule** says which kind of **fact** earns, under which **conditions**, who **benefits** (the customer, or who
referred them) and what: points, growth value, a coupon, a draw ticket, a gift, a cash bonus. A change of a rule is a
new **version**; an **award** keeps the version, the inputs it was reckoned from and what a refund takes back by. A
**budget** is a ledger account that cannot go below zero; a **cap** bounds a rule by customer, by day and in all. A
share of the customers is **held out** of every rule, stable by hash, so that its effect can be measured.

Kinds of benefit register themselves in `services/benefits`; a rule for a kind that nobody registered is refused. A fact
earns by the row `loyalty.award` in `liuke/reactions.py`, and nowhere else.
"""
