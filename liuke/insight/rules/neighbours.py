"""What is bought by the same people: item-to-item neighbours.

The cosine between the columns of the matrix "who has bought what": Sarwar, Karypis, Konstan & Riedl, "Item-based
collaborative filtering recommendation algorithms", WWW 10 (2001).
On what people had not bought before it does as well as far dearer models, and it can say because of what.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from liuke.insight.rules.rows import Floats, Ints

LEAST_TOGETHER = 5                   # people who bought both, before two items are called neighbours


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`alike[i, j]` is the cosine of two items, 0 on the diagonal and for too few people; `also[i, j]` the share of
    those who bought i that bought j too.
    """

    alike: Floats
    also: Floats


def neighbours(bought: csr_matrix) -> Neighbours:
    """Of a matrix with a row for each person and a column for each item (some hundred), anything but 0 is bought."""
    once = bought.copy()
    once.data = np.ones_like(once.data, dtype=np.float64)
    together: Floats = np.asarray((once.T @ once).todense(), dtype=np.float64)
    each = np.diag(together).copy()
    known = (together >= LEAST_TOGETHER) & ~np.eye(len(each), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = np.where(known, together / np.sqrt(np.outer(each, each)), 0.0)
        also = np.where(known, together / each[:, None], 0.0)
    return Neighbours(alike, also)


@dataclass(frozen=True, slots=True)
class Widening:
    """For each person the item they have not bought and are nearest to (-1: none), because of which of their own."""

    item: Ints
    because: Ints
    also: Floats


def widen(bought: csr_matrix, near: Neighbours) -> Widening:
    """The next item of each person: the one whose cosines to their own items sum to most. Ties go to the lower number.

    Costs memory of people times items: call it for some ten thousand people at once.
    """
    own: NDArray[np.bool_] = np.asarray(bought.todense()) != 0
    score = own.astype(np.float64) @ near.alike
    score[own] = 0.0
    item = score.argmax(axis=1)
    found = score[np.arange(len(item)), item] > 0
    pull = np.where(own, near.alike[:, item].T, -1.0)
    because = pull.argmax(axis=1)
    also = near.also[because, item]
    return Widening(np.where(found, item, -1).astype(np.int64), np.where(found, because, -1).astype(np.int64),
                    np.where(found, also, 0.0))
