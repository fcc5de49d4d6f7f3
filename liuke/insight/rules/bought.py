"""What counts as bought. In a file of its own, so that pages can say it without loading an engine."""

NOT_BOUGHT = ("placed", "cancelled", "refunded")      # states of an order that does not count; any other was paid for
