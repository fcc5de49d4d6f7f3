"""WeChat's side of mini-program codes: tokens that end, codes for scenes that fit, and its error numbers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

PNG = b"\x89PNG\r\n\x1a\n"
PLAIN = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~")


@dataclass
class FakeMiniProgram:
    """`codes` holds (scene, page) of every code given; `busy` answers so many requests with -1; `down` closes."""

    appid: str = "wx-demo"
    secret: str = "not-a-secret"  # noqa: S105  of a fake
    pages: tuple[str, ...] = ()
    codes: list[tuple[str, str]] = field(default_factory=list)
    tokens: int = 0
    busy: int = 0
    down: bool = False

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer), base_url="https://fake")

    def end_token(self) -> None:
        """The token that is out is good no longer, as when somebody asks for a new one elsewhere."""
        self.tokens += 1

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down", request=request)
        doors: dict[str, Callable[[httpx.Request], httpx.Response]] = {
            "/cgi-bin/stable_token": self._token, "/wxa/getwxacodeunlimit": self._code}
        return doors[request.url.path](request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if body["grant_type"] != "client_credential" or body["appid"] != self.appid:
            return _wrong(40013, "invalid appid")
        if body["secret"] != self.secret:
            return _wrong(40125, "invalid appsecret")
        self.tokens += 1
        return httpx.Response(200, json={"access_token": f"token-{self.tokens}", "expires_in": 7200})

    def _code(self, request: httpx.Request) -> httpx.Response:
        if self.busy:
            self.busy -= 1
            return _wrong(-1, "system error")
        if request.url.params.get("access_token") != f"token-{self.tokens}":
            return _wrong(40001, "invalid credential, access_token is invalid or not latest")
        body = json.loads(request.content)
        if not 1 <= len(body["scene"]) <= 32 or set(body["scene"]) - PLAIN:
            return _wrong(40129, "invalid scene")
        if body.get("check_path", True) and body["page"] not in self.pages:
            return _wrong(41030, "invalid page")
        self.codes.append((body["scene"], body["page"]))
        return httpx.Response(200, content=PNG + body["scene"].encode(), headers={"content-type": "image/png"})


def _wrong(code: int, message: str) -> httpx.Response:
    return httpx.Response(200, json={"errcode": code, "errmsg": message})
