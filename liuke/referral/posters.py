"""Share posters: drawn with Pillow, the QR code by segno, in the Chinese font of the machine.

Beside the usual files because it draws and decides nothing. Pillow is loaded by whoever asks for a poster, not before.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps

from liuke.kit.fonts import chinese_font

WIDTH, HEIGHT = 750, 1334                     # pixels; what a phone shows whole
MARGIN = 48
QR_EDGE = 220
INK, FAINT, PAPER, LINE = "#17211d", "#5d6b66", "#ffffff", "#e4e9e6"
BRAND, SOFT, PRICE = "#0b6654", "#e2f0eb", "#c2410c"
MAX_LINES = 2
ELLIPSIS = "…"
NO_START = "，。！？；：、）》」』”’…％%"      # a line does not begin with these (避头点)

Canvas = ImageDraw.ImageDraw


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What stands on it. `picture` is the product's or None; `price` is written out: ¥39.90."""

    url: str
    brand: str
    title: str
    line: str = ""
    price: str = ""
    list_price: str = ""
    referrer: str = ""                        # how the referrer is called: 林**
    note: str = ""                            # 推荐语
    scan: str = ""                            # 长按识别二维码
    picture: Image.Image | None = None
    portrait: Image.Image | None = None       # of the referrer, who has put it there


def drawn(poster: Poster, template: str) -> bytes:
    """The poster as a PNG. Raises FontMissing, KeyError for a template that does not exist."""
    paint = TEMPLATES[template]
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    paint(image, ImageDraw.Draw(image), poster)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def qr_image(url: str, edge: int) -> Image.Image:
    """The code with its quiet zone, error correction M, as large as whole modules allow, centred on white."""
    code = segno.make(url, error="m", micro=False)
    modules = code.symbol_size(border=4)[0]
    out = io.BytesIO()
    code.save(out, kind="png", scale=max(1, edge // modules), border=4, dark=INK)
    out.seek(0)
    return ImageOps.pad(Image.open(out).convert("RGB"), (edge, edge), Image.Resampling.NEAREST, color=PAPER)


def _classic(image: Image.Image, canvas: Canvas, poster: Poster) -> None:
    """The goods large on top, words below, the code at the foot."""
    _goods(image, canvas, poster, (0, 0, WIDTH, WIDTH))
    at = _words(canvas, poster, top=WIDTH + 36, right=WIDTH - MARGIN)
    _foot(image, canvas, poster, top=max(at + 24, HEIGHT - QR_EDGE - 2 * MARGIN))


def _letter(image: Image.Image, canvas: Canvas, poster: Poster) -> None:
    """A letter from a friend: the note first, then what it is about."""
    canvas.rectangle((0, 0, WIDTH, 300), fill=BRAND)
    _portrait(image, canvas, poster, (MARGIN, 72), on=SOFT, ink=BRAND)
    canvas.text((MARGIN + 108, 84), poster.referrer, font=_font(30), fill=PAPER)
    _paragraph(canvas, poster.note, (MARGIN + 108, 132), size=34, fill=PAPER, width=WIDTH - 2 * MARGIN - 108)
    canvas.rounded_rectangle((MARGIN, 250, WIDTH - MARGIN, HEIGHT - 316), 24, fill=PAPER, outline=LINE, width=2)
    edge = WIDTH - 4 * MARGIN
    _goods(image, canvas, poster, (2 * MARGIN, 286, 2 * MARGIN + edge, 286 + 420))
    _words(canvas, poster, top=728, left=2 * MARGIN, right=WIDTH - 2 * MARGIN)
    _foot(image, canvas, poster, top=HEIGHT - QR_EDGE - 2 * MARGIN + 24, portrait=False)


def _plain(image: Image.Image, canvas: Canvas, poster: Poster) -> None:
    """Large words and a large code, to print and to hang."""
    canvas.rectangle((0, 0, WIDTH, HEIGHT), fill=SOFT)
    canvas.text((WIDTH // 2, 150), poster.brand, font=_font(40), fill=BRAND, anchor="mm")
    at = _paragraph(canvas, poster.title, (WIDTH // 2, 220), size=56, fill=INK, width=WIDTH - 2 * MARGIN, centred=True)
    if poster.price:
        canvas.text((WIDTH // 2, at + 60), poster.price, font=_font(72), fill=PRICE, anchor="mm")
    edge = 480
    corner = ((WIDTH - edge) // 2, 560)
    canvas.rounded_rectangle((corner[0] - 28, 532, corner[0] + edge + 28, 588 + edge), 28, fill=PAPER)
    image.paste(qr_image(poster.url, edge), corner)
    canvas.text((WIDTH // 2, 1150), poster.scan, font=_font(34), fill=INK, anchor="mm")
    canvas.text((WIDTH // 2, 1210), poster.note, font=_font(28), fill=FAINT, anchor="mm")


TEMPLATES: dict[str, Callable[[Image.Image, Canvas, Poster], None]] = {
    "classic": _classic, "letter": _letter, "plain": _plain,
}


def _goods(image: Image.Image, canvas: Canvas, poster: Poster, box: tuple[int, int, int, int]) -> None:
    """The picture, filling its box; without one, the brand's name on its colour."""
    size = (box[2] - box[0], box[3] - box[1])
    if poster.picture is not None:
        image.paste(ImageOps.fit(poster.picture.convert("RGB"), size, Image.Resampling.LANCZOS), box[:2])
        return
    canvas.rectangle(box, fill=SOFT)
    middle = (box[0] + size[0] // 2, box[1] + size[1] // 2)
    canvas.text(middle, poster.brand, font=_font(72), fill=BRAND, anchor="mm")


def _words(canvas: Canvas, poster: Poster, *, top: int, right: int, left: int = MARGIN) -> int:
    """Price, title and a line below each other; where they end."""
    if poster.price:
        canvas.text((left, top), poster.price, font=_font(56), fill=PRICE)
        if poster.list_price:
            start = left + int(canvas.textlength(poster.price, font=_font(56))) + 20
            canvas.text((start, top + 26), poster.list_price, font=_font(28), fill=FAINT)
            end = start + int(canvas.textlength(poster.list_price, font=_font(28)))
            canvas.line((start, top + 43, end, top + 43), fill=FAINT, width=2)
        top += 84
    top = _paragraph(canvas, poster.title, (left, top), size=38, fill=INK, width=right - left)
    return _paragraph(canvas, poster.line, (left, top + 10), size=28, fill=FAINT, width=right - left)


def _foot(image: Image.Image, canvas: Canvas, poster: Poster, *, top: int, portrait: bool = True) -> None:
    image.paste(qr_image(poster.url, QR_EDGE), (WIDTH - MARGIN - QR_EDGE, top))
    left = MARGIN
    if portrait and poster.referrer:
        _portrait(image, canvas, poster, (MARGIN, top + 8), on=SOFT, ink=BRAND)
        left += 108
        canvas.text((left, top + 14), poster.referrer, font=_font(30), fill=INK)
        _paragraph(canvas, poster.note, (left, top + 58), size=26, fill=FAINT, most=1,
                   width=WIDTH - MARGIN - QR_EDGE - left)
    canvas.text((MARGIN, top + QR_EDGE - 76), poster.brand, font=_font(34), fill=BRAND)
    canvas.text((MARGIN, top + QR_EDGE - 30), poster.scan, font=_font(24), fill=FAINT)


def _portrait(
    image: Image.Image, canvas: Canvas, poster: Poster, at: tuple[int, int], *, on: str, ink: str
) -> None:
    """The referrer's own picture in a circle; without one, because nobody's is printed unasked, their initial."""
    edge = 88
    if poster.portrait is not None:
        sharp = 4                             # drawn larger, so that the edge of the circle is smooth
        mask = Image.new("L", (edge * sharp, edge * sharp))
        ImageDraw.Draw(mask).ellipse((0, 0, edge * sharp, edge * sharp), fill=255)
        face = ImageOps.fit(poster.portrait.convert("RGB"), (edge, edge), Image.Resampling.LANCZOS)
        image.paste(face, at, mask.resize((edge, edge), Image.Resampling.LANCZOS))
        return
    canvas.ellipse((*at, at[0] + edge, at[1] + edge), fill=on)
    middle = (at[0] + edge // 2, at[1] + edge // 2)
    canvas.text(middle, poster.referrer[:1], font=_font(40), fill=ink, anchor="mm")


def _paragraph(
    canvas: Canvas, text: str, at: tuple[int, int], *, size: int, fill: str, width: int, centred: bool = False,
    most: int = MAX_LINES,
) -> int:
    """The text in a few lines, the last one cut where it must be; where it ends."""
    font, step, top = _font(size), int(size * 1.45), at[1]
    for line in broken(text, width, lambda part: canvas.textlength(part, font=font), most=most):
        canvas.text((at[0], top), line, font=font, fill=fill, anchor="ma" if centred else "la")
        top += step
    return top


def broken(text: str, width: float, length: Callable[[str], float], *, most: int = MAX_LINES) -> Sequence[str]:
    """The text in lines that fit: words of Latin letters stay whole, no line begins with a closing mark."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < most:
        fits = next((at for at in range(len(rest), 0, -1) if length(rest[:at]) <= width), 1)
        if fits < len(rest):
            if len(lines) == most - 1:
                while fits > 1 and length(rest[:fits] + ELLIPSIS) > width:
                    fits -= 1
                return [*lines, rest[:fits].rstrip() + ELLIPSIS]
            fits = _break_before(rest, fits)
        lines.append(rest[:fits].rstrip())
        rest = rest[fits:].lstrip()
    return lines


def _break_before(text: str, at: int) -> int:
    """The best place for a break at or before this one."""
    best = at
    while best > 1 and (text[best] in NO_START or (text[best].isascii() and text[best].isalnum()
                                                   and text[best - 1].isascii() and text[best - 1].isalnum())):
        best -= 1
    return best if best > 1 else at


def _font(size: int) -> ImageFont.FreeTypeFont:
    found = chinese_font()
    return ImageFont.truetype(found.path, size, index=found.face)
