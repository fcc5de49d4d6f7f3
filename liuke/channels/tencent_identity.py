"""Tencent Cloud, two-element check (IdCardVerification): do a name and an identity number belong to one person?

Requests are signed by TC3-HMAC-SHA256. The answer comes with HTTP 200 whatever it says.
https://cloud.tencent.com/document/product/1007/33188 (the call), 1007/31325 (the signature)
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
from django.utils import timezone

from liuke.channels.errors import ChannelError
from liuke.channels.identity import Checked
from liuke.kit import env
from liuke.kit.db import require_no_transaction

HOST, SERVICE, ACTION, VERSION = "faceid.tencentcloudapi.com", "faceid", "IdCardVerification", "2018-03-01"
JSON = "application/json; charset=utf-8"
SECONDS = 8
SAME = "0"                                # -1: differ, -2: no such number, -3: no such name or number, -4: no record
DIFFERS = ("-1", "-2", "-3", "-4")


class TencentIdentity:
    """Adapter of one account."""

    name = "tencent"

    def __init__(self, *, secret_id: str, secret_key: str, client: httpx.Client) -> None:
        self._id, self._key, self._client = secret_id, secret_key, client

    def check(self, *, name: str, number: str, key: str) -> Checked:
        require_no_transaction()
        body = json.dumps({"IdCard": number, "Name": name}, ensure_ascii=False).encode()
        try:
            said = self._client.post("/", content=body, headers=self._headers(body, timezone.now()))
            told: dict[str, Any] = said.raise_for_status().json()["Response"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ChannelError(type(error).__name__, permanent=False) from error
        if "Error" in told:
            raise ChannelError(told["Error"]["Message"], permanent=False, code=told["Error"]["Code"])
        if told.get("Result") not in (SAME, *DIFFERS):
            raise ChannelError(told.get("Description", ""), permanent=False, code=str(told.get("Result")))
        return Checked(same=told["Result"] == SAME, ref=told.get("RequestId", ""))

    def _headers(self, body: bytes, now: datetime) -> dict[str, str]:
        stamp, day = str(int(now.timestamp())), f"{now.astimezone(UTC):%Y-%m-%d}"
        return {
            "Authorization": signature(body, stamp=stamp, day=day, secret_id=self._id, secret_key=self._key),
            "Content-Type": JSON, "Host": HOST, "X-TC-Action": ACTION, "X-TC-Timestamp": stamp,
            "X-TC-Version": VERSION,
        }


def signature(body: bytes, *, stamp: str, day: str, secret_id: str, secret_key: str) -> str:
    """The header Authorization of TC3-HMAC-SHA256."""
    signed = "content-type;host;x-tc-action"
    heads = f"content-type:{JSON}\nhost:{HOST}\nx-tc-action:{ACTION.lower()}\n"
    request = f"POST\n/\n\n{heads}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{SERVICE}/tc3_request"
    told = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"TC3{secret_key}".encode()
    for word in (day, SERVICE, "tc3_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    mark = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={signed}, Signature={mark}"


def from_environment() -> TencentIdentity:
    """Reads LIUKE_TENCENT_IDENTITY_ID (which turns it on) and LIUKE_TENCENT_IDENTITY_KEY."""
    return TencentIdentity(
        secret_id=env.text("LIUKE_TENCENT_IDENTITY_ID"), secret_key=env.text("LIUKE_TENCENT_IDENTITY_KEY"),
        client=httpx.Client(base_url=f"https://{HOST}", timeout=SECONDS))
