"""What the fakes of platforms with access tokens share: tokens that end, a bad minute, a line that is down."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import httpx

TOKEN_SECONDS = 7200


@dataclass
class FakeTokened(ABC):
    """`tokens` counts those given; `busy` answers so many requests with -1; `down` closes."""

    tokens: int = 0
    busy: int = 0
    down: bool = False
    _living: str = ""

    @abstractmethod
    def _served(self, asked: httpx.Request) -> httpx.Response: ...

    def client(self) -> httpx.Client:
        """For the real adapter, which finds the platform here."""
        return httpx.Client(transport=httpx.MockTransport(self.answer), base_url="https://fake")

    def end_token(self) -> None:
        """The token that is out is good no longer, as when somebody asks for a new one elsewhere."""
        self._living = ""

    def answer(self, asked: httpx.Request) -> httpx.Response:
        """What the platform says; `client` asks here."""
        if self.down:
            raise httpx.ConnectError("down", request=asked)
        if self.busy:
            self.busy -= 1
            return wrong(-1, "system busy")
        return self._served(asked)

    def _new_token(self, *, same: bool = False) -> httpx.Response:
        """A new one, which ends the one before; `same`: the one that is out, as long as it is good."""
        if not (same and self._living):
            self.tokens += 1
            self._living = f"token-{self.tokens}"
        return httpx.Response(200, json={"access_token": self._living, "expires_in": TOKEN_SECONDS})

    def _is_good(self, token: str | None) -> bool:
        return bool(self._living) and token == self._living


def wrong(code: int, why: str) -> httpx.Response:
    """How they refuse."""
    return httpx.Response(200, json={"errcode": code, "errmsg": why})
