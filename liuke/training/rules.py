"""Programmes, quizzes and certificates: limits and sums. Pure. How a drill is played stands in `drills.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from liuke.kit.errors import BadInput

PRODUCT, SKILLS = "product", "skills"
KINDS = (PRODUCT, SKILLS)
RHYTHM = {PRODUCT: 1, SKILLS: 3}     # months from one course of a programme to the next
NAME_CHARACTERS, MATERIAL_CHARACTERS = 40, 50_000
MOST_PROGRAMMES, MOST_COURSES = 50, 100                  # courses: of one programme that a page shows
MOST_QUESTIONS, MOST_CHOICES, QUESTION_CHARACTERS = 50, 8, 500
MOST_ATTEMPTS = 3                    # at one quiz, until somebody who teaches allows more
REMIND_DAYS = 7                      # before a course is due who has not finished it is told, and after it once more
SOON_DAYS = 14                       # before a course is due or a certificate ends, people are reminded

MOST_SCRIPTS, SCRIPT_CHARACTERS = 100, 40_000
MOST_SAID = 2_000                    # characters of one message of a drill
INVITED_DAYS = 14                    # a candidate's link works so long
CANDIDATE_DAYS = 180                 # then what a candidate wrote is forgotten
FORGET_BATCH = 200


class BadQuiz(BadInput):
    """A quiz is a list of questions, each with choices and which of them are right."""

    code = "bad_quiz"


@dataclass(frozen=True, slots=True)
class Question:
    """`right` are positions in `choices`; `why` is shown with the result."""

    text: str
    choices: tuple[str, ...]
    right: frozenset[int]
    why: str = ""


def quiz_of(text: str) -> tuple[Question, ...]:
    """Questions as people type them: a line each, choices below with - or + (right), "> " says why. Raises BadQuiz.

    A blank line may stand between questions. Nothing at all is a course without a quiz.
    """
    found: list[Question] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        if line[0] in "-+>" and not found:
            raise BadQuiz(f"{number}: {line}")
        if line[0] in "-+":
            last = found[-1]
            right = last.right | {len(last.choices)} if line[0] == "+" else last.right
            found[-1] = Question(last.text, (*last.choices, line[1:].strip()), right, last.why)
        elif line[0] == ">":
            found[-1] = Question(found[-1].text, found[-1].choices, found[-1].right, line[1:].strip())
        else:
            found.append(Question(line, (), frozenset()))
    _check(found)
    return tuple(found)


def text_of(questions: Sequence[Question]) -> str:
    """What `quiz_of` reads back."""
    return "\n\n".join("\n".join([
        each.text, *(f"{'+' if at in each.right else '-'} {choice}" for at, choice in enumerate(each.choices)),
        *([f"> {each.why}"] if each.why else [])]) for each in questions)


def _check(questions: Sequence[Question]) -> None:
    if len(questions) > MOST_QUESTIONS:
        raise BadQuiz(f"{len(questions)} > {MOST_QUESTIONS}")
    for each in questions:
        parts = (each.text, each.why, *each.choices)
        if not 2 <= len(each.choices) <= MOST_CHOICES or not each.right or len(each.right) == len(each.choices):
            raise BadQuiz(each.text)
        if any(len(part) > QUESTION_CHARACTERS for part in parts) or not all((each.text, *each.choices)):
            raise BadQuiz(each.text)


def percent(questions: Sequence[Question], answers: Mapping[int, frozenset[int]]) -> int:
    """How many questions were answered exactly right, in whole percent rounded down; 100 without any question."""
    if not questions:
        return 100
    right = sum(answers.get(at, frozenset()) == each.right for at, each in enumerate(questions))
    return 100 * right // len(questions)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def next_course_due(last: date | None, rhythm: int, today: date) -> date:
    """By when the next course of a programme should open: the rhythm after the last, now when there was none."""
    return today if last is None else months_after(last, rhythm)
