"""WeChat as a mini-program meets it: codes that serve once, tokens that end, a phone behind a code, codes for scenes.

    wechat = FakeMiniProgram()
    line = wechat.line()
    line.code2session(wechat.opens("openid-1")); line.phone_of(wechat.shows("13800138000"))
"""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from liuke.channels.mini_program import App, MiniProgram

PNG = b"\x89PNG\r\n\x1a\n"
PLAIN = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~")
TOKEN_SECONDS = 7200
DEMO = App("wx-demo", "not-a-secret")


@dataclass
class FakeMiniProgram:
    """`pictures` holds (scene, page) of every code given, `tokens` counts the tokens; `busy` answers so many requests
    with -1; `down` closes."""

    app: App = DEMO
    pages: tuple[str, ...] = ()
    pictures: list[tuple[str, str]] = field(default_factory=list)
    tokens: int = 0
    busy: int = 0
    down: bool = False
    _living: str = ""
    _logins: dict[str, dict[str, str]] = field(default_factory=dict)
    _phones: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def line(self, *, secret: str = "", clock: Callable[[], float] = lambda: 0.0) -> MiniProgram:
        """The real adapter, which finds WeChat here."""
        client = httpx.Client(transport=httpx.MockTransport(self._answer), base_url="https://fake")
        return MiniProgram(App(self.app.appid, secret or self.app.secret), client=client, clock=clock)

    def opens(self, openid: str, unionid: str = "") -> str:
        """Somebody opens the mini-program; the code that `wx.login` gives."""
        code = f"login-{next(self._numbers)}"
        self._logins[code] = {"openid": openid, **({"unionid": unionid} if unionid else {})}
        return code

    def shows(self, phone: str) -> str:
        """Somebody lets the mini-program know the phone; the code that the button gives."""
        code = f"phone-{next(self._numbers)}"
        self._phones[code] = phone
        return code

    def end_token(self) -> None:
        """The token that is out is good no longer, as when somebody asks for a new one elsewhere."""
        self._living = ""

    def _answer(self, asked: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down", request=asked)
        if self.busy:
            self.busy -= 1
            return _wrong(-1, "system error")
        said = dict(asked.url.params) | json.loads(asked.content or b"{}")
        if asked.url.path == "/sns/jscode2session":
            return self._session(said)
        if asked.url.path == "/cgi-bin/stable_token":
            return self._token(said)
        if not self._living or said["access_token"] != self._living:
            return _wrong(40001, "invalid credential, access_token is invalid or not latest")
        return {"/wxa/getwxacodeunlimit": self._picture, "/wxa/business/getuserphonenumber": self._phone}[
            asked.url.path](said)

    def _session(self, said: dict[str, Any]) -> httpx.Response:
        if wrong := self._stranger(said):
            return wrong
        who = self._logins.pop(said["js_code"], None)
        return httpx.Response(200, json={"session_key": "k", **who}) if who else _wrong(40163, "code been used")

    def _token(self, said: dict[str, Any]) -> httpx.Response:
        if wrong := self._stranger(said):
            return wrong
        self.tokens += 1
        self._living = f"token-{self.tokens}"
        return httpx.Response(200, json={"access_token": self._living, "expires_in": TOKEN_SECONDS})

    def _stranger(self, said: dict[str, Any]) -> httpx.Response | None:
        if said["appid"] != self.app.appid:
            return _wrong(40013, "invalid appid")
        return None if said["secret"] == self.app.secret else _wrong(40125, "invalid appsecret")

    def _phone(self, said: dict[str, Any]) -> httpx.Response:
        phone = self._phones.pop(said["code"], None)
        if phone is None:
            return _wrong(40029, "code is invalid")
        return httpx.Response(200, json={"errcode": 0, "phone_info": {
            "phoneNumber": phone, "purePhoneNumber": phone, "countryCode": "86"}})

    def _picture(self, said: dict[str, Any]) -> httpx.Response:
        if not 1 <= len(said["scene"]) <= 32 or set(said["scene"]) - PLAIN:
            return _wrong(40129, "invalid scene")
        if said.get("check_path", True) and said["page"] not in self.pages:
            return _wrong(41030, "invalid page")
        self.pictures.append((said["scene"], said["page"]))
        return httpx.Response(200, content=PNG + said["scene"].encode(), headers={"content-type": "image/png"})


def _wrong(code: int, message: str) -> httpx.Response:
    return httpx.Response(200, json={"errcode": code, "errmsg": message})
