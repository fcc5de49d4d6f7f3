"""Labels and cards on paper: one PDF for as many orders as were picked, drawn with fpdf2 and segno.

Both libraries are loaded only when something is printed. Measures are millimetres.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liuke.kit.fonts import chinese_font
from liuke.mall.queries.cards import Printed
from liuke.mall.rules.cards import SIZES
from liuke.mall.services.addresses import Place, opened

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN = 6
FAMILY = "liuke"
BREAK: Any = "CHAR"                  # Chinese may break anywhere; the library wants its own enum and takes the word
QUIET = 4                            # modules of white around a QR code
GOODS_SHOWN = {150: 9, 100: 4}       # lines of goods on a label of this height
GREY = 110


def pdf(
    orders: Sequence[Printed], *, size: str, label: bool, card: bool, told: Callable[[int], None] = lambda _done: None
) -> bytes:
    """A page for each label and each card, order by order; `told` hears how many are drawn. Raises FontMissing."""
    from fpdf import FPDF  # noqa: PLC0415  two seconds of start-up that only printing needs

    logging.getLogger("fontTools").setLevel(logging.WARNING)       # it tells every table it leaves out
    font = chinese_font()
    width, height = SIZES[size]
    paper = FPDF(unit="mm", format=(width, height))
    paper.add_font(FAMILY, "", font.path, collection_font_number=font.face)
    paper.set_auto_page_break(auto=False)
    paper.set_margin(MARGIN)
    paper.set_title(_("面单与卡片"))
    for done, order in enumerate(orders, start=1):
        if label:
            _label(paper, order, width, height)
        if card:
            _card(paper, order, width, height)
        told(done)
    return bytes(paper.output())


def _label(paper: "FPDF", order: Printed, width: int, height: int) -> None:
    """Who gets it, what is in it; the code holds the order's number for a scanner at the packing table."""
    paper.add_page()
    place = opened(order.order.group.address_enc) if order.order.group else None
    side = 22
    _code(paper, order.number, width - MARGIN - side, MARGIN, side)
    _text(paper, order.sender, 11, width=width - 2 * MARGIN - side - 2)
    _text(paper, order.number, 9, width=width - 2 * MARGIN - side - 2)
    if order.parcel:
        _text(paper, _("包裹 %(number)s") % {"number": order.parcel}, 8, grey=True, width=width - 2 * MARGIN - side - 2)
    paper.set_y(MARGIN + side + 2)
    _rule(paper, width)
    _address(paper, place, order)
    _rule(paper, width)
    most = GOODS_SHOWN[height]
    for name, code, pieces in order.goods[:most]:
        _row(paper, f"{_short(name, 26)}  {code}", f"× {pieces}", width)
    if len(order.goods) > most:
        left = len(order.goods) - most
        _text(paper, ngettext("还有 %(count)s 种", "还有 %(count)s 种", left) % {"count": left}, 8, grey=True)
    total = sum(pieces for _name, _code, pieces in order.goods)
    _text(paper, ngettext("共 %(count)s 件", "共 %(count)s 件", total) % {"count": total}, 9)
    if order.remark:
        _text(paper, _("顾客留言：%(words)s") % {"words": _short(order.remark, 60)}, 9)


def _address(paper: "FPDF", place: Place | None, order: Printed) -> None:
    if place is None:
        _text(paper, order.name, 15)
        _text(paper, _("没有收货地址"), 9, grey=True)
        return
    _text(paper, f"{place.name}  {place.phone}", 15)
    _text(paper, f"{place.region_name} {place.street}", 12)


def _card(paper: "FPDF", order: Printed, width: int, height: int) -> None:
    paper.add_page()
    card = order.card
    side = 26 if card.review else 0
    bottom = height - MARGIN - max(side + 5 if side else 0, 6)
    paper.set_y(MARGIN + (6 if height > width else 1))
    _text(paper, card.title, 16, align="C")
    paper.ln(2)
    _fitting(paper, card.note, width - 2 * MARGIN, bottom - paper.get_y())
    if card.review:
        _code(paper, card.review, width - MARGIN - side, height - MARGIN - side - 4, side)
        paper.set_xy(width - MARGIN - side, height - MARGIN - 4)
        paper.set_font(FAMILY, size=7)
        paper.cell(side, 4, _("扫码说说感受"), align="C")
    paper.set_xy(MARGIN, height - MARGIN - 6)
    paper.set_font(FAMILY, size=9)
    paper.cell(width - 2 * MARGIN - side, 6, card.footer)


def _fitting(paper: "FPDF", text: str, width: float, room: float) -> None:
    """The text as large as it fits, from 11 down to 7 points."""
    for size in (11, 10, 9, 8, 7):
        paper.set_font(FAMILY, size=size)
        high = size * 0.56
        lines = cast("list[str]", paper.multi_cell(width, high, text, dry_run=True, output="LINES", wrapmode=BREAK))
        if len(lines) * high <= room or size == 7:
            shown = "\n".join(lines[: int(room / high)])
            paper.multi_cell(width, high, shown, wrapmode=BREAK, new_x="LMARGIN", new_y="NEXT")
            return


def _text(paper: "FPDF", text: str, size: int, *, grey: bool = False, align: str = "L", width: float = 0) -> None:
    paper.set_font(FAMILY, size=size)
    paper.set_text_color(GREY if grey else 0)
    paper.multi_cell(width, size * 0.48, text, align=align, wrapmode=BREAK, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(0)


def _row(paper: "FPDF", left: str, right: str, width: int) -> None:
    paper.set_font(FAMILY, size=9)
    room = width - 2 * MARGIN
    while left and paper.get_string_width(left) > room - 14:
        left = left[:-1]
    paper.cell(room - 14, 5, left)
    paper.cell(14, 5, right, align="R", new_x="LMARGIN", new_y="NEXT")


def _rule(paper: "FPDF", width: int) -> None:
    at = paper.get_y() + 1
    paper.line(MARGIN, at, width - MARGIN, at)
    paper.set_y(at + 2)


def _code(paper: "FPDF", text: str, x: float, y: float, side: float) -> None:
    """A QR code as vectors, with its quiet zone inside `side`."""
    import segno  # noqa: PLC0415  only printing needs it

    rows = [list(row) for row in segno.make(text, micro=False, error="m").matrix]
    step = side / (len(rows) + QUIET)
    for down, row in enumerate(rows):
        start = None
        for across, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                paper.rect(x + (start + QUIET / 2) * step, y + (down + QUIET / 2) * step, (across - start) * step, step,
                           style="F")
                start = None


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most - 1]}…"
