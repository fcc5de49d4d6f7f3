"""A scenario file played: what happened after every step, who holds what, and what the guard says of the plan.

Beside rules.py because it is a file format (schema liuke-chain/1): a plan and steps in, the same JSON out with
`expect` of every step, `totals` and `guard` computed; what the input says there is ignored. A step that the plan
refuses is a result ({"rejected": code}) and changes nothing; a file that cannot be played is a ScenarioRefused.
"""

import json
from typing import Any, NoReturn

from liuke.kit.errors import Refused
from liuke.referral import guard
from liuke.referral.guard import Profile
from liuke.referral.plan_reader import KINDS, read_plan
from liuke.referral.players import Json, player_for
from liuke.referral.refusals import ScenarioRefused
from liuke.referral.step import Step, a_list, an_object

SCHEMA = "liuke-chain/1"
MAX_BYTES = 32 * 1024 * 1024
MAX_STATE_ROWS = 1_000_000                    # people after every step; beyond it `simulate plan` is the tool


def played(text: str | bytes, *, profile: Profile = Profile.CN) -> Json:
    """The file's scenario, or its many under `scenarios`, with everything computed. Raises ScenarioRefused."""
    return played_document(parsed(text), profile=profile)


def played_document(raw: object, *, profile: Profile = Profile.CN) -> Json:
    """The same for a document that is parsed already; the given one is not changed."""
    document = an_object(raw, "the file")
    if document.get("schema", SCHEMA) != SCHEMA:
        raise ScenarioRefused(f"schema: only {SCHEMA} can be played")
    if "scenarios" not in document:
        return _scenario(document, "", profile)
    many = [
        _scenario(an_object(one, f"scenarios[{at}]"), f"scenarios[{at}].", profile)
        for at, one in enumerate(a_list(document["scenarios"], "scenarios"))
    ]
    return {**document, "scenarios": many}


def as_json(document: Json) -> str:
    """The document as it is printed. Raises ScenarioRefused for text that no file can hold."""
    try:
        printed = json.dumps(document, ensure_ascii=False, indent=1)
        printed.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise ScenarioRefused(f"the file cannot be printed again: {error}") from error
    return printed


def parsed(text: str | bytes) -> Any:
    """JSON as it is written: no NaN, no infinity, UTF-8, at most MAX_BYTES. Raises ScenarioRefused."""
    if len(text) > MAX_BYTES:
        raise ScenarioRefused(f"the file is larger than {MAX_BYTES} bytes")
    try:
        return json.loads(text, parse_constant=_no_such_number)
    except (ValueError, RecursionError) as error:
        raise ScenarioRefused(f"the file is not JSON: {error}") from error


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _scenario(scenario: Json, path: str, profile: Profile) -> Json:
    kind = scenario.get("kind")
    if kind is not None and kind not in KINDS:
        raise ScenarioRefused(f"{path}kind: must be one of {', '.join(KINDS)}")
    try:
        plan = read_plan(scenario.get("plan"), kind=kind)
    except Refused as refused:
        raise ScenarioRefused(f"{path}{refused.message}") from refused
    player, done, rows = player_for(plan), [], 0
    for at, raw in enumerate(a_list(scenario.get("steps"), f"{path}steps")):
        step = Step(raw, f"{path}steps[{at}]")
        done.append({**step.raw, "expect": player.play(step)})
        rows += player.people()
        if rows > MAX_STATE_ROWS:
            raise ScenarioRefused(f"{path}steps[{at}]: too many people and steps; play the plan with `simulate plan`")
    computed = {"guard": guard.codes(guard.plan_findings(plan, profile)), **player.summary(), "steps": done}
    return {name: value for name, value in scenario.items() if name not in computed} | computed
