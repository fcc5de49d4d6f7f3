"""The brand's mini-program at WeChat: who logs in, the phone that WeChat has checked, and as many codes as one likes.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/getUnlimitedQRCode.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import httpx

from liuke.channels.errors import ChannelError
from liuke.kit import env
from liuke.kit.db import require_no_transaction

GATEWAY = "https://api.weixin.qq.com"
SECONDS = httpx.Timeout(10.0, connect=3.05)
SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")     # what WeChat takes as a scene
EARLY = 300.0                        # seconds before its end a token is asked for anew
WIDTH = 430                          # pixels; 280 to 1280
STALE = {40001, 40014, 42001}        # the token is no longer good
ASK_AGAIN = {-1, 45009, 45011}       # busy; more than 5,000 codes a minute; asked too often


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


class MiniProgram:
    """One mini-program's line to WeChat; no transaction may be open. `client` and `clock` are for tests.

    All of it raises ChannelError. What that says holds WeChat's words and number, never a code or the secret.
    """

    def __init__(self, app: App, *, client: httpx.Client | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock, self._lock = app, clock, Lock()
        self._client = client or httpx.Client(base_url=app.gateway, timeout=SECONDS)
        self._token, self._until = "", 0.0

    @property
    def appid(self) -> str:
        return self._app.appid

    def code2session(self, code: str) -> Session:
        """Trade the code of `wx.login`; a code serves once."""
        answer = self._ask("GET", "/sns/jscode2session", params={
            "appid": self._app.appid, "secret": self._app.secret, "js_code": code, "grant_type": "authorization_code"})
        told = _json(_granted(answer))
        return Session(str(told["openid"]), str(told.get("unionid", "")))

    def phone_of(self, code: str) -> str:
        """Trade the code of a `getPhoneNumber` button for the phone with its country, as +8613800138000."""
        info = _json(self._ask_with_token("/wxa/business/getuserphonenumber", {"code": code}))["phone_info"]
        return f"+{info['countryCode']}{info['purePhoneNumber']}"

    def code(self, *, scene: str, page: str) -> bytes:
        """The code as a PNG or JPEG. `page` without a slash in front, such as pages/welcome.

        A scene that WeChat would not take is a bug and an AssertionError.
        """
        assert SCENE.fullmatch(scene), "a scene has 1 to 32 visible characters"
        body = {"scene": scene, "page": page, "check_path": False, "width": WIDTH}
        answer = self._ask_with_token("/wxa/getwxacodeunlimit", body)
        if not _is_picture(answer):
            raise _refusal(answer)
        return answer.content

    def _ask_with_token(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Ask with the token, and once more with a new one where it has ended before its time."""
        answer = self._ask("POST", path, params={"access_token": self._fresh()}, json=body)
        if _errcode(answer) in STALE:
            answer = self._ask("POST", path, params={"access_token": self._fresh(anew=True)}, json=body)
        return _granted(answer)

    def _fresh(self, *, anew: bool = False) -> str:
        """The token; asked for when there is none, or it ends soon, or `anew`."""
        with self._lock:
            if anew or not self._token or self._clock() >= self._until:
                said = _json(_granted(self._ask("POST", "/cgi-bin/stable_token", json={
                    "grant_type": "client_credential", "appid": self._app.appid, "secret": self._app.secret,
                    "force_refresh": anew})))
                self._token = str(said["access_token"])
                self._until = self._clock() + float(said["expires_in"]) - EARLY
            return self._token

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        require_no_transaction()
        try:
            return self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            why = f"WeChat did not answer: {type(error).__name__}"
            raise ChannelError(why, permanent=False, code="no_answer") from None


def _is_picture(answer: httpx.Response) -> bool:
    return str(answer.headers.get("content-type", "")).startswith("image/")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _errcode(answer: httpx.Response) -> int:
    code = 0 if _is_picture(answer) else _json(answer).get("errcode", 0)
    return code if isinstance(code, int) else 0


def _granted(answer: httpx.Response) -> httpx.Response:
    """WeChat answers 200 with an `errcode` for nearly everything; anything but a picture or an object is a refusal."""
    if answer.is_success and not _errcode(answer) and (_is_picture(answer) or _json(answer)):
        return answer
    raise _refusal(answer)


def _refusal(answer: httpx.Response) -> ChannelError:
    code = _errcode(answer)
    permanent = answer.status_code < 500 and bool(code) and code not in ASK_AGAIN
    return ChannelError(str(_json(answer).get("errmsg", "")) or f"HTTP {answer.status_code}", permanent=permanent,
                        code=str(code or answer.status_code))


def from_environment() -> MiniProgram:
    """Reads LIUKE_MINIPROGRAM_APPID, _SECRET and _GATEWAY."""
    return MiniProgram(App(env.text("LIUKE_MINIPROGRAM_APPID"), env.text("LIUKE_MINIPROGRAM_SECRET"),
                           env.text("LIUKE_MINIPROGRAM_GATEWAY", GATEWAY)))
