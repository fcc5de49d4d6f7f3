"""Which parts of the outside this installation uses. A row per adapter; what its switch does not turn on stays unread.

A row: the name by which our tables know it, the variable that turns it on, and what makes it from the environment.
"""

from functools import cache
from typing import TYPE_CHECKING, cast

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from liuke.channels import carriers
from liuke.channels.carriers import CarrierDoor
from liuke.channels.identity import IdentityChecker
from liuke.channels.messaging import Inbox, LogOnly, Messenger
from liuke.channels.payment import PaymentProvider
from liuke.channels.payout import PayoutProvider
from liuke.kit import env

if TYPE_CHECKING:
    from liuke.channels.mini_program import MiniProgram
    from liuke.channels.wecom import Line

PAYMENTS = [
    ("wechat", "LIUKE_WECHATPAY_MCHID", "liuke.channels.wechatpay.from_environment"),
    ("transfer", "LIUKE_TRANSFER_ACCOUNT", "liuke.channels.transfer.from_environment"),
    ("demo", "LIUKE_DEMO", "liuke.channels.demo.from_environment"),
]

PAYOUTS = [                                         # at most one is used: the first that is turned on
    ("wechat", "LIUKE_WECHATPAY_TRANSFER_SCENE", "liuke.channels.wechatpay_transfers.from_environment"),
    ("demo", "LIUKE_DEMO", "liuke.channels.demo_payout.from_environment"),
]

IDENTITIES = [                                      # at most one is used: the first that is turned on
    ("tencent", "LIUKE_TENCENT_IDENTITY_ID", "liuke.channels.tencent_identity.from_environment"),
    ("demo", "LIUKE_DEMO", "liuke.channels.demo_identity.from_environment"),
]

MESSENGERS = [                                      # the inbox is always on
    ("sms", "LIUKE_ALIYUN_SMS_ID", "liuke.channels.aliyun_sms.from_environment"),
]


@cache
def carrier_doors() -> dict[str, CarrierDoor]:
    """The carriers whose systems may tell of parcels, by code. Raises ImproperlyConfigured, which stops the start."""
    return carriers.from_environment()


@cache
def payment_providers() -> dict[str, PaymentProvider]:
    """The providers that are turned on, by name. Raises ImproperlyConfigured, which stops the start."""
    return {name: cast("PaymentProvider", import_string(make)()) for name, switch, make in PAYMENTS
            if env.text(switch, "") not in ("", "no")}


def payment_provider(name: str) -> PaymentProvider:
    """Raises ImproperlyConfigured when it is not, or no longer, turned on; what waits for it waits on."""
    try:
        return payment_providers()[name]
    except KeyError:
        raise ImproperlyConfigured(f"the payment provider {name!r} is not turned on") from None


@cache
def payout_providers() -> dict[str, PayoutProvider]:
    """The ways to send money to a wallet that are turned on, by name, the one to use first."""
    return {name: cast("PayoutProvider", import_string(make)()) for name, switch, make in PAYOUTS
            if env.text(switch, "") not in ("", "no")}


@cache
def identity_checkers() -> dict[str, IdentityChecker]:
    """The checks of identity that are turned on, by name, the one to use first. Without one nobody can be verified."""
    return {name: cast("IdentityChecker", import_string(make)()) for name, switch, make in IDENTITIES
            if env.text(switch, "") not in ("", "no")}


@cache
def mini_program() -> "MiniProgram | None":
    """The brand's mini-program at WeChat, or none."""
    if not env.text("LIUKE_MINIPROGRAM_APPID", ""):
        return None
    return cast("MiniProgram", import_string("liuke.channels.mini_program.from_environment")())


@cache
def wecom() -> "Line | None":
    """The brand's line to WeCom, or none."""
    if not env.text("LIUKE_WECOM_CORPID", ""):
        return None
    return cast("Line", import_string("liuke.channels.wecom.from_environment")())


DEMO_CHANNELS = ("sms", "email", "wecom", "wechat", "mini_program")      # in the demo they only write a line in the log


@cache
def messengers() -> dict[str, Messenger]:
    """The ways to send words that are turned on, by the name consent knows them by. Only `outreach` may use them."""
    found: dict[str, Messenger] = {"inbox": Inbox()}
    if env.flag("LIUKE_DEMO"):
        found |= {channel: LogOnly(channel) for channel in DEMO_CHANNELS}
    made = {name: cast("Messenger", import_string(make)()) for name, switch, make in MESSENGERS if env.text(switch, "")}
    return {**found, **made}
