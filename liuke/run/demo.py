"""Fills an empty installation with the demo brand, and prints its logins (`python -m liuke.run.demo`).

A process of its own, so that the supervisor stays small; `liuke up --demo` runs it before anybody may come.
"""

import sys

import django
from django.core.management import call_command, get_commands
from django.db import transaction
from django.utils import timezone

HISTORY = "seed_demo"  # the command that brings the brand's orders


def main() -> None:
    """Seed what is missing; again is nothing. Logins go to stdout, everything else to stderr."""
    django.setup()
    from liuke.org import demo  # noqa: PLC0415 it has models, so only after the setup

    with transaction.atomic(durable=True):
        demo.seed(now=timezone.now())
    if HISTORY in get_commands():
        call_command(HISTORY, stdout=sys.stderr)
    for username, role in demo.LOGINS:
        print(f"{username:<9} {demo.PASSWORD}   {role.value}")


if __name__ == "__main__":
    main()
