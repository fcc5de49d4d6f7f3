"""WeCom as the desk meets it: customer service (微信客服) over HTTP, its callbacks, and mentions of a robot in groups.

https://developer.work.weixin.qq.com/document/path/94670 (messages), 94677 (sending), 94661 (accounts), 91039
(token), 90253 (files), 100719 (robots). `Line` is what the rest of Liuke knows; `fakes/wecom.py` speaks the same HTTP.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

from liuke.channels.errors import NotVerified
from liuke.channels.tokened import Tokened
from liuke.channels.wecom_crypto import Seal, Sealed
from liuke.kit import env

GATEWAY = "https://qyapi.weixin.qq.com"
PAGE = 100
FROM_CUSTOMER = 3
FIELD = r"<{0}>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</{0}>"
EVENT = "event"


@dataclass(frozen=True)
class Heard:
    """One thing a customer said to an account. `media` is the id of a picture or file, `kind` WeCom's own word."""

    id: str
    account: str
    person: str
    at: datetime
    kind: str
    text: str = ""
    media: str = ""


@dataclass(frozen=True)
class Lost:
    """What WeCom had taken under `key` did not reach the person; `why` is WeCom's number for it."""

    key: str
    why: str


@dataclass(frozen=True)
class Page:
    """What was heard since a cursor, in WeCom's order, what of ours was lost, and where the next page begins."""

    heard: tuple[Heard, ...]
    lost: tuple[Lost, ...]
    cursor: str
    more: bool


@dataclass(frozen=True)
class Called:
    """A callback says that there is news for an account; the token proves to WeCom that it was called."""

    account: str
    token: str


@dataclass(frozen=True)
class Mention:
    """Somebody named the brand's robot in a group."""

    id: str
    group: str
    person: str
    text: str


class Line(Protocol):
    """One corp's line to WeCom. Network calls raise ChannelError and want no open transaction."""

    def accounts(self) -> tuple[str, ...]:
        """The first hundred accounts of customer service that this application may speak for."""

    def echo(self, asked: Mapping[str, str], *, now: datetime) -> bytes:
        """What to answer when the address is tried out. Raises NotVerified."""

    def called(self, asked: Mapping[str, str], body: bytes, *, now: datetime) -> Called | None:
        """What a callback says; None for events that we do not read. Raises NotVerified."""

    def mentioned(self, asked: Mapping[str, str], body: bytes, *, now: datetime) -> Mention | None:
        """What a robot was told in a group; None for anything else. Raises NotVerified."""

    def pull(self, *, account: str, cursor: str, token: str) -> Page:
        """The next page after a cursor; the same cursor again gives the same and what came since."""

    def media(self, media_id: str) -> bytes:
        """A picture or file that was sent to us."""

    def send(self, *, account: str, person: str, key: str, text: str = "", picture: bytes = b"") -> str:
        """Say one thing, words or a picture; the same key (32 letters and digits) is delivered once. WeCom's id."""


class HttpWecom(Tokened):
    """The line over HTTP."""

    platform = "WeCom"
    stale = frozenset({40014, 42001})
    ask_again = frozenset({-1, 45009, 45033})

    def __init__(self, *, corp: str, secret: str, seal: Seal, robot: Seal, client: httpx.Client | None = None,
                 gateway: str = GATEWAY, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(gateway=gateway, client=client, clock=clock)
        self._corp, self._secret, self._seal, self._robot = corp, secret, seal, robot

    def accounts(self) -> tuple[str, ...]:
        said = self._post("/cgi-bin/kf/account/list", json={"offset": 0, "limit": PAGE})
        return tuple(str(each["open_kfid"]) for each in said.get("account_list", []) if each.get("manage_privilege"))

    def echo(self, asked: Mapping[str, str], *, now: datetime) -> bytes:
        return self._seal.opened(_sealed(asked, asked.get("echostr", "")), now=now)

    def called(self, asked: Mapping[str, str], body: bytes, *, now: datetime) -> Called | None:
        inside = self._seal.opened(_sealed(asked, _field(_text(body), "Encrypt")), now=now).decode(errors="replace")
        if _field(inside, "Event") != "kf_msg_or_event" or not (account := _field(inside, "OpenKfId")):
            return None
        return Called(account, _field(inside, "Token"))

    def mentioned(self, asked: Mapping[str, str], body: bytes, *, now: datetime) -> Mention | None:
        outside = _object(body)
        inside = _object(self._robot.opened(_sealed(asked, str(outside.get("encrypt", ""))), now=now))
        who, said = inside.get("from"), inside.get("text")
        if inside.get("chattype") != "group" or not isinstance(who, dict) or not isinstance(said, dict):
            return None
        return Mention(str(inside.get("msgid", "")), str(inside.get("chatid", "")), str(who.get("userid", "")),
                       str(said.get("content", "")))

    def pull(self, *, account: str, cursor: str, token: str) -> Page:
        body = {"cursor": cursor, "open_kfid": account, "limit": PAGE, **({"token": token} if token else {})}
        page = self._post("/cgi-bin/kf/sync_msg", json=body)
        heard = tuple(found for each in page.get("msg_list", []) if (found := _heard(each)))
        lost = tuple(gone for each in page.get("msg_list", []) if (gone := _lost(each)))
        return Page(heard, lost, str(page.get("next_cursor", "")) or cursor, bool(page.get("has_more")))

    def media(self, media_id: str) -> bytes:
        return self._ask("GET", "/cgi-bin/media/get", params={"media_id": media_id}).content

    def send(self, *, account: str, person: str, key: str, text: str = "", picture: bytes = b"") -> str:
        said: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if picture:
            file = {"media": ("picture.jpg", picture, "image/jpeg")}
            media = self._post("/cgi-bin/media/upload", params={"type": "image"}, files=file)["media_id"]
            said = {"msgtype": "image", "image": {"media_id": media}}
        sent = self._post("/cgi-bin/kf/send_msg", json={
            "touser": person, "open_kfid": account, "msgid": key, **said})
        return str(sent.get("msgid", key))

    def _post(self, path: str, **more: Any) -> dict[str, Any]:
        return self._told(self._ask("POST", path, **more))

    def _new_token(self, *, anew: bool) -> Mapping[str, Any]:
        del anew                                              # a corp has one token at a time; asking gives a good one
        return self._told(self._once("GET", "/cgi-bin/gettoken", params={
            "corpid": self._corp, "corpsecret": self._secret}))

    def _is_file(self, answer: httpx.Response) -> bool:
        return "json" not in answer.headers.get("content-type", "")


def _heard(told: Mapping[str, Any]) -> Heard | None:
    """What a customer said; events, and what our own people said elsewhere, are nothing."""
    kind = str(told.get("msgtype", ""))
    if told.get("origin") != FROM_CUSTOMER or kind == EVENT or not told.get("external_userid"):
        return None
    inside = told.get(kind)
    inside = inside if isinstance(inside, dict) else {}
    at = datetime.fromtimestamp(int(told["send_time"]), tz=UTC)
    return Heard(str(told["msgid"]), str(told["open_kfid"]), str(told["external_userid"]), at, kind,
                 str(inside.get("content", "")), str(inside.get("media_id", "")))


def _lost(told: Mapping[str, Any]) -> Lost | None:
    """WeCom takes a message first, and may tell of its failure later: an event among the messages."""
    event = told.get("event")
    if told.get("msgtype") != EVENT or not isinstance(event, dict) or event.get("event_type") != "msg_send_fail":
        return None
    return Lost(str(event.get("fail_msgid", "")), str(event.get("fail_type", "")))


def _sealed(asked: Mapping[str, str], words: str) -> Sealed:
    return Sealed(asked.get("msg_signature", ""), asked.get("timestamp", ""), asked.get("nonce", ""), words)


def _field(text: str, name: str) -> str:
    """One field of WeCom's flat XML. Read by pattern: a parser would also read what is not WeCom's."""
    found = re.search(FIELD.format(name), text, re.DOTALL)
    return (found[1] or found[2] or "") if found else ""


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise NotVerified("no text") from error


def _object(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def from_environment() -> Line:
    """Reads LIUKE_WECOM_CORPID, _SECRET, _TOKEN, _AES_KEY and _GATEWAY; robots have _ROBOT_TOKEN and _ROBOT_AES_KEY."""
    corp, token, key = (env.text(f"LIUKE_WECOM_{name}") for name in ("CORPID", "TOKEN", "AES_KEY"))
    return HttpWecom(
        corp=corp, secret=env.text("LIUKE_WECOM_SECRET"), gateway=env.text("LIUKE_WECOM_GATEWAY", GATEWAY),
        seal=Seal(token=token, aes_key=key, receiver=corp),
        robot=Seal(token=env.text("LIUKE_WECOM_ROBOT_TOKEN", token), aes_key=env.text("LIUKE_WECOM_ROBOT_AES_KEY", key),
                   receiver=""))
