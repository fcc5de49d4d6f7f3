"""What all kinds of facts have in common."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class FactBody:
    """Base of all kinds; the kind's name is the class name."""

    label: ClassVar[str]              # what a person reads on the timeline, in Chinese (translated there)

    def data(self) -> dict[str, Any]:
        return dict(vars(self))
