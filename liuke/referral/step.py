"""One step of a scenario file: its fields by name, each checked when it is asked for.

Beside scenario.py because it knows the file's shape and nothing of plans.
"""

from typing import Any, NoReturn

from liuke.referral.refusals import ScenarioRefused
from liuke.referral.rules import MAX_NAME

COMMENTS = {"op", "expect", "note", "notes", "title", "comment", "at"}


def an_object(raw: object, path: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ScenarioRefused(f"{path}: must be an object")
    return raw


def a_list(raw: object, path: str) -> list[Any]:
    if not isinstance(raw, list):
        raise ScenarioRefused(f"{path}: must be a list")
    return raw


class Step:
    """Raises ScenarioRefused, with the place in the file, for whatever is missing, misspelled or of the wrong kind."""

    def __init__(self, raw: object, path: str) -> None:
        self.raw, self._path = an_object(raw, path), path
        self._asked = set(COMMENTS)

    @property
    def op(self) -> str:
        return str(self.raw.get("op"))

    def name(self, field: str) -> str:
        value = self._value(field)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME:
            self.wrong(field, f"must be a name of 1 to {MAX_NAME} characters")
        return value

    def name_or_null(self, field: str) -> str | None:
        """The field must be there, and may say null."""
        return self.name(field) if self._value(field) is not None else None

    def optional_name(self, field: str) -> str | None:
        return self.name(field) if self._has(field) else None

    def amount(self, field: str) -> int:
        value = self._value(field)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(field, "must be a whole number")
        return value

    def optional_amount(self, field: str) -> int | None:
        return self.amount(field) if self._has(field) else None

    def end(self) -> None:
        """Every field was asked for: a misspelled one would otherwise be left out in silence."""
        if unknown := set(self.raw) - self._asked:
            self.wrong(min(unknown), "no rule knows this field")

    def wrong(self, field: str, message: str) -> NoReturn:
        raise ScenarioRefused(f"{self._path}.{field}: {message}")

    def _has(self, field: str) -> bool:
        self._asked.add(field)
        return self.raw.get(field) is not None

    def _value(self, field: str) -> object:
        self._asked.add(field)
        if field not in self.raw:
            self.wrong(field, "is missing")
        return self.raw[field]
