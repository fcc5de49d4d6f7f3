"""What WeChat and WeCom have in common over HTTP: a token that ends, and refusals inside of answers with 200."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, ClassVar

import httpx

from liuke.channels.errors import ChannelError
from liuke.kit.db import require_no_transaction

SECONDS = httpx.Timeout(10.0, connect=3.05)
EARLY = 300.0                        # seconds before its end a token is asked for anew


class Tokened(ABC):
    """One line to a platform; no transaction may be open. `client` and `clock` are for tests.

    All of it raises ChannelError. What that says holds the platform's words and number, never a code or the secret.
    """

    platform: ClassVar[str]
    stale: ClassVar[frozenset[int]]          # the token is no longer good
    ask_again: ClassVar[frozenset[int]]      # too busy, or asked too often

    def __init__(self, *, gateway: str, client: httpx.Client | None, clock: Callable[[], float]) -> None:
        self._client = client or httpx.Client(base_url=gateway, timeout=SECONDS)
        self._clock, self._lock, self._token, self._until = clock, Lock(), "", 0.0

    @abstractmethod
    def _new_token(self, *, anew: bool) -> Mapping[str, Any]:
        """`access_token` and `expires_in`; `anew` when the one that is out was refused before its time."""

    @abstractmethod
    def _is_file(self, answer: httpx.Response) -> bool:
        """Whether it is what was asked for itself, and no object that may hold an `errcode`."""

    def _ask(self, method: str, path: str, *, params: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """Ask with the token, and once more with a new one where it has ended before its time."""
        answer = self._once(method, path, params={"access_token": self._fresh(), **(params or {})}, **more)
        if self._errcode(answer) in self.stale:
            params = {"access_token": self._fresh(anew=True), **(params or {})}
            answer = self._once(method, path, params=params, **more)
        return self._granted(answer)

    def _fresh(self, *, anew: bool = False) -> str:
        """The token; asked for when there is none, or it ends soon, or `anew`."""
        with self._lock:
            if anew or not self._token or self._clock() >= self._until:
                said = self._new_token(anew=anew)
                self._token, self._until = str(said["access_token"]), self._clock() + float(said["expires_in"]) - EARLY
            return self._token

    def _once(self, method: str, path: str, **more: Any) -> httpx.Response:
        require_no_transaction()
        try:
            return self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            why = f"{self.platform} did not answer: {type(error).__name__}"
            raise ChannelError(why, permanent=False, code="no_answer") from None

    def _errcode(self, answer: httpx.Response) -> int:
        code = 0 if self._is_file(answer) else _object(answer).get("errcode", 0)
        return code if isinstance(code, int) else 0

    def _granted(self, answer: httpx.Response) -> httpx.Response:
        """They answer 200 with an `errcode` for nearly everything."""
        if answer.is_success and not self._errcode(answer):
            return answer
        raise self._refusal(answer)

    def _told(self, answer: httpx.Response) -> dict[str, Any]:
        """The object that was asked for; anything else is a refusal."""
        if said := _object(self._granted(answer)):
            return said
        raise self._refusal(answer)

    def _refusal(self, answer: httpx.Response) -> ChannelError:
        code = self._errcode(answer)
        permanent = answer.status_code < 500 and bool(code) and code not in self.ask_again
        return ChannelError(str(_object(answer).get("errmsg", "")) or f"HTTP {answer.status_code}", permanent=permanent,
                            code=str(code or answer.status_code))


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
