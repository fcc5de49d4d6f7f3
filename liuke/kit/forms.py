"""What forms of all modules share."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm, ChoiceField


def offer_choices(form: BaseForm, **choices: Iterable[tuple[Any, Any]]) -> None:
    """Let fields of a form offer what only the moment or the caller knows; again replaces what they offered.

    The choices of a group stand in the second place of its pair, under its name, as Django takes them.
    """
    for name, found in choices.items():
        field = form.fields[name]
        assert isinstance(field, ChoiceField), f"{name} has no choices"
        field.choices = list(found)


def number_of(text: str) -> int | None:
    """A row's number as it was sent; None for anything else, and for what no row can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def numbers_of(texts: Iterable[str]) -> list[int]:
    """The same for many, what is none left out."""
    return [number for text in texts if (number := number_of(text)) is not None]
