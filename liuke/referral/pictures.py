"""Posters and codes as files, for the API and the console. Beside the usual files because both doors need them.

Loads what draws only when somebody asks for a picture.
"""

import io
from datetime import datetime

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.translation import gettext as _

from liuke.channels.errors import ChannelError
from liuke.channels.registry import mini_program
from liuke.kit import pictures
from liuke.kit.errors import BadInput, Refused
from liuke.kit.pictures import Size
from liuke.referral.guard import copy_findings
from liuke.referral.models import ReferralLink
from liuke.referral.queries.sharing import NOTE_CHARACTERS, Shared, portrait_of, said, shared, url_of

TEMPLATES = ("classic", "letter", "plain")
CODE_SCALE = 12
MINI_PAGE = "pages/welcome"                     # of clients/shop, which reads the scene


class BadPoster(BadInput):
    """There are three templates, and a note has at most 40 characters."""

    code = "referral_bad_poster"


class ForbiddenCopy(BadInput):
    """The sharer's sentence promises income, or speaks as pyramids do (G14)."""

    code = "referral_copy"


class NoMiniProgram(Refused):
    """No mini-program is turned on: LIUKE_MINIPROGRAM_APPID."""

    code = "referral_no_mini_program"


class MiniCodeRefused(Refused):
    """WeChat gave no code; the message is what it said."""

    code = "referral_mini_code"


def poster(link: ReferralLink, *, template: str, note: str, now: datetime) -> HttpResponse:
    """The poster of a link as a PNG for its owner. Raises BadPoster, ForbiddenCopy, FontMissing."""
    if template not in TEMPLATES or len(note) > NOTE_CHARACTERS or "\x00" in note:
        raise BadPoster(_("没有这个海报模板，或推荐语超过40个字"))
    if copy_findings([note]):
        raise ForbiddenCopy(_("推荐语不能承诺收益或使用传销用语，请说说商品好在哪里"))
    from PIL import Image  # noqa: PLC0415  10 MB of a process that may never draw

    from liuke.referral import posters  # noqa: PLC0415  likewise

    what = shared(link, now=now)
    goods, picture = what.goods, None
    if goods and goods.cover:
        with default_storage.open(pictures.name_of(goods.cover, Size.LARGE)) as stored:
            picture = Image.open(io.BytesIO(stored.read()))
    face, portrait = portrait_of(link), None
    if face:
        with default_storage.open(pictures.name_of(face, Size.SMALL)) as stored:
            portrait = Image.open(io.BytesIO(stored.read()))
    drawn = posters.drawn(posters.Poster(
        url=what.url, brand=what.brand, title=_title(what), line=_line(what),
        price=said(goods.price_fen) if goods else "",
        list_price=said(goods.list_fen) if goods and goods.list_fen > goods.price_fen else "", referrer=what.sharer,
        note=note.strip() or _("我常来这里，也推荐给你"),
        scan=_("长按或扫码，加入群聊") if what.place else _("长按或扫码，进店看看"),
        picture=picture, portrait=portrait), template)
    return _answer(drawn, "image/png", kept="no-store")       # a portrait may be put there or taken away at any time


def _title(what: Shared) -> str:
    if what.goods:
        return what.goods.name
    return what.place.name if what.place else _("欢迎来到%(brand)s") % {"brand": what.brand}


def _line(what: Shared) -> str:
    if what.goods:
        return what.goods.summary
    return what.place.words if what.place else ""


def code(link: ReferralLink) -> HttpResponse:
    """The link's QR code as an SVG, to print in any size."""
    import segno  # noqa: PLC0415  only who prints needs it

    out = io.BytesIO()
    segno.make(url_of(link, printed=True), error="q", micro=False).save(out, kind="svg", scale=CODE_SCALE, border=4)
    return _answer(out.getvalue(), "image/svg+xml")


def mini_code(link: ReferralLink) -> HttpResponse:
    """The mini-program code of a link. Raises NoMiniProgram, MiniCodeRefused; no transaction may be open."""
    line = mini_program()
    if line is None:
        raise NoMiniProgram(_("还没有接入小程序，请改用二维码"))
    try:
        drawn = line.code(scene=f"t={link.token}", page=MINI_PAGE)
    except ChannelError as error:
        raise MiniCodeRefused(_("微信没有给出小程序码：%(why)s") % {"why": error.message}) from error
    return _answer(drawn, "image/png" if drawn.startswith(b"\x89PNG") else "image/jpeg")


def _answer(data: bytes, kind: str, kept: str = "private, max-age=300") -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Cache-Control": kept})
