"""THE TABLE: fact -> handlers. Read it like urls.py; an empty row says "nobody, on purpose"."""
