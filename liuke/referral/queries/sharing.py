"""What stands on a poster and on the page that a link opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from liuke.coupons import words
from liuke.coupons.queries.templates import open_batches, terms_of
from liuke.customers.queries.records import names_of
from liuke.kit import pictures
from liuke.kit.money import yuan
from liuke.kit.pictures import Size
from liuke.mall.models import Picture
from liuke.mall.queries.catalogue import offers_of
from liuke.mall.queries.prices import GUEST
from liuke.mall.rules.catalogue import ProductState
from liuke.org.models import Shop, Staff
from liuke.org.queries import brand, shops_where
from liuke.referral.models import Portrait, ReferralLink
from liuke.referral.queries.landings import Place, place_of
from liuke.referral.queries.plans import plans_for

NOTE_CHARACTERS = 40
OFFERS = 3                                    # on a welcome page


@dataclass(frozen=True)
class Goods:
    """The product that a link leads to, as a guest sees it. `cover` names the picture in the storage, or is empty."""

    code: str
    name: str
    summary: str
    cover: str
    cover_url: str
    price_fen: int
    list_fen: int


@dataclass(frozen=True)
class Shared:
    """`url` is what its code holds; `place` is what it leads to beside the shop, such as a group. `sharer` is how its
    owner is called: 林**, the name of a shop, or empty.
    """

    link: ReferralLink
    url: str
    brand: str
    sharer: str
    goods: Goods | None
    place: Place | None
    over: bool                                # it led to a place that is not open any more


def shared(link: ReferralLink, *, now: datetime) -> Shared:
    """What the link shares; at most five statements."""
    known = brand()
    place = place_of(link.landing, link.target, now=now)
    return Shared(link, url_of(link, printed=True), known.name if known else "", _sharer(link), _goods(link, now),
                  place, over=bool(link.target) and place is None)


@dataclass(frozen=True)
class Offer:
    """A coupon that a newcomer may take; `gives` and `asks` are sentences."""

    batch_id: int
    name: str
    gives: str
    asks: str


def newcomer_offers(*, now: datetime) -> list[Offer]:
    """What everybody may take now and is not gone, the newest first; one statement, at most OFFERS."""
    rows = open_batches(now=now).filter(Q(total=None) | Q(issued__lt=F("total")))[: 4 * OFFERS]
    terms = [(row, terms_of(row.version)) for row in rows]
    return [Offer(row.pk, row.template.name, words.gives(each), words.asks(each))
            for row, each in terms if not each.audiences][:OFFERS]


def newcomer_gifts(link: ReferralLink, *, now: datetime) -> Sequence[Any]:
    """What joining brings, and what the sharer's plan adds for who was invited; as `settings.LIUKE_WELCOME` says it."""
    owner = link.customer_id
    plan = plans_for([(owner, now)]).get((owner, now)) if owner else None
    gifts: Sequence[Any] = import_string(settings.LIUKE_WELCOME)(now=now, plan=plan)
    return gifts


def portrait_of(link: ReferralLink) -> str:
    """The file of the picture that the link's owner wants on posters, or nothing."""
    mine = Portrait.objects.filter(customer_id=link.customer_id) if link.customer_id else Portrait.objects.none()
    return mine.values_list("file", flat=True).first() or ""


def living_link(token: str) -> ReferralLink | None:
    return ReferralLink.objects.select_related("product", "shop", "staff").filter(token=token, ended_at=None).first()


def printed_links(staff: Staff) -> QuerySet[ReferralLink]:
    """The living codes of the shops that one sees and one's own, the newest first."""
    mine = Q(staff=staff) | Q(shop__in=shops_where(staff, "referral.view"))
    rows = ReferralLink.objects.filter(mine, ended_at=None).select_related("product", "shop", "staff")
    return rows.order_by("-pk")


def url_of(link: ReferralLink, *, printed: bool = False) -> str:
    """The address that is shared, or that a code holds which is to be scanned."""
    return f"{settings.LIUKE_URL}/r/{link.token}{'?qr=1' if printed else ''}"


def _sharer(link: ReferralLink) -> str:
    """The first character of a customer's name and stars: friends know who it is, strangers do not."""
    if link.customer_id:
        name = names_of([link.customer_id]).get(link.customer_id, "")
        return f"{name[0]}**" if name else _("您的朋友")
    return link.shop.name if link.shop else ""


def _goods(link: ReferralLink, now: datetime) -> Goods | None:
    product = link.product
    if product is None or product.state != ProductState.ON_SALE:
        return None
    offers = offers_of(product.pk, shop_id=_shop_id(link), who=GUEST, now=now)
    if not offers:
        return None
    best = min((offer.price for offer in offers), key=lambda price: price.price_fen)
    cover = Picture.objects.filter(product=product).order_by("position", "pk").values_list("file", flat=True).first()
    return Goods(product.code, product.name, product.summary, cover or "",
                 pictures.url(cover, Size.MEDIUM) if cover else "", best.price_fen, best.shop_fen)


def _shop_id(link: ReferralLink) -> int:
    """The shop of the link, or the first that is open."""
    if link.shop_id:
        return link.shop_id
    return Shop.objects.filter(active=True).order_by("pk").values_list("pk", flat=True).first() or 0


def said(fen: int) -> str:
    return f"¥{yuan(fen)}"
