"""The mall's pages for staff, a file per noun. Doors only: queries read, services write."""
