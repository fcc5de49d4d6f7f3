"""Ready plans as data. A brand starts from one of these and saves its own version."""

import json
from importlib import resources
from typing import Any

PRESETS = ("safe_2_plus_1", "two_tier", "chain_2_plus_1")     # the first one is what a brand is offered


def preset(name: str) -> dict[str, Any]:
    """The plan as JSON; read it with `plan_reader.read_plan`. Raises KeyError for a name that is not in PRESETS."""
    if name not in PRESETS:
        raise KeyError(name)
    plan: dict[str, Any] = json.loads(resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return plan
