"""Links, people and commissions of the customer, and the door that a shared link opens. Under /api/v1/referral/."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from liuke.kit import pictures as uploads
from liuke.mall.api import base
from liuke.referral import pictures, words
from liuke.referral.models import Commission, ReferralLink
from liuke.referral.queries import landings, members, sharing
from liuke.referral.queries.attribution import referral_of
from liuke.referral.queries.landings import TARGET_CHARACTERS, places
from liuke.referral.queries.members import LinkFigures
from liuke.referral.services import binding, links, measuring, portraits, touches

router = Router(tags=["referral"])
MOST_VISITOR = 64
VISITOR_COOKIE = "liuke_visitor"         # set by the welcome page
Token = Annotated[str, Field(min_length=4, max_length=16, pattern=r"^[A-Za-z0-9_-]+$")]
Visitor = Annotated[str, Field(max_length=MOST_VISITOR, pattern=r"^[A-Za-z0-9_-]*$")]
Note = Annotated[str, Field(max_length=40)]
Place = Annotated[int | None, Query(ge=1, le=base.MOST)]


class OpenIn(Schema):
    """`visitor` is what an earlier answer gave, or empty. `qr`: it was scanned. `channel` as the client knows it."""

    token: Token
    visitor: Visitor = ""
    channel: base.Word = ""
    qr: bool = False


class OpenedOut(Schema):
    """Keep `visitor` and send it with the next link, and once after login. `product` is the code of a product page."""

    visitor: str
    landing: str
    product: str


class VisitorIn(Schema):
    visitor: Visitor = ""


class CodeIn(Schema):
    token: Token


class BoundOut(Schema):
    """Whether somebody's recommendation brought the customer here; who it is, is nobody's business but theirs."""

    bound: bool
    at: datetime | None


class LinkIn(Schema):
    """`landing`: home, product (with the id of one that is on sale), or a place of /referral/places with its target."""

    landing: base.Word = "home"
    product_id: base.Id | None = None
    target: Annotated[str, Field(max_length=TARGET_CHARACTERS)] = ""
    name: Annotated[str, Field(max_length=30)] = ""


class LinkOut(Schema):
    token: str
    landing: str
    product_id: int | None
    target: str
    name: str
    opens: int
    people: int
    bound: int


class OfferOut(Schema):
    """A coupon that everybody may take: log in and take it with /shop/coupons/open/{id}/claim."""

    batch_id: int
    name: str
    gives: str
    asks: str


class WelcomeGiftOut(Schema):
    """What a newcomer gets: `invited` only when it is settled that this sharer brought them, otherwise for joining."""

    name: str
    words: str
    gives: list[str]
    invited: bool


class PlaceOut(Schema):
    """A place beside the shop that links may lead to: `landing` is its kind (group), `picture` its QR code."""

    landing: str
    target: str
    name: str
    words: str
    picture: str
    until: datetime | None


class WelcomeOut(Schema):
    """`over`: the link led to a place, such as a group, that is not open any more."""

    brand: str
    sharer: str
    landing: str
    product: str
    place: PlaceOut | None
    over: bool
    gifts: list[WelcomeGiftOut]
    offers: list[OfferOut]


class ShareIn(Schema):
    """`channel`: where it went, as with touches."""

    channel: base.Word = ""


class StandingOut(Schema):
    """All in fen. `own_fen` below zero is a debt, which the next commissions pay; so is `coupon_fen`, of what gathers
    until it is worth a coupon.
    """

    own_fen: int
    pending_fen: int
    withheld_fen: int
    coupon_fen: int
    people: int
    buyers: int


class CommissionOut(Schema):
    """`promised_fen` at payment, `amount_fen` what refunds have left of it. `why` and `held_for` are sentences."""

    id: int
    at: datetime
    why: str
    promised_fen: int
    amount_fen: int
    paid_in: str
    state: str
    due_at: datetime | None
    confirmed_at: datetime | None
    held_for: str


class PortraitOut(Schema):
    there: bool


class PersonOut(Schema):
    """Somebody whom the customer referred, known by the end of their member number."""

    id: int
    number_end: str
    since: datetime


@router.post("/touches", throttle=base.writes, response={
    200: OpenedOut, 401: base.Said, 404: base.Said, 422: base.Said})
@transaction.atomic(durable=True)
def open_link(request: HttpRequest, body: OpenIn) -> OpenedOut:
    """A shared link was opened, by a guest or a customer."""
    opened = touches.open_link(
        token=body.token, visitor=body.visitor, customer_id=base.shopper(request), channel=body.channel, qr=body.qr,
        address=request.META.get("REMOTE_ADDR", ""), now=timezone.now())
    product = opened.link.product
    return OpenedOut(visitor=opened.visitor, landing=opened.link.landing, product=product.code if product else "")


@router.post("/visitor", response={200: BoundOut, 401: base.Said, 422: base.Said}, auth=base.customer_auth,
             throttle=base.writes)
@transaction.atomic(durable=True)
def know_visitor(request: HttpRequest, body: VisitorIn) -> BoundOut:
    """The guest has logged in: the links they opened count for them. Again is nothing.

    Without `visitor` it is the one whom the welcome page knows by its cookie.
    """
    customer_id = base.customer_of(request)
    visitor = body.visitor or request.COOKIES.get(VISITOR_COOKIE, "")[:MOST_VISITOR]
    touches.know_visitor(visitor=visitor, customer_id=customer_id, now=timezone.now())
    return _bound(customer_id)


@router.post("/code", response={200: BoundOut, 401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said},
             auth=base.customer_auth, throttle=base.writes)
@transaction.atomic(durable=True)
def give_code(request: HttpRequest, body: CodeIn) -> BoundOut:
    """The newcomer gives the code of who recommended us. Final."""
    customer_id = base.customer_of(request)
    binding.bind_by_code(customer_id=customer_id, token=body.token, now=timezone.now())
    return _bound(customer_id)


@router.get("/links", response={200: list[LinkOut], 401: base.Said}, auth=base.customer_auth)
def my_links(request: HttpRequest) -> list[LinkOut]:
    """Every living link of mine, the newest first, with what became of it."""
    return [_link(each) for each in members.links_of(base.customer_of(request))]


@router.get("/places", response=list[PlaceOut])
def open_places(request: HttpRequest) -> list[PlaceOut]:
    """Where links may lead beside the home page and products: the groups that are open."""
    del request
    return [_place(landing, each) for landing, each in places(now=timezone.now())]


@router.post("/links", response={200: LinkOut, 401: base.Said, 409: base.Said, 422: base.Said},
             auth=base.customer_auth, throttle=base.writes)
@transaction.atomic(durable=True)
def make_link(request: HttpRequest, body: LinkIn) -> LinkOut:
    """A link of mine to this place; the same one when asked again."""
    made = links.link_for(customer_id=base.customer_of(request), landing=body.landing, product_id=body.product_id,
                          target=body.target, name=body.name, now=timezone.now())
    return _link(members.figures_of([made])[0])


@router.post("/links/{token}/shares", response={204: None, 401: base.Said, 404: base.Said, 422: base.Said},
             auth=base.customer_auth, throttle=base.writes)
@transaction.atomic(durable=True)
def note_share(request: HttpRequest, token: Token, body: ShareIn) -> Status[None]:
    """I have just shared this link. Nothing is rewarded for it; it is counted."""
    link = members.link_for(base.customer_of(request), token)
    measuring.note_share(link_id=link.pk, channel=body.channel, now=timezone.now())
    return Status(204, None)


@router.get("/links/{token}/poster", auth=base.customer_auth, throttle=base.writes, response={
    200: None, 401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said})
def poster(request: HttpRequest, token: Token, template: base.Word = "classic", note: Note = "") -> HttpResponse:
    """A PNG to share. `template`: classic, letter, plain; `note`: a sentence of the sharer."""
    link = members.link_for(base.customer_of(request), token)
    return pictures.poster(link, template=template, note=note, now=timezone.now())


@router.post("/portrait", auth=base.customer_auth, throttle=base.writes, response={
    204: None, 401: base.Said, 413: base.Said, 422: base.Said})
def send_portrait(request: HttpRequest, file: File[UploadedFile]) -> Status[None]:
    """The picture beside my name on my posters (JPEG, PNG or WebP, at most 10 MB), in place of the one before."""
    customer_id = base.customer_of(request)
    with uploads.kept(file, folder=uploads.Folder.PRIVATE) as picture, transaction.atomic(durable=True):
        portraits.set_portrait(customer_id=customer_id, picture=picture, now=timezone.now())
    return Status(204, None)


@router.get("/portrait", auth=base.customer_auth, response={200: PortraitOut, 401: base.Said})
def my_portrait(request: HttpRequest) -> PortraitOut:
    """Whether my posters show a picture of mine; only they show it."""
    return PortraitOut(there=portraits.has_portrait(base.customer_of(request)))


@router.delete("/portrait", auth=base.customer_auth, throttle=base.writes, response={204: None, 401: base.Said})
@transaction.atomic(durable=True)
def remove_portrait(request: HttpRequest) -> Status[None]:
    """My posters show the first character of my name again. Again is nothing."""
    portraits.take_away([base.customer_of(request)], timezone.now())
    return Status(204, None)


@router.get("/links/{token}/code", response={200: None, 401: base.Said, 404: base.Said}, auth=base.customer_auth,
            throttle=base.writes)
def code(request: HttpRequest, token: Token) -> HttpResponse:
    """The QR code as an SVG."""
    return pictures.code(members.link_for(base.customer_of(request), token))


@router.get("/links/{token}/mini-code", auth=base.customer_auth, throttle=base.writes, response={
    200: None, 401: base.Said, 404: base.Said, 409: base.Said})
def mini_code(request: HttpRequest, token: Token) -> HttpResponse:
    """The mini-program code as an image; its scene reads t=TOKEN."""
    return pictures.mini_code(members.link_for(base.customer_of(request), token))


@router.get("/welcome/{token}", response={200: WelcomeOut, 404: base.Said})
def welcome(request: HttpRequest, token: Token) -> WelcomeOut:
    """What the welcome page of a link shows a newcomer. Counts nothing: say with /touches that it was opened."""
    del request
    link = sharing.living_link(token)
    if link is None:
        raise binding.UnknownCode(_("链接不存在或已停用"))
    now = timezone.now()
    what = sharing.shared(link, now=now)
    return WelcomeOut(brand=what.brand, sharer=what.sharer, landing=link.landing,
                      product=what.goods.code if what.goods else "", over=what.over,
                      place=_place(link.landing, what.place) if what.place else None,
                      gifts=[WelcomeGiftOut(**asdict(each)) for each in sharing.newcomer_gifts(link, now=now)],
                      offers=[OfferOut(**asdict(each)) for each in sharing.newcomer_offers(now=now)])


@router.delete("/links/{token}", response={204: None, 401: base.Said, 404: base.Said}, auth=base.customer_auth,
               throttle=base.writes)
@transaction.atomic(durable=True)
def end_link(request: HttpRequest, token: Token) -> Status[None]:
    """The link no longer counts. Again is nothing."""
    links.end_link(link_id=members.link_for(base.customer_of(request), token).pk, now=timezone.now())
    return Status(204, None)


@router.get("/standing", response={200: StandingOut, 401: base.Said}, auth=base.customer_auth)
def standing(request: HttpRequest) -> members.Standing:
    return members.standing(base.customer_of(request))


@router.get("/commissions", response={200: list[CommissionOut], 401: base.Said, 422: base.Said},
            auth=base.customer_auth)
def commissions(request: HttpRequest, before: Place = None) -> list[CommissionOut]:
    """Fifty, the newest first, each with its reason; `before` is the last id of the page before."""
    return [_commission(row) for row in members.commissions_of(base.customer_of(request), before=before)]


@router.get("/people", response={200: list[PersonOut], 401: base.Said, 422: base.Said}, auth=base.customer_auth)
def people(request: HttpRequest, before: Place = None) -> list[PersonOut]:
    """Whom I referred, the newest first, fifty at a time."""
    found = members.people_of(base.customer_of(request), before=before)
    return [PersonOut(id=row.pk, number_end=row.customer.number[-4:], since=row.bound_at) for row in found]


def _place(landing: str, each: landings.Place) -> PlaceOut:
    return PlaceOut(**asdict(each) | {"landing": landing, "picture": uploads.url(each.picture)})


def _bound(customer_id: int) -> BoundOut:
    row = referral_of(customer_id)
    return BoundOut(bound=row is not None, at=row.bound_at if row else None)


def _link(each: LinkFigures) -> LinkOut:
    link: ReferralLink = each.link
    return LinkOut(token=link.token, landing=link.landing, product_id=link.product_id, target=link.target,
                   name=link.name, opens=each.opens, people=each.people, bound=each.bound)


def _commission(row: Commission) -> CommissionOut:
    return CommissionOut(
        id=row.pk, at=row.at, why=str(words.REWARDS[row.reward]), promised_fen=row.promised, amount_fen=row.amount,
        paid_in=row.paid_in, state=row.state, due_at=row.due_at, confirmed_at=row.confirmed_at,
        held_for=str(words.HELD.get(row.held_for, "")))
