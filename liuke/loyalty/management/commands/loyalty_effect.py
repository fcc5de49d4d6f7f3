"""What rewards have brought, beside the customers who were held out."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from liuke.kit.money import yuan
from liuke.loyalty import saying
from liuke.loyalty.queries.effect import Reading, ranked, reading, readings
from liuke.loyalty.services import effect
from liuke.loyalty.shapes import effect_out


class Command(BaseCommand):
    help = "Cost, redemption and effect of each rule (or campaign) against its hold-out, as of last night or now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rule", nargs="?", type=int, help="one rule by its number; without it all")
        parser.add_argument("--kind", default="rule", help="another kind of thing than a rule, such as a campaign")
        parser.add_argument("--now", action="store_true", help="compute first instead of showing last night's")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *, rule: int | None, kind: str, now: bool, as_json: bool, **options: Any) -> None:
        if now:
            from liuke.loyalty.services.effect.nightly import measure  # noqa: PLC0415  engines; `--help` does without

            measure(now=timezone.now(), only=(kind, rule) if rule else None)
        found = [reading(kind, rule)] if rule else ranked(list(readings().values()))
        known = [each for each in found if each]
        if rule and not known:
            raise CommandError(f"nothing was measured of {kind} {rule} yet; ask with --now", returncode=1)
        names = {(source.kind, thing.id): thing.name for source in effect.sources()
                 for thing in source.measured(now=timezone.now())}
        if as_json:
            rows = [effect_out(each, names.get((each.row.kind, each.row.of_id), "")).model_dump(mode="json")
                    for each in known]
            self.stdout.write(json.dumps(rows[0] if rule else rows, ensure_ascii=False))
            return
        for each in known:
            self.stdout.write("\n".join(_lines(each, names.get((each.row.kind, each.row.of_id), ""))))


def _lines(found: Reading, name: str) -> list[str]:
    row, used = found.row, "" if found.row.used is None else f", used {found.row.used:,}"
    groups = f"{row.treated:,} treated, {row.control:,} held out ({row.hold_out_bp / 100:g} %)"
    return [
        f"{row.kind} {row.of_id} {name}: {row.verdict}",
        f"  since {row.since:%Y-%m-%d}: {groups}, given {row.given:,}{used}, cost {yuan(row.cost_fen)} yuan",
        f"  {saying.again_says(found.main)}", f"  {saying.net_says(found.main)}", f"  {saying.verdict_says(found)}",
    ]
