"""`liuke simulate plan PLAN.json`: thousands of joiners under four shapes of recruiting, and what the guard says."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from liuke.referral.guard import Finding, Profile, release_findings, verdict
from liuke.referral.packs import NO_PACKS
from liuke.referral.plan_reader import plan_digest, read_plan
from liuke.referral.plans import Plan
from liuke.referral.presets import PRESETS, preset
from liuke.referral.queries.packs import Priced, Promise, promised
from liuke.referral.refusals import PlanRefused, ScenarioRefused
from liuke.referral.scenario import parsed
from liuke.referral.services.replaying import on_real_orders
from liuke.referral.simulator import DEFAULT_JOINERS, DEFAULT_ORDER, MAX_JOINERS, Outcome, simulated

REFUSED = 2
COLUMNS = ("shape", "cash out", "other out", "packs", "earn < paid", "earn 0", "become boss", "root's share", "top 1 %",
           "median")


class Command(BaseCommand):
    help = "Play a reward plan with thousands of joiners and show who earns what, and what the guard says of it."
    needs_database = staticmethod(lambda words: bool({"--real", "--packs"} & set(words)))
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", help=f"a plan or scenario file, or one of {', '.join(PRESETS)}")
        parser.add_argument("--joiners", type=int, default=DEFAULT_JOINERS)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--order", type=int, default=DEFAULT_ORDER, help="what a joiner spends, in the plan's unit "
                            "(a chain plan says it itself)")
        parser.add_argument("--profile", choices=list(Profile), default=Profile.CN, help="whose law the guard applies")
        parser.add_argument("--real", action="store_true",
                            help="play it on last year's orders of your own referred customers instead")
        parser.add_argument("--packs", action="store_true",
                            help="count the packs that the plan names, at what is in them in your database")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(
        self, *, plan: str, joiners: int, seed: int, order: int, profile: str, **options: Any
    ) -> None:
        if not 0 < joiners <= MAX_JOINERS or order <= 0:
            raise CommandError(f"--joiners must lie between 1 and {MAX_JOINERS}, --order above 0", returncode=REFUSED)
        raw = self._raw(plan)
        try:
            kind = raw.get("kind") if isinstance(raw.get("plan"), dict) else None
            raw = raw["plan"] if isinstance(raw.get("plan"), dict) else raw
            read = read_plan(raw, kind=kind)
        except PlanRefused as refused:
            raise CommandError(f"{plan}: {refused.message}", returncode=REFUSED) from refused
        findings = release_findings(read, Profile(profile))
        if options["real"]:
            self._print_real(read, findings, as_json=options["json"])
            return
        promise = promised(read) if options["packs"] else None
        outcomes = simulated(read, joiners=joiners, seed=seed, order=order,
                             packs=promise.worth if promise else NO_PACKS)
        if options["json"]:
            self.stdout.write(json.dumps({
                "plan_digest": plan_digest(raw), "joiners": joiners, "seed": seed, "profile": profile,
                "verdict": verdict(findings), "guard": [asdict(finding) for finding in findings],
                "shapes": [asdict(outcome) | {"payout_share": outcome.payout_share, "pack_share": outcome.pack_share}
                           for outcome in outcomes],
                "packs_counted": promise is not None,
            }, ensure_ascii=False, indent=1))
        else:
            self._print(findings, outcomes)
            self._print_packs(read, promise)

    def _raw(self, plan: str) -> dict[str, Any]:
        if plan in PRESETS:
            return preset(plan)
        try:
            raw = parsed(Path(plan).read_bytes())
        except OSError as error:
            raise CommandError(f"{plan}: {error.strerror}", returncode=REFUSED) from error
        except ScenarioRefused as refused:
            raise CommandError(f"{plan}: {refused.message}", returncode=REFUSED) from refused
        if not isinstance(raw, dict):
            raise CommandError(f"{plan}: the file must hold a plan", returncode=REFUSED)
        return raw

    def _print_real(self, plan: Plan, findings: list[Finding], *, as_json: bool) -> None:
        with transaction.atomic():
            found = on_real_orders(plan, now=timezone.now())
        if as_json:
            self.stdout.write(json.dumps({
                **asdict(found), "cash_share": found.cash_share, "other_share": found.other_share,
                "pack_share": found.pack_share, "less_share": found.less_share, "verdict": verdict(findings),
            }, indent=1))
            return
        self.stdout.write(f"{found.orders} orders of {found.buyers} referred customers, {found.net_fen} fen kept")
        for name, amount, share in (("cash out", found.cash_fen, found.cash_share),
                                    ("other out", found.other_fen, found.other_share),
                                    ("packs out", found.pack_fen, found.pack_share)):
            self.stdout.write(f"{name:<28}{amount:>16}{share:>10.1%}")
        self.stdout.write(f"{'earn < paid (of promoters)':<28}{found.less_than_paid:>16}{found.less_share:>10.1%}")
        for name, amount in (("best-paid hundredth gets", found.top_1_fen), ("best-paid tenth gets", found.top_10_fen)):
            self.stdout.write(f"{name:<28}{amount:>16}{amount / found.cash_fen if found.cash_fen else 0:>10.1%}")
        self.stdout.write(f"\nGuard: {verdict(findings)}")

    def _print(self, findings: list[Finding], outcomes: list[Outcome]) -> None:
        self.stdout.write(f"{COLUMNS[0]:<18}" + "".join(f"{name:>14}" for name in COLUMNS[1:]))
        for one in outcomes:
            shares = (one.payout_share, one.other_share, one.pack_share, one.earn_less_than_paid, one.earn_nothing,
                      one.become_boss, one.root_share, one.top_1_pct_share)
            figures = "".join(f"{share:>14.1%}" for share in shares)
            self.stdout.write(f"{one.shape:<18}{figures}{one.median_earned:>14}")
        self.stdout.write(f"\nGuard: {verdict(findings)}")
        for found in findings:
            self.stdout.write(f"  {found.code}  {found.severity:<7} {found.path:<34} {found.basis}")

    def _print_packs(self, plan: Plan, promise: Promise | None) -> None:
        """What each pack is expected to cost, and why so much."""
        if plan.terms.welcome_pack is None:
            return
        if promise is None:
            self.stdout.write("\nThe plan names packs, which are not counted here: --packs counts what is in them.")
            return
        for side, pack in (("newcomer", promise.referee), ("referrer", promise.referrer)):
            if pack:
                self.stdout.write(f"\n{side}'s pack {pack.name}: {pack.fen} fen{_missing(pack)}")
                for each in pack.contents:
                    self.stdout.write(f"  {each.says:<40}{each.fen:>12}  {each.basis}")


def _missing(pack: Priced) -> str:
    return " (nobody gives it, so it is not counted)" if pack.missing else ""
