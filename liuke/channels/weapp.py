"""The mini-program's own doors at WeChat: who is logging in, and the phone that WeChat has checked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from liuke.channels.errors import ChannelError
from liuke.kit import env

URL = "https://api.weixin.qq.com"
SECONDS = 5.0
EARLY = 300                                   # seconds before its end a token is asked for anew
AWAY = {-1, 45011}                            # WeChat is busy, or was asked too often: again later
STALE_TOKEN = {40001, 40014, 42001}


@dataclass(frozen=True)
class Session:
    """Who somebody is to this mini-program (`openid`), and to all of the brand at WeChat (`unionid`, or empty)."""

    openid: str
    unionid: str


@dataclass
class Weapp:
    """One mini-program. Every question is a call over the network: ask outside of transactions. Raises ChannelError."""

    appid: str
    secret: str
    client: httpx.Client
    clock: Callable[[], float] = time.monotonic
    _token: tuple[str, float] = field(default=("", 0.0))

    def code2session(self, code: str) -> Session:
        """Trade the code of `wx.login`; a code serves once."""
        told = self._ask("GET", "/sns/jscode2session", params={
            "appid": self.appid, "secret": self.secret, "js_code": code, "grant_type": "authorization_code"})
        return Session(str(told["openid"]), str(told.get("unionid", "")))

    def phone_of(self, code: str) -> str:
        """Trade the code of a `getPhoneNumber` button for the phone with its country, as +8613800138000."""
        for token in (self._access_token(), ""):
            try:
                told = self._ask("POST", "/wxa/business/getuserphonenumber",
                                 params={"access_token": token or self._access_token(fresh=True)}, json={"code": code})
            except ChannelError as error:
                if not token or error.code not in {str(each) for each in STALE_TOKEN}:
                    raise
            else:
                info = told["phone_info"]
                return f"+{info['countryCode']}{info['purePhoneNumber']}"
        raise AssertionError("the second try answers or raises")

    def _access_token(self, *, fresh: bool = False) -> str:
        token, until = self._token
        if token and not fresh and self.clock() < until:
            return token
        told = self._ask("POST", "/cgi-bin/stable_token", json={
            "grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": fresh})
        self._token = str(told["access_token"]), self.clock() + int(told["expires_in"]) - EARLY
        return self._token[0]

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """WeChat answers 200 with `errcode` for nearly everything. What it says never holds the code or the secret."""
        try:
            answer = self.client.request(method, path, timeout=SECONDS, **more)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ChannelError(f"WeChat did not answer: {type(error).__name__}", permanent=False) from None
        if code := int(told.get("errcode", 0)):
            raise ChannelError(f"WeChat refused with {code}", permanent=code not in AWAY, code=str(code))
        return told


def from_environment() -> Weapp:
    """LIUKE_WEAPP_APPID and LIUKE_WEAPP_SECRET."""
    return Weapp(env.text("LIUKE_WEAPP_APPID"), env.text("LIUKE_WEAPP_SECRET"), httpx.Client(base_url=URL))
