"""The pictures of the demo's goods: a calm card in the hue of its group, with its name, drawn where the demo starts."""

import colorsys
import csv
import hashlib
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from liuke.kit.fonts import FontMissing, chinese_font
from liuke.kit.pictures import EDGES, WEBP, Folder, Size, name_of
from liuke.mall import demo
from liuke.mall.demo import tree

EDGE, LETTERS = 600, 64
Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont


def draw_all() -> dict[str, str]:
    """Draw what is not in the storage yet; name of the goods -> file. Again draws nothing."""
    font = _font()
    groups = {name: group for group in tree.GROUPS for name in group.categories}
    with open(demo.HERE / "goods.csv", encoding="utf-8", newline="") as file:
        wanted = {row["name"]: groups[row["category"]].hue for row in csv.DictReader(file)}
    for machine in tree.MACHINES:
        for name in (machine.name, machine.accessory[0]):
            wanted[name.split(" ", 1)[1]] = tree.DEVICES.hue
    return {name: _kept(name, hue, font) for name, hue in wanted.items()}


def _kept(name: str, hue: int, font: Font | None) -> str:
    word = hashlib.blake2b(f"demo {name}".encode(), digest_size=16).hexdigest()
    file = f"{Folder.PUBLIC}/{word[:2]}/{word}"
    if default_storage.exists(name_of(file, Size.LARGE)):
        return file
    card = draw(name, hue, font)
    webp, jpeg = BytesIO(), BytesIO()
    card.save(webp, "WEBP", quality=80, method=1)
    card.save(jpeg, "JPEG", quality=85)
    for size in Size:
        data = webp if EDGES[size][1] == WEBP else jpeg
        default_storage.save(name_of(file, size), ContentFile(data.getvalue()))
    return file


def draw(name: str, hue: int, font: Font | None) -> Image.Image:
    """A jar on a shelf; without a Chinese font on this machine it stands there without its name."""
    card = Image.new("RGB", (EDGE, EDGE), _colour(hue, 0.95, 0.35))
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 480, EDGE, EDGE), fill=_colour(hue, 0.90, 0.30))
    pen.ellipse((170, 462, 430, 498), fill=_colour(hue, 0.82, 0.25))
    pen.rounded_rectangle((190, 150, 410, 482), 44, fill=_colour(hue, 0.74, 0.42))
    pen.rounded_rectangle((214, 112, 386, 172), 20, fill=_colour(hue, 0.55, 0.35))
    pen.rounded_rectangle((190, 250, 410, 400), 8, fill=_colour(hue, 0.98, 0.30))
    ink = _colour(hue, 0.30, 0.45)
    if font is not None:
        mark = name[0]
        pen.text((300, 325), mark, font=font.font_variant(size=96), fill=ink, anchor="mm")
        pen.text((300, 545), name[:8], font=font, fill=ink, anchor="mm")
    return card


def _colour(hue: int, light: float, colourful: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue / 360, light, colourful)
    return round(red * 255), round(green * 255), round(blue * 255)


def _font() -> Font | None:
    try:
        found = chinese_font()
    except FontMissing:
        return None
    return ImageFont.truetype(found.path, 48, index=found.face)
