"""Codes of the WeChat mini-program: access tokens and getUnlimitedQRCode, as often as one likes.

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
EARLY = 120.0                        # seconds before its end a token is asked for anew
WIDTH = 430                          # pixels; 280 to 1280
STALE = {40001, 40014, 42001}        # the token is no longer good
ASK_AGAIN = {-1, 45009}              # busy; more than 5,000 codes a minute


@dataclass(frozen=True)
class App:
    appid: str
    secret: str
    gateway: str = GATEWAY


class MiniProgram:
    """One mini-program's line to WeChat. `client` and `clock` are for tests."""

    def __init__(self, app: App, *, client: httpx.Client | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock, self._lock = app, clock, Lock()
        self._client = client or httpx.Client(base_url=app.gateway, timeout=SECONDS)
        self._token, self._until = "", 0.0

    def code(self, *, scene: str, page: str) -> bytes:
        """The code as a PNG or JPEG. `page` without a slash in front, such as pages/welcome/index.

        Raises ChannelError; a scene that WeChat would not take is a bug and an AssertionError.
        """
        require_no_transaction()
        assert SCENE.fullmatch(scene), "a scene has 1 to 32 visible characters"
        body = {"scene": scene, "page": page, "check_path": False, "width": WIDTH}
        answer = self._ask("/wxa/getwxacodeunlimit", body, token=self._fresh())
        if _errcode(answer) in STALE:
            answer = self._ask("/wxa/getwxacodeunlimit", body, token=self._fresh(anew=True))
        if answer.headers.get("content-type", "").startswith("image/"):
            return answer.content
        raise _refusal(answer)

    def _fresh(self, *, anew: bool = False) -> str:
        """The token; asked for when there is none, or it ends soon, or `anew`."""
        with self._lock:
            if anew or not self._token or self._clock() >= self._until:
                answer = self._ask("/cgi-bin/stable_token", {
                    "grant_type": "client_credential", "appid": self._app.appid, "secret": self._app.secret,
                    "force_refresh": False})
                said = _json(answer)
                if "access_token" not in said:
                    raise _refusal(answer)
                self._token = str(said["access_token"])
                self._until = self._clock() + float(said.get("expires_in", 0)) - EARLY
            return self._token

    def _ask(self, path: str, body: dict[str, Any], *, token: str = "") -> httpx.Response:
        try:
            return self._client.post(path, json=body, params={"access_token": token} if token else None)
        except httpx.HTTPError as error:
            raise ChannelError("WeChat did not answer", permanent=False, code="no_answer") from error


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _errcode(answer: httpx.Response) -> int:
    if answer.headers.get("content-type", "").startswith("image/"):
        return 0
    code = _json(answer).get("errcode", 0)
    return code if isinstance(code, int) else 0


def _refusal(answer: httpx.Response) -> ChannelError:
    code = _errcode(answer)
    permanent = answer.status_code < 500 and bool(code) and code not in ASK_AGAIN
    return ChannelError(str(_json(answer).get("errmsg", "")) or f"HTTP {answer.status_code}", permanent=permanent,
                        code=str(code or answer.status_code))


def from_environment() -> MiniProgram:
    """Reads LIUKE_MINIPROGRAM_APPID, _SECRET and _GATEWAY."""
    return MiniProgram(App(env.text("LIUKE_MINIPROGRAM_APPID"), env.text("LIUKE_MINIPROGRAM_SECRET"),
                           env.text("LIUKE_MINIPROGRAM_GATEWAY", GATEWAY)))
