"""Draws (抽奖) that anybody can check: prizes, counts and odds published first, every result recomputable at the end.

A **draw** is written as a draft and then published: its terms are frozen by a trigger, what its prizes cost is set
aside, and the hash of a secret **seed** is shown. A **ticket** lets a customer draw once: free ones each day, others by
earning rules (the benefit `draw_ticket`) and the points mall. Its result is HMAC(seed, draw, ticket, customer's nonce);
a **prize** that has run out falls to the one that was stated. Each result carries the hash of all before it, so that
nothing can be put in, left out or put in another order. At the end the seed is shown.

Prizes are given through loyalty's kinds of benefit, once each. Records DrawPlayed and PrizeDelivered.
"""
