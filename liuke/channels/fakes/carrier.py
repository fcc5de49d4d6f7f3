"""A carrier as it meets us: it signs, repeats what is not answered with 200, and has bad days on demand.

    carrier = FakeCarrier("SF", secret)
    event = carrier.tells("SF100", "delivered", order="2611020000000001-1")
    headers, body = carrier.signed(event)               # as often as you like, changed as you like
    carrier.skew = timedelta(minutes=-10)               # its clock is slow

To try the door of a running Liuke, with LIUKE_CARRIER_SF_SECRET in the environment:

    python -m liuke.channels.fakes.carrier http://127.0.0.1:8000 SF SF100 delivered
"""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from liuke.channels.carriers import SIGNATURE, TIMESTAMP, signature

SENTENCES = {
    "picked_up": "已揽收", "in_transit": "快件到达【上海转运中心】", "delivering": "正在派送，请准备签收",
    "delivered": "您的快件已签收，签收人：本人", "problem": "收件人拒收，退回中",
}


class FakeCarrier:
    """`skew` is how far its clock is ahead of ours."""

    def __init__(self, code: str, secret: str) -> None:
        self.code, self.secret = code, secret
        self.skew = timedelta(0)

    @property
    def path(self) -> str:
        return f"/hooks/carriers/{self.code}/events"

    def tells(self, tracking: str, *states: str, order: str = "", at: datetime | None = None) -> dict[str, Any]:
        """An event with one step for each state, a minute apart, the last of them at `at` (now)."""
        last = (at or datetime.now(tz=UTC)).replace(microsecond=0)
        steps = [{"at": (last - timedelta(minutes=len(states) - 1 - place)).isoformat(), "state": state,
                  "text": SENTENCES.get(state, "")} for place, state in enumerate(states)]
        return {"event": f"{self.code}-{secrets.token_hex(8)}", "tracking": tracking, "order": order, "steps": steps}

    def signed(self, event: Mapping[str, Any] | bytes, *, secret: str = "") -> tuple[dict[str, str], bytes]:
        """Headers and body of the event as it is sent now."""
        body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
        stamp = str(int((datetime.now(tz=UTC) + self.skew).timestamp()))
        made = signature(secret or self.secret, stamp, body)
        return {TIMESTAMP: stamp, SIGNATURE: made, "Content-Type": "application/json"}, body


def main(base: str, code: str, tracking: str, *states: str) -> int:
    """Tell a running Liuke of one parcel, and print what it answers."""
    carrier = FakeCarrier(code, os.environ[f"LIUKE_CARRIER_{code}_SECRET"].split(",")[0].strip())
    headers, body = carrier.signed(carrier.tells(tracking, *states))
    answer = httpx.post(base.rstrip("/") + carrier.path, content=body, headers=headers, timeout=10)
    print(answer.status_code, answer.text)  # noqa: T201  a command for a person
    return 0 if answer.status_code == httpx.codes.OK else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
