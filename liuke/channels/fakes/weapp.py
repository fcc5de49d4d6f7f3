"""WeChat as a mini-program meets it: codes that serve once, tokens that end, a phone behind a code.

    fake = FakeWeapp()
    code, phone_code = fake.opens("openid-1"), fake.shows("13800138000")
    weapp = fake.weapp()
"""

import itertools
import json
from urllib.parse import parse_qs

import httpx

from liuke.channels.weapp import URL, Weapp

APPID, SECRET = "wx-fake", "fake-secret"
TOKEN_SECONDS = 7200


class FakeWeapp:
    """`down`: nobody answers. `tokens`: how many access tokens were given out; `end_token` makes the last one stale."""

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, str]] = {}
        self.phones: dict[str, str] = {}
        self.tokens, self.living, self.down = 0, "", False
        self._numbers = itertools.count(1)

    def weapp(self) -> Weapp:
        return Weapp(APPID, SECRET, httpx.Client(transport=httpx.MockTransport(self._answer), base_url=URL))

    def opens(self, openid: str, unionid: str = "") -> str:
        """Somebody opens the mini-program; the code that `wx.login` gives."""
        code = f"login-{next(self._numbers)}"
        self.codes[code] = (openid, unionid)
        return code

    def shows(self, phone: str) -> str:
        """Somebody lets the mini-program know the phone; the code that the button gives."""
        code = f"phone-{next(self._numbers)}"
        self.phones[code] = phone
        return code

    def end_token(self) -> None:
        self.living = ""

    def _answer(self, asked: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectTimeout("nobody answers")
        said = parse_qs(asked.url.query.decode())
        body = json.loads(asked.content or b"{}")
        if asked.url.path == "/sns/jscode2session":
            return self._session(said)
        if asked.url.path == "/cgi-bin/stable_token":
            return self._token(body)
        if said.get("access_token") != [self.living] or not self.living:
            return httpx.Response(200, json={"errcode": 40001, "errmsg": "invalid credential"})
        phone = self.phones.pop(body.get("code", ""), None)
        if phone is None:
            return httpx.Response(200, json={"errcode": 40029, "errmsg": "code is invalid"})
        return httpx.Response(200, json={"errcode": 0, "phone_info": {
            "phoneNumber": phone, "purePhoneNumber": phone, "countryCode": "86"}})

    def _session(self, said: dict[str, list[str]]) -> httpx.Response:
        if (said["appid"], said["secret"]) != ([APPID], [SECRET]):
            return httpx.Response(200, json={"errcode": 40125, "errmsg": "invalid appsecret"})
        who = self.codes.pop(said["js_code"][0], None)
        if who is None:
            return httpx.Response(200, json={"errcode": 40163, "errmsg": "code been used"})
        openid, unionid = who
        return httpx.Response(200, json={"session_key": "k", "openid": openid, **(
            {"unionid": unionid} if unionid else {})})

    def _token(self, body: dict[str, object]) -> httpx.Response:
        if (body["appid"], body["secret"]) != (APPID, SECRET):
            return httpx.Response(200, json={"errcode": 40125, "errmsg": "invalid appsecret"})
        self.tokens += 1
        self.living = f"token-{self.tokens}"
        return httpx.Response(200, json={"access_token": self.living, "expires_in": TOKEN_SECONDS})
