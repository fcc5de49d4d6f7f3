"""Cut values into levels, on stored cuts: equal customers get equal tiers, a second run changes nothing."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray


def cut_points(values: NDArray[np.int64], shares: Sequence[float]) -> tuple[int, ...]:
    """For each share the smallest value that at least so many customers do not exceed. Of nobody: zeros."""
    if not len(values):
        return (0,) * len(shares)
    ordered = np.sort(values)
    return tuple(int(ordered[ceil(share * len(ordered)) - 1]) for share in shares)


def levels(values: NDArray[np.int64], cuts: Sequence[int]) -> NDArray[np.int64]:
    """1 up to one more than there are cuts; more is better."""
    return np.searchsorted(np.asarray(cuts, dtype=np.int64), values, side="left").astype(np.int64) + 1


def levels_of_less(values: NDArray[np.int64], cuts: Sequence[int]) -> NDArray[np.int64]:
    """The same where less is better, as with days since the last order."""
    return len(cuts) + 2 - levels(values, cuts)
