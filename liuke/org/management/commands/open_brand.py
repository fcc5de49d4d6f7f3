"""`liuke open brand NAME`: the first thing on an installation of one's own."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from liuke.kit.errors import Refused
from liuke.org import queries, services
from liuke.org.rules import Role


class Command(BaseCommand):
    help = "Open the brand of this installation with its first owner, and print that person's first password"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the brand")
        parser.add_argument("--owner", default="owner", help="user name of the first owner (owner)")
        parser.add_argument("--owner-name", default="", help="how the owner is called on the pages")
        parser.add_argument("--zone", default="Asia/Shanghai", help="whose days and months count (Asia/Shanghai)")

    def handle(self, *, name: str, owner: str, owner_name: str, zone: str, **options: Any) -> None:
        if there := queries.brand():
            raise CommandError(f"there is a brand already: {there.name}")
        try:
            with transaction.atomic(durable=True):
                services.open_brand(name=name, zone=zone)
                staff, password = services.open_staff(username=owner, name=owner_name or owner)
                services.change_roles(staff_id=staff.pk, roles=[(Role.OWNER, None)])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{name} is open. Log in as {owner} with {password} and choose a password of your own.")
