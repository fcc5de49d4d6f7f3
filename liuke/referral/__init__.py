"""Referral (引导推广): links, attribution, two-tier and chain 2+1 plans, the legal guard, commissions.

Words: a *touch* is one opening of a *link*; a *referral* says who invited whom and is final unless it is corrected.
A *plan* is data with versions; a *play* is a plan run in memory with nothing stored; a *commission* is what an order
owes. In a chain an *agent* (代理) recruits and a *boss* (老板) has graduated; the *team boss* is paid the difference
and is fixed when a member joins, the *former boss* is the one a graduate left.

Records ReferrerBound, CommissionPromised, CommissionConfirmed, CommissionTakenBack, MemberGraduated,
NetworkAlarmed, PayoutsReleased.
"""
