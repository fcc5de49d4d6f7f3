"""How WeChat Pay API v3 looks on the wire: RSA signatures both ways, AES-256-GCM notices, an HTTP server to speak it.

https://pay.weixin.qq.com/doc/v3/merchant/4012365342 (requests), 4013053420 (answers), 4012071382 (notices)
"""

import base64
import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = re.compile(r'(\w+)="([^"]*)"')
SCHEME = "WECHATPAY2-SHA256-RSA2048"


@cache
def key(owner: str) -> rsa.RSAPrivateKey:
    """The key of somebody, made when it is first needed and the same for the whole process."""
    del owner
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(owner: str) -> str:
    return key(owner).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(owner: str) -> str:
    return key(owner).public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def sign(owner: str, *parts: str) -> str:
    message = "".join(f"{part}\n" for part in parts).encode()
    return base64.b64encode(key(owner).sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(owner: str, signature: str, *parts: str) -> bool:
    message = "".join(f"{part}\n" for part in parts).encode()
    try:
        key(owner).public_key().verify(base64.b64decode(signature), message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(apiv3_key: str, text: str, *, about: str) -> dict[str, str]:
    """The `resource` of a notice."""
    nonce = secrets.token_hex(6)
    cipher = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), text.encode(), about.encode())
    return {"algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(cipher).decode(),
            "associated_data": about, "nonce": nonce, "original_type": about}


def said_by_wechat(body: str, *, key_id: str, at: float, signed_by: str = "wechat") -> dict[str, str]:
    """The headers with which WeChat signs an answer or a notice."""
    stamp, nonce = str(int(at)), secrets.token_hex(16)
    return {
        "Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": key_id,
        "Wechatpay-Signature": sign(signed_by, stamp, nonce, body), "Wechatpay-Signature-Type": SCHEME,
    }


@dataclass(frozen=True)
class Asked:
    """One request of the merchant. `signed_at` is None when its signature is wrong."""

    method: str
    path: str                        # with the query
    body: dict[str, Any]
    mchid: str
    signed_at: int | None


@dataclass(frozen=True)
class Answer:
    """What goes back; None for the body closes the connection without a word."""

    status: int
    body: bytes | None
    headers: Mapping[str, str]


def read(method: str, path: str, headers: Mapping[str, str], raw: str) -> Asked:
    parts = dict(TOKEN.findall(headers.get("Authorization", "")))
    said = (method, path, parts.get("timestamp", ""), parts.get("nonce_str", ""), raw)
    good = headers.get("Authorization", "").startswith(SCHEME) and is_signed(
        "merchant", parts.get("signature", ""), *said
    )
    return Asked(method=method, path=path, body=json.loads(raw or "{}"), mchid=parts.get("mchid", ""),
                 signed_at=int(parts["timestamp"]) if good else None)


def serve(answer: Callable[[Asked], Answer]) -> ThreadingHTTPServer:
    """A server on a free port of 127.0.0.1, already running; end it with `shutdown` and `server_close`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            said = answer(read(self.command, self.path, dict(self.headers), raw))
            if said.body is None:
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            with suppress(ConnectionError):               # who asked no longer waits: its own affair
                self.end_headers()
                self.wfile.write(said.body)

        def log_message(self, format: str, *args: Any) -> None:    # noqa: A002  the name is the base class's
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
