"""Recompute the whole ledger from its postings. Exit status 1 when something is wrong."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.ledger import queries
from liuke.ledger.services.verifying import Findings, verify


class Command(BaseCommand):
    help = "Recompute every balance and the chain of seals, and name the first bad row (exit status 1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--recent", action="store_true", help="trust rows that a clean verification has seen")
        parser.add_argument("--expect", default="", metavar="DIGEST", type=_digest,
                            help="a digest printed earlier and kept elsewhere; it must stand in the chain")

    def handle(self, *, recent: bool, expect: str, **options: Any) -> None:
        with transaction.atomic(durable=True):
            since = queries.last_clean_seal() if recent else 0
            found = verify(now=timezone.now(), expect=expect, since_seal=since)
        self.stdout.write(json.dumps({"ok": found.ok, **asdict(found)}, ensure_ascii=False) if options["json"]
                          else _told(found))
        if not found.ok:
            sys.exit(1)


def _told(found: Findings) -> str:
    counted = _("%(postings)s 行流水、%(accounts)s 个账户、%(seals)s 个封存") % {
        "postings": found.postings, "accounts": found.accounts, "seals": found.seals}
    if found.ok:
        return "\n".join([_("账本无误：%(counted)s") % {"counted": counted}, *([found.digest] if found.digest else [])])
    return "\n".join([_("账本有误：%(counted)s") % {"counted": counted}, *(fault.says for fault in found.faults)])


def _digest(text: str) -> str:
    return bytes.fromhex(text).hex()
