"""A report as its sender follows it by a link, and as staff see it beside the ticket."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from liuke.customers.rules.identities import hint
from liuke.desk.models import Message, Ticket
from liuke.desk.queries import cases
from liuke.desk.queries.cases import Case, Said
from liuke.desk.rules import HISTORY_PAGE, State
from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.webform.models import Report
from liuke.webform.rules import LEVELS, LINK_LIFE, SIGNATURE_LETTERS, SIGNED_BYTES, STAMP_LETTERS, WORDS

TAIL_LETTERS = STAMP_LETTERS + SIGNATURE_LETTERS


@dataclass(frozen=True)
class Followed:
    """`said` is None on a link that shows how far it is and no words; `contact` is masked.

    `merged`: the matter went into another one, which this link does not show.
    """

    case: Case
    contact: str
    said: tuple[Said, ...] | None
    merged: bool


@dataclass(frozen=True)
class Beside:
    """What staff see: nobody has proved who wrote it. `order_number` is as typed, `order` only if it is theirs."""

    name: str
    contact_kind: str
    contact: str
    order_number: str
    order: str


def token(report_id: int, level: str) -> str:
    """What stands in a link: letters and digits alone, at most 35 of them."""
    return _signer().sign(f"{report_id}{level}").replace(".", "")


def link(report_id: int, level: str) -> str:
    """The whole address of the page of a report."""
    return address_of(token(report_id, level))


def address_of(opens: str) -> str:
    """The address that a token opens."""
    return f"{settings.LIUKE_URL}{reverse('webform_case', args=[opens])}"


def opened(text: str) -> tuple[Report, str]:
    """The report of a link and its level. Raises NotYours for one that we did not sign, or that is too old."""
    try:
        stamp, signature = text[-TAIL_LETTERS:-SIGNATURE_LETTERS], text[-SIGNATURE_LETTERS:]
        said = _signer().unsign(f"{text[:-TAIL_LETTERS]}.{stamp}.{signature}", max_age=LINK_LIFE)
    except signing.BadSignature as error:
        raise NotYours from error
    row = Report.objects.select_related("conversation").filter(pk=said[:-1]).first()
    if row is None or said[-1] not in LEVELS:
        raise NotYours
    return row, said[-1]


def followed(row: Report, level: str, *, now: datetime) -> Followed:
    """The report's matter as this link shows it. Raises NotYours when it is spam or gone."""
    ticket, contact = shown_ticket(row, level), _masked(row)
    case = cases.case(ticket, now=now)
    if level != WORDS:
        return Followed(case, contact, None, ticket.merged_into_id is not None)
    rows = Message.objects.filter(conversation=row.conversation_id, public=True).select_related("ticket", "staff")
    newest_words = list(rows.prefetch_related("attachments").order_by("-happened_at", "-pk")[:HISTORY_PAGE])
    said = tuple(cases.said_as_read(each) for each in reversed(newest_words))
    return Followed(case, contact, said, merged=False)


def shown_ticket(row: Report, level: str) -> Ticket:
    """The newest matter; merged, its target, but not on the link of the screen: nobody proved whose number was typed.

    Raises NotYours when it is spam or gone.
    """
    newest = newest_ticket(row)
    if level == WORDS:
        return cases.ticket_of(newest.customer_id, newest.number)
    if newest.state == State.SPAM:
        raise NotYours
    return newest


def newest_ticket(row: Report) -> Ticket:
    """Raises NotYours when there is none."""
    ticket = row.conversation.tickets.order_by("-pk").first()
    if ticket is None:
        raise NotYours
    return ticket


def beside(ticket: Ticket) -> Beside | None:
    """What was left on the form that began this conversation; one statement."""
    row = Report.objects.select_related("order").filter(conversation=ticket.conversation_id).first()
    if row is None:
        return None
    return Beside(crypto.decrypt(row.name_enc), row.contact_kind, _masked(row), crypto.decrypt(row.order_number_enc),
                  row.order.number if row.order else "")


def _masked(row: Report) -> str:
    return hint(row.contact_kind, crypto.decrypt(row.contact_enc)) if row.contact_enc else ""


class _Short(signing.TimestampSigner):
    """Signs in few letters: in a text message the gap for a token takes 35 characters of letters and digits.

    111 bits of the signature are kept; guessing goes through a door that counts.
    """

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        whole = signing.b64_decode(super().signature(value, key).encode())
        return signing.b62_encode(int.from_bytes(whole[:SIGNED_BYTES]) >> 1).rjust(SIGNATURE_LETTERS, "0")


def _signer() -> signing.TimestampSigner:
    return _Short(sep=".", salt="liuke.webform.link")
