"""Sphinx: `make docs` builds these pages into docs/_build."""

project = "Liuke"
author = "the Liuke authors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
html_theme = "furo"
html_title = "Liuke 留客"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
