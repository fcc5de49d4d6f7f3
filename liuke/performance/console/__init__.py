"""Pages of figures and bonuses, mounted under /console/people/."""
