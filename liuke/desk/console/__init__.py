"""The desk's pages for staff, mounted under /console/desk/."""
