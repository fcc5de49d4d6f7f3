"""The improvement loop: what goes wrong more often than before, who mends it until when, and whether it helped.

A cause is a product, a kind of ticket and, when it is known, a batch of the maker. Every week the tickets of each cause
are held against the units that customers have in their hands; a rise that is more than chance is a Finding. An
Improvement is what somebody does about a cause, with an owner and a due; when it is done its rate is watched on.
Records no facts.
"""
