"""Liuke (留客): software with which a brand keeps its customers."""
