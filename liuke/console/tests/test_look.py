"""The colours can be read: contrast of every pair that the stylesheet sets on each other, light and dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parent.parent / "static" / "console" / "liuke.css").read_text(encoding="utf-8")
TEXT, LARGE_OR_SHAPE = 4.5, 3.0

GROUNDS = ("paper", "surface", "sunken", "hover")
PAIRS = [
    *((text, ground) for text in ("text", "text-2", "brand") for ground in GROUNDS),
    *(("text-3", ground) for ground in ("paper", "surface", "sunken")),
    ("on-brand", "brand"), ("on-brand", "brand-hover"), ("on-accent", "accent"), ("on-accent", "accent-hover"),
    ("brand", "brand-soft"), ("text", "brand-soft"), ("paper", "text"),
    *((state, f"{state}-soft") for state in ("good", "warn", "bad", "info")),
    *((state, "surface") for state in ("good", "warn", "bad", "info")),
    *(("text", f"{state}-soft") for state in ("good", "warn", "bad", "info")),
    *(("heat-light", f"heat-{step}") for step in range(6)),
    *(("heat-dark", f"heat-{step}") for step in range(6, 10)),
]
SHAPES = [("line-control", "surface"), ("brand", "paper"), *((f"series-{n}", "surface") for n in range(1, 7))]


def blocks():
    """The three places that set colours: light, dark by system, dark by choice."""
    found = re.findall(r"^ {0,2}(:root[^{]*)\{(.*?)\}", CSS, re.MULTILINE | re.DOTALL)
    return {name.strip(): dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body)) for name, body in found}


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_dark_is_the_same_by_choice_and_by_system():
    tokens = blocks()

    assert tokens[':root:not([data-theme="light"])'] == tokens[':root[data-theme="dark"]']
    assert len(tokens[':root[data-theme="dark"]']) > 40


@pytest.mark.parametrize("theme", [":root", ':root[data-theme="dark"]'])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(theme, text, ground):
    tokens = blocks()[theme]

    assert contrast(tokens[text], tokens[ground]) >= TEXT


@pytest.mark.parametrize("theme", [":root", ':root[data-theme="dark"]'])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_controls_and_lines_of_charts_can_be_seen(theme, shape, ground):
    tokens = blocks()[theme]

    assert contrast(tokens[shape], tokens[ground]) >= LARGE_OR_SHAPE


def test_colours_come_from_tokens_only():
    rules = CSS[CSS.index("/* ---- ground") :]

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []


def test_no_template_carries_style_or_script_of_its_own():
    templates = (Path(__file__).parent.parent.parent).glob("*/templates/**/*.html")
    own = re.compile(r"\sstyle=|<style|<script(?![^>]*\b(src=|type=\"application/json\"))|\son[a-z]+=\"")

    pages = [path for path in templates if path.name != "personal_export.html"]      # a file to take home, no page

    assert [path.name for path in pages if own.search(path.read_text(encoding="utf-8"))] == []
