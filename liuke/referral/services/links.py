"""Links to share. Asking again for the same one gives the same one."""

import secrets
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Product
from liuke.mall.rules.catalogue import ProductState
from liuke.referral.models import ReferralLink
from liuke.referral.queries.landings import kinds, place_of

TOKEN_BYTES = 9                               # 72 bits: 12 characters that nobody guesses
NAME_CHARACTERS = 30
MAX_LINKS = 100                               # living ones of one owner


class Landing(StrEnum):
    """Where a link leads; `settings.LIUKE_LANDINGS` adds places of other kinds, such as groups."""

    HOME = "home"
    PRODUCT = "product"


class BadLink(BadInput):
    """A link leads to the home page, a product on sale, or a place that is open; its name has at most 30 characters."""

    code = "referral_bad_link"


class TooManyLinks(Refused):
    """One owner has at most 100 living links."""

    code = "referral_too_many_links"


def link_for(
    *, now: datetime, customer_id: int | None = None, staff_id: int | None = None, shop_id: int | None = None,
    landing: str = Landing.HOME, product_id: int | None = None, target: str = "", name: str = "",
) -> ReferralLink:
    """The owner's living link to this place under this name; made when there is none. Raises BadLink, TooManyLinks."""
    require_transaction()
    name = name.strip()
    if landing not in {*Landing, *kinds()} or len(name) > NAME_CHARACTERS or "\x00" in name:
        raise BadLink(_("链接指向首页、在售商品或可进的群，名称不超过30个字"))
    if (landing == Landing.PRODUCT) != (product_id is not None):
        raise BadLink(_("商品链接需要指明商品"))
    if product_id is not None and not Product.objects.filter(pk=product_id, state=ProductState.ON_SALE).exists():
        raise BadLink(_("商品不存在或已下架"))
    if (landing in kinds()) != bool(target) or (target and place_of(landing, target, now=now) is None):
        raise BadLink(_("邀请不存在或已过期"))
    owner = {"customer_id": customer_id, "staff_id": staff_id, "shop_id": shop_id}
    advisory_lock(f"referral:links:{customer_id}:{staff_id}:{shop_id}")
    mine = ReferralLink.objects.filter(**owner, ended_at=None)
    found = mine.filter(landing=landing, product=product_id, target=target, name=name).first()
    if found:
        return found
    if mine.count() >= MAX_LINKS:
        raise TooManyLinks(_("推广链接已达上限，请先停用不用的链接"))
    return ReferralLink.objects.create(token=secrets.token_urlsafe(TOKEN_BYTES), **owner, landing=landing,
                                       product_id=product_id, target=target, name=name, made_at=now)


def end_link(*, link_id: int, now: datetime) -> None:
    """The link no longer counts; who opens it still lands somewhere. Again is nothing."""
    require_transaction()
    ReferralLink.objects.filter(pk=link_id, ended_at=None).update(ended_at=now)
