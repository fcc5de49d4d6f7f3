"""Measures what Liuke costs; figures go into docs/benchmarks.md."""
