"""Draws' pages for staff: the list, the form, one draw with its live numbers, its winners and its check."""
