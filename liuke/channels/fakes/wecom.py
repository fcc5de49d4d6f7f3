"""WeCom as its customer service and robots meet us: tokens that end, pages of messages, calls signed and sealed.

    wecom = FakeWeCom()
    wecom.says("wm-1", "在吗")                     # a customer writes; `wecom.call()` is the callback that tells of it
    wecom.line().pull(account=wecom.account, cursor="", token="")
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from liuke.channels.fakes.tokened import FakeTokened, wrong
from liuke.channels.wecom import HttpWecom
from liuke.channels.wecom_crypto import Seal, Sealed

KEY, TOKEN, CORP = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "QDG6eK", "wx5823bf96d3bd56c7"
SECRET = "not-a-secret"  # noqa: S105  it says so itself
MOST_SINCE, HOURS = 5, 48


@dataclass
class FakeWeCom(FakeTokened):
    """`sent` are the messages that reached a person, by key."""

    account: str = "wkAJ2GCAAA"
    now: datetime | None = None
    page: int = 2
    managed: bool = True
    sent: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def seal(self) -> Seal:
        return Seal(token=TOKEN, aes_key=KEY, receiver=CORP)

    def robot(self) -> Seal:
        return Seal(token=TOKEN, aes_key=KEY, receiver="")

    def line(self) -> HttpWecom:
        """The real adapter, which finds WeCom here."""
        return HttpWecom(corp=CORP, secret=SECRET, seal=self.seal(), robot=self.robot(),
                         client=self.client(), clock=lambda: 0.0)

    def says(self, person: str, text: str, *, at: datetime, id: str = "", origin: int = 3) -> str:  # noqa: A002
        """Somebody writes to the account; returns WeCom's id."""
        return self._keep(person, at, id, {"origin": origin, "msgtype": "text", "text": {"content": text}})

    def shows(self, person: str, picture: bytes, *, at: datetime) -> str:
        """Somebody sends a picture."""
        media = f"media-{len(self.files)}"
        self.files[media] = picture
        return self._keep(person, at, "", {"origin": 3, "msgtype": "image", "image": {"media_id": media}})

    def loses(self, key: str, *, at: datetime) -> None:
        """What was taken under this key does not reach the person after all."""
        self._keep(self.sent[key][0], at, "", {"origin": 4, "msgtype": "event", "event": {
            "event_type": "msg_send_fail", "fail_msgid": key, "fail_type": 10}})

    def _keep(self, person: str, at: datetime, id: str, said: dict[str, Any]) -> str:  # noqa: A002
        found = id or f"msg{len(self.messages)}"
        self.messages.append({"msgid": found, "open_kfid": self.account, "external_userid": person,
                              "send_time": int(at.timestamp()), **said})
        return found

    def call(self, *, now: datetime, event: str = "kf_msg_or_event") -> tuple[dict[str, str], bytes]:
        """The address's parameters and the body of a callback that tells of news."""
        inside = (f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><CreateTime>1</CreateTime>"
                  f"<Event><![CDATA[{event}]]></Event><Token><![CDATA[T1]]></Token><OpenKfId><![CDATA[{self.account}]]></OpenKfId></xml>")
        sealed = self.seal().sealed(inside.encode(), now=now, nonce="n1")
        body = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{sealed.words}]]></Encrypt></xml>"
        return self.address(sealed), body.encode()

    def mention(self, person: str, text: str, *, now: datetime, id: str = "m1",  # noqa: A002
                chat: str = "group") -> tuple[dict[str, str], bytes]:
        """The same for somebody who names the robot in a group."""
        inside = {"msgid": id, "chatid": "wrG1", "chattype": chat, "from": {"userid": person}, "msgtype": "text",
                  "text": {"content": text}}
        sealed = self.robot().sealed(json.dumps(inside).encode(), now=now, nonce="n2")
        return self.address(sealed), json.dumps({"encrypt": sealed.words}).encode()

    def address(self, sealed: Sealed) -> dict[str, str]:
        return {"msg_signature": sealed.signature, "timestamp": sealed.timestamp, "nonce": sealed.nonce}

    def _served(self, asked: httpx.Request) -> httpx.Response:
        said = {name: values[0] for name, values in parse_qs(asked.url.query.decode()).items()}
        if asked.url.path == "/cgi-bin/gettoken":
            return self._new_token(same=True)               # a corp has one at a time, whoever asks
        if not self._is_good(said.get("access_token")):
            return wrong(40014, "invalid access_token")
        if asked.url.path == "/cgi-bin/media/get":
            found = self.files.get(said["media_id"])
            return (wrong(40007, "invalid media_id") if found is None
                    else httpx.Response(200, content=found, headers={"content-type": "image/png"}))
        if asked.url.path == "/cgi-bin/media/upload":
            media = f"media-{len(self.files)}"
            self.files[media] = asked.read()
            return httpx.Response(200, json={"errcode": 0, "media_id": media})
        told = json.loads(asked.content)
        if asked.url.path == "/cgi-bin/kf/account/list":
            return httpx.Response(200, json={"errcode": 0, "account_list": [
                {"open_kfid": self.account, "name": "Service", "manage_privilege": self.managed}]})
        return self._page(told) if asked.url.path == "/cgi-bin/kf/sync_msg" else self._send(told)

    def _page(self, told: dict[str, Any]) -> httpx.Response:
        begins = int(told["cursor"] or 0)
        found = self.messages[begins : begins + self.page]
        ends = begins + len(found)
        return httpx.Response(200, json={"errcode": 0, "msg_list": found, "next_cursor": str(ends),
                                         "has_more": int(ends < len(self.messages))})

    def _send(self, told: dict[str, Any]) -> httpx.Response:
        """At most MOST_SINCE messages, and HOURS, since the person last wrote; the same key again is not sent again."""
        key, person = told["msgid"], told["touser"]
        if key not in self.sent:
            mine = [each for each in self.messages if each["external_userid"] == person and each["origin"] == 3]
            last = max((each["send_time"] for each in mine), default=0)
            since = [each for each in self.sent.values() if each[0] == person]
            late = self.now is not None and self.now.timestamp() - last > HOURS * 3600
            if not mine or late or len(since) >= MOST_SINCE:
                return wrong(95001, "send msg session limit")
            kind = told["msgtype"]
            self.sent[key] = (person, kind, told[kind].get("content") or told[kind].get("media_id"))
        return httpx.Response(200, json={"errcode": 0, "msgid": key})
