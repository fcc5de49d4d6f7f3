"""Text messages by Alibaba Cloud (Dysmsapi 2017-05-25): an approved text, its gaps, and one phone in China or abroad.

A send has no key that makes it one at the provider's. What it keeps is our key as `OutId`, and it can be asked for the
messages of a phone on a day, so after a try whose effect is not known that is asked before the next.
https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms and -querysenddetails
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from liuke.channels import aliyun
from liuke.channels.errors import ChannelError
from liuke.channels.messaging import GAPS, NOTICE, Receipt, Template
from liuke.kit import env
from liuke.kit.db import require_no_transaction

HOST, VERSION = "dysmsapi.aliyuncs.com", "2017-05-25"
CHINA, HOME = ZoneInfo("Asia/Shanghai"), "+86"
SECONDS = httpx.Timeout(8.0, connect=3.05)
LONGEST_GAP = 35                         # characters; of a notice's text likewise, so longer words are refused by them
TRIED_FOR = timedelta(days=1)            # so far back an earlier try is looked for
PAGE = 50
KEY_CHARACTERS = 256

FOR_GOOD, LATER = True, False
REFUSALS: Mapping[str, tuple[str, bool]] = {        # their word -> ours, and whether asking again is useless
    "isv.BUSINESS_LIMIT_CONTROL": ("number_limit", LATER), "isv.DAY_LIMIT_CONTROL": ("account_limit", LATER),
    "isv.MONTH_LIMIT_CONTROL": ("account_limit", LATER),
    "isv.MOBILE_NUMBER_ILLEGAL": ("bad_number", FOR_GOOD),
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": ("bad_number", FOR_GOOD),
    "isv.SMS_TEMPLATE_ILLEGAL": ("template_missing", FOR_GOOD),
    "isv.TEMPLATE_MISSING_PARAMETERS": ("template_gaps", FOR_GOOD),
    "isv.TEMPLATE_PARAMS_ILLEGAL": ("template_gaps", FOR_GOOD), "isv.PARAM_LENGTH_LIMIT": ("words_refused", FOR_GOOD),
    "isv.INVALID_PARAMETERS": ("words_refused", FOR_GOOD), "isv.PARAM_NOT_SUPPORT_URL": ("words_refused", FOR_GOOD),
    "isv.SMS_CONTENT_ILLEGAL": ("words_refused", FOR_GOOD), "isv.BLACK_KEY_CONTROL_LIMIT": ("words_refused", FOR_GOOD),
    "isv.SMS_SIGNATURE_ILLEGAL": ("sign_refused", LATER), "isv.SMS_SIGN_ILLEGAL": ("sign_refused", LATER),
    "isv.SIGN_STATE_ILLEGAL": ("sign_refused", LATER), "isv.SMS_SIGNATURE_SCENE_ILLEGAL": ("sign_refused", LATER),
    "isv.AMOUNT_NOT_ENOUGH": ("no_balance", LATER), "isv.OUT_OF_SERVICE": ("no_balance", LATER),
    "isp.RAM_PERMISSION_DENY": ("not_allowed", LATER), "isv.DENY_IP_RANGE": ("not_allowed", LATER),
    "InvalidAccessKeyId.NotFound": ("not_allowed", LATER), "InvalidAccessKeyId.Inactive": ("not_allowed", LATER),
    "SignatureDoesNotMatch": ("not_allowed", LATER), "Forbidden.RAM": ("not_allowed", LATER),
    "InvalidTimeStamp.Expired": ("clock", LATER),
}
PASSED = "1"                             # of a template's and a signature's state


@dataclass(frozen=True)
class Account:
    """`templates`: purpose -> their code of the approved text."""

    key_id: str
    secret: str
    sign: str
    templates: Mapping[str, str]


class AliyunSms:
    """Adapter of one account. What it raises holds their words and codes, never a key, a number or what was said."""

    def __init__(self, account: Account, *, client: httpx.Client | None = None) -> None:
        self._account, self._client = account, client or httpx.Client(base_url=f"https://{HOST}", timeout=SECONDS)

    def send(self, *, to: str, text: str, key: str, template: Template | None = None, again: bool = False) -> Receipt:
        """One message. Raises ChannelError; one without `permanent` may have been sent, so the next try is `again`."""
        filled = template or Template(NOTICE, {"text": text})
        code = self._account.templates.get(filled.purpose)
        if code is None:
            raise ChannelError(f"no template for {filled.purpose}", permanent=True, code="template_missing")
        if any(len(value) > LONGEST_GAP for value in filled.values.values()):
            raise ChannelError(f"a gap takes {LONGEST_GAP} characters", permanent=True, code="words_refused")
        if again and self._was_taken(to, key):
            return Receipt(ref=f"found:{key}"[:120])
        said = self._ask("SendSms", {
            "PhoneNumbers": _number(to), "SignName": self._account.sign, "TemplateCode": code,
            "TemplateParam": json.dumps(dict(filled.values), ensure_ascii=False, sort_keys=True),
            "OutId": key[:KEY_CHARACTERS]})
        return Receipt(ref=str(said.get("BizId", ""))[:120])

    def wrong(self) -> list[str]:
        """What keeps this account from sending, a sentence each; sends nothing. Raises ChannelError."""
        found = []
        if str(self._ask("GetSmsSign", {"SignName": self._account.sign}).get("SignStatus")) != PASSED:
            found.append(f"the signature {self._account.sign} is not approved")
        for purpose in GAPS:
            code = self._account.templates.get(purpose)
            if code is None:
                if purpose != NOTICE:
                    found.append(f"no template for {purpose}")
                continue
            said = self._ask("GetSmsTemplate", {"TemplateCode": code})
            wants = _gaps(str(said.get("TemplateContent", "")))
            if str(said.get("TemplateStatus")) != PASSED:
                found.append(f"{code} ({purpose}) is not approved")
            elif unknown := wants - set(GAPS[purpose]):
                found.append(f"{code} ({purpose}) wants {', '.join(sorted(unknown))}")
        return found

    def _was_taken(self, to: str, key: str) -> bool:
        """Whether they keep a message to this phone under this key, of today or the day before in China."""
        today = timezone.now().astimezone(CHINA)
        for day in (today, today - TRIED_FOR):
            page, more = 1, True
            while more:
                said = self._ask("QuerySendDetails", {
                    "PhoneNumber": _number(to), "SendDate": f"{day:%Y%m%d}", "PageSize": str(PAGE),
                    "CurrentPage": str(page)})
                rows = (said.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
                if any(row.get("OutId") == key[:KEY_CHARACTERS] for row in rows):
                    return True
                page, more = page + 1, len(rows) == PAGE
        return False

    def _ask(self, action: str, params: Mapping[str, str]) -> dict[str, Any]:
        require_no_transaction()
        query, heads = aliyun.signed(
            host=HOST, action=action, version=VERSION, stamp=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            nonce=secrets.token_hex(16), params=params, key_id=self._account.key_id, secret=self._account.secret)
        try:
            answer = self._client.post(f"/?{query}", headers=heads)
        except httpx.HTTPError as error:
            why = f"Alibaba Cloud did not answer: {type(error).__name__}"
            raise ChannelError(why, permanent=False, code="no_answer") from None
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if isinstance(said, dict) and answer.is_success and said.get("Code") == "OK":
            return said
        raise _refusal(said if isinstance(said, dict) else {}, answer.status_code)


def _refusal(said: Mapping[str, Any], status: int) -> ChannelError:
    """Their sentence is not kept: it may name the number or the words."""
    theirs = str(said.get("Code") or status)
    code, for_good = REFUSALS.get(theirs, ("busy" if theirs.startswith("Throttling") else theirs[:40], LATER))
    return ChannelError(f"Alibaba Cloud says {theirs}", permanent=for_good, code=code)


def _number(to: str) -> str:
    """Theirs: a number in China without its code, one abroad with its code but no plus."""
    return to.removeprefix(HOME).removeprefix("+")


def _gaps(content: str) -> set[str]:
    """The names in ${...}."""
    return {part.split("}")[0] for part in content.split("${")[1:]}


def from_environment() -> AliyunSms:
    """Reads LIUKE_ALIYUN_SMS_ID (which turns it on), _KEY, _SIGN and _TEMPLATES (login_code=SMS_1,call_out=SMS_2).

    Raises ImproperlyConfigured, which stops the start.
    """
    pairs = [word.partition("=") for word in env.words("LIUKE_ALIYUN_SMS_TEMPLATES")]
    for purpose, _sign, code in pairs:
        if purpose not in GAPS or not code:
            raise ImproperlyConfigured(
                f"LIUKE_ALIYUN_SMS_TEMPLATES: {purpose!r} is none of {', '.join(GAPS)}, each with = and its code")
    return AliyunSms(Account(
        key_id=env.text("LIUKE_ALIYUN_SMS_ID"), secret=env.text("LIUKE_ALIYUN_SMS_KEY"),
        sign=env.text("LIUKE_ALIYUN_SMS_SIGN"), templates={purpose: code for purpose, _, code in pairs}))
