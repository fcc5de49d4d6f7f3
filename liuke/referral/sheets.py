"""Sheets of codes for print: a PDF in A4, twelve codes a page with whose they are and where they lead.

Beside the usual files because it draws and decides nothing; the libraries are loaded when somebody prints.
"""

import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from liuke.kit.fonts import chinese_font

COLUMNS, ROWS = 3, 4
WIDTH, HEIGHT, MARGIN = 210, 297, 12          # millimetres
SIDE = 44                                     # of a code, its quiet zone too
FAMILY = "liuke"
GREY = 110
MOST = 120                                    # codes of one file


@dataclass(frozen=True)
class Code:
    """`title` stands large below the code, `line` small below that."""

    url: str
    title: str
    line: str


def pdf(codes: Sequence[Code], *, title: str) -> bytes:
    """Twelve to a page, with thin lines to cut along. Raises FontMissing."""
    import segno  # noqa: PLC0415  only who prints needs it
    from fpdf import FPDF  # noqa: PLC0415  two seconds of start-up that only printing needs

    assert 0 < len(codes) <= MOST
    logging.getLogger("fontTools").setLevel(logging.WARNING)       # it tells every table it leaves out
    font = chinese_font()
    paper = FPDF(unit="mm", format="A4")
    paper.add_font(FAMILY, "", font.path, collection_font_number=font.face)
    paper.set_auto_page_break(auto=False)
    paper.set_margin(MARGIN)
    paper.set_title(title)
    width, height = (WIDTH - 2 * MARGIN) / COLUMNS, (HEIGHT - 2 * MARGIN) / ROWS
    for at, code in enumerate(codes):
        place = at % (COLUMNS * ROWS)
        if not place:
            paper.add_page()
        x, y = MARGIN + place % COLUMNS * width, MARGIN + place // COLUMNS * height
        paper.set_draw_color(210)
        paper.rect(x, y, width, height)
        drawn = io.BytesIO()
        segno.make(code.url, error="q", micro=False).save(drawn, kind="png", scale=8, border=4)
        paper.image(drawn, x=x + (width - SIDE) / 2, y=y + 4, w=SIDE, h=SIDE)
        for text, size, below, grey in ((code.title, 11, 0, 0), (code.line, 8, 6, GREY)):
            paper.set_font(FAMILY, size=size)
            paper.set_text_color(grey)
            paper.set_xy(x, y + 4 + SIDE + below)
            paper.cell(width, 6, _fitting(text, width - 4, paper.get_string_width), align="C")
    return bytes(paper.output())


def _fitting(text: str, room: float, width_of: Callable[[str], float]) -> str:
    """The text, cut where the room ends."""
    if width_of(text) <= room:
        return text
    while text and width_of(text + "…") > room:
        text = text[:-1]
    return text + "…"
