"""Facts on the customer's timeline, and the reactor that carries each to its handlers."""
