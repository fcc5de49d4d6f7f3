"""Kinds of identities: how a value is brought to its one form, and how much of it may be shown."""

import re
import unicodedata

import phonenumbers

from liuke.kit.errors import BadInput

PHONE, EMAIL = "phone", "email"
WECHAT_OPENID, WECHAT_UNIONID, WECOM_EXTERNAL = "wechat_openid", "wechat_unionid", "wecom_external"
EXTERNAL = "external"                          # a shop's or another system's own id; scope names the system
NUMBER = "number"                              # only in a Reference: the member number itself

KINDS = (PHONE, EMAIL, WECHAT_OPENID, WECHAT_UNIONID, WECOM_EXTERNAL, EXTERNAL)
SCOPED = {WECHAT_OPENID, EXTERNAL}             # the same value means another person in another scope
REGION = "CN"
VALUE_CHARACTERS, SCOPE_CHARACTERS, NUMBER_CHARACTERS = 200, 40, 40

_BETWEEN_DIGITS = re.compile(r"[\s\-()（）－—.]+")
_CHINESE_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")      # operators open ranges before libraries know them
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@(?:[^@\s.,;:<>()\[\]\\\"]{1,63}\.)+[^@\s.,;:<>()\[\]\\\"]{2,63}")
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")


class BadIdentity(BadInput):
    """The value cannot be an identity of this kind."""

    code = "identity_value"


def normal(kind: str, scope: str, value: str) -> tuple[str, str, str]:
    """Kind, scope and value in their one stored form. Raises BadIdentity; applied twice it changes nothing more."""
    if kind not in (*KINDS, NUMBER):
        raise BadIdentity(f"there is no identity of the kind {kind!r}")
    scope = scope.strip()
    if len(scope) > SCOPE_CHARACTERS or bool(scope) != (kind in SCOPED):
        raise BadIdentity(f"an identity of the kind {kind} {'needs' if kind in SCOPED else 'has no'} scope")
    return kind, scope, normal_value(kind, value)


def normal_value(kind: str, value: str) -> str:
    """One form for one value: phones in E.164 (Chinese unless they say otherwise), e-mail in lower case.

    The message of BadIdentity does not repeat the value: it may reach a log.
    """
    if kind == PHONE and (mobile := _CHINESE_MOBILE.fullmatch(value)):       # nearly all of them, so first
        return "+86" + mobile[1]
    value = unicodedata.normalize("NFKC", value).strip()
    if kind == PHONE:
        return _phone(value)
    if kind == EMAIL:
        if not _EMAIL.fullmatch(value):
            raise BadIdentity("this is not an e-mail address")
        return value.lower()
    longest = NUMBER_CHARACTERS if kind == NUMBER else VALUE_CHARACTERS
    if not _VISIBLE.fullmatch(value) or len(value) > longest:
        raise BadIdentity(f"an identity of the kind {kind} has 1 to {longest} visible characters")
    return value


def _phone(value: str) -> str:
    if mobile := _CHINESE_MOBILE.fullmatch(_BETWEEN_DIGITS.sub("", value)):
        return "+86" + mobile[1]
    try:
        number = phonenumbers.parse(value, REGION)
    except phonenumbers.NumberParseException as error:
        raise BadIdentity("this is not a phone number") from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise BadIdentity("there is no such phone number")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def hint(kind: str, value: str) -> str:
    """What staff may see without a special right: 138****1234, w***@qq.com, the last four characters of an id."""
    if kind == PHONE:
        national = value.removeprefix("+86")
        return f"{national[:3]}****{national[-4:]}"
    if kind == EMAIL:
        name, _, domain = value.partition("@")
        return f"{name[0]}***@{domain}"[:40]
    return f"…{value[-4:]}" if len(value) >= 8 else "…"
