"""How sure a rise or a fall is. Loads scipy, so only jobs import it; beside the usual files for that reason.

Two counts from Poisson processes with exposures e1 and e2: given their sum n, the first is binomial with share
e1 / (e1 + e2) when the rates are equal, whatever they are (Przyborowski and Wilenski, Biometrika 31, 1940; Lehmann
and Romano, Testing Statistical Hypotheses, 4.5). So the test is exact for small counts, and its interval of the ratio
is that of Clopper and Pearson (Biometrika 26, 1934) for the share. Which causes of a week are reported is decided by
Benjamini and Hochberg (JRSS B 57, 1995); a product and its batches rise together, for which it holds as well (Benjamini
and Yekutieli, Annals of Statistics 29, 2001).
"""

from collections.abc import Sequence

from scipy.stats import binom, binomtest, false_discovery_control

from liuke.improve.rules import SURE, Pair


def p_rose(pair: Pair) -> float:
    """How often chance alone gives at least as many tickets, if both rates are the same."""
    share = _share(pair)
    return 1.0 if share is None or pair.total == 0 else float(binom.sf(pair.tickets - 1, pair.total, share))


def adjusted(chances: Sequence[float]) -> list[float]:
    """The least share of false findings at which each would be among the findings, in the order given."""
    return [float(each) for each in false_discovery_control(list(chances), method="bh")] if chances else []


def ratio(pair: Pair) -> tuple[float | None, float | None, float | None]:
    """The rate over the other rate, and its exact interval; None where it has no bound or cannot be told."""
    share = _share(pair)
    if share is None or not pair.total or not 0 < share < 1:
        return None, None, None
    interval = binomtest(pair.tickets, pair.total).proportion_ci(confidence_level=SURE, method="exact")
    scale = pair.other_exposure / pair.exposure
    ends = [None if end >= 1 else float(end / (1 - end) * scale) for end in (interval.low, interval.high)]
    middle = pair.tickets / pair.other_tickets * scale if pair.other_tickets else None
    return middle, ends[0], ends[1]


def _share(pair: Pair) -> float | None:
    whole = pair.exposure + pair.other_exposure
    return pair.exposure / whole if whole > 0 else None
