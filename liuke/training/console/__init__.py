"""Pages of training, mounted under /console/training/."""
