"""The brand's mini-program at WeChat: who logs in, the phone that WeChat has checked, and as many codes as one likes.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/getUnlimitedQRCode.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from liuke.channels.tokened import Tokened
from liuke.kit import env

GATEWAY = "https://api.weixin.qq.com"
SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")     # what WeChat takes as a scene
WIDTH = 430                          # pixels; 280 to 1280


@dataclass(frozen=True)
class App:
    appid: str
    secret: str
    gateway: str = GATEWAY


@dataclass(frozen=True)
class Session:
    """Who somebody is to this mini-program (`openid`), and to all of the brand at WeChat (`unionid`, or empty)."""

    openid: str
    unionid: str


class MiniProgram(Tokened):
    """One mini-program's line to WeChat."""

    platform = "WeChat"
    stale = frozenset({40001, 40014, 42001})
    ask_again = frozenset({-1, 45009, 45011})        # busy; more than 5,000 codes a minute; asked too often

    def __init__(self, app: App, *, client: httpx.Client | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(gateway=app.gateway, client=client, clock=clock)
        self._app = app

    @property
    def appid(self) -> str:
        return self._app.appid

    def code2session(self, code: str) -> Session:
        """Trade the code of `wx.login`; a code serves once."""
        answer = self._once("GET", "/sns/jscode2session", params={
            "appid": self._app.appid, "secret": self._app.secret, "js_code": code, "grant_type": "authorization_code"})
        said = self._told(answer)
        return Session(str(said["openid"]), str(said.get("unionid", "")))

    def phone_of(self, code: str) -> str:
        """Trade the code of a `getPhoneNumber` button for the phone with its country, as +8613800138000."""
        info = self._told(self._ask("POST", "/wxa/business/getuserphonenumber", json={"code": code}))["phone_info"]
        return f"+{info['countryCode']}{info['purePhoneNumber']}"

    def code(self, *, scene: str, page: str) -> bytes:
        """The code as a PNG or JPEG. `page` without a slash in front, such as pages/welcome.

        A scene that WeChat would not take is a bug and an AssertionError.
        """
        assert SCENE.fullmatch(scene), "a scene has 1 to 32 visible characters"
        body = {"scene": scene, "page": page, "check_path": False, "width": WIDTH}
        answer = self._ask("POST", "/wxa/getwxacodeunlimit", json=body)
        if not self._is_file(answer):
            raise self._refusal(answer)
        return answer.content

    def _new_token(self, *, anew: bool) -> Mapping[str, Any]:
        return self._told(self._once("POST", "/cgi-bin/stable_token", json={
            "grant_type": "client_credential", "appid": self._app.appid, "secret": self._app.secret,
            "force_refresh": anew}))

    def _is_file(self, answer: httpx.Response) -> bool:
        return str(answer.headers.get("content-type", "")).startswith("image/")


def from_environment() -> MiniProgram:
    """Reads LIUKE_MINIPROGRAM_APPID, _SECRET and _GATEWAY."""
    return MiniProgram(App(env.text("LIUKE_MINIPROGRAM_APPID"), env.text("LIUKE_MINIPROGRAM_SECRET"),
                           env.text("LIUKE_MINIPROGRAM_GATEWAY", GATEWAY)))
