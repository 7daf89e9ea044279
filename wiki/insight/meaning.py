"""What the groups of an opinion map have in common, what divides them, and what is typical of each.

Shares are smoothed, (n + 1) / (seen + 2), so that a statement few have seen is not thought clear; a pass was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.insight.grouping import Labels
from wiki.insight.projection import Floats
from wiki.insight.withholding import SMALLEST

#: One-sided 90 %.
_SURE = 1.2816
_MOST_TYPICAL = 5

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """How many of each group agreed, disagreed and saw each statement (groups × statements)."""

    agrees: Counts
    disagrees: Counts
    seen: Counts

    @classmethod
    def of(cls, votes: Floats, labels: Labels) -> Tally:
        """Count the votes (people × statements) of people in groups `labels`."""
        own = [votes[labels == group] for group in range(int(labels.max(initial=-1)) + 1)]
        counts = [[(each == value).sum(axis=0, dtype=float) for each in own] for value in (1, -1, 0)]
        agrees, disagrees, passes = (np.array(each).reshape(len(own), votes.shape[1]) for each in counts)
        return cls(agrees, disagrees, agrees + disagrees + passes)

    def renamed(self, order: Labels) -> Tally:
        """The same with group g as `order[g]`."""
        back = np.argsort(order)
        return Tally(self.agrees[back], self.disagrees[back], self.seen[back])

    def share(self) -> Floats:
        """The smoothed share of each group that agrees (groups × statements)."""
        shares: Floats = (self.agrees + 1) / (self.seen + 2)
        return shares


@dataclass(frozen=True)
class Typical:
    """A statement typical of a group: whether it agrees or disagrees, and what share of it."""

    statement: int
    agrees: bool
    share: float


def consensus(tally: Tally) -> Floats:
    """Group-informed consensus of each statement (0 to 1): the product over the groups of the share that agrees."""
    product: Floats = tally.share().prod(axis=0)
    return product


def shared_refusal(tally: Tally) -> Floats:
    """The same for disagreeing: what all groups refuse."""
    product: Floats = ((tally.disagrees + 1) / (tally.seen + 2)).prod(axis=0)
    return product


def divisive(tally: Tally) -> Floats:
    """How far apart the groups are on each statement (0 to 1); with one group how evenly it is split."""
    if len(tally.seen) < 2:
        seen = tally.seen.sum(axis=0) + 2
        split: Floats = 2 * np.minimum(tally.agrees.sum(axis=0) + 1, tally.disagrees.sum(axis=0) + 1) / seen
        return split
    shares = tally.share()
    return np.asarray(shares.max(axis=0) - shares.min(axis=0), dtype=np.float64)


def typical(tally: Tally) -> list[list[Typical]]:
    """Of each group, at most five statements by which it can be told from the others, the clearest first."""
    if len(tally.seen) < 2:
        return [[] for _group in tally.seen]
    return [_typical_of(tally, group) for group in range(len(tally.seen))]


def _typical_of(tally: Tally, group: int) -> list[Typical]:
    found = []
    for agrees, counted in ((True, tally.agrees), (False, tally.disagrees)):
        own, seen = counted[group], tally.seen[group]
        rest, rest_seen = counted.sum(axis=0) - own, tally.seen.sum(axis=0) - seen
        share = (own + 1) / (seen + 2)
        against = share / ((rest + 1) / (rest_seen + 2))
        own_z, apart_z = _above_half(own, seen), _above_rest(own, seen, rest, rest_seen)
        rank = share * against * own_z * apart_z
        sure = (own_z > _SURE) & (apart_z > _SURE) & (seen >= SMALLEST)
        found += [(float(rank[at]), Typical(int(at), agrees, float(share[at]))) for at in np.flatnonzero(sure)]
    found.sort(key=lambda each: (-each[0], each[1].statement))
    return [statement for _rank, statement in found[:_MOST_TYPICAL]]


def _above_half(n: Counts, seen: Counts) -> Floats:
    """z of one proportion against a half."""
    z: Floats = 2 * np.sqrt(seen + 1) * ((n + 1) / (seen + 1) - 0.5)
    return z


def _above_rest(n: Counts, seen: Counts, rest: Counts, rest_seen: Counts) -> Floats:
    """z of two proportions, pooled."""
    one, other = (n + 1) / (seen + 1), (rest + 1) / (rest_seen + 1)
    pooled = (n + rest + 2) / (seen + rest_seen + 2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / (seen + 1) + 1 / (rest_seen + 1)))
    return np.divide(one - other, spread, out=np.zeros_like(one), where=spread > 1e-12)
