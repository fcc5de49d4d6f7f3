"""Requests to Alibaba Cloud, signed by ACS3-HMAC-SHA256, with all parameters in the query.

https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

EMPTY = hashlib.sha256(b"").hexdigest()
ALGORITHM = "ACS3-HMAC-SHA256"


def signed(*, host: str, action: str, version: str, stamp: str, nonce: str, params: Mapping[str, str], key_id: str,
           secret: str) -> tuple[str, dict[str, str]]:
    """The query and the headers of one POST without a body. `stamp` is UTC as 2023-10-26T10:22:32Z."""
    query = "&".join(f"{_quoted(name)}={_quoted(params[name])}" for name in sorted(params))
    heads = {"host": host, "x-acs-action": action, "x-acs-content-sha256": EMPTY, "x-acs-date": stamp,
             "x-acs-signature-nonce": nonce, "x-acs-version": version}
    names = ";".join(heads)                          # already in the order of the alphabet
    lines = "".join(f"{name}:{value}\n" for name, value in heads.items())
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{EMPTY}"
    told = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    mark = hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
    return query, {**heads, "Authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={mark}"}


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
