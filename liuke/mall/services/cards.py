"""The text of the card in the parcel, for the whole brand or for one supplier."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput
from liuke.mall.models import PackingCard
from liuke.mall.rules import cards as rules


class BadCard(BadInput):
    """A text of the card is missing, too long, or has a hole that nothing fills; `field` says which."""

    code = "bad_card"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class CardText:
    """What a person may change. `review` is the address behind the QR code; empty: no code."""

    title: str
    note: str
    footer: str = ""
    review: str = ""


def save_card(*, supplier_id: int | None, text: CardText) -> PackingCard:
    """The card of a supplier, or (None) of everybody who has none. Raises BadCard."""
    require_transaction()
    check(text)
    advisory_lock(f"mall.card:{supplier_id}")
    known = PackingCard.objects.filter(supplier=supplier_id).order_by("pk").first()
    card = known or PackingCard(supplier_id=supplier_id)
    card.title, card.note, card.footer, card.review = text.title, text.note, text.footer, text.review
    card.save()
    return card


def drop_card(*, supplier_id: int) -> None:
    """The supplier uses the brand's card again. Again is once."""
    require_transaction()
    PackingCard.objects.filter(supplier_id=supplier_id).delete()


def check(text: CardText) -> None:
    """Raises BadCard for the first thing that is wrong."""
    limits = (("title", text.title, rules.TITLE_CHARACTERS), ("note", text.note, rules.NOTE_CHARACTERS),
              ("footer", text.footer, rules.FOOTER_CHARACTERS), ("review", text.review, rules.REVIEW_CHARACTERS))
    for field, said, most in limits:
        if len(said) > most:
            raise BadCard(field, _("最多 %(most)s 个字") % {"most": most})
        if unknown := rules.unknown_holes(said):
            raise BadCard(field, _("没有 {%(name)s} 这个占位，可以用 %(known)s") % {
                "name": unknown[0], "known": " ".join(f"{{{hole}}}" for hole in rules.HOLES)})
    for field, said in (("title", text.title), ("note", text.note)):
        if not said.strip():
            raise BadCard(field, _("请填写"))
    if text.review:
        try:
            URLValidator(schemes=["http", "https"])(rules.filled(text.review, {"number": "1"}))
        except ValidationError as error:
            raise BadCard("review", _("请填写以 http:// 或 https:// 开头的网址")) from error
