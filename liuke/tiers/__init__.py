"""Tiers of customers (会员等级): reached by growth value, kept for a period, and what each of them brings.

**Growth value** comes by earning rules and is never spent; every part of it knows the day from which it counts, so that
a refund takes it from that day. The **plan** lists the tiers with their thresholds and benefits; a change is a new
version from a day on. A **reach** is what somebody has come to by a version and until when it is theirs; the
**standing** is what follows from all of it today.

Upwards at once, downwards when the period and its grace are over, or when a refund takes away what a tier rested on.
Stands below the mall and the desk, which ask `queries.benefits` what a customer's tier brings. Records TierChanged and
BirthdayCame.
"""
