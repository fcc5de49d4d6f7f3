"""Facts on the customer's timeline, and the reactor that carries each fact to its handlers.

Words: a *fact* is something the brand would stand by, with ids and amounts only; a *reaction* is one handler's row
for one fact: done, failing (it will be tried again) or dead (a person must look). History is facts from before Liuke:
they stand on the timeline, and nobody reacts to them unless they are replayed.
"""
