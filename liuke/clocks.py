"""THE OTHER TABLE: how often -> what. Every recurring job stands here; nothing is hidden in modules."""
