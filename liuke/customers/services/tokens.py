"""Logging in with a code sent to a phone, and the tokens that devices hold afterwards."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from liuke.channels.messaging import LOGIN_CODE, Template
from liuke.channels.mini_program import Session
from liuke.channels.registry import messengers
from liuke.customers.models import CustomerToken, ForgottenMark, Identity, LoginCode
from liuke.customers.queries import marks
from liuke.customers.queries.records import living
from liuke.customers.rules import identities, login
from liuke.customers.services.bulk import Reference, find_or_create_many
from liuke.customers.services.identities import IdentityTaken, add_identity, note_twins, verify_identity
from liuke.customers.services.records import join
from liuke.kit import crypto, rows
from liuke.kit.db import advisory_lock, require_no_transaction, require_transaction
from liuke.kit.errors import Refused
from liuke.kit.jobs import later


class TooManyCodes(Refused):
    """Too many codes were asked for, or too many wrong ones tried. Wait a while."""

    code = "too_many_codes"
    status = 429


class NoCodes(Refused):
    """This installation has no way to send a text message."""

    code = "codes_not_available"
    status = 503


class WrongCode(Refused):
    """The code is wrong, used, or too old. The door raises it, after the try has been counted."""

    code = "wrong_code"


@dataclass(frozen=True)
class LoggedIn:
    customer_id: int
    token: str


def send_code(*, phone: str, ip: str, now: datetime) -> str:
    """Send a fresh code to the phone; those before it stop working. Returns it for the demo's screen.

    Says the same whether the phone is known or not. Raises BadIdentity, TooManyCodes, NoCodes.
    """
    require_transaction()
    phone = identities.normal_value(identities.PHONE, phone)
    if "sms" not in messengers():
        raise NoCodes(_("暂时不能发送短信验证码"))
    phone_mark, ip_mark = crypto.blind("login phone", phone), crypto.blind("login address", ip)
    advisory_lock(f"login:{ip_mark.hex()}")
    advisory_lock(f"login:{phone_mark.hex()}")
    by_phone, by_address = Q(phone_mark=phone_mark), Q(ip_mark=ip_mark)
    recent = LoginCode.objects.filter(by_phone | by_address, created_at__gt=now - login.WINDOW)
    asked = recent.aggregate(mine=Count("pk", filter=by_phone), here=Count("pk", filter=by_address),
                             just=Count("pk", filter=by_phone & Q(created_at__gt=now - login.WAIT)))
    if asked["just"] or asked["mine"] >= login.CODES_PER_PHONE or asked["here"] >= login.CODES_PER_ADDRESS:
        raise TooManyCodes(_("验证码发送过于频繁，请稍后再试"))
    code = f"{secrets.randbelow(10**login.CODE_DIGITS):0{login.CODE_DIGITS}}"
    recent.filter(by_phone).update(expires_at=now)
    row = LoginCode.objects.create(
        phone_mark=phone_mark, ip_mark=ip_mark, code_mark=_code_mark(phone, code), to_enc=crypto.encrypt(phone),
        code_enc=crypto.encrypt(code), tries_left=login.CODE_TRIES, created_at=now, expires_at=now + login.CODE_LIFE,
    )
    later("customers.send_login_code", code_id=row.pk)
    return code


def deliver_code(*, code_id: int, now: datetime) -> None:
    """Hand the code to the channel, and forget its words. Outside of any transaction; again is nothing.

    Raises ChannelError; the next try finds what this one has sent.
    """
    require_no_transaction()
    row = LoginCode.objects.filter(pk=code_id, expires_at__gt=now).first()
    if row is None or not row.code_enc:
        return
    values = {"code": crypto.decrypt(row.code_enc), "minutes": str(login.CODE_LIFE.seconds // 60)}
    text, key = _("验证码 %(code)s，%(minutes)s 分钟内有效，请勿告诉他人。") % values, f"login_code:{row.pk}"
    tried = not cache.add(f"tried:{key}", 1, login.CODE_LIFE.total_seconds())
    messengers()["sms"].send(to=crypto.decrypt(row.to_enc), text=text, key=key, again=tried,
                             template=Template(LOGIN_CODE, values))
    LoginCode.objects.filter(pk=row.pk).update(to_enc=b"", code_enc=b"")


def log_in(*, phone: str, code: str, now: datetime) -> LoggedIn | None:
    """The customer with this phone (a new one, when nobody has it) and a fresh token; None when the code is not right.

    None and not an exception, so that the counted try is committed. Raises BadIdentity, TooManyCodes.
    """
    require_transaction()
    phone = identities.normal_value(identities.PHONE, phone)
    phone_mark = crypto.blind("login phone", phone)
    advisory_lock(f"login:{phone_mark.hex()}")
    recent = list(LoginCode.objects.filter(phone_mark=phone_mark, created_at__gt=now - login.WINDOW).order_by("-pk"))
    if sum(login.CODE_TRIES - each.tries_left for each in recent) >= login.FAILURES_PER_PHONE:
        raise TooManyCodes(_("验证码错误次数过多，请稍后再试"))
    row = next((each for each in recent if each.expires_at > now and not each.used_at and each.tries_left > 0), None)
    if row is None:
        return None
    if not secrets.compare_digest(bytes(row.code_mark), _code_mark(phone, code)):
        row.tries_left -= 1
        row.save(update_fields=["tries_left"])
        return None
    row.used_at, row.code_enc, row.to_enc = now, b"", b""
    row.save(update_fields=["used_at", "code_enc", "to_enc"])
    customer_id = _customer(phone, now)
    return LoggedIn(customer_id, issue_token(customer_id=customer_id, now=now))


def log_in_by_wechat(*, appid: str, session: Session, phone: str, now: datetime) -> LoggedIn:
    """The customer with the phone that WeChat has checked, known from now on by their ids there too, and a fresh token.

    An id that another record has stays that one's: the two are noted as possibly one person. Raises BadIdentity.
    """
    require_transaction()
    phone = identities.normal_value(identities.PHONE, phone)
    advisory_lock(f"login:{crypto.blind('login phone', phone).hex()}")
    customer_id = _customer(phone, now)
    known = [(identities.WECHAT_OPENID, appid, session.openid), (identities.WECHAT_UNIONID, "", session.unionid)]
    for kind, scope, value in known:
        if value:
            _also_known(customer_id, kind, scope, value, now)
    return LoggedIn(customer_id, issue_token(customer_id=customer_id, now=now))


def _also_known(customer_id: int, kind: str, scope: str, value: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            add_identity(customer_id=customer_id, kind=kind, scope=scope, value=value, now=now, verified=True)
    except IdentityTaken as taken:
        note_twins(customer_id=customer_id, other_id=taken.other_id, reason=kind, now=now)


def _code_mark(phone: str, code: str) -> bytes:
    return crypto.blind("login code", f"{phone}\x00{code}")


def _customer(phone: str, now: datetime) -> int:
    """Who has this phone; it is proved to be theirs now. A forgotten person who comes back is a new customer."""
    if ForgottenMark.objects.filter(kind=identities.PHONE, mark=marks.forgotten_mark(identities.PHONE, phone)).exists():
        customer = join(source="shop", now=now)
        add_identity(customer_id=customer.pk, kind=identities.PHONE, value=phone, now=now, verified=True)
        return customer.pk
    asked = Reference(identities.PHONE, "", phone)
    customer_id = find_or_create_many(references=[asked], now=now, source="shop", joining=True)[asked]
    row = Identity.objects.get(
        kind=identities.PHONE, scope="", blind=marks.identity_mark(identities.PHONE, phone), customer_id=customer_id
    )
    verify_identity(identity_id=row.pk, now=now)
    return customer_id


def issue_token(*, customer_id: int, now: datetime) -> str:
    """A token for one more device; beyond login.MAX_TOKENS the oldest device is logged out."""
    require_transaction()
    token = secrets.token_urlsafe(login.TOKEN_BYTES)
    CustomerToken.objects.create(
        customer_id=customer_id, token_hash=_hash(token), created_at=now, expires_at=now + login.TOKEN_LIFE
    )
    valid = CustomerToken.objects.filter(customer_id=customer_id, revoked_at=None, expires_at__gt=now)
    extra = list(valid.order_by("-pk").values_list("pk", flat=True)[login.MAX_TOKENS:])
    CustomerToken.objects.filter(pk__in=extra).update(revoked_at=now)
    return token


def customer_of(token: str, *, now: datetime) -> int | None:
    """Whose valid token this is; a merged record answers with the one that stays, a forgotten person with nobody."""
    found = rows.fetch(_CUSTOMER_OF, [_hash(token), now])
    if not found:
        return None
    customer_id, merged = found[0]
    return living(customer_id) if merged else int(customer_id)


_CUSTOMER_OF = """
SELECT customer.id, customer.merged_into_id IS NOT NULL
FROM customers_customertoken token JOIN customers_customer customer ON customer.id = token.customer_id
WHERE token.token_hash = %s AND token.revoked_at IS NULL AND token.expires_at > %s AND customer.forgotten_at IS NULL
"""


def log_out(*, token: str, now: datetime) -> None:
    """The token opens nothing any more. Again, or unknown, is nothing."""
    require_transaction()
    CustomerToken.objects.filter(token_hash=_hash(token), revoked_at=None).update(revoked_at=now)


def delete_old_codes(*, now: datetime) -> int:
    """Codes are kept for their limits only."""
    require_transaction()
    old = LoginCode.objects.filter(created_at__lt=now - login.KEEP_CODES).values_list("pk", flat=True)[: login.BATCH]
    return LoginCode.objects.filter(pk__in=list(old)).delete()[0]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
