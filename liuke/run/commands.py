"""Django's management commands under the `liuke` command, and the list of everything that it can do."""

import argparse
import inspect
from difflib import get_close_matches
from importlib import metadata
from typing import Any

import django
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser, handle_default_options
from django.db import ProgrammingError, connections

from liuke.kit.db import unapplied_migrations
from liuke.run import environment
from liuke.run.cli import OWN
from liuke.run.errors import NO_SUCH_TABLE_OR_COLUMN, NOT_MIGRATED, Trouble
from liuke.run.lease import database

USEFUL = ("migrate", "shell", "check", "createsuperuser", "dbshell", "makemigrations", "showmigrations")
WITHOUT_DATABASE = {"check", "makemigrations", "collectstatic", "compilemessages", "makemessages", "findstatic"}
COMMON = {"--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color",
          "--skip-checks"}
ASKS_FOR_HELP = {"-h", "--help"}


def main(words: list[str]) -> int:
    """Run a management command, or show what there is."""
    installation = environment.here()
    if words[:1] in (["version"], ["--version"]):
        print(metadata.version("liuke"))
        return 0
    environment.enter(installation)
    django.setup()
    if not words or words[0] in ("help", "-h", "--help"):
        print(overview())
        return 0
    if (family := overview_of(words[0])) and set(words[1:]) <= ASKS_FOR_HELP:
        print(family)
        return 0
    command, name, rest = find(words)
    parser = quiet_parser(command, name)
    if not ASKS_FOR_HELP & set(rest) and needs_database(command, name, rest):
        environment.keep(installation)
        with database(installation):
            return execute(command, parser, rest)
    return execute(command, parser, rest)


def find(words: list[str]) -> tuple[BaseCommand, str, list[str]]:
    """The command that the first two words name, or the first alone; its words; and what follows them."""
    known = get_commands()
    for length in (2, 1):
        name = "_".join(words[:length])
        if len(words) >= length and name in known:
            app = known[name]
            found = load_command_class(app, name) if isinstance(app, str) else app
            return found, " ".join(words[:length]), words[length:]
    said = " ".join(words[:2])
    near = get_close_matches(said, [*OWN, *(spoken(name) for name in known)], n=1)
    raise Trouble(f"There is no command `{said}`; {f'did you mean `{near[0]}`?' if near else 'see `liuke --help`.'}")


def execute(command: BaseCommand, parser: CommandParser, rest: list[str]) -> int:
    """Run it as Django's own command line does, but let its errors reach us, who tell them in a sentence."""
    setattr(command, "_called_from_command_line", True)  # noqa: B010 untyped; lets usage errors show the usage
    options = vars(parser.parse_args(rest))
    arguments = options.pop("args", ())
    handle_default_options(parser.parse_args(rest))
    try:
        command.execute(*arguments, **options)
    except ProgrammingError as error:
        connections.close_all()
        if getattr(error.__cause__, "sqlstate", "") in NO_SUCH_TABLE_OR_COLUMN and unapplied_migrations():
            raise Trouble(NOT_MIGRATED) from error
        raise
    finally:
        connections.close_all()
    return 0


def needs_database(command: BaseCommand, name: str, words: list[str]) -> bool:
    """Yes, unless the command says no: always, or for these words (`needs_database` may be a function of them)."""
    says = getattr(command, "needs_database", name not in WITHOUT_DATABASE)
    return bool(says(words) if callable(says) else says)


def spoken(name: str) -> str:
    """How a person says it: import_orders is `import orders`."""
    return name.replace("_", " ", 1)


def quiet_parser(command: BaseCommand, name: str) -> CommandParser:
    """The command's options; those that every Django command has work, but its help speaks of its own alone."""
    parser = command.create_parser("liuke", name)
    for action in parser._actions:  # noqa: SLF001 argparse has no other way to hide what Django adds
        if COMMON & set(action.option_strings):
            action.help = argparse.SUPPRESS
    return parser


def overview() -> str:
    """One line for every command."""
    rows, ours = {word: own.help for word, own in OWN.items()}, _ours()
    width = max(len(word) for word in [*rows, *ours]) + 2
    lines = ["liuke: keeps a brand's customers. `liuke COMMAND --help` says more.", "", *_lines(rows, width)]
    return "\n".join([*lines, "", *_lines(ours, width), "", f"Django's own, too: {', '.join(USEFUL)}"])


def overview_of(word: str) -> str:
    """One line for every command of two words that begins with this one; empty when there is none."""
    every = {spoken: own.help for spoken, own in OWN.items()} | _ours()
    family = {spoken: text for spoken, text in every.items() if spoken.startswith(f"{word} ")}
    if not family or word in every:
        return ""
    return "\n".join(_lines(family, max(map(len, family)) + 2))


def _ours() -> dict[str, str]:
    commands = get_commands().items()
    return {spoken(name): _help(app, name) for name, app in sorted(commands) if str(app).startswith("liuke.")}


def _lines(rows: dict[str, str], width: int) -> list[str]:
    return [f"  {word:<{width}}{text}" for word, text in rows.items()]


def _help(app: Any, name: str) -> str:
    text = load_command_class(app, name).help if isinstance(app, str) else app.help
    return inspect.cleandoc(str(text)).partition("\n")[0]
