"""What the `liuke` command says when it cannot do what it was asked: one clear sentence, never a traceback."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError as DjangoOperationalError
from psycopg import OperationalError

from liuke.kit.errors import Refused

NO_SUCH_TABLE_OR_COLUMN = ("42P01", "42703")  # SQL states: the tables are those of another version, or not there
FILE_ERRORS = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


NOT_MIGRATED = "The tables of the database are missing or not those of this version: run `liuke migrate` or `liuke up`."


class Trouble(Exception):
    """One clear sentence for the person at the terminal."""


def sentence(error: BaseException) -> str | None:
    """What to tell the person, or None when the error is a bug and its traceback is wanted."""
    match error:
        case Trouble() | CommandError() | Refused():
            return str(error)
        case ImproperlyConfigured():
            return f"Settings: {error}"
        case DjangoOperationalError() | OperationalError():
            return _unreachable(error)
        case OSError() if isinstance(error, FILE_ERRORS) and error.filename:
            return f"{error.filename}: {error.strerror}."
    return None


def _unreachable(error: BaseException) -> str | None:
    """An operational error without an SQL state comes from the connection; one with a state is an answer, so a bug."""
    cause = error.__cause__ if isinstance(error, DjangoOperationalError) else error
    if isinstance(cause, OperationalError) and cause.sqlstate is None:
        return "Cannot reach the database: " + " ".join(str(error).split())
    return None
