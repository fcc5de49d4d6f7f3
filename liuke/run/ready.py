"""Makes the tables, and with --demo fills an empty installation with the demo brand and prints its logins.

A process of its own (`python -m liuke.run.ready`), so that the supervisor stays small, and one for both, because what
either takes is mostly its start. `liuke up` runs it before anybody may come.
"""

import sys

import django
from django.core.management import call_command, get_commands
from django.db import transaction
from django.utils import timezone

from liuke.run.child import say

# commands: orders, what customers got for them, whom they brought, the shop's front page, and what customers needed
SEEDS = ("seed_demo", "seed_loyalty", "seed_draws", "seed_coupons", "seed_points_mall", "seed_cash", "seed_gifts",
         "seed_referral", "seed_payouts", "seed_storefront", "seed_desk", "seed_knowledge", "seed_performance",
         "seed_training", "seed_improve")


def main() -> None:
    """Migrate, and seed what is missing; again is nothing. Logins go to stdout, everything else to stderr."""
    django.setup()
    call_command("migrate", verbosity=0)
    if "--demo" in sys.argv:
        seed()


def seed() -> None:
    """The demo brand; does nothing where there is one, or a brand of one's own."""
    say("preparing the demo brand, if it is not there yet")
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
