"""A simulated customer who answers by rules, and the score of a talk with them. Pure: script and talk go in.

Stands beside `rules.py` because it is a subject of its own. A script is data that staff write; the same script and the
same messages at the same times give the same answers and the same score, on any day, so a score can be checked.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from liuke.kit.errors import BadInput

SATISFIED, LEFT = "satisfied", "left"
CUSTOMER, TRAINEE = "customer", "trainee"
MOST_MOOD = 10
MOST_ANSWERS = 3

Word = Annotated[str, Field(min_length=1, max_length=40)]
Say = Annotated[str, Field(min_length=1, max_length=600)]
Flag = Annotated[str, Field(min_length=1, max_length=40)]
Groups = Annotated[list[Annotated[list[Word], Field(min_length=1, max_length=30)]], Field(max_length=8)]


class BadScript(BadInput):
    """The script cannot be played."""

    code = "bad_drill_script"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Persona(_Part):
    """Who the customer is, as the page shows it beside the talk. `mood` goes from 0 (leaves) to 10."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    about: Annotated[str, Field(max_length=300)] = ""
    mood: Annotated[int, Field(ge=1, le=MOST_MOOD)] = 6
    facts: Annotated[dict[str, str], Field(max_length=12)] = {}


class Rule(_Part):
    """When the trainee says a word of each group in `said`, and the talk has all flags of `needs` and none of `lacks`.

    All rules that fit answer, in their order and at most MOST_ANSWERS to one message, since a good message may do
    several things at once. Each answers once, unless it `repeats`.
    """

    said: Groups = []
    needs: Annotated[list[Flag], Field(max_length=10)] = []
    lacks: Annotated[list[Flag], Field(max_length=10)] = []
    say: Say
    sets: Annotated[list[Flag], Field(max_length=10)] = []
    mood: Annotated[int, Field(ge=-MOST_MOOD, le=MOST_MOOD)] = 0
    repeats: bool = False
    ends: Literal["", "satisfied", "left"] = ""


class Goal(_Part):
    """Worth points once: a word of each group in one message (within so many messages), or a flag that was set."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    points: Annotated[int, Field(ge=1, le=100)]
    said: Groups = []
    flag: Annotated[str, Field(max_length=40)] = ""
    within: Annotated[int, Field(ge=0, le=40)] = 0


class Fault(_Part):
    """What must not be said: costs points each time, and the customer's mood."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    points: Annotated[int, Field(ge=1, le=100)]
    said: Groups
    mood: Annotated[int, Field(ge=0, le=MOST_MOOD)] = 2
    say: Annotated[str, Field(max_length=600)] = ""


class Script(_Part):
    """One simulated customer. `seconds` is how long they wait for an answer before they ask again and lose patience."""

    title: Annotated[str, Field(min_length=1, max_length=40)]
    brief: Annotated[str, Field(max_length=600)] = ""
    persona: Persona
    opening: Say
    rules: Annotated[list[Rule], Field(min_length=1, max_length=60)]
    otherwise: Annotated[list[Say], Field(min_length=1, max_length=10)]
    goals: Annotated[list[Goal], Field(min_length=1, max_length=20)]
    faults: Annotated[list[Fault], Field(max_length=20)] = []
    turns: Annotated[int, Field(ge=2, le=40)] = 12
    seconds: Annotated[int, Field(ge=10, le=3600)] = 120
    impatient: Annotated[str, Field(max_length=600)] = ""
    slow_points: Annotated[int, Field(ge=0, le=50)] = 5
    passes: Annotated[int, Field(ge=0, le=100)] = 70


@dataclass(frozen=True, slots=True)
class Said:
    """What the trainee wrote, and so many seconds after the customer had last spoken."""

    text: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the score: which goal, fault or delay, points got, points there were, at which message (from 1)."""

    name: str
    kind: str                                # goal, fault, slow
    got: int
    of: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class Played:
    """The talk so far. `answers[n]` is what the customer says to message n; `end` is "" while it goes on."""

    answers: tuple[tuple[str, ...], ...]
    mood: int
    end: str
    marks: tuple[Mark, ...]
    score: int
    passed: bool


@dataclass(slots=True)
class _Talk:
    flags: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    mood: int = 0
    missed: int = 0
    end: str = ""
    marks: list[Mark] = field(default_factory=list)
    reached: dict[int, int] = field(default_factory=dict)     # goal -> message


def script_of(text: str) -> Script:
    """The script in this JSON. Raises BadScript, which says where and why."""
    try:
        script = Script.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadScript(f"JSON: {error.msg} ({error.lineno}:{error.colno})") from error
    except (ValidationError, RecursionError) as error:
        raise BadScript(_first(error)) from error
    _check(script)
    return script


def _first(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "JSON: too deep"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _check(script: Script) -> None:
    """A flag that nothing sets can never be there; a script that cannot end well teaches nothing."""
    known = {flag for rule in script.rules for flag in rule.sets}
    asked = {flag for rule in script.rules for flag in (*rule.needs, *rule.lacks)} | {
        goal.flag for goal in script.goals if goal.flag}
    if missing := sorted(asked - known):
        raise BadScript(f"flag: {', '.join(missing)}")
    if not any(rule.ends == SATISFIED for rule in script.rules):
        raise BadScript("rules: ends = satisfied")
    for number, goal in enumerate(script.goals):
        if bool(goal.said) == bool(goal.flag):
            raise BadScript(f"goals.{number}: said | flag")
    if any(not fault.said for fault in script.faults):
        raise BadScript("faults: said")
    said = [*(rule.said for rule in script.rules), *(goal.said for goal in script.goals),
            *(fault.said for fault in script.faults)]
    groups = [group for each in said for group in each]
    if any(not plain(word) for group in groups for word in group):
        raise BadScript("said: \"\"")


def play(script: Script, talk: Sequence[Said]) -> Played:
    """Play the whole talk from its beginning; messages after its end are not answered and count for nothing."""
    state = _Talk(mood=script.persona.mood)
    answers: list[tuple[str, ...]] = []
    for number, said in enumerate(talk, start=1):
        if state.end:
            answers.append(())
            continue
        answers.append(tuple(_answer(script, state, said, number)))
        if not state.end and (number >= script.turns or state.mood <= 0):
            state.end = LEFT
    marks = (*_goals(script, state), *state.marks)
    total = sum(goal.points for goal in script.goals)
    score = min(max(100 * sum(mark.got for mark in marks) // total, 0), 100)
    passed = state.end == SATISFIED and score >= script.passes
    return Played(tuple(answers), state.mood, state.end, marks, score, passed)


def lines(script: Script, talk: Sequence[Said]) -> list[tuple[str, str]]:
    """The talk as it is read: who, and what. A customer who waited too long has asked again before the answer came."""
    told = [(CUSTOMER, script.opening)]
    for said, answers in zip(talk, play(script, talk).answers, strict=True):
        if said.seconds > script.seconds and script.impatient:
            told.append((CUSTOMER, script.impatient))
        told.append((TRAINEE, said.text))
        told += [(CUSTOMER, answer) for answer in answers]
    return told


def _answer(script: Script, state: _Talk, said: Said, number: int) -> list[str]:
    answers, text = [], plain(said.text)
    if said.seconds > script.seconds:
        state.mood -= 1
        if script.slow_points:
            state.marks.append(Mark("", "slow", -script.slow_points, 0, number))
    for fault in script.faults:
        if _says(text, fault.said):
            state.mood -= fault.mood
            state.marks.append(Mark(fault.name, "fault", -fault.points, 0, number))
            answers += [fault.say] if fault.say else []
    for at, goal in enumerate(script.goals):
        if goal.said and at not in state.reached and (not goal.within or number <= goal.within) and _says(
                text, goal.said):
            state.reached[at] = number
    answers += _rules(script, state, text)
    for at, goal in enumerate(script.goals):
        if goal.flag in state.flags and at not in state.reached and (not goal.within or number <= goal.within):
            state.reached[at] = number
    state.mood = min(state.mood, MOST_MOOD)
    return answers


def _rules(script: Script, state: _Talk, text: str) -> list[str]:
    answers: list[str] = []
    for at, rule in enumerate(script.rules):
        fits = (rule.repeats or at not in state.used) and state.flags.issuperset(rule.needs) and not (
            state.flags.intersection(rule.lacks)) and _says(text, rule.said)
        if fits:
            state.used.add(at)
            state.flags.update(rule.sets)
            state.mood += rule.mood
            state.end = rule.ends
            answers.append(rule.say)
        if state.end or len(answers) == MOST_ANSWERS:
            return answers
    if not answers:
        state.missed += 1
        answers.append(script.otherwise[(state.missed - 1) % len(script.otherwise)])
    return answers


def _goals(script: Script, state: _Talk) -> list[Mark]:
    return [Mark(goal.name, "goal", goal.points if at in state.reached else 0, goal.points, state.reached.get(at, 0))
            for at, goal in enumerate(script.goals)]


def _says(text: str, groups: Sequence[Sequence[str]]) -> bool:
    return all(any(plain(word) in text for word in group) for group in groups)


def plain(text: str) -> str:
    """Without case, width and blanks, so that one word is one word however it is typed."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
