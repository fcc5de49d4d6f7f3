"""Files that come in: every row read is accepted, unchanged or rejected with a reason, and none is lost.

A *file* is CSV (also gzipped) or XLSX. A *kind* (orders, customers, later products) says which columns it knows and
how a row is merged. A *run* reads one file: it parses rows into a staging table, merges them slot by slot, counts
every row once, and writes what it could not take into an *error file* that can be mended and brought in alone.
Records no facts itself; the merges of the kinds do.
"""
