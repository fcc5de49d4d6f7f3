"""A form comes in and becomes a matter of the desk; answers go to the address that was left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _

from liuke.channels.errors import ChannelError
from liuke.channels.messaging import ANSWERED, RECEIVED, Template
from liuke.channels.registry import messengers
from liuke.customers.queries.marks import identity_mark
from liuke.customers.rules.identities import EMAIL, PHONE, normal_value
from liuke.customers.services import identities
from liuke.desk.models import Message
from liuke.desk.rules import BOT, CUSTOMER, FORM
from liuke.desk.services import delivery, talk
from liuke.desk.services.products import BY_FORM, say_product
from liuke.desk.services.talk import Incoming, Kept
from liuke.kit import crypto
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mailbox.services import intake, sending
from liuke.mall.models import Order
from liuke.mall.queries.batches import batches_of
from liuke.webform.models import Report
from liuke.webform.queries import address_of, link, newest_ticket, token
from liuke.webform.rules import PROGRESS, REPORTS_AN_HOUR, REPORTS_OF_ADDRESS, WORDS, WORDS_AN_HOUR, is_mail
from liuke.webform.words import MERGED

HOUR = timedelta(hours=1)
NO_TEXT_MESSAGES = "not_set_up"


class TooManyReports(Refused):
    """This contact, or this report, was used too often within an hour."""

    code = "too_many_reports"
    status = 429


class OtherReport(Refused):
    """This key belongs to a report with another contact or other words."""

    code = "report_key_taken"
    status = 409


class MergedElsewhere(Refused):
    """The matter was merged into another one; this link does not prove whose that is."""

    code = "report_merged"
    status = 409


class TooManyFiles(BadInput):
    """More files than one form takes."""

    code = "too_many_files"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was typed. `kind` is one of rules.KINDS, or empty for "I do not know"."""

    name: str
    contact: str
    order_number: str
    kind: str
    text: str


def send_report(*, given: Given, files: Sequence[Kept], address: str, key: str, now: datetime) -> Report:
    """Open a matter for whoever the contact belongs to, acknowledge it there, and say nothing about them.

    `address` is the sender's in the network, of which a mark is kept. The same key again is the same report. Raises
    BadIdentity, TooManyReports, OtherReport, BadInput.
    """
    require_transaction()
    mark = crypto.blind("web form address", address)
    advisory_lock(f"web form:{mark.hex()}")
    kind = EMAIL if is_mail(given.contact) else PHONE
    value = normal_value(kind, given.contact)
    customer_id = identities.holder_of(kind=kind, value=value, name=given.name, source=FORM, now=now)
    thread = f"form:{key}"
    conversation = talk.open_conversation(channel=FORM, thread=thread, customer_id=customer_id, now=now)   # held
    blind = identity_mark(kind, value)
    said = Incoming(channel=FORM, thread=thread, external_id=thread, customer_id=customer_id, text=given.text, at=now,
                    pictures=files, kind=given.kind)
    if known := Report.objects.filter(conversation=conversation).first():
        return _again(known, blind, said, now)
    if Report.objects.filter(contact_blind=blind, sent_at__gt=now - HOUR).count() >= REPORTS_AN_HOUR:
        raise TooManyReports(_("这个手机号或邮箱一小时内提交得太多了，请稍后再试，或在已有的进展页里补充。"))
    if Report.objects.filter(address_mark=mark, sent_at__gt=now - HOUR).count() >= REPORTS_OF_ADDRESS:
        raise TooManyReports(_("从您的网络一小时内提交得太多了，请稍后再试。"))
    order = Order.objects.filter(number=given.order_number, customer_id=conversation.customer_id).first()
    row = Report.objects.create(
        conversation=conversation, contact_kind=kind, contact_blind=blind, contact_enc=crypto.encrypt(value),
        name_enc=crypto.encrypt(given.name), order_number_enc=crypto.encrypt(given.order_number),
        order=order if given.order_number else None, address_mark=mark, sent_at=now)
    if kind == EMAIL:
        intake.let_speak(conversation_id=conversation.pk, address=value, at=now)
    message = talk.receive(now=now, said=said)
    _name_product(row, message.ticket_id, now)
    talk.say_by_itself(ticket_id=message.ticket_id, key="received", now=now,
                       text=_received(message.ticket.number, link(row.pk, PROGRESS)))
    return row


def _again(known: Report, blind: bytes, said: Incoming, now: datetime) -> Report:
    other = OtherReport(_("这一页已经提交过了。要提交改过的内容，请再点一次提交。"))
    if bytes(known.contact_blind) != blind:
        raise other
    try:
        talk.receive(now=now, said=said)
    except talk.OtherMessage as error:
        raise other from error
    return known


def _received(number: str, address: str) -> str:
    return _("您反映的问题我们收到了，编号 %(number)s，会尽快由专人处理。进展和答复请看：%(link)s") % {
        "number": number, "link": address}


def _name_product(row: Report, ticket_id: int, now: datetime) -> None:
    """An order of one kind of goods says which product it is about."""
    lines = list(row.order.lines.exclude(item=None).select_related("item")) if row.order else []
    if len({line.item.product_id for line in lines if line.item}) != 1 or lines[0].item is None:
        return
    line_id = lines[0].pk if len(lines) == 1 else None
    say_product(ticket_id=ticket_id, product_id=lines[0].item.product_id, line_id=line_id, said_by=BY_FORM, now=now,
                batch=batches_of([line_id]).get(line_id, "") if line_id else "")


def add_words(*, report_id: int, level: str, text: str, files: Sequence[Kept], key: str, now: datetime) -> Message:
    """The sender says more, on either link; on the one of the screen only as long as the matter is one of its own.

    The same key again is the same message. Raises TooManyReports, MergedElsewhere, BadInput.
    """
    require_transaction()
    row = Report.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=report_id)
    if level == PROGRESS and newest_ticket(row).merged_into_id:
        raise MergedElsewhere(str(MERGED))
    said = Message.objects.filter(conversation=row.conversation, author=CUSTOMER, happened_at__gt=now - HOUR)
    if said.count() >= WORDS_AN_HOUR:
        raise TooManyReports(_("补充得太频繁了，请稍后再试。"))
    return talk.receive(now=now, said=Incoming(
        channel=FORM, thread=row.conversation.external_id, external_id=f"form:{row.pk}:{key}",
        customer_id=row.conversation.customer_id, text=text, at=now, pictures=files))


def carry(*, message_id: int, now: datetime) -> None:
    """Bring an answer to where its sender wants it: mail by the mailbox, with the link below for whoever filed the
    report and for nobody else; a phone gets the link.

    Killed in between, it is sent again under the same key. Never inside a transaction.
    """
    row = Report.objects.filter(conversation__messages=message_id).first()
    if row is None:
        sending.carry(message_id=message_id, now=now)
    elif row.contact_kind == EMAIL:
        foot = _("查看对话、补充或评价：%(link)s") % {"link": link(row.pk, WORDS)}
        sending.carry(message_id=message_id, now=now, foot=sending.Foot(foot, crypto.decrypt(row.contact_enc)))
    else:
        delivery.carry(message_id=message_id, send=partial(_send, row), now=now)


def _send(row: Report, message: Message) -> str:
    messenger = messengers().get("sms")
    if messenger is None:
        raise ChannelError("no way to send text messages", permanent=False, code=NO_TEXT_MESSAGES)
    text, template = _as_text_message(row, message)
    return messenger.send(to=crypto.decrypt(row.contact_enc), text=text, key=f"form:{message.pk}", template=template,
                          again=message.delivery.tries > 1).ref


def _as_text_message(row: Report, message: Message) -> tuple[str, Template]:
    """That it was received, or that there is an answer; never the answer. The link with the words is made here alone,
    so that nobody reads it in the ticket and speaks, or rates, in the customer's place."""
    number, opens = newest_ticket(row).number, token(row.pk, WORDS)
    values = {"number": number, "token": opens}
    if message.author == BOT:
        return _received(number, address_of(opens)), Template(RECEIVED, values)
    said = _("您反映的问题 %(number)s 有了答复，请看：%(link)s") % {"number": number, "link": address_of(opens)}
    return said, Template(ANSWERED, values)
