"""A link is opened: by whom, by which way, and whether that settles who referred them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput
from liuke.referral.attribution import MAX_WINDOW_DAYS, Moment
from liuke.referral.models import Programme, Referral, ReferralLink, SharedDevice, Touch, Visitor
from liuke.referral.queries.attribution import programme
from liuke.referral.services.binding import UnknownCode, bind_by_touch

VISITOR_BYTES = 18                            # 144 bits; whoever holds the text is the visitor
CHANNELS = ("", "wechat", "moments", "wecom", "sms", "h5", "poster", "print")


class BadTouch(BadInput):
    """A channel that nobody knows."""

    code = "referral_bad_touch"


class BadProgramme(BadInput):
    """A moment that nobody knows, or a window outside 1 to 730 days."""

    code = "referral_bad_programme"


@dataclass(frozen=True)
class Opened:
    """What the client needs: the visitor's own text (keep it and send it again), and what was opened."""

    visitor: str
    link: ReferralLink
    touch_id: int


def open_link(
    *, token: str, now: datetime, visitor: str = "", customer_id: int | None = None, channel: str = "",
    qr: bool = False, address: str = "",
) -> Opened:
    """Write down that a link was opened. A text that no visitor has makes a new visitor.

    A logged-in newcomer is bound at once when the programme says so, or by a QR code. Each call is a touch of its own.
    Raises UnknownCode for a link that never was or has ended, BadTouch.
    """
    require_transaction()
    if channel not in CHANNELS:
        raise BadTouch(_("未知的渠道"))
    link = ReferralLink.objects.filter(token=token, ended_at=None).first()
    if link is None:
        raise UnknownCode(_("链接不存在或已停用"))
    who, text = _visitor(visitor, customer_id, now)
    touch = Touch.objects.create(link=link, visitor=who, channel=channel, qr=qr, at=now,
                                 address_mark=crypto.blind("touch address", address) if address else b"")
    if customer_id is not None and (qr or programme().binds_at == Moment.FIRST_CLICK):
        bind_by_touch(customer_id=customer_id, now=now)
    return Opened(text, link, touch.pk)


def know_visitor(*, visitor: str, customer_id: int, now: datetime) -> Referral | None:
    """The visitor has logged in: their touches are the customer's. Again is nothing.

    A visitor who is known as somebody else stays that one's: two people may share a device. Binds when the programme
    binds at the first click, or when one of the touches came by a QR code.
    """
    require_transaction()
    who = Visitor.objects.select_for_update(no_key=True).filter(mark=_mark(visitor)).first()
    if who is None:
        return None
    if who.customer_id not in (None, customer_id):
        _note_shared(who, customer_id, now)
        return None
    if who.customer_id is None:
        who.customer_id, who.known_at = customer_id, now
        who.save(update_fields=["customer", "known_at"])
    if programme().binds_at == Moment.FIRST_CLICK or who.touches.filter(qr=True).exists():
        return bind_by_touch(customer_id=customer_id, now=now)
    return None


def set_programme(*, binds_at: str, window_days: int, now: datetime, by_id: int | None = None) -> None:
    """When newcomers are bound from now on. Who is bound stays so. Raises BadProgramme."""
    require_transaction()
    if binds_at not in set(Moment) or not 0 < window_days <= MAX_WINDOW_DAYS:
        raise BadProgramme(_("绑定时机或有效期不正确"))
    Programme.objects.create(binds_at=binds_at, window_days=window_days, made_at=now, made_by_id=by_id)


def _visitor(text: str, customer_id: int | None, now: datetime) -> tuple[Visitor, str]:
    """The visitor with this text, unless somebody else has it: then, and without a text, a new one."""
    known = Visitor.objects.filter(mark=_mark(text)).first() if text else None
    if known is not None and (customer_id is None or known.customer_id in (None, customer_id)):
        if known.customer_id is None and customer_id is not None:
            know_visitor(visitor=text, customer_id=customer_id, now=now)
        return known, text
    if known is not None and customer_id is not None:
        _note_shared(known, customer_id, now)
    text = secrets.token_urlsafe(VISITOR_BYTES)
    return Visitor.objects.create(mark=_mark(text), customer_id=customer_id,
                                  known_at=now if customer_id else None), text


def _note_shared(visitor: Visitor, customer_id: int, now: datetime) -> None:
    """Two customers on one device: no crime, but a signal. Again is nothing."""
    SharedDevice.objects.bulk_create([SharedDevice(visitor=visitor, customer_id=customer_id, at=now)],
                                     ignore_conflicts=True)


def _mark(text: str) -> bytes:
    return crypto.blind("visitor", text)
