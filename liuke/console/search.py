"""Search over everything, as a page and in the palette (Ctrl+K). A new source is a function and its name in SOURCES."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liuke.console import nav
from liuke.console.people import shops_of
from liuke.customers.queries import search as find
from liuke.mall.queries.goods import Ask, products
from liuke.mall.queries.orders import orders_numbered
from liuke.org.access import StaffRequest, staff_may
from liuke.referral.queries.sharing import living_link

MOST_CHARACTERS = 60
MOST_EACH = 8


@dataclass(frozen=True)
class Hit:
    word: str
    href: str
    sign: str
    beside: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    hits: list[Hit]


Source = Callable[[StaffRequest, str], tuple[str, Iterator[Hit]]]


@staff_may("home.view")
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """Without words it shows where one can go."""
    text = request.GET.get("q", "").strip()[:MOST_CHARACTERS]
    groups = [Group(title, hits) for title, hits in _found(request, text) if hits]
    template = "console/parts/found.html" if "palette" in request.GET else "console/search.html"
    return render(request, template, {"q": text, "searched": text, "groups": groups})


def _found(request: StaffRequest, text: str) -> Iterator[tuple[str, list[Hit]]]:
    for source in SOURCES:
        title, hits = source(request, text)
        yield title, [hit for hit, _no in zip(hits, range(MOST_EACH), strict=False)]


def pages(request: StaffRequest, text: str) -> tuple[str, Iterator[Hit]]:
    """Where this person can go, by the words of the navigation."""
    wanted = text.casefold()

    def hits() -> Iterator[Hit]:
        for section in nav.opened(request):
            doors = [(door.word, door.href) for door in section.doors] or [(section.word, section.href)]
            for word, href in doors:
                if wanted in str(word).casefold() or wanted in str(section.word).casefold():
                    yield Hit(str(word), href, section.sign, str(section.word) if section.doors else "")

    return _("前往"), hits()


def customers(request: StaffRequest, text: str) -> tuple[str, Iterator[Hit]]:
    """By name, pinyin, phone or member number, as in the list."""

    def hits() -> Iterator[Hit]:
        if not text or not request.user.has_perm("customers.view"):
            return
        for row in find.page(find.Ask(text=text, limit=MOST_EACH)).rows:
            beside = " ".join(part for part in (row.number, row.phone_hint) if part)
            yield Hit(row.name or _("未留姓名"), reverse("console:customer", args=[row.id]), "person", beside)

    return _("客户"), hits()


def orders(request: StaffRequest, text: str) -> tuple[str, Iterator[Hit]]:
    """By the whole number; only those of shops one may see."""

    def hits() -> Iterator[Hit]:
        if not text or not request.user.has_perm("customers.view"):
            return
        for order in orders_numbered(text, shop_ids=shops_of(request, "orders.view")):
            href = f"{reverse('console:customer', args=[order.customer_id])}?view=orders"
            yield Hit(order.number, href, "order", order.customer.number)

    return _("订单"), hits()


def goods(request: StaffRequest, text: str) -> tuple[str, Iterator[Hit]]:
    """Products by name, pinyin, initials, code or barcode."""

    def hits() -> Iterator[Hit]:
        if not text or not request.user.has_perm("goods.view"):
            return
        for row in products(Ask(text=text)).order_by("-pk")[:MOST_EACH]:
            yield Hit(row.name, reverse("mall:product", args=[row.pk]), "mall", row.code)

    return _("商品"), hits()


def codes(request: StaffRequest, text: str) -> tuple[str, Iterator[Hit]]:
    """Referral codes, by the whole code."""

    def hits() -> Iterator[Hit]:
        if not text or not request.user.has_perm("referral.view"):
            return
        if (link := living_link(text)) and link.customer_id:
            yield Hit(link.token, reverse("referral:promoter", args=[link.customer_id]), "link", link.name)

    return _("推广码"), hits()


SOURCES: tuple[Source, ...] = (customers, orders, goods, codes, pages)
