"""What the packs that a plan promises come to when the plan is played. Pure; what one costs, `queries.packs` knows."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWorth:
    """What one pack is expected to cost, in fen (0: none is promised), and how many one referrer gets at most."""

    referrer_fen: int = 0
    referee_fen: int = 0
    most_per_referrer: int | None = None

    def for_referrers(self, brought: Iterable[int]) -> int:
        """How many packs those get who brought so many buyers each."""
        if not self.referrer_fen:
            return 0
        return sum(each if self.most_per_referrer is None else min(each, self.most_per_referrer) for each in brought)

    def fen(self, *, newcomers: int, brought: Iterable[int]) -> int:
        """What both sides get together: each newcomer once, who brought them as far as the cap goes."""
        return newcomers * self.referee_fen + self.for_referrers(brought) * self.referrer_fen


NO_PACKS = PackWorth()
