"""Finds a Chinese font for what we print. Phones and browsers bring their own; a PDF must carry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from liuke.kit import env
from liuke.kit.errors import Refused

PLACES = (
    "/usr/share/fonts", "/usr/local/share/fonts", str(Path.home() / ".local/share/fonts"), str(Path.home() / ".fonts"),
    "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts",
)
KNOWN = (                            # (file, which face of the collection is the simplified Chinese one), best first
    ("NotoSansSC-Regular.ttf", 0), ("NotoSansSC-Regular.otf", 0), ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansCJK-Regular.ttc", 2), ("SourceHanSansSC-Regular.otf", 0), ("SourceHanSansCN-Regular.otf", 0),
    ("wqy-microhei.ttc", 0), ("wqy-zenhei.ttc", 0), ("DroidSansFallbackFull.ttf", 0), ("msyh.ttc", 0),
    ("simhei.ttf", 0), ("STHeiti Light.ttc", 1), ("Arial Unicode.ttf", 0),
)


class FontMissing(Refused):
    """There is no Chinese font on this machine."""

    code = "font_missing"


@dataclass(frozen=True)
class Font:
    path: str
    face: int = 0


def chinese_font() -> Font:
    """The font of LIUKE_FONT, or the best known one of this machine. Raises FontMissing, which says how to get one."""
    asked = env.text("LIUKE_FONT", "")
    found = _asked(asked) if asked else find(PLACES)
    if found is None:
        raise FontMissing(_(
            "这台服务器上没有中文字体，打印不出中文。请让管理员安装一个：Debian 或 Ubuntu 上运行 "
            "apt-get install fonts-noto-cjk；或把字体文件的位置写在 LIUKE_FONT 里。"
        ))
    return found


def _asked(path: str) -> Font | None:
    face = dict(KNOWN).get(Path(path).name, 0)
    return Font(path, face) if Path(path).is_file() else None


@cache
def find(places: Sequence[str]) -> Font | None:
    """The best known font below these directories, looked for once."""
    there = {path.name: path for place in places if Path(place).is_dir() for path in Path(place).rglob("*.[to]t[cf]")}
    return next((Font(str(there[name]), face) for name, face in KNOWN if name in there), None)
