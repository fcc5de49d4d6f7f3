"""Every write of the points mall: items, exchanges, and how each kind is delivered."""
