"""Every write: programmes and courses, learning, drills."""
