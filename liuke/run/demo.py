"""Fills an empty installation with the demo brand, and prints its logins (`python -m liuke.run.demo`).

A process of its own, so that the supervisor stays small; `liuke up --demo` runs it before anybody may come.
"""

import sys

import django
from django.core.management import call_command, get_commands
from django.db import transaction
from django.utils import timezone

# commands: orders, what customers got for them, whom they brought, the shop's front page, and what customers needed
SEEDS = ("seed_demo", "seed_loyalty", "seed_draws", "seed_coupons", "seed_points_mall", "seed_cash", "seed_gifts",
         "seed_referral", "seed_payouts", "seed_storefront", "seed_desk")


def main() -> None:
    """Seed what is missing; again is nothing. Logins go to stdout, everything else to stderr."""
    django.setup()
    from liuke.org import demo  # noqa: PLC0415 it has models, so only after the setup

    with transaction.atomic(durable=True):
        demo.seed(now=timezone.now())
    for seed in SEEDS:
        if seed in get_commands():
            call_command(seed, stdout=sys.stderr)
    for username, role in demo.LOGINS:
        print(f"{username:<9} {demo.PASSWORD}   {role.value}")


if __name__ == "__main__":
    main()
