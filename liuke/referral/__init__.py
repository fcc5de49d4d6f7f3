"""Referral (引导推广): links, attribution, two-tier and chain 2+1 plans, the legal guard, pay-out.

Words: a *referral edge* says who invited whom and never changes; a *team boss* says who is paid the difference and is
fixed when the person joins. An *agent* (代理) recruits, a *boss* (老板) has graduated; the *former boss* is the one
a graduate left. A *plan* is data with a version; a *play* is a plan run in memory, step by step, with nothing stored.
"""
