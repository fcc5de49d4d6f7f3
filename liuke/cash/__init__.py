"""Cash bonuses (现金红包): money given to customers and sent to their WeChat wallets, at most once, within all limits.

A **bonus** is what a customer was given: by a rule (the benefit `cash`), by a draw, or by a **plan** that gives the
same to many at a set time. Its money is held at its budget until it has arrived. Above a limit finance **approves** it.
A **transfer** is what the channel is asked for: one bonus, or several small ones of a customer together, since the
channel takes no less than a yuan. What the channel does not take now (at night, too many a minute, enough for this
person today, no money in the account, no WeChat known yet) waits and says for what; no limit makes anything fail.

Stands above loyalty, whose budgets it spends and whose kind of benefit it is. Records CashBonusSent and
CashBonusReturned.
"""
