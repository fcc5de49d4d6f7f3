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

from liuke.channels.fakes.tokened import FakeTokened, wrong
from liuke.channels.mini_program import App, MiniProgram

PNG = b"\x89PNG\r\n\x1a\n"
PLAIN = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~")
DEMO = App("wx-demo", "not-a-secret")


@dataclass
class FakeMiniProgram(FakeTokened):
    """`pictures` holds (scene, page) of every code given."""

    app: App = DEMO
    pages: tuple[str, ...] = ()
    pictures: list[tuple[str, str]] = field(default_factory=list)
    _logins: dict[str, dict[str, str]] = field(default_factory=dict)
    _phones: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def line(self, *, secret: str = "", clock: Callable[[], float] = lambda: 0.0) -> MiniProgram:
        """The real adapter, which finds WeChat here."""
        return MiniProgram(App(self.app.appid, secret or self.app.secret), client=self.client(), clock=clock)

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

    def _served(self, asked: httpx.Request) -> httpx.Response:
        said = dict(asked.url.params) | json.loads(asked.content or b"{}")
        if asked.url.path == "/sns/jscode2session":
            return self._session(said)
        if asked.url.path == "/cgi-bin/stable_token":
            return self._token(said)
        if not self._is_good(said["access_token"]):
            return wrong(40001, "invalid credential, access_token is invalid or not latest")
        return {"/wxa/getwxacodeunlimit": self._picture, "/wxa/business/getuserphonenumber": self._phone}[
            asked.url.path](said)

    def _session(self, said: dict[str, Any]) -> httpx.Response:
        if refused := self._stranger(said):
            return refused
        who = self._logins.pop(said["js_code"], None)
        return httpx.Response(200, json={"session_key": "k", **who}) if who else wrong(40163, "code been used")

    def _token(self, said: dict[str, Any]) -> httpx.Response:
        if refused := self._stranger(said):
            return refused
        return self._new_token()

    def _stranger(self, said: dict[str, Any]) -> httpx.Response | None:
        if said["appid"] != self.app.appid:
            return wrong(40013, "invalid appid")
        return None if said["secret"] == self.app.secret else wrong(40125, "invalid appsecret")

    def _phone(self, said: dict[str, Any]) -> httpx.Response:
        phone = self._phones.pop(said["code"], None)
        if phone is None:
            return wrong(40029, "code is invalid")
        return httpx.Response(200, json={"errcode": 0, "phone_info": {
            "phoneNumber": phone, "purePhoneNumber": phone, "countryCode": "86"}})

    def _picture(self, said: dict[str, Any]) -> httpx.Response:
        if not 1 <= len(said["scene"]) <= 32 or set(said["scene"]) - PLAIN:
            return wrong(40129, "invalid scene")
        if said.get("check_path", True) and said["page"] not in self.pages:
            return wrong(41030, "invalid page")
        self.pictures.append((said["scene"], said["page"]))
        return httpx.Response(200, content=PNG + said["scene"].encode(), headers={"content-type": "image/png"})
