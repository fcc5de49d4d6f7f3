"""E-mail of the service address: every mail that comes in is kept and judged once, and answers go out in its thread.

A Mail is one mail that arrived: it became a message of the desk, or waits, parked with a reason, for a person. A
Participant is an address that may speak in a conversation. What is told to the world bears a signed token of its
conversation, so an answer finds home without trusting its subject.
"""
