"""All kinds of facts, the shared language of the modules. A fact holds ids and amounts, never names, phones or texts.

A new kind is one dataclass in the file of its neighbours, and one row in `liuke/reactions.py`; it needs no migration.
Everybody says `facts.OrderPaid`, whichever file it stands in.
"""

# ruff: noqa: F403  whatever is a kind in these files is a kind here
from dataclasses import fields
from typing import Any

from liuke.timeline.facts.body import FactBody as FactBody
from liuke.timeline.facts.orders import *
from liuke.timeline.facts.people import *
from liuke.timeline.facts.rewards import *
from liuke.timeline.facts.service import *


def kinds() -> dict[str, type[FactBody]]:
    """Every kind by its name, file by file."""
    return {kind.__name__: kind for kind in FactBody.__subclasses__()}


def body_of(kind: str, data: dict[str, Any]) -> FactBody:
    """The typed body of a stored fact; fields that a kind has lost since are left out."""
    cls = kinds()[kind]
    known = {field.name for field in fields(cls)}
    return cls(**{name: value for name, value in data.items() if name in known})
