"""Pay-outs (提现): commissions leave the house, to a verified person, with the tax that must be withheld.

A **payout** is asked for by a member or started by staff in a **run**; its money is set aside at once. From a limit on
finance approves it. On release the tax is reckoned (`tax.py`, two methods) and the rest becomes **parts**: transfers to
WeChat through `cash`, or one line of a **bank file**. What fails goes back to the member's balance with its tax.

Stands above referral, whose balances it pays out, and above cash, whose way to WeChat and limits it uses.
Records PayoutAsked, PayoutPaid, PayoutReturned.
"""
