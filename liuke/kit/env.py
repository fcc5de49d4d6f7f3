"""Settings from the environment; a wrong one stops the start with a sentence that says which and why."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to (for secrets), or the default.

    Raises ImproperlyConfigured when neither is set and there is no default, or the file cannot be read.
    """
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path!r}: cannot be read ({error.strerror})") from error
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it, or {name}_FILE to a file that holds it.")
    return default


def flag(name: str, default: str = "no") -> bool:
    """A yes/no setting; anything else stops the start."""
    value = text(name, default)
    if value not in ("yes", "no"):
        raise ImproperlyConfigured(f"{name}={value!r}: say yes or no")
    return value == "yes"


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number between least and most."""
    value = text(name, str(default))
    try:
        parsed = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: not a whole number") from error
    if not least <= parsed <= most:
        raise ImproperlyConfigured(f"{name}={value!r}: must lie between {least} and {most}")
    return parsed


def words(name: str, default: str = "") -> list[str]:
    """A list of words separated by commas; blanks around them are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
